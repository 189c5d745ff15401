"""Resources: anyone reads them, their owner changes them."""

from fastapi import APIRouter

from ..accounts.dependencies import CurrentUser
from ..core.dependencies import Db, External, Paged
from ..core.errors import errors
from . import models, schemas, services

router = APIRouter(prefix="/resources", tags=["resources"])


@router.get("", response_model=list[schemas.Resource], responses=errors(422))
async def list_resources(db: Db, page: Paged) -> list[models.Resource]:
    return await services.list_resources(db, page)


@router.post("", status_code=201, response_model=schemas.Resource, responses=errors(401, 422))
async def create_resource(
    data: schemas.ResourceCreate,
    db: Db,
    user: CurrentUser,
) -> models.Resource:
    [resource] = await services.add_resources(db, [data], user)
    return resource


@router.post(
    "/bulk", status_code=201, response_model=list[schemas.Resource], responses=errors(401, 422)
)
async def create_resources(
    data: schemas.ResourceBulk, db: Db, user: CurrentUser
) -> list[models.Resource]:
    return await services.add_resources(db, data.root, user)


@router.get("/{resource_id:id}", response_model=schemas.Resource, responses=errors(404, 422))
async def get_resource(resource_id: int, db: Db) -> models.Resource:
    return await services.get_resource(db, resource_id)


@router.put(
    "/{resource_id:id}", response_model=schemas.Resource, responses=errors(401, 403, 404, 422)
)
async def update_resource(
    resource_id: int, data: schemas.ResourceUpdate, db: Db, user: CurrentUser
) -> models.Resource:
    return await services.update_resource(db, resource_id, data, user)


@router.delete("/{resource_id:id}", status_code=204, responses=errors(401, 403, 404, 422))
async def delete_resource(resource_id: int, db: Db, user: CurrentUser) -> None:
    await services.delete_resource(db, resource_id, user)


@router.get(
    "/{resource_id:id}/external-data",
    response_model=schemas.ExternalData,
    responses=errors(401, 404, 422, 503),
)
async def get_external_data(
    resource_id: int, db: Db, _: CurrentUser, external: External
) -> schemas.ExternalData:
    return await services.fetch_external_data(db, resource_id, external)
