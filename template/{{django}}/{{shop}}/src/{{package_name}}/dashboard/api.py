"""Figures for admins."""

from django.http import HttpRequest
from ninja import Router

from ..accounts.auth import admin
from ..core.errors import errors
from . import schemas, services

router = Router(tags=["dashboard"], auth=admin)


@router.get("/admin/dashboard", response={200: schemas.Dashboard, **errors(401, 403)})
def get_dashboard(request: HttpRequest) -> schemas.Dashboard:
    return services.count_all()
