"""Products: anyone reads them, an admin adds them."""

from fastapi import APIRouter

from .. import models, schemas
from ..dependencies import Admin, Db, Paged
from ..errors import errors
from ..services import products

router = APIRouter(prefix="/products", tags=["products"])


@router.get("", response_model=list[schemas.Product], responses=errors(422))
async def list_products(db: Db, page: Paged) -> list[models.Product]:
    return await products.list_products(db, page)


@router.post("", status_code=201, response_model=schemas.Product, responses=errors(401, 403, 422))
async def create_product(data: schemas.ProductCreate, db: Db, _: Admin) -> models.Product:
    return await products.add_product(db, data)
