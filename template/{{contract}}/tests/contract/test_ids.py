"""Every operation on an id, a new one included, called with ids that no row has."""

import pytest

from tests.contract.answers import prepare
from tests.contract.api import Existing
from tests.operations import OPERATIONS, Operation

# The last three are too large for a column, for any integer of a database, and for 64 bits by far.
IMPOSSIBLE_IDS = [0, -1, 2**31, 2**63, 10**30]


@pytest.mark.parametrize(
    ("operation", "parameter"),
    [
        pytest.param(operation, parameter, id=f"{operation}-{parameter}")
        for operation in OPERATIONS
        for parameter in operation.ids
    ],
)
def test_an_id_that_no_row_has_is_not_found(
    operation: Operation, parameter: str, existing: Existing, admin_headers: dict[str, str]
) -> None:
    case = prepare(operation, existing)
    for id_ in IMPOSSIBLE_IDS:
        case.path_parameters = {**case.path_parameters, parameter: id_}

        response = case.call_and_validate(headers=admin_headers)

        assert response.status_code == 404, f"{operation} with {parameter} = {id_}"
