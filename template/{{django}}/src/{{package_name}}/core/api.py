"""The health check."""

from django.db import connection
from django.http import HttpRequest
from ninja import Router

from . import schemas
from .errors import errors

router = Router(tags=["health"])


@router.get("/health", response={200: schemas.Health, **errors(503)})
def get_health(request: HttpRequest) -> schemas.Health:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return schemas.Health()
