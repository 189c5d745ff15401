"""Deleting a user while another transaction stores an order of theirs."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from tests.e2e.database import connected
from tests.factories.orders import OrderFactory

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def wait_for_a_lock(database: str) -> None:
    """Wait until a transaction waits for another one."""
    deadline = time.monotonic() + 5
    with connected(database) as db:
        while not db.scalar(WAITING):
            assert time.monotonic() < deadline, "No transaction waits for a lock"
            time.sleep(0.01)


def test_a_user_is_not_deleted_while_an_order_with_a_payment_in_progress_is_being_stored(
    user: Any, customer: httpx2.Client, database: str
) -> None:
    with ThreadPoolExecutor() as pool, connected(database) as db:
        db.add(OrderFactory.build(user=user, processing=True))
        db.flush()
        deleting = pool.submit(customer.delete, f"/api/v1/users/{user.id}")
        wait_for_a_lock(database)
        db.commit()
        deleted = deleting.result()

    assert (deleted.status_code, deleted.json()) == (409, {"detail": "Payment in progress"})
