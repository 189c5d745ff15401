"""The health check."""

from apiflask import APIBlueprint

from .context import get_db
from .openapi import errors
from .schemas import Health
from .services import check

bp = APIBlueprint("health", __name__, tag="health")


@bp.get("/health")
@bp.output(Health)
@bp.doc(responses=errors(503))
def get_health() -> Health:
    return check(get_db())
