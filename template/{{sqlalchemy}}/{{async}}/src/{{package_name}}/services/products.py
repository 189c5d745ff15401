"""Products: anyone reads them, an admin adds them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .. import schemas
from ..models import Product


async def list_products(db: AsyncSession, page: schemas.Page) -> list[Product]:
    products = await db.scalars(
        select(Product).order_by(Product.id).offset(page.skip).limit(page.limit),
    )
    return list(products)


async def add_product(db: AsyncSession, data: schemas.ProductCreate) -> Product:
    product = Product(**data.model_dump())
    db.add(product)
    await db.commit()
    return product
