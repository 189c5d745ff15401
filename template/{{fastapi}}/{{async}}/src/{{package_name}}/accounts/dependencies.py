"""Authenticates the caller by the bearer token in the Authorization header."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ..core.dependencies import AppSettings, Db
from ..core.exceptions import ForbiddenError
from .models import User
from .services import authenticate

Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


async def get_current_user(db: Db, settings: AppSettings, bearer: Bearer) -> User:
    return await authenticate(db, bearer.credentials if bearer else "", settings)


CurrentUser = Annotated[User, Depends(get_current_user)]


async def get_admin(user: CurrentUser) -> User:
    if not user.is_admin:
        raise ForbiddenError
    return user


Admin = Annotated[User, Depends(get_admin)]
