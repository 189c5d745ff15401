"""The database engine."""

from sqlalchemy import Engine, create_engine


def make_engine(url: str) -> Engine:
    """Return an engine for a URL such as `postgresql://user@host/name`."""
    return create_engine(
        url,
        pool_size=15,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5},
    )
