"""Checks the number of worker processes."""

import os
import sys
from argparse import ArgumentParser
from multiprocessing import current_process, parent_process

# An exit code for which uvicorn and gunicorn do not start another worker.
STARTUP_FAILURE = 3


def refuse_workers(redis_url: str) -> None:
    """Refuse to start several worker processes without Redis, which carries events between them.

    Call it in the module that the server imports.

    Raises:
        SystemExit: there are several. Only the first of uvicorn's workers prints the reason, in one
            line, and exits; uvicorn then stops the others.
    """
    first = current_process().name in ("MainProcess", "SpawnProcess-1")
    if first and not redis_url and count_workers() > 1:
        print("Invalid settings: more than one worker needs REDIS_URL", file=sys.stderr)
        raise SystemExit(STARTUP_FAILURE)


def count_workers() -> int:
    """Return the number of worker processes that the server starts."""
    if parent_process() is None and "gunicorn" not in sys.modules:
        return 1  # the only process: uvicorn starts several workers by multiprocessing
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-w", "--workers", type=int)
    parser.add_argument("--reload", action="store_true")
    told, _ = parser.parse_known_args(sys.argv[1:])
    if told.reload:
        return 1
    environment = os.environ.get("UVICORN_WORKERS") or os.environ.get("WEB_CONCURRENCY") or "1"
    return int(told.workers or environment)
