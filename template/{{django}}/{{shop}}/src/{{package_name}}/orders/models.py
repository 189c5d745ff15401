"""Products, and orders of them."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from ..accounts.models import User
from ..core.exceptions import ConflictError


def new_payment_key() -> str:
    return uuid4().hex


class Product(models.Model):
    name = models.CharField(max_length=255)
    price = models.DecimalField(max_digits=10, decimal_places=2)

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending"
        SHIPPED = "shipped"
        DELIVERED = "delivered"
        CANCELLED = "cancelled"

    class PaymentStatus(models.TextChoices):
        UNPAID = "unpaid"
        PROCESSING = "processing"
        COMPLETED = "completed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="orders")
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    payment_status = models.CharField(
        max_length=20, choices=PaymentStatus, default=PaymentStatus.UNPAID
    )
    # The idempotency key of the payment: a repeated call charges only once.
    payment_key = models.CharField(max_length=32, default=new_payment_key, editable=False)
    total = models.DecimalField(max_digits=10, decimal_places=2)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"Order {self.pk}"


class OrderItem(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    qty = models.PositiveSmallIntegerField()
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.qty} x {self.product}"


@receiver(pre_delete, sender=User)
def refuse_while_paying(instance: User, **_: object) -> None:
    """Refuse to delete a user whose payment is in progress: it may still succeed."""
    orders = Order.objects.filter(user=instance)
    # Updating the orders locks them, so that a payment that begins at this moment waits.
    orders.update(user=instance)
    if orders.filter(payment_status=Order.PaymentStatus.PROCESSING).exists():
        raise ConflictError("Payment in progress")
