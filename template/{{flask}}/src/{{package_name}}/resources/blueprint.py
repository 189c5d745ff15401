"""Resources: anyone reads them, their owner changes them."""

from apiflask import APIBlueprint

from ..accounts.auth import auth, get_current_user
from ..core.context import get_db, get_external_service
from ..core.openapi import errors, list_of
from ..core.schemas import Page
from . import models, schemas, services

bp = APIBlueprint("resources", __name__, tag="resources")


@bp.get("/resources")
@bp.input(Page, location="query")
@bp.output(list_of(schemas.Resource))
@bp.doc(responses=errors(422))
def list_resources(query_data: Page) -> list[models.Resource]:
    return services.list_resources(get_db(), query_data)


@bp.post("/resources")
@bp.auth_required(auth)
@bp.input(schemas.ResourceCreate)
@bp.output(schemas.Resource, 201)
@bp.doc(responses=errors(401, 422))
def create_resource(json_data: schemas.ResourceCreate) -> models.Resource:
    [resource] = services.add_resources(get_db(), [json_data], get_current_user())
    return resource


@bp.post("/resources/bulk")
@bp.auth_required(auth)
@bp.input(schemas.ResourceBulk)
@bp.output(list_of(schemas.Resource), 201)
@bp.doc(responses=errors(401, 422))
def create_resources(json_data: schemas.ResourceBulk) -> list[models.Resource]:
    return services.add_resources(get_db(), json_data.root, get_current_user())


@bp.get("/resources/<id:resource_id>")
@bp.output(schemas.Resource)
@bp.doc(responses=errors(404, 422))
def get_resource(resource_id: int) -> models.Resource:
    return services.get_resource(get_db(), resource_id)


@bp.put("/resources/<id:resource_id>")
@bp.auth_required(auth)
@bp.input(schemas.ResourceUpdate)
@bp.output(schemas.Resource)
@bp.doc(responses=errors(401, 403, 404, 422))
def update_resource(resource_id: int, json_data: schemas.ResourceUpdate) -> models.Resource:
    return services.update_resource(get_db(), resource_id, json_data, get_current_user())


@bp.delete("/resources/<id:resource_id>")
@bp.auth_required(auth)
@bp.output({}, 204)
@bp.doc(responses=errors(401, 403, 404, 422))
def delete_resource(resource_id: int) -> str:
    services.delete_resource(get_db(), resource_id, get_current_user())
    return ""


@bp.get("/resources/<id:resource_id>/external-data")
@bp.auth_required(auth)
@bp.output(schemas.ExternalData)
@bp.doc(responses=errors(401, 404, 422, 503))
def get_external_data(resource_id: int) -> schemas.ExternalData:
    return services.fetch_external_data(get_db(), resource_id, get_external_service())
