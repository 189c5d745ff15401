"""Dependencies of the endpoints: session, settings, page of a list, external service."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Query
from fastapi.requests import HTTPConnection
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.convertors import Convertor, register_url_convertor

from .config import Settings
from .external import ExternalService
from .fields import read_id
from .schemas import Page


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


# A coroutine, although it waits for nothing: FastAPI would run a function in a thread.
async def get_app_settings(connection: HTTPConnection) -> Settings:
    settings: Settings = connection.app.state.settings
    return settings


# Closed before the response is sent, so that a slow client does not hold a connection.
Db = Annotated[AsyncSession, Depends(get_db, scope="function")]
AppSettings = Annotated[Settings, Depends(get_app_settings)]
Paged = Annotated[Page, Query()]


async def get_external_service(
    connection: HTTPConnection, settings: AppSettings
) -> ExternalService:
    return ExternalService(connection.app.state.http, settings.external_api_retry_wait)


External = Annotated[ExternalService, Depends(get_external_service)]
