"""Registration, login, and users."""

from django.http import HttpRequest
from ninja import Router, Status

from ..core.errors import errors
from ..core.parameters import Paged
from . import schemas, services
from .auth import admin, get_caller, signed_in
from .models import User

router = Router(tags=["accounts"])


@router.post("/register", response={201: schemas.User, **errors(409, 422)})
def register(request: HttpRequest, data: schemas.Register) -> Status[User]:
    return Status(201, services.add_user(data))


@router.post("/login", response={200: schemas.Token, **errors(401, 422)})
def login(request: HttpRequest, data: schemas.Login) -> schemas.Token:
    return services.sign_in(data)


@router.get("/profile", auth=signed_in, response={200: schemas.User, **errors(401)})
def get_profile(request: HttpRequest) -> User:
    return get_caller(request)


@router.get("/users", auth=signed_in, response={200: list[schemas.User], **errors(401, 422)})
def list_users(request: HttpRequest, page: Paged) -> list[User]:
    return services.list_users(page)


@router.post("/users", auth=admin, response={201: schemas.User, **errors(401, 403, 409, 422)})
def create_user(request: HttpRequest, data: schemas.UserCreate) -> Status[User]:
    return Status(201, services.add_user(data))


@router.get(
    "/users/{id:user_id}", auth=signed_in, response={200: schemas.User, **errors(401, 404, 422)}
)
def get_user(request: HttpRequest, user_id: int) -> User:
    return services.get_user(user_id)


@router.put(
    "/users/{id:user_id}",
    auth=signed_in,
    response={200: schemas.User, **errors(401, 403, 404, 409, 422)},
)
def update_user(request: HttpRequest, user_id: int, data: schemas.UserUpdate) -> User:
    return services.update_user(user_id, data, get_caller(request))


@router.delete(
    "/users/{id:user_id}", auth=signed_in, response={204: None, **errors(401, 403, 404, 409, 422)}
)
def delete_user(request: HttpRequest, user_id: int) -> Status[None]:
    services.delete_user(user_id, get_caller(request))
    return Status(204, None)
