"""Registering, signing in, and one's own profile."""

from apiflask import APIBlueprint

from .. import models, schemas
from ..auth import auth, get_current_user
from ..context import get_db, get_settings
from ..openapi import errors
from ..services import accounts, users

bp = APIBlueprint("accounts", __name__)


@bp.post("/register")
@bp.input(schemas.Register)
@bp.output(schemas.User, 201)
@bp.doc(responses=errors(409, 422))
def register(json_data: schemas.Register) -> models.User:
    return users.add_user(get_db(), json_data)


@bp.post("/login")
@bp.input(schemas.Login)
@bp.output(schemas.Token)
@bp.doc(responses=errors(401, 422))
def login(json_data: schemas.Login) -> schemas.Token:
    return accounts.sign_in(get_db(), json_data, get_settings())


@bp.get("/profile")
@bp.auth_required(auth)
@bp.output(schemas.User)
@bp.doc(responses=errors(401))
def profile() -> models.User:
    return get_current_user()
