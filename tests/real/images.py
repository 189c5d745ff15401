"""Builds and runs images without a registry: in a store of the session, from base images that are made here."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from filelock import FileLock
from tools import REAL, debian

# Debian's next release has the newest Python. An older debootstrap does not know it, so use its script for `sid`.
DEBIAN = ["--variant=minbase", "--include=ca-certificates,python3", "forky"]
MIRROR = ["http://deb.debian.org/debian", "sid"]
# The machine's own certificates, in place of those of the base.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
ISOLATION = [
    *("--runtime=runc", "--cgroup-manager=cgroupfs", "--no-healthcheck"),
    *("--ulimit=nofile=1024:20000", "--ulimit=nproc=4096:4096"),
    *("--read-only", "--read-only-tmpfs=false"),
]
SECRET = "a-secret-of-the-meta-tests-that-is-long-enough"  # noqa: S105
LIMIT = 300


class Images:
    """The images of a session, each built once for all workers."""

    def __init__(self, folder: Path) -> None:
        """Create the store in a folder."""
        for tool in ("buildah", "debootstrap", "podman", "runc"):
            debian(tool)
        if os.geteuid():
            pytest.fail("images are built by root: run `pytest -m real` as root", pytrace=False)
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.store = [f"--root={folder / 'root'}", f"--runroot={folder / 'run'}", "--storage-driver=overlay"]

    def call(self, tool: str, *options: str | Path, stdin: IO[bytes] | None = None) -> str:
        """Return the output of podman or buildah, or fail the test if the command fails."""
        command = [tool, *self.store, *options]
        done = subprocess.run(
            command, check=False, stdin=stdin or subprocess.DEVNULL, capture_output=True, timeout=LIMIT
        )
        if done.returncode:
            said = (done.stdout + done.stderr).decode(errors="replace")
            pytest.fail(f"{tool} {options[0]} ended with {done.returncode}:\n{said}", pytrace=False)
        return done.stdout.decode().strip()

    def build(self, name: str, project: Path) -> str:
        """Build a project's image, unless another worker has, and return its name."""
        done = self.folder / f"{name}.built"
        with FileLock(self.folder / f"{name}.lock"):
            if not done.exists():
                self._make_bases((project / "Dockerfile").read_text(encoding="utf-8"))
                configuration = self.folder / "uv.toml"
                configuration.write_text("system-certs = true\n")
                volumes = {CERTIFICATES: CERTIFICATES, configuration: Path("/etc/uv/uv.toml")}
                options = [f"--volume={here}:{there}:ro" for here, there in volumes.items() if here.exists()]
                # Pass the machine's proxies on to the build; build arguments are not stored in the image.
                proxies = [name for name in os.environ if re.fullmatch("(https?|no)_proxy", name, re.IGNORECASE)]
                options += [f"--build-arg={name}={os.environ[name]}" for name in proxies]
                how = ["--isolation=chroot", "--pull=never", "--format=docker", "--layers=false", f"--tag={name}"]
                self.call("buildah", "bud", *how, *options, project)
                done.touch()
        return name

    def _make_bases(self, dockerfile: str) -> None:
        """Make the images that a Dockerfile starts from and copies from, under their names."""
        (python,) = {*re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)}
        (uv,) = re.findall(r"--from=(\S+/uv:\S+)", dockerfile)
        with FileLock(self.folder / "bases.lock"):
            if (self.folder / "bases").exists():
                return
            root = self.folder / "debian"
            made = subprocess.run(["debootstrap", *DEBIAN, root, *MIRROR], check=False, capture_output=True)
            if made.returncode:
                pytest.fail(f"debootstrap ended with {made.returncode}:\n{made.stdout.decode()[-2000:]}", pytrace=False)
            (root / "usr/bin/python").symlink_to("python3")
            self._import(root, f"docker.io/library/{python}")
            (self.folder / "uv").mkdir()
            shutil.copy(str(shutil.which("uv")), self.folder / "uv/uv")
            self._import(self.folder / "uv", uv)
            shutil.rmtree(root)
            (self.folder / "bases").touch()

    def _import(self, root: Path, name: str) -> None:
        with subprocess.Popen(
            ["tar", "--create", "--exclude=./var/cache/apt/archives/*", "."], stdout=subprocess.PIPE, cwd=root
        ) as tar:
            self.call("podman", "import", "--quiet", "-", name, stdin=tar.stdout)

    def configuration(self, image: str) -> dict[str, Any]:
        """Return the metadata of an image."""
        found: dict[str, Any] = json.loads(self.call("podman", "image", "inspect", image))[0]
        return found

    def command(self, image: str, *options: str) -> list[str]:
        """Return the command that runs a container."""
        return ["podman", *self.store, "run", *ISOLATION, f"--env=SECRET_KEY={SECRET}", *options, image]


class Container:
    """A running container."""

    def __init__(
        self, images: Images, network: "Network", image: str, *options: str, words: Sequence[str] = ()
    ) -> None:
        """Start the container, with the words of another command if given, and return once it is running."""
        self.images, self.image = images, image
        self.name = f"real-{os.getpid()}-{time.monotonic_ns()}"
        self._files = {name: images.folder / f"{self.name}.{name}" for name in ("pid", "log")}
        with self._files["log"].open("wb") as log:
            command = images.command(
                image, f"--name={self.name}", f"--pidfile={self._files['pid']}", network.option, *options
            )
            self.podman = subprocess.Popen([*command, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(self._first_command, 20, self)

    def _first_command(self) -> bool:
        """Return whether the container's runtime has been replaced by the image's command."""
        try:
            self.process = int(self._files["pid"].read_text())
            words = Path(f"/proc/{self.process}/cmdline").read_text().split("\0")
        except (OSError, ValueError):
            return False
        return words != [""] and not words[0].endswith("runc") and "init" not in words[:2]

    @property
    def log(self) -> str:
        """The output so far."""
        return self._files["log"].read_text(errors="replace")

    def wait_until_healthy(self, seconds: float = 60) -> None:
        """Wait until the image's health check succeeds."""
        kind, *check = self.images.configuration(self.image)["Healthcheck"]["Test"]
        assert kind == "CMD"
        command = ["podman", *self.images.store, "exec", self.name, *check]
        until(lambda: not subprocess.run(command, check=False, capture_output=True).returncode, seconds, self)

    def terminate(self, within: float = 20) -> float:
        """Send SIGTERM to the first process, and return the seconds until it has ended. Taking longer is a failure."""
        since = time.monotonic()
        os.kill(self.process, signal.SIGTERM)
        until(lambda: not Path(f"/proc/{self.process}").exists(), within, self)
        return time.monotonic() - since

    def remove(self) -> None:
        """Kill the container, and remove it with its volumes."""
        self.images.call("podman", "rm", "--force", "--time=0", "--volumes", self.name)
        self.podman.wait(20)


class Network:
    """A network namespace with nothing but a loopback interface, from which PostgreSQL may be reachable."""

    def __init__(self, server: Path | None) -> None:
        """Create the namespace, with a process that keeps it alive."""
        command: list[str | Path] = ["unshare", "--net", sys.executable, REAL / "loopback.py", server or "none"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        assert self.process.stdout.readline() == "ready\n"
        self.option = f"--network=ns:/proc/{self.process.pid}/ns/net"

    @contextmanager
    def caller(self, kind: str) -> Iterator[None]:
        """Keep a connection to the server open: `idle`, `request` or `websocket`."""
        entered = f"--net=/proc/{self.process.pid}/ns/net"
        command: list[str | Path] = ["nsenter", entered, sys.executable, REAL / "caller.py", kind]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as caller:
            assert caller.stdout
            try:
                assert caller.stdout.readline() == "open\n"
                yield
            finally:
                caller.kill()

    def close(self) -> None:
        """Remove the namespace by killing its process."""
        self.process.kill()
        self.process.communicate()


def until(holds: Callable[[], bool], seconds: float, container: Container) -> None:
    """Wait until a condition holds; else fail with the container's output."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} seconds; the output of the container:\n{container.log}", pytrace=False)
        time.sleep(0.01)
