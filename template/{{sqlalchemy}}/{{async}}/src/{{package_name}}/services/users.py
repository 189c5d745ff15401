"""Users, and who may change them."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from .. import schemas
from ..exceptions import ConflictError, ForbiddenError, NotFoundError
from ..models import User
from ..passwords import hash_password


async def list_users(db: AsyncSession, page: schemas.Page) -> list[User]:
    users = await db.scalars(
        select(User).order_by(User.id).offset(page.skip).limit(page.limit),
    )
    return list(users)


async def add_user(db: AsyncSession, data: schemas.Register) -> User:
    """Store a new user, whose address must be new too."""
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
    await db.delete(user)
    await db.commit()


async def get_user_to_change(db: AsyncSession, user_id: int, caller: User) -> User:
    """The user with this id, where the caller is that user or an admin."""
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
