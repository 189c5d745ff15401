"""The data that the external service has of a resource."""

from typing import Any, Literal

from ..core.external import ExternalService, Reply, logged
from .schemas import Metadata


class DataReply(Reply):
    status: Literal["success"]
    data: Metadata


async def fetch_data(external: ExternalService, resource_id: int) -> dict[str, Any]:
    """The external data of a resource.

    Raises:
        ExternalServiceError: there is no usable answer.
    """
    with logged("data"):
        response = await external.ask("GET", f"/data/{resource_id}")
        return DataReply.read(response, 200).data
