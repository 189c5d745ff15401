"""Orders: placed, read, summed up, cancelled and paid by the user they belong to."""

from fastapi import APIRouter

from .. import models, schemas
from ..dependencies import CurrentUser, Db, External, Paged
from ..errors import errors
from ..services import orders

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("", response_model=list[schemas.Order], responses=errors(401, 422))
async def list_orders(db: Db, page: Paged, user: CurrentUser) -> list[models.Order]:
    return await orders.list_orders(db, page, user)


@router.post("", status_code=201, response_model=schemas.Order, responses=errors(401, 422))
async def create_order(data: schemas.OrderCreate, db: Db, user: CurrentUser) -> models.Order:
    return await orders.add_order(db, data, user)


@router.get("/summary", response_model=schemas.OrderSummary, responses=errors(401))
async def summarize_orders(db: Db, user: CurrentUser) -> schemas.OrderSummary:
    return await orders.summarize_orders(db, user)


@router.get("/{order_id:id}", response_model=schemas.Order, responses=errors(401, 404, 422))
async def get_order(order_id: int, db: Db, user: CurrentUser) -> models.Order:
    return await orders.get_order(db, order_id, user)


@router.post(
    "/{order_id:id}/cancel", response_model=schemas.Order, responses=errors(401, 404, 409, 422)
)
async def cancel_order(order_id: int, db: Db, user: CurrentUser) -> models.Order:
    return await orders.cancel_order(db, order_id, user)


@router.post(
    "/{order_id:id}/pay",
    response_model=schemas.Order,
    responses=errors(401, 402, 404, 409, 422, 503),
)
async def pay_order(order_id: int, db: Db, user: CurrentUser, external: External) -> models.Order:
    return await orders.pay_order(db, order_id, user, external)
