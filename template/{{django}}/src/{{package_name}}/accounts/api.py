"""Registering and signing in; users, and who may change them."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from ninja import Router, Status

from .. import schemas
from ..core.auth import admin, get_user, signed_in
from ..core.errors import errors
from ..core.parameters import Paged, part
from ..exceptions import ConflictError, ForbiddenError, NotAuthenticatedError, NotFoundError
from ..tokens import create_access_token
from .models import User

router = Router()


def add_user(data: schemas.Register) -> User:
    """Store a new user, or answer 409 where the address is taken."""
    try:
        return User.objects.create_user(**data.model_dump())
    except IntegrityError:
        raise ConflictError("Email already registered") from None


def get_user_to_change(request: HttpRequest, user_id: int) -> User:
    """The user with this id, where the caller is that user or an admin."""
    caller = get_user(request)
    found = find(user_id)
    if caller.id != found.id and not caller.is_admin:
        raise ForbiddenError
    return found


def find(user_id: int) -> User:
    user = User.objects.filter(id=user_id).first()
    if user is None:
        raise NotFoundError("User not found")
    return user


@router.post("/register", response={201: schemas.User, **errors(409, 422)}, tags=["accounts"])
def register(request: HttpRequest, data: schemas.Register) -> Status[User]:
    return Status(201, add_user(data))


@router.post("/login", response={200: schemas.Token, **errors(401, 422)}, tags=["accounts"])
def login(request: HttpRequest, data: schemas.Login) -> schemas.Token:
    # Django checks a password whoever asks, so that the time taken does not tell who exists.
    user = authenticate(request, username=data.email, password=data.password)
    if user is None:
        raise NotAuthenticatedError("Incorrect email or password")
    token = create_access_token(user.pk, settings.SECRET_KEY, settings.TOKEN_LIFETIME)
    return schemas.Token(token=token)


@router.get(
    "/profile", auth=signed_in, response={200: schemas.User, **errors(401)}, tags=["accounts"]
)
def profile(request: HttpRequest) -> User:
    return get_user(request)


@router.get("/users", auth=signed_in, response={200: list[schemas.User], **errors(401, 422)})
def list_users(request: HttpRequest, page: Paged) -> list[User]:
    return list(User.objects.order_by("id")[part(page)])


@router.post("/users", auth=admin, response={201: schemas.User, **errors(401, 403, 409, 422)})
def create_user(request: HttpRequest, data: schemas.UserCreate) -> Status[User]:
    return Status(201, add_user(data))


@router.get(
    "/users/{id:user_id}", auth=signed_in, response={200: schemas.User, **errors(401, 404, 422)}
)
def read_user(request: HttpRequest, user_id: int) -> User:
    return find(user_id)


@router.put(
    "/users/{id:user_id}",
    auth=signed_in,
    response={200: schemas.User, **errors(401, 403, 404, 409, 422)},
)
def update_user(request: HttpRequest, user_id: int, data: schemas.UserUpdate) -> User:
    user = get_user_to_change(request, user_id)
    changes = data.model_dump(exclude_unset=True)
    for field, value in changes.items():
        setattr(user, field, value)
    try:
        with transaction.atomic():
            user.save(update_fields=changes)
    except IntegrityError:
        raise ConflictError("Email already registered") from None
    return user


@router.delete(
    "/users/{id:user_id}", auth=signed_in, response={204: None, **errors(401, 403, 404, 422)}
)
def delete_user(request: HttpRequest, user_id: int) -> Status[None]:
    get_user_to_change(request, user_id).delete()
    return Status(204, None)
