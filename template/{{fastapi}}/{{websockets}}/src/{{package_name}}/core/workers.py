"""How many processes serve the application."""

import os
import sys
from argparse import ArgumentParser
from multiprocessing import current_process, parent_process

# What uvicorn and gunicorn take as "the application is at fault": they start no other worker.
STARTUP_FAILURE = 3


def refuse_workers(redis_url: str) -> None:
    """Refuse to be one of several worker processes, where no Redis takes events from one to another.

    Call it where a server loads the application.

    Raises:
        SystemExit: there are several; said in one line, by the first of uvicorn's, with which the rest end.
    """
    first = current_process().name in ("MainProcess", "SpawnProcess-1")
    if first and not redis_url and count_workers() > 1:
        print("Invalid settings: more than one worker needs REDIS_URL", file=sys.stderr)
        raise SystemExit(STARTUP_FAILURE)


def count_workers() -> int:
    """The number of worker processes that the server was told to start."""
    if parent_process() is None and "gunicorn" not in sys.modules:
        return 1  # no worker, or the only one: uvicorn's run in processes of multiprocessing
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-w", "--workers", type=int)
    parser.add_argument("--reload", action="store_true")
    told, _ = parser.parse_known_args(sys.argv[1:])
    if told.reload:
        return 1
    environment = os.environ.get("UVICORN_WORKERS") or os.environ.get("WEB_CONCURRENCY") or "1"
    return int(told.workers or environment)
