"""The data that the external service has on a resource."""

from typing import Any, Literal

from ..core.external import ExternalService, Reply, logged
from .schemas import Metadata


class DataReply(Reply):
    status: Literal["success"]
    data: Metadata


async def fetch_data(external: ExternalService, resource_id: int) -> dict[str, Any]:
    """Return the external data of a resource.

    Raises:
        ExternalServiceError: there is no usable response.
    """
    with logged("data"):
        response = await external.ask("GET", f"/data/{resource_id}")
        return DataReply.read(response, 200).data
