"""The database engine."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def make_engine(url: str) -> AsyncEngine:
    """Return an engine for a URL such as `postgresql://user@host/name`."""
    return create_async_engine(
        url,
        pool_size=15,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5},
    )
