"""Products, and the orders that users place, read, sum up, cancel and pay."""

from fastapi import APIRouter

from ..accounts.dependencies import Admin, CurrentUser
from ..core.dependencies import Db, External, Paged
from ..core.errors import errors
from . import models, schemas, services

router = APIRouter(tags=["orders"])


@router.get("/products", response_model=list[schemas.Product], responses=errors(422))
async def list_products(db: Db, page: Paged) -> list[models.Product]:
    return await services.list_products(db, page)


@router.post(
    "/products", status_code=201, response_model=schemas.Product, responses=errors(401, 403, 422)
)
async def create_product(data: schemas.ProductCreate, db: Db, _: Admin) -> models.Product:
    return await services.add_product(db, data)


@router.get("/orders", response_model=list[schemas.Order], responses=errors(401, 422))
async def list_orders(db: Db, page: Paged, user: CurrentUser) -> list[models.Order]:
    return await services.list_orders(db, page, user)


@router.post("/orders", status_code=201, response_model=schemas.Order, responses=errors(401, 422))
async def create_order(data: schemas.OrderCreate, db: Db, user: CurrentUser) -> models.Order:
    return await services.add_order(db, data, user)


@router.get("/orders/summary", response_model=schemas.OrderSummary, responses=errors(401))
async def summarize_orders(db: Db, user: CurrentUser) -> schemas.OrderSummary:
    return await services.summarize_orders(db, user)


@router.get("/orders/{order_id:id}", response_model=schemas.Order, responses=errors(401, 404, 422))
async def get_order(order_id: int, db: Db, user: CurrentUser) -> models.Order:
    return await services.get_order(db, order_id, user)


@router.post(
    "/orders/{order_id:id}/cancel",
    response_model=schemas.Order,
    responses=errors(401, 404, 409, 422),
)
async def cancel_order(order_id: int, db: Db, user: CurrentUser) -> models.Order:
    return await services.cancel_order(db, order_id, user)


@router.post(
    "/orders/{order_id:id}/pay",
    response_model=schemas.Order,
    responses=errors(401, 402, 404, 409, 422, 503),
)
async def pay_order(order_id: int, db: Db, user: CurrentUser, external: External) -> models.Order:
    return await services.pay_order(db, order_id, user, external)
