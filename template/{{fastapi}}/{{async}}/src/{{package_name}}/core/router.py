"""The health check."""

from fastapi import APIRouter

from .dependencies import Db
from .errors import errors
from .schemas import Health
from .services import check

router = APIRouter(tags=["health"])


@router.get("/health", responses=errors(503))
async def get_health(db: Db) -> Health:
    return await check(db)
