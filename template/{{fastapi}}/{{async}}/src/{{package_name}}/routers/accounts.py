"""Registering, signing in, and one's own profile."""

from fastapi import APIRouter

from .. import models, schemas
from ..dependencies import AppSettings, CurrentUser, Db
from ..errors import errors
from ..services import accounts, users

router = APIRouter(tags=["accounts"])


@router.post("/register", status_code=201, response_model=schemas.User, responses=errors(409, 422))
async def register(data: schemas.Register, db: Db) -> models.User:
    return await users.add_user(db, data)


@router.post("/login", response_model=schemas.Token, responses=errors(401, 422))
async def login(data: schemas.Login, db: Db, settings: AppSettings) -> schemas.Token:
    return await accounts.sign_in(db, data, settings)


@router.get("/profile", response_model=schemas.User, responses=errors(401))
async def profile(user: CurrentUser) -> models.User:
    return user
