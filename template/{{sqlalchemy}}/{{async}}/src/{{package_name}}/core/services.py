"""The health check."""

from sqlalchemy import exc, select
from sqlalchemy.ext.asyncio import AsyncSession

from .schemas import Health

# What SQLAlchemy raises when the database does not answer.
UNAVAILABLE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


async def check(db: AsyncSession) -> Health:
    await db.execute(select(1))
    await db.commit()
    return Health()
