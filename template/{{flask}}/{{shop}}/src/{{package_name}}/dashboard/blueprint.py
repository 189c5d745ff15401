"""Figures for admins."""

from apiflask import APIBlueprint

from ..accounts.auth import auth
from ..core.context import get_db
from ..core.openapi import errors
from . import schemas, services

bp = APIBlueprint("dashboard", __name__, tag="dashboard")


@bp.get("/admin/dashboard")
@bp.auth_required(auth, roles=["admin"])
@bp.output(schemas.Dashboard)
@bp.doc(responses=errors(401, 403))
def get_dashboard() -> schemas.Dashboard:
    return services.count_all(get_db())
