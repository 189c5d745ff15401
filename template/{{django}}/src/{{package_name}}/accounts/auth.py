"""Authenticates the caller by the bearer token in the Authorization header."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from ..core.connections import release_connection
from ..core.exceptions import ForbiddenError
from .models import User
from .tokens import read_access_token


def find_user(token: str) -> User | None:
    """Return the active user of a token, or None."""
    user_id = read_access_token(token, settings.SECRET_KEY)
    if user_id is None:
        return None
    user = User.objects.filter(id=user_id, is_active=True).first()
    release_connection()  # the view may wait for the client's body next
    return user


class HTTPBearer(HttpBearer):
    """Requires a signed-in user, or an admin; the OpenAPI document uses the name of this class."""

    def __init__(self, *, admin: bool = False) -> None:
        super().__init__()
        self.admin = admin

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        user = find_user(token)
        if user is not None and self.admin and not user.is_admin:
            raise ForbiddenError
        return user


signed_in = HTTPBearer()
admin = HTTPBearer(admin=True)


def get_caller(request: HttpRequest) -> User:
    """Return the signed-in user, in a view that has `auth`."""
    return cast("User", request.auth)  # type: ignore[attr-defined]
