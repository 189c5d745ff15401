"""Registration and login; users, who are changed by themselves or an admin."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from ..core.config import Settings
from ..core.exceptions import (
    ConflictError,
    ForbiddenError,
    NotAuthenticatedError,
    NotFoundError,
)
from ..core.fields import MAX_ID
from ..core.schemas import Page
from . import schemas
from .models import User
from .passwords import hash_password, verify_password
from .tokens import create_access_token, read_access_token

# Called before a user is deleted; other subjects add checks that raise ConflictError.
deletion_checks: list[Callable[[AsyncSession, User], Any]] = []


async def sign_in(db: AsyncSession, data: schemas.Login, settings: Settings) -> schemas.Token:
    user = await db.scalar(select(User).where(User.email == data.email))
    await db.commit()  # the connection is free while the password is checked
    # Also called for an unknown user, so that the time does not reveal who exists.
    fits = await verify_password(data.password, user.hashed_password if user else None)
    if user is None or not fits or not user.is_active:
        raise NotAuthenticatedError("Incorrect email or password")
    lifetime = timedelta(minutes=settings.token_minutes)
    return schemas.Token(token=create_access_token(user.id, settings.secret_key, lifetime))


async def authenticate(db: AsyncSession, token: str, settings: Settings) -> User:
    """Return the active user of a token, and release the database connection.

    Raises:
        NotAuthenticatedError: the token is not valid, or has no active user.
    """
    user_id = read_access_token(token, settings.secret_key)
    known = user_id is not None and 0 < user_id <= MAX_ID
    user = await db.get(User, user_id) if known else None
    await db.commit()  # the connection is free until the caller's request needs it
    if user is None or not user.is_active:
        raise NotAuthenticatedError
    return user


async def list_users(db: AsyncSession, page: Page) -> list[User]:
    users = await db.scalars(
        select(User).order_by(User.id).offset(page.skip).limit(page.limit),
    )
    return list(users)


async def add_user(db: AsyncSession, data: schemas.Register) -> User:
    """Store a new user.

    Raises:
        ConflictError: the email is already registered.
    """
    user = User(
        **data.model_dump(exclude={"password"}),
        hashed_password=await hash_password(data.password),
    )
    db.add(user)
    await commit_unique_email(db)
    return user


async def get_user(db: AsyncSession, user_id: int) -> User:
    user = await db.get(User, user_id)
    if user is None:
        raise NotFoundError("User not found")
    return user


async def update_user(
    db: AsyncSession,
    user_id: int,
    data: schemas.UserUpdate,
    caller: User,
) -> User:
    user = await get_user_to_change(db, user_id, caller)
    for field, value in data.model_dump(exclude_unset=True).items():
        setattr(user, field, value)
    await commit_unique_email(db)
    return user


async def delete_user(db: AsyncSession, user_id: int, caller: User) -> None:
    user = await get_user_to_change(db, user_id, caller)
    for check in deletion_checks:
        await check(db, user)
    deleted = await db.scalar(delete(User).where(User.id == user.id).returning(User.id))
    await db.commit()
    if deleted is None:  # another request has deleted the user since
        raise NotFoundError("User not found")


async def get_user_to_change(db: AsyncSession, user_id: int, caller: User) -> User:
    """Return the user with this id.

    Raises:
        ForbiddenError: the caller is neither that user nor an admin.
    """
    user = await get_user(db, user_id)
    if caller.id != user.id and not caller.is_admin:
        raise ForbiddenError
    return user


async def commit_unique_email(db: AsyncSession) -> None:
    try:
        await db.commit()
    except IntegrityError:
        await db.rollback()
        raise ConflictError("Email already registered") from None
    except StaleDataError:  # another request has deleted the user since
        await db.rollback()
        raise NotFoundError("User not found") from None
