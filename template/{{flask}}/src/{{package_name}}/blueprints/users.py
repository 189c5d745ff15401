"""Users, and who may change them."""

from apiflask import APIBlueprint

from .. import models, schemas
from ..auth import auth, get_current_user
from ..context import get_db
from ..openapi import errors, list_of
from ..services import users

bp = APIBlueprint("users", __name__, url_prefix="/users")


@bp.get("")
@bp.auth_required(auth)
@bp.input(schemas.Page, location="query")
@bp.output(list_of(schemas.User))
@bp.doc(responses=errors(401, 422))
def list_users(query_data: schemas.Page) -> list[models.User]:
    return users.list_users(get_db(), query_data)


@bp.post("")
@bp.auth_required(auth, roles=["admin"])
@bp.input(schemas.UserCreate)
@bp.output(schemas.User, 201)
@bp.doc(responses=errors(401, 403, 409, 422))
def create_user(json_data: schemas.UserCreate) -> models.User:
    return users.add_user(get_db(), json_data)


@bp.get("/<id:user_id>")
@bp.auth_required(auth)
@bp.output(schemas.User)
@bp.doc(responses=errors(401, 404, 422))
def get_user(user_id: int) -> models.User:
    return users.get_user(get_db(), user_id)


@bp.put("/<id:user_id>")
@bp.auth_required(auth)
@bp.input(schemas.UserUpdate)
@bp.output(schemas.User)
@bp.doc(responses=errors(401, 403, 404, 409, 422))
def update_user(user_id: int, json_data: schemas.UserUpdate) -> models.User:
    return users.update_user(get_db(), user_id, json_data, get_current_user())


@bp.delete("/<id:user_id>")
@bp.auth_required(auth)
@bp.output({}, 204)
@bp.doc(responses=errors(401, 403, 404, 422))
def delete_user(user_id: int) -> str:
    users.delete_user(get_db(), user_id, get_current_user())
    return ""
