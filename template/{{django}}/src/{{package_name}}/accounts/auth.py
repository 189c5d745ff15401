"""Who is calling, by the token of the Authorization header."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from ..core.connections import release_connection
from ..core.exceptions import ForbiddenError
from .models import User
from .tokens import read_access_token


def find_user(token: str) -> User | None:
    """The active user that a token names."""
    user_id = read_access_token(token, settings.SECRET_KEY)
    if user_id is None:
        return None
    user = User.objects.filter(id=user_id, is_active=True).first()
    release_connection()  # what the view waits for next may be the client's body
    return user


class HTTPBearer(HttpBearer):
    """Lets in who is signed in, or admins alone; the OpenAPI document calls it by this name."""

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
    """The user who is signed in, in a view that asks for one."""
    return cast("User", request.auth)  # type: ignore[attr-defined]
