"""Resources."""

from django.http import HttpRequest
from ninja import Router, Status

from ..accounts.auth import get_caller, signed_in
from ..core.errors import errors
from ..core.parameters import Paged
from . import schemas, services
from .models import Resource

router = Router(tags=["resources"])


@router.get("", response={200: list[schemas.Resource], **errors(422)})
def list_resources(request: HttpRequest, page: Paged) -> list[Resource]:
    return services.list_resources(page)


@router.post("", auth=signed_in, response={201: schemas.Resource, **errors(401, 422)})
def create_resource(request: HttpRequest, data: schemas.ResourceCreate) -> Status[Resource]:
    [resource] = services.add_resources([data], get_caller(request))
    return Status(201, resource)


@router.post("/bulk", auth=signed_in, response={201: list[schemas.Resource], **errors(401, 422)})
def create_resources(request: HttpRequest, data: schemas.ResourceBulk) -> Status[list[Resource]]:
    return Status(201, services.add_resources(data.root, get_caller(request)))


@router.get("/{id:resource_id}", response={200: schemas.Resource, **errors(404, 422)})
def get_resource(request: HttpRequest, resource_id: int) -> Resource:
    return services.get_resource(resource_id)


@router.put(
    "/{id:resource_id}",
    auth=signed_in,
    response={200: schemas.Resource, **errors(401, 403, 404, 422)},
)
def update_resource(
    request: HttpRequest, resource_id: int, data: schemas.ResourceUpdate
) -> Resource:
    return services.update_resource(resource_id, data, get_caller(request))


@router.delete(
    "/{id:resource_id}", auth=signed_in, response={204: None, **errors(401, 403, 404, 422)}
)
def delete_resource(request: HttpRequest, resource_id: int) -> Status[None]:
    services.delete_resource(resource_id, get_caller(request))
    return Status(204, None)


@router.get(
    "/{id:resource_id}/external-data",
    auth=signed_in,
    response={200: schemas.ExternalData, **errors(401, 404, 422, 503)},
)
def get_external_data(request: HttpRequest, resource_id: int) -> schemas.ExternalData:
    return services.fetch_external_data(resource_id)
