"""Products, and the orders that users place, read, sum up, cancel and pay."""

from apiflask import APIBlueprint

from ..accounts.auth import auth, get_current_user
from ..core.context import get_db, get_external_service
from ..core.openapi import errors, list_of
from ..core.schemas import Page
from . import models, schemas, services

bp = APIBlueprint("orders", __name__, tag="orders")


@bp.get("/products")
@bp.input(Page, location="query")
@bp.output(list_of(schemas.Product))
@bp.doc(responses=errors(422))
def list_products(query_data: Page) -> list[models.Product]:
    return services.list_products(get_db(), query_data)


@bp.post("/products")
@bp.auth_required(auth, roles=["admin"])
@bp.input(schemas.ProductCreate)
@bp.output(schemas.Product, 201)
@bp.doc(responses=errors(401, 403, 422))
def create_product(json_data: schemas.ProductCreate) -> models.Product:
    return services.add_product(get_db(), json_data)


@bp.get("/orders")
@bp.auth_required(auth)
@bp.input(Page, location="query")
@bp.output(list_of(schemas.Order))
@bp.doc(responses=errors(401, 422))
def list_orders(query_data: Page) -> list[models.Order]:
    return services.list_orders(get_db(), query_data, get_current_user())


@bp.post("/orders")
@bp.auth_required(auth)
@bp.input(schemas.OrderCreate)
@bp.output(schemas.Order, 201)
@bp.doc(responses=errors(401, 422))
def create_order(json_data: schemas.OrderCreate) -> models.Order:
    return services.add_order(get_db(), json_data, get_current_user())


@bp.get("/orders/summary")
@bp.auth_required(auth)
@bp.output(schemas.OrderSummary)
@bp.doc(responses=errors(401))
def summarize_orders() -> schemas.OrderSummary:
    return services.summarize_orders(get_db(), get_current_user())


@bp.get("/orders/<id:order_id>")
@bp.auth_required(auth)
@bp.output(schemas.Order)
@bp.doc(responses=errors(401, 404, 422))
def get_order(order_id: int) -> models.Order:
    return services.get_order(get_db(), order_id, get_current_user())


@bp.post("/orders/<id:order_id>/cancel")
@bp.auth_required(auth)
@bp.output(schemas.Order)
@bp.doc(responses=errors(401, 404, 409, 422))
def cancel_order(order_id: int) -> models.Order:
    return services.cancel_order(get_db(), order_id, get_current_user())


@bp.post("/orders/<id:order_id>/pay")
@bp.auth_required(auth)
@bp.output(schemas.Order)
@bp.doc(responses=errors(401, 402, 404, 409, 422, 503))
def pay_order(order_id: int) -> models.Order:
    return services.pay_order(get_db(), order_id, get_current_user(), get_external_service())
