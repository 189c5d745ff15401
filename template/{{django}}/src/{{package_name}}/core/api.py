"""Whether the service can serve, and figures for admins."""

from decimal import Decimal

from django.db import connection
from django.db.models import Sum
from django.http import HttpRequest
from ninja import Router

from .. import schemas
from ..accounts.models import User
from ..orders.models import Order
from ..resources.models import Resource
from .auth import admin
from .errors import errors

health = Router(tags=["health"])
dashboard = Router(tags=["admin"], auth=admin)


@health.get("/health", response={200: schemas.Health, **errors(503)})
def read_health(request: HttpRequest) -> schemas.Health:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return schemas.Health()


@dashboard.get("/dashboard", response={200: schemas.Dashboard, **errors(401, 403)})
def read_dashboard(request: HttpRequest) -> schemas.Dashboard:
    paid = Order.objects.filter(payment_status=Order.PaymentStatus.COMPLETED)
    return schemas.Dashboard(
        users=User.objects.count(),
        resources=Resource.objects.count(),
        orders=Order.objects.count(),
        revenue=paid.aggregate(Sum("total", default=Decimal(0)))["total__sum"],
    )
