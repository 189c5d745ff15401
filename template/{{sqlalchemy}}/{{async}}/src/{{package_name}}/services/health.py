"""Whether the service can serve."""

from sqlalchemy import exc, select
from sqlalchemy.ext.asyncio import AsyncSession

from .. import schemas

# What SQLAlchemy raises when the database does not answer.
UNAVAILABLE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


async def check(db: AsyncSession) -> schemas.Health:
    await db.execute(select(1))
    await db.commit()
    return schemas.Health()
