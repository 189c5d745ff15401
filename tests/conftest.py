"""Options, selection and fixtures of the meta-tests: the session's folder, its projects and their runners."""

import os
import re
import shutil
import signal
import sysconfig
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import costs
import postgres
import psutil
import pytest
from combinations import COMBINATIONS, Combination, covering, where
from jinja2 import Environment
from memory import Memory, key
from rendering import TEMPLATE, Projects
from reporting import CPU, KEY, REMEMBERED, Report
from sharing import Ledger
from suites import Runners, Workplace
from xdist.workermanage import WorkerController

FOLDER = pytest.StashKey[Path]()
RUNNERS = pytest.StashKey[Runners]()
BEFORE = pytest.StashKey[float]()
MEMORY = pytest.StashKey[Memory | None]()
# Bytes that the projects, the databases and everything else in a session need, with room to spare.
ROOM = 4 << 30


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that select combinations and tests."""
    group = parser.getgroup("combinations")
    group.addoption(
        "--combinations",
        default="all",
        metavar="WHICH",
        help="all (the default), pairwise (few that hold every pair of answers), or an expression as in copier.yml: "
        "\"framework == 'fastapi' and not use_websockets\"",
    )
    group.addoption("--shard", default="1/1", metavar="N/OF", help="run the Nth of OF parts of the tests")
    group.addoption("--write-costs", action="store_true", help="save what each test costs to tests/costs.json")
    group.addoption("--fresh", action="store_true", help="run again what has passed before; CI always does")


def selected(which: str) -> list[Combination]:
    """Return the combinations that `--combinations` selects, or raise a usage error."""
    if which == "all":
        return COMBINATIONS
    try:
        return covering(2) if which == "pairwise" else where(which)
    except ValueError as error:
        message = f"--combinations: {error}"
        raise pytest.UsageError(message) from None


def shard(option: str) -> tuple[int, int]:
    """Return which part is run, and of how many, or raise a usage error."""
    match = re.fullmatch(r"(\d+)/(\d+)", option)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        message = f"--shard: expected a part and how many there are, as in 2/4, not {option!r}"
        raise pytest.UsageError(message)
    return int(match[1]), int(match[2])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the selected combinations and of this shard, and sort them: the slowest first."""
    wanted = set(selected(config.getoption("--combinations")))
    part, parts = shard(config.getoption("--shard"))
    # Tests of one application share results, so they stay in one shard.
    shares = {item: share_of(item) for item in items}
    mine = costs.split(costs.total((share, cost_of(item)) for item, share in shares.items()), parts)
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item, share in shares.items():
        combination = combination_of(item)
        is_mine = mine[share] == part - 1 and (combination is None or combination in wanted)
        (kept if is_mine else left_out).append(item)
    memory = config.stash[MEMORY]
    if memory:
        # Tests marked `real` depend on the machine in ways that the memory does not track.
        lasting = [item for item in kept if not item.get_closest_marker("real")]
        known = {item for item in lasting if memory.has(item.nodeid, combination_of(item))}
        tell(config, len(known))
        left_out += [item for item in kept if item in known]
        kept = [item for item in kept if item not in known]
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted(kept, key=place)


def tell(config: pytest.Config, remembered: int) -> None:
    """Pass the number of remembered tests to the report, through xdist if this is a worker."""
    if hasattr(config, "workeroutput"):
        config.workeroutput[REMEMBERED] = remembered
    elif isinstance(report := config.pluginmanager.get_plugin("report"), Report):
        report.remembered = remembered


def share_of(item: pytest.Item) -> object:
    """Return the unit that sharding keeps together: the application for tests that use the ledger, else the test."""
    combination = combination_of(item)
    return combination.application if combination and "ledger" in getattr(item, "fixturenames", ()) else item


def cost_of(item: pytest.Item) -> float:
    """Return the measured CPU seconds of a test."""
    return costs.cost(item.nodeid, combination_of(item))


def combination_of(item: pytest.Item) -> Combination | None:
    """Return the combination that a test is parametrized with, if any."""
    callspec = getattr(item, "callspec", None)
    combination = callspec.params.get("combination") if callspec else None
    return combination if isinstance(combination, Combination) else None


def place(item: pytest.Item) -> tuple[float, ...]:
    """Return the sort key of a test: the slowest first.

    Of equally slow tests, small combinations come first, since larger ones share their results; combinations that
    differ only in what no test reads come last.
    """
    combination = combination_of(item)
    return (-cost_of(item), *((costs.is_twin(combination), combination.size) if combination else (False, 0)))


def pytest_configure(config: pytest.Config) -> None:
    """Create the session's folder, or, in an xdist worker, use the controller's."""
    # Use the tools installed beside pytest, even if their virtual environment is not activated.
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    # A process started in the background ignores SIGINT, and so would its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    fresh = config.getoption("--fresh") or os.environ.get("CI")
    memory = config.stash[MEMORY] = None if fresh else Memory(config.cache.mkdir("green"))
    if hasattr(config, "workerinput"):
        config.stash[FOLDER] = Path(config.workerinput["folder"])
        return
    selected(config.getoption("--combinations"))
    shard(config.getoption("--shard"))
    config.pluginmanager.register(Report(config, make_folder(config), memory), "report")
    # On SIGTERM, clean up as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def takes_session(folder: Path) -> bool:
    """Return whether a folder has enough free space for a session, and is not mounted noexec."""
    if not folder.is_dir():
        return False
    return shutil.disk_usage(folder).free > ROOM and not os.statvfs(folder).f_flag & os.ST_NOEXEC


def make_folder(config: pytest.Config) -> Path:
    """Create the session's folder for all temporary files: in memory if possible, since a disk is slower."""
    on_disk = tempfile.gettempdir()
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp creates a folder in it
    in_memory = "TMPDIR" not in os.environ and takes_session(memory)
    folder = Path(tempfile.mkdtemp(prefix="meta-tests-", dir=memory if in_memory else on_disk))
    folder.chmod(0o755)  # for the user that PostgreSQL runs as
    # Hard links to files on the disk have to be on the same file system.
    (folder / "disk").symlink_to(tempfile.mkdtemp(prefix="meta-tests-", dir=on_disk))
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    config.stash[FOLDER] = folder
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Run one worker more than there are processors: one usually waits for a server."""
    return (yield) + 1


def cpu_seconds(config: pytest.Config) -> float:
    """Return the CPU seconds of this process and its children, including the fork servers."""
    servers = config.stash[RUNNERS].processes() if RUNNERS in config.stash else []
    spent = [os.times()[:4], *(psutil.Process(process).cpu_times()[:4] for process in servers)]
    return sum(map(sum, spent))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Remember the CPU seconds before a test."""
    item.stash[BEFORE] = cpu_seconds(item.config)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Report the CPU seconds of a test, and the key of what it depends on."""
    yield
    item.user_properties.append((CPU, cpu_seconds(item.config) - item.stash[BEFORE]))
    if item.config.stash[MEMORY]:
        item.user_properties.append((KEY, key(item.nodeid, combination_of(item))))


def pytest_configure_node(node: WorkerController) -> None:
    """Pass the session's folder to an xdist worker."""
    node.workerinput["folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop PostgreSQL and remove the session's folder, however the session ended."""
    if not hasattr(config, "workerinput") and FOLDER in config.stash:
        folder = config.stash[FOLDER]
        postgres.stop(folder)
        shutil.rmtree((folder / "disk").resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def session_folder(pytestconfig: pytest.Config) -> Path:
    """The folder that all workers of the session share."""
    return pytestconfig.stash[FOLDER]


@pytest.fixture(scope="session")
def projects(session_folder: Path) -> Projects:
    """The projects of the session, rendered on first use."""
    return Projects(session_folder)


@pytest.fixture(scope="session")
def ledger(session_folder: Path, pytestconfig: pytest.Config) -> Ledger:
    """The results so far, of this session and, without `--fresh`, of earlier ones."""
    memory = pytestconfig.stash[MEMORY]
    return Ledger(session_folder, memory.file.parent if memory else None)


@pytest.fixture(scope="session")
def runners(projects: Projects, pytestconfig: pytest.Config) -> Iterator[Runners]:
    """Runs the projects' suites, and the tools that check them."""
    runners = pytestconfig.stash[RUNNERS] = Runners(projects)
    yield runners
    del pytestconfig.stash[RUNNERS]
    runners.close()


@pytest.fixture(scope="session")
def workplace(session_folder: Path, worker_id: str) -> Workplace:
    """The folder in which this worker runs one project after another."""
    return Workplace(session_folder / "work" / worker_id / "project")


@pytest.fixture(scope="session")
def postgres_server(session_folder: Path) -> Callable[[], str]:
    """Start PostgreSQL on the first call, for all workers; return its URL without a database."""
    return lambda: postgres.start(session_folder)


@pytest.fixture(scope="session")
def new_database(postgres_server: Callable[[], str]) -> Callable[[str], str]:
    """Create an empty database with this name, and return its URL."""
    return lambda name: postgres.create_database(postgres_server(), name)


@pytest.fixture(scope="session")
def copier_template_paths() -> list[str]:
    """The paths that pytest-copier copies as the template."""
    return list(TEMPLATE)


@pytest.fixture(scope="module")
def compiled_once() -> Iterator[None]:
    """Compile each Jinja template once: Copier compiles all of them in each copy, and an update makes several."""
    compiled: dict[tuple[object, ...], CodeType] = {}
    compile_anew = Environment.compile

    def compile_once(environment: Environment, source: str, name: str | None = None, *place: Any) -> CodeType:  # noqa: ANN401
        if (source, name) not in compiled:
            compiled[source, name] = compile_anew(environment, source, name, *place)
        return compiled[source, name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", compile_once)
        yield
