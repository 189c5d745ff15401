"""Orders: placed, read, summed up, cancelled and paid by the user they belong to."""

from apiflask import APIBlueprint

from .. import models, schemas
from ..auth import auth, get_current_user
from ..context import get_db, get_external_service
from ..openapi import errors, list_of
from ..services import orders

bp = APIBlueprint("orders", __name__, url_prefix="/orders")


@bp.get("")
@bp.auth_required(auth)
@bp.input(schemas.Page, location="query")
@bp.output(list_of(schemas.Order))
@bp.doc(responses=errors(401, 422))
def list_orders(query_data: schemas.Page) -> list[models.Order]:
    return orders.list_orders(get_db(), query_data, get_current_user())


@bp.post("")
@bp.auth_required(auth)
@bp.input(schemas.OrderCreate)
@bp.output(schemas.Order, 201)
@bp.doc(responses=errors(401, 422))
def create_order(json_data: schemas.OrderCreate) -> models.Order:
    return orders.add_order(get_db(), json_data, get_current_user())


@bp.get("/summary")
@bp.auth_required(auth)
@bp.output(schemas.OrderSummary)
@bp.doc(responses=errors(401))
def summarize_orders() -> schemas.OrderSummary:
    return orders.summarize_orders(get_db(), get_current_user())


@bp.get("/<id:order_id>")
@bp.auth_required(auth)
@bp.output(schemas.Order)
@bp.doc(responses=errors(401, 404, 422))
def get_order(order_id: int) -> models.Order:
    return orders.get_order(get_db(), order_id, get_current_user())


@bp.post("/<id:order_id>/cancel")
@bp.auth_required(auth)
@bp.output(schemas.Order)
@bp.doc(responses=errors(401, 404, 409, 422))
def cancel_order(order_id: int) -> models.Order:
    return orders.cancel_order(get_db(), order_id, get_current_user())


@bp.post("/<id:order_id>/pay")
@bp.auth_required(auth)
@bp.output(schemas.Order)
@bp.doc(responses=errors(401, 402, 404, 409, 422, 503))
def pay_order(order_id: int) -> models.Order:
    return orders.pay_order(get_db(), order_id, get_current_user(), get_external_service())
