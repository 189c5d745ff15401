"""Authenticates the user of a socket."""

from typing import Annotated

from fastapi import Depends, WebSocketException

from ..accounts.dependencies import Bearer
from ..accounts.services import authenticate
from ..core.dependencies import AppSettings, Db
from ..core.exceptions import NotAuthenticatedError


async def get_user_id(db: Db, settings: AppSettings, bearer: Bearer, token: str = "") -> int:
    """Return the caller's id, by the Authorization header or, for browsers, by `?token=`."""
    try:
        user = await authenticate(db, bearer.credentials if bearer else token, settings)
    except NotAuthenticatedError as error:
        raise WebSocketException(1008, error.detail) from None
    return user.id


SocketUserId = Annotated[int, Depends(get_user_id)]
