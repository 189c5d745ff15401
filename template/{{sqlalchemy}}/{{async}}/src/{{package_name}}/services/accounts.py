"""Signing in, and who is signed in."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .. import schemas
from ..config import Settings
from ..exceptions import NotAuthenticatedError
from ..models import User
from ..passwords import verify_password
from ..tokens import create_access_token, read_access_token


async def sign_in(db: AsyncSession, data: schemas.Login, settings: Settings) -> schemas.Token:
    user = await db.scalar(select(User).where(User.email == data.email))
    await db.commit()  # the connection is free while the password is checked
    # It is checked whoever asks, so that the time taken does not tell who exists.
    fits = await verify_password(data.password, user.hashed_password if user else None)
    if user is None or not fits or not user.is_active:
        raise NotAuthenticatedError("Incorrect email or password")
    lifetime = timedelta(minutes=settings.token_minutes)
    return schemas.Token(token=create_access_token(user.id, settings.secret_key, lifetime))


async def authenticate(db: AsyncSession, token: str, settings: Settings) -> User:
    """The active user that a token names, for which no connection is kept."""
    user_id = read_access_token(token, settings.secret_key)
    known = user_id is not None and 0 < user_id <= schemas.MAX_ID
    user = await db.get(User, user_id) if known else None
    await db.commit()  # the connection is free until the caller's request needs it
    if user is None or not user.is_active:
        raise NotAuthenticatedError
    return user
