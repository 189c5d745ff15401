"""Registration, login, the caller's profile, and users."""

from fastapi import APIRouter

from ..core.dependencies import AppSettings, Db, Paged
from ..core.errors import errors
from . import models, schemas, services
from .dependencies import Admin, CurrentUser

router = APIRouter(tags=["accounts"])


@router.post("/register", status_code=201, response_model=schemas.User, responses=errors(409, 422))
async def register(data: schemas.Register, db: Db) -> models.User:
    return await services.add_user(db, data)


@router.post("/login", response_model=schemas.Token, responses=errors(401, 422))
async def login(data: schemas.Login, db: Db, settings: AppSettings) -> schemas.Token:
    return await services.sign_in(db, data, settings)


@router.get("/profile", response_model=schemas.User, responses=errors(401))
async def get_profile(user: CurrentUser) -> models.User:
    return user


@router.get("/users", response_model=list[schemas.User], responses=errors(401, 422))
async def list_users(db: Db, page: Paged, _: CurrentUser) -> list[models.User]:
    return await services.list_users(db, page)


@router.post(
    "/users", status_code=201, response_model=schemas.User, responses=errors(401, 403, 409, 422)
)
async def create_user(data: schemas.UserCreate, db: Db, _: Admin) -> models.User:
    return await services.add_user(db, data)


@router.get("/users/{user_id:id}", response_model=schemas.User, responses=errors(401, 404, 422))
async def get_user(user_id: int, db: Db, _: CurrentUser) -> models.User:
    return await services.get_user(db, user_id)


@router.put(
    "/users/{user_id:id}", response_model=schemas.User, responses=errors(401, 403, 404, 409, 422)
)
async def update_user(
    user_id: int,
    data: schemas.UserUpdate,
    db: Db,
    user: CurrentUser,
) -> models.User:
    return await services.update_user(db, user_id, data, user)


@router.delete("/users/{user_id:id}", status_code=204, responses=errors(401, 403, 404, 409, 422))
async def delete_user(user_id: int, db: Db, user: CurrentUser) -> None:
    await services.delete_user(db, user_id, user)
