"""Figures for admins."""

from fastapi import APIRouter

from .. import schemas
from ..dependencies import Admin, Db
from ..errors import errors
from ..services import admin

router = APIRouter(prefix="/admin", tags=["admin"])


@router.get("/dashboard", response_model=schemas.Dashboard, responses=errors(401, 403))
async def dashboard(db: Db, _: Admin) -> schemas.Dashboard:
    return await admin.count_all(db)
