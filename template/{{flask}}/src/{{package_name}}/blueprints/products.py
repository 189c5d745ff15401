"""Products: anyone reads them, an admin adds them."""

from apiflask import APIBlueprint

from .. import models, schemas
from ..auth import auth
from ..context import get_db
from ..openapi import errors, list_of
from ..services import products

bp = APIBlueprint("products", __name__, url_prefix="/products")


@bp.get("")
@bp.input(schemas.Page, location="query")
@bp.output(list_of(schemas.Product))
@bp.doc(responses=errors(422))
def list_products(query_data: schemas.Page) -> list[models.Product]:
    return products.list_products(get_db(), query_data)


@bp.post("")
@bp.auth_required(auth, roles=["admin"])
@bp.input(schemas.ProductCreate)
@bp.output(schemas.Product, 201)
@bp.doc(responses=errors(401, 403, 422))
def create_product(json_data: schemas.ProductCreate) -> models.Product:
    return products.add_product(get_db(), json_data)
