"""Figures for admins."""

from apiflask import APIBlueprint

from .. import schemas
from ..auth import auth
from ..context import get_db
from ..openapi import errors
from ..services import admin

bp = APIBlueprint("admin", __name__, url_prefix="/admin")


@bp.get("/dashboard")
@bp.auth_required(auth, roles=["admin"])
@bp.output(schemas.Dashboard)
@bp.doc(responses=errors(401, 403))
def dashboard() -> schemas.Dashboard:
    return admin.count_all(get_db())
