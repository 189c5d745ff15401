"""The base class of all models."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, MetaData, Numeric
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    # Constraints have names, so that a migration can drop them.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: DateTime(timezone=True),
        Decimal: Numeric(10, 2),
        dict[str, Any]: JSON,
    }
    # Without AUTOINCREMENT SQLite reuses the ids of deleted rows: a new user could inherit a
    # deleted user's tokens.
    __table_args__ = ({"sqlite_autoincrement": True},)


def now() -> datetime:
    return datetime.now(UTC)
