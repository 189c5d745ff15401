"""Users, and who may change them."""

from fastapi import APIRouter

from .. import models, schemas
from ..dependencies import Admin, CurrentUser, Db, Paged
from ..errors import errors
from ..services import users

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", response_model=list[schemas.User], responses=errors(401, 422))
async def list_users(db: Db, page: Paged, _: CurrentUser) -> list[models.User]:
    return await users.list_users(db, page)


@router.post("", status_code=201, response_model=schemas.User, responses=errors(401, 403, 409, 422))
async def create_user(data: schemas.UserCreate, db: Db, _: Admin) -> models.User:
    return await users.add_user(db, data)


@router.get("/{user_id:id}", response_model=schemas.User, responses=errors(401, 404, 422))
async def get_user(user_id: int, db: Db, _: CurrentUser) -> models.User:
    return await users.get_user(db, user_id)


@router.put("/{user_id:id}", response_model=schemas.User, responses=errors(401, 403, 404, 409, 422))
async def update_user(
    user_id: int,
    data: schemas.UserUpdate,
    db: Db,
    user: CurrentUser,
) -> models.User:
    return await users.update_user(db, user_id, data, user)


@router.delete("/{user_id:id}", status_code=204, responses=errors(401, 403, 404, 422))
async def delete_user(user_id: int, db: Db, user: CurrentUser) -> None:
    await users.delete_user(db, user_id, user)
