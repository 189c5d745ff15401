"""Figures for admins."""

from decimal import Decimal

from django.db.models import Sum

from ..accounts.models import User
from ..orders.models import Order
from ..resources.models import Resource
from . import schemas


def count_all() -> schemas.Dashboard:
    paid = Order.objects.filter(payment_status=Order.PaymentStatus.COMPLETED)
    return schemas.Dashboard(
        users=User.objects.count(),
        resources=Resource.objects.count(),
        orders=Order.objects.count(),
        revenue=paid.aggregate(Sum("total", default=Decimal(0)))["total__sum"],
    )
