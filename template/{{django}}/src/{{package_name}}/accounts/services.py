"""Registration and login; users, who are changed by themselves or an admin."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction

from ..core.exceptions import (
    ConflictError,
    ForbiddenError,
    NotAuthenticatedError,
    NotFoundError,
)
from ..core.parameters import part
from ..core.schemas import Page
from . import schemas
from .models import User
from .tokens import create_access_token


def sign_in(data: schemas.Login) -> schemas.Token:
    # Django also hashes an unknown user's password, so that the time does not reveal who exists.
    user = authenticate(username=data.email, password=data.password)
    if user is None:
        raise NotAuthenticatedError("Incorrect email or password")
    token = create_access_token(user.pk, settings.SECRET_KEY, settings.TOKEN_LIFETIME)
    return schemas.Token(token=token)


def list_users(page: Page) -> list[User]:
    return list(User.objects.order_by("id")[part(page)])


def add_user(data: schemas.Register) -> User:
    """Store a new user.

    Raises:
        ConflictError: the email is already registered.
    """
    try:
        return User.objects.create_user(**data.model_dump())
    except IntegrityError:
        raise ConflictError("Email already registered") from None


def get_user(user_id: int) -> User:
    user = User.objects.filter(id=user_id).first()
    if user is None:
        raise NotFoundError("User not found")
    return user


def update_user(user_id: int, data: schemas.UserUpdate, caller: User) -> User:
    user = get_user_to_change(user_id, caller)
    changes = data.model_dump(exclude_unset=True)
    for field, value in changes.items():
        setattr(user, field, value)
    try:
        with transaction.atomic():
            updated = not changes or User.objects.filter(id=user_id).update(**changes)
    except IntegrityError:
        raise ConflictError("Email already registered") from None
    if not updated:  # another request has deleted the user since
        raise NotFoundError("User not found")
    return user


def delete_user(user_id: int, caller: User) -> None:
    user = get_user_to_change(user_id, caller)
    try:
        with transaction.atomic():
            deleted, _ = user.delete()
    except IntegrityError:  # rows of an app that is no longer installed: unknown to Django
        raise ConflictError("Other data refers to this user") from None
    if not deleted:  # another request has deleted the user since
        raise NotFoundError("User not found")


def find_obstacle(user: User) -> str:
    """Return why a user cannot be deleted, or an empty string."""
    try:
        with transaction.atomic():
            User.objects.filter(id=user.id).delete()
            connection.check_constraints()
            transaction.set_rollback(True)
    except IntegrityError:  # as in delete_user
        return f"{user}: other data refers to this user"
    except ConflictError as error:
        return f"{user}: {error}"
    return ""


def get_user_to_change(user_id: int, caller: User) -> User:
    """Return the user with this id.

    Raises:
        ForbiddenError: the caller is neither that user nor an admin.
    """
    user = get_user(user_id)
    if caller.id != user.id and not caller.is_admin:
        raise ForbiddenError
    return user
