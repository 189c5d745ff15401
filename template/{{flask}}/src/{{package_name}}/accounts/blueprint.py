"""Registration, login, the caller's profile, and users."""

from apiflask import APIBlueprint

from ..core.context import get_db, get_settings
from ..core.openapi import errors, list_of
from ..core.schemas import Page
from . import models, schemas, services
from .auth import auth, get_current_user

bp = APIBlueprint("accounts", __name__, tag="accounts")


@bp.post("/register")
@bp.input(schemas.Register)
@bp.output(schemas.User, 201)
@bp.doc(responses=errors(409, 422))
def register(json_data: schemas.Register) -> models.User:
    return services.add_user(get_db(), json_data)


@bp.post("/login")
@bp.input(schemas.Login)
@bp.output(schemas.Token)
@bp.doc(responses=errors(401, 422))
def login(json_data: schemas.Login) -> schemas.Token:
    return services.sign_in(get_db(), json_data, get_settings())


@bp.get("/profile")
@bp.auth_required(auth)
@bp.output(schemas.User)
@bp.doc(responses=errors(401))
def get_profile() -> models.User:
    return get_current_user()


@bp.get("/users")
@bp.auth_required(auth)
@bp.input(Page, location="query")
@bp.output(list_of(schemas.User))
@bp.doc(responses=errors(401, 422))
def list_users(query_data: Page) -> list[models.User]:
    return services.list_users(get_db(), query_data)


@bp.post("/users")
@bp.auth_required(auth, roles=["admin"])
@bp.input(schemas.UserCreate)
@bp.output(schemas.User, 201)
@bp.doc(responses=errors(401, 403, 409, 422))
def create_user(json_data: schemas.UserCreate) -> models.User:
    return services.add_user(get_db(), json_data)


@bp.get("/users/<id:user_id>")
@bp.auth_required(auth)
@bp.output(schemas.User)
@bp.doc(responses=errors(401, 404, 422))
def get_user(user_id: int) -> models.User:
    return services.get_user(get_db(), user_id)


@bp.put("/users/<id:user_id>")
@bp.auth_required(auth)
@bp.input(schemas.UserUpdate)
@bp.output(schemas.User)
@bp.doc(responses=errors(401, 403, 404, 409, 422))
def update_user(user_id: int, json_data: schemas.UserUpdate) -> models.User:
    return services.update_user(get_db(), user_id, json_data, get_current_user())


@bp.delete("/users/<id:user_id>")
@bp.auth_required(auth)
@bp.output({}, 204)
@bp.doc(responses=errors(401, 403, 404, 409, 422))
def delete_user(user_id: int) -> str:
    services.delete_user(get_db(), user_id, get_current_user())
    return ""
