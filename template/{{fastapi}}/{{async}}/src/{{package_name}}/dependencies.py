"""What the endpoints depend on: a session, the caller, a page, the external service."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Query
from fastapi.requests import HTTPConnection
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.convertors import Convertor, register_url_convertor

from .config import Settings
from .exceptions import ForbiddenError
from .external import ExternalService
from .models import User
from .schemas import Page, read_id
from .services.accounts import authenticate


class IdConvertor(Convertor[int]):
    """An id in a path."""

    regex = "[0-9]+"

    def convert(self, value: str) -> int:
        return read_id(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("id", IdConvertor())


async def get_db(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(connection.app.state.engine, expire_on_commit=False) as session:
        yield session


# What waits for nothing is a coroutine, too: a function would be run in a thread.
async def get_app_settings(connection: HTTPConnection) -> Settings:
    settings: Settings = connection.app.state.settings
    return settings


# Closed before the response is sent: a client may take its time to read it.
Db = Annotated[AsyncSession, Depends(get_db, scope="function")]
AppSettings = Annotated[Settings, Depends(get_app_settings)]
Paged = Annotated[Page, Query()]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


async def get_current_user(db: Db, settings: AppSettings, bearer: Bearer) -> User:
    return await authenticate(db, bearer.credentials if bearer else "", settings)


CurrentUser = Annotated[User, Depends(get_current_user)]


async def get_admin(user: CurrentUser) -> User:
    if not user.is_admin:
        raise ForbiddenError
    return user


Admin = Annotated[User, Depends(get_admin)]


async def get_external_service(
    connection: HTTPConnection, settings: AppSettings
) -> ExternalService:
    return ExternalService(connection.app.state.http, settings.external_api_retry_wait)


External = Annotated[ExternalService, Depends(get_external_service)]
