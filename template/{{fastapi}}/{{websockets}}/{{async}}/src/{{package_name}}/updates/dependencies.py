"""Who a socket belongs to."""

from typing import Annotated

from fastapi import Depends, WebSocketException

from ..accounts.dependencies import Bearer
from ..accounts.services import authenticate
from ..core.dependencies import AppSettings, Db
from ..core.exceptions import NotAuthenticatedError


async def get_user_id(db: Db, settings: AppSettings, bearer: Bearer, token: str = "") -> int:
    """The caller, by the Authorization header or, as browsers cannot send one, by `?token=`."""
    try:
        user = await authenticate(db, bearer.credentials if bearer else token, settings)
    except NotAuthenticatedError as error:
        raise WebSocketException(1008, error.detail) from None
    return user.id


SocketUserId = Annotated[int, Depends(get_user_id)]
