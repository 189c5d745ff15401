"""Products and orders."""

from django.http import HttpRequest
from ninja import Router, Status

from ..accounts.auth import admin, get_caller, signed_in
from ..core.errors import errors
from ..core.parameters import Paged
from . import schemas, services
from .models import Order, Product

router = Router(tags=["orders"], auth=signed_in)


@router.get("/products", auth=None, response={200: list[schemas.Product], **errors(422)})
def list_products(request: HttpRequest, page: Paged) -> list[Product]:
    return services.list_products(page)


@router.post("/products", auth=admin, response={201: schemas.Product, **errors(401, 403, 422)})
def create_product(request: HttpRequest, data: schemas.ProductCreate) -> Status[Product]:
    return Status(201, services.add_product(data))


@router.get("/orders", response={200: list[schemas.Order], **errors(401, 422)})
def list_orders(request: HttpRequest, page: Paged) -> list[Order]:
    return services.list_orders(page, get_caller(request))


@router.post("/orders", response={201: schemas.Order, **errors(401, 422)})
def create_order(request: HttpRequest, data: schemas.OrderCreate) -> Status[Order]:
    return Status(201, services.add_order(data, get_caller(request)))


@router.get("/orders/summary", response={200: schemas.OrderSummary, **errors(401)})
def summarize_orders(request: HttpRequest) -> schemas.OrderSummary:
    return services.summarize_orders(get_caller(request))


@router.get("/orders/{id:order_id}", response={200: schemas.Order, **errors(401, 404, 422)})
def get_order(request: HttpRequest, order_id: int) -> Order:
    return services.get_order(order_id, get_caller(request))


@router.post(
    "/orders/{id:order_id}/cancel", response={200: schemas.Order, **errors(401, 404, 409, 422)}
)
def cancel_order(request: HttpRequest, order_id: int) -> Order:
    return services.cancel_order(order_id, get_caller(request))


@router.post(
    "/orders/{id:order_id}/pay",
    response={200: schemas.Order, **errors(401, 402, 404, 409, 422, 503)},
)
def pay_order(request: HttpRequest, order_id: int) -> Order:
    return services.pay_order(order_id, get_caller(request))
