"""Authenticates the caller: `@bp.auth_required(auth)`, for admins with `roles=["admin"]`."""

from typing import NoReturn, cast

from apiflask import HTTPError, HTTPTokenAuth

from ..core.context import get_db, get_settings
from ..core.exceptions import ForbiddenError, NotAuthenticatedError
from .models import User
from .services import authenticate


def verify_token(token: str) -> User:
    return authenticate(get_db(), token, get_settings())


def get_roles(user: User) -> list[str]:
    return ["admin"] if user.is_admin else []


def refuse(error: HTTPError) -> NoReturn:
    raise NotAuthenticatedError if error.status_code == 401 else ForbiddenError


auth = HTTPTokenAuth(security_scheme_name="HTTPBearer")
auth.verify_token(verify_token)
auth.get_user_roles(get_roles)
auth.error_processor(refuse)


def get_current_user() -> User:
    """Return the caller, in a view with `auth_required`."""
    return cast("User", auth.current_user)
