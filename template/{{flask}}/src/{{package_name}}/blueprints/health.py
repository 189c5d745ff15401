"""Whether the service can serve."""

from apiflask import APIBlueprint

from .. import schemas
from ..context import get_db
from ..openapi import errors
from ..services.health import check

bp = APIBlueprint("health", __name__)


@bp.get("/health")
@bp.output(schemas.Health)
@bp.doc(responses=errors(503))
def health() -> schemas.Health:
    return check(get_db())
