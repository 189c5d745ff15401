"""The way between processes, by a Redis server that comes and goes."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.processes import Process, process
from tests.redis_server import PASSWORD, RedisServer


async def wait_until_heard(sender: Process, receiver: Process) -> None:
    """Send until it is heard: Redis may be back for one and not yet for the other."""
    for _ in range(100):
        await sender.send("again")
        if await receiver.hear(timeout=0.1):
            return
    pytest.fail("Nothing is heard")


async def test_a_message_reaches_every_process(redis: RedisServer) -> None:
    async with process(redis.url) as first, process(redis.url) as second:
        await first.send("hello")

        assert [await first.hear(), await second.hear()] == [b"hello", b"hello"]


async def test_a_message_stays_in_its_database(redis: RedisServer) -> None:
    async with process(redis.url) as own, process(redis.url.replace("/1", "/2")) as other:
        await other.send("theirs")
        await own.send("ours")

        assert [await own.hear(), await other.hear()] == [b"ours", b"theirs"]


@pytest.mark.parametrize("trouble", [RedisServer.down, RedisServer.hanging])
async def test_a_message_that_redis_does_not_take_is_logged_and_later_ones_arrive(
    redis: RedisServer,
    trouble: Callable[[RedisServer], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with process(redis.url) as first, process(redis.url) as second:
        with trouble(redis):
            await first.send("lost")
            assert "Events are lost" in caplog.text
        await wait_until_heard(second, first)
        await wait_until_heard(first, second)

    assert "Redis is back" in caplog.text
    assert PASSWORD not in caplog.text


async def test_a_process_that_starts_before_redis_hears_as_soon_as_it_is_there(
    redis: RedisServer,
) -> None:
    redis.kill()
    async with process(redis.url) as early:
        redis.start()

        await wait_until_heard(early, early)
