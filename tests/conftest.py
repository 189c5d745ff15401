"""What the meta-tests share: a folder a session, the projects rendered in it, and one PostgreSQL."""

import os
import shutil
import signal
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

import postgres
import pytest
from rendering import TEMPLATE, Projects
from xdist.workermanage import WorkerController

FOLDER = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let machines share the tests."""
    parser.addoption("--shard", default="1/1", metavar="N/OF", help="run the Nth of so many parts of the tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of this machine's part."""
    part, parts = map(int, config.getoption("--shard").split("/"))
    config.hook.pytest_deselected(items=[item for index, item in enumerate(items) if index % parts != part - 1])
    items[:] = items[part - 1 :: parts]


def pytest_configure(config: pytest.Config) -> None:
    """Make the session's folder, which xdist's workers are told of."""
    # The tools are those installed beside pytest, whether or not their environment is activated.
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    if hasattr(config, "workerinput"):
        config.stash[FOLDER] = Path(config.workerinput["folder"])
        return
    config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="meta-tests-"))
    # A run that is told to end tidies up as one that is interrupted does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_configure_node(node: WorkerController) -> None:
    """Tell a worker of the session's folder."""
    node.workerinput["folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind, however the session ended."""
    if not hasattr(config, "workerinput") and FOLDER in config.stash:
        postgres.stop(config.stash[FOLDER])
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


@pytest.fixture(scope="session")
def session_folder(pytestconfig: pytest.Config) -> Path:
    """The folder that all workers of the session share."""
    return pytestconfig.stash[FOLDER]


@pytest.fixture(scope="session")
def projects(session_folder: Path) -> Projects:
    """The projects of the session."""
    return Projects(session_folder)


@pytest.fixture(scope="session")
def new_database(session_folder: Path) -> Callable[[str], str]:
    """Create an empty database of a name, and return its URL."""
    return lambda name: postgres.create_database(postgres.start(session_folder), name)


@pytest.fixture(scope="session")
def copier_template_paths() -> list[str]:
    """What pytest-copier takes as the template."""
    return list(TEMPLATE)
