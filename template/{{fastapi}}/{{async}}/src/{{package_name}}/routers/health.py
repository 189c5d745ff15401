"""Whether the service can serve."""

from fastapi import APIRouter

from .. import schemas
from ..dependencies import Db
from ..errors import errors
from ..services.health import check

router = APIRouter(tags=["health"])


@router.get("/health", response_model=schemas.Health, responses=errors(503))
async def health(db: Db) -> schemas.Health:
    return await check(db)
