"""Figures for admins."""

from fastapi import APIRouter

from ..accounts.dependencies import Admin
from ..core.dependencies import Db
from ..core.errors import errors
from . import schemas, services

router = APIRouter(prefix="/admin", tags=["dashboard"])


@router.get("/dashboard", response_model=schemas.Dashboard, responses=errors(401, 403))
async def get_dashboard(db: Db, _: Admin) -> schemas.Dashboard:
    return await services.count_all(db)
