"""A run does not depend on its surroundings: a hostile shell, an awkward or read-only folder, another run."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
from combinations import STACK, Combination, one_per
from filelock import FileLock
from psycopg import sql
from rendering import Projects
from suites import LIMIT, Runners, Workplace, suite, suite_environment, write
from uvicorn.main import main as uvicorn

NOWHERE = "http://192.0.2.1:9"
# Without a colon, which separates the folders of PYTHONPATH, and without what coverage takes for a pattern or a slash:
# brackets and backslashes.
AWKWARD = 'feature%2Flogin it\'s #1 & $HOME `x` "q" ü? {x} ;'
# Too long for the path of a Unix socket, and with the syntax of a SQLite URL.
LONG = "tmp?mode=memory&a=%20" + "l" * 100

# Options that people run a suite with, a different one for each framework.
LESS = {"fastapi": ["-n", "2"], "flask": ["-p", "no:randomly"], "django": ["--no-migrations"]}


@cache
def locust_variables() -> list[str]:
    """Return the variables that Locust reads, from another process: importing Locust patches the process."""
    program = "from locust.argument_parser import get_parser; print(*(a.env_var for a in get_parser()._actions))"
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    return [name for name in said.split() if name != "None"]


def settings_of(project: Path) -> list[str]:
    """Return the names of a project's settings."""
    [source] = (project / "src").glob("*/core/config.py")
    classes = [node for node in ast.parse(source.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
    [fields] = [node.body for node in classes if node.name == "Settings"]
    return [ast.unparse(node.target) for node in fields if isinstance(node, ast.AnnAssign)]


def hostile(project: Path, home: Path) -> dict[str, str]:
    """Return environment variables that would each change or break a program that reads it."""
    settings = dict.fromkeys(settings_of(project), "hostile")
    options = {f"UVICORN_{option.name}".upper(): "1" for option in uvicorn.params if option.name}
    return {
        **{name.upper(): value for name, value in settings.items()},
        **{name: value for name, value in settings.items() if name != "database_url"},
        **options,
        **dict.fromkeys(locust_variables(), "1"),
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE),
        **dict.fromkeys(("ALL_PROXY", "all_proxy"), "socks5h://127.0.0.1:9"),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), "fd07::/64,[::1]"),
        **dict.fromkeys(("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), "/nowhere"),
        **dict.fromkeys(("PGHOST", "PGHOSTADDR"), "192.0.2.1"),
        **dict.fromkeys(("PGDATABASE", "PGUSER", "PGSERVICE", "PGSSLMODE", "PGOPTIONS", "PSYCOPG_IMPL"), "nothing"),
        **dict.fromkeys(("DATABASE_URL", "TEST_DATABASE_URL", "CONTRACT_EXAMPLES", "LOCUST_PAUSES"), ""),
        "UVICORN_LOG_LEVEL": "critical",
        "GUNICORN_CMD_ARGS": "--log-level critical --bind 192.0.2.1:1 --workers 0",
        "WEB_CONCURRENCY": "many",
        "FORWARDED_ALLOW_IPS": "nobody",
        "PORT": "none",
        "DJANGO_SETTINGS_MODULE": f"{next((project / 'src').iterdir()).name}.settings",
        "DJANGO_CONFIGURATION": "Development",
        "DJANGO_LIVE_TEST_SERVER_ADDRESS": "192.0.2.1:1",
        "FLASK_DEBUG": "1",
        "FLASK_APP": "nothing",
        "FASTAPI_ENV": "nothing",
        "OTEL_PYTHON_CONTEXT": "nothing",
        "PYDANTIC_DISABLE_PLUGINS": "nothing",
        "WEBSOCKETS_MAX_LINE_LENGTH": "nothing",
        "ALEMBIC_CONFIG": "/nowhere/alembic.ini",
        "HYPOTHESIS_STORAGE_DIRECTORY": "/nowhere",
        "SCHEMATHESIS_HOOKS": "nothing",
        "NETRC": str(home / ".netrc"),
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "COLUMNS": "20",
        "HOME": str(home),
    }


def declare_setting(project: Path) -> None:
    """Add a setting, as an owner would, and a test that it has its default."""
    [source] = (project / "src").glob("*/core/config.py")
    text = source.read_text(encoding="utf-8")
    source.write_text(
        text.replace("    token_minutes", "    added_later: int = 1\n    token_minutes", 1), encoding="utf-8"
    )
    (project / "tests/unit/test_added_later.py").write_text(
        f"from {source.parents[1].name}.core.config import get_settings\n\n\n"
        "def test_it() -> None:\n    assert get_settings().added_later == 1\n",
        encoding="utf-8",
    )


def close(folder: Path) -> list[str]:
    """Make a folder read-only; return the prefix of a command that makes it so for root, too."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
        if os.geteuid() == 0:
            shutil.chown(path, "nobody")
    return ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-all"] if os.geteuid() == 0 else []


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder that is made writable again at the end, so that pytest can remove it."""
    yield tmp_path
    subprocess.run(["chmod", "-R", "u+rwX", tmp_path], check=True)
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", "0", tmp_path], check=True)


# Each stack once, and several stacks per database.
SURROUNDED = [
    combination
    for index, combination in enumerate(one_per(*sorted(STACK), "database", last=True, example="shop"))
    if index % 4 in {0, 3}
]


@pytest.mark.parametrize("combination", SURROUNDED, ids=str)
def test_a_hostile_environment_does_not_change_a_run(
    combination: Combination,
    projects: Projects,
    runners: Runners,
    place: Path,
    new_database: Callable[[str], str],
    worker_id: str,
) -> None:
    rendered = projects.get(combination.data)
    project, home, temporary = place / AWKWARD / "project", place / "home", place / AWKWARD / LONG
    shutil.copytree(rendered, project)
    home.mkdir()
    temporary.mkdir()
    declare_setting(project)
    variables = hostile(project, home)
    (project / ".env").write_text("".join(f"{name}=hostile-file\n" for name in settings_of(project)), encoding="utf-8")
    (project / ".flaskenv").write_text("FLASK_DEBUG=1\nTOKEN_MINUTES=hostile\n", encoding="utf-8")
    (home / ".netrc").write_text("default login somebody password secret\n", encoding="utf-8")
    (home / ".locust.conf").write_text("users = 77\nexpect-workers = 9\n", encoding="utf-8")
    if combination["database"] == "postgresql":
        variables["TEST_DATABASE_URL"] = new_database(f"{worker_id}_hostile_test")

    collected = runners.suite(combination["framework"], rendered, "-q", "--collect-only").output
    [expected] = re.findall(r"^(\d+)(?:/\d+)? tests collected", collected, re.MULTILINE)
    options = [*suite(project, "-q", "--cov"), *LESS.get(str(combination["framework"]), [])]
    at = options.index("no:cacheprovider")
    options[at - 1 : at + 1] = []  # people run pytest with its cache, which cannot be written here
    done = subprocess.run(
        [*close(project), sys.executable, "-m", *options],
        check=False,
        cwd=project,
        env=suite_environment(**variables, TMPDIR=str(temporary)),
        capture_output=True,
        text=True,
        timeout=2 * LIMIT,  # everything runs, with coverage, and nothing is shared
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{int(expected) + 1} passed" in done.stdout
    assert not list(home.glob(".gunicorn*"))


# URLs that name the database `shop`, or an unknown one, in addition to or instead of `test`.
OTHERS = [
    "{server}/shop",
    "{server}/test?dbname=shop",
    "{server}?dbname=shop",
    "{server}/?dbname=test",
    "{server}/test?service=shop",
    "{server}/test?host=127.0.0.1",
    "{server}/test?hostaddr=127.0.0.1",
    "{server}/test?port={port}",
    "postgresql://postgres@127.0.0.1,127.0.0.1:{port}/test",
    "postgresql:///test?host=127.0.0.1,127.0.0.1&port={port}",
]
on_postgresql = pytest.mark.parametrize(
    "combination", [c for c in one_per("framework", "database") if c["database"] == "postgresql"], ids=str
)


@pytest.fixture
def project(projects: Projects, combination: Combination, workplace: Workplace) -> Path:
    """A project whose tests create databases."""
    return workplace.become(projects.get(combination.data | {"test_layers": ["pact"]}))


@pytest.fixture
def precious(
    new_database: Callable[[str], str], postgres_server: Callable[[], str], session_folder: Path
) -> Iterator[Callable[[], set[str]]]:
    """Create databases that a run must not touch; return a function that returns those that exist."""
    names = {"shop", "pact", "e2e", "empty", "load", "gw0_pact"}

    def find() -> set[str]:
        with psycopg.connect(f"{postgres_server()}/postgres") as connection:
            return names & {str(row[0]) for row in connection.execute("SELECT datname FROM pg_database")}

    with FileLock(session_folder / "precious.lock"):
        for name in names:
            new_database(name)
        yield find
        with psycopg.connect(f"{postgres_server()}/postgres", autocommit=True) as connection:
            for name in names:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


@on_postgresql
def test_another_database_is_refused_in_one_line_and_still_there(
    combination: Combination,
    project: Path,
    runners: Runners,
    precious: Callable[[], set[str]],
    postgres_server: Callable[[], str],
) -> None:
    there = precious()
    server = postgres_server()
    port = server.rpartition(":")[2]
    for way in OTHERS:
        url = way.format(server=server, port=port)
        outcome = runners.suite(combination["framework"], project, "-q", "tests/pact", TEST_DATABASE_URL=url)
        assert outcome.exit_code == pytest.ExitCode.USAGE_ERROR, f"{url}\n{outcome.output}"
        assert len(outcome.output.strip().splitlines()) == 1, outcome.output
        assert "TEST_DATABASE_URL does not name a test database" in outcome.output
    assert precious() == there


@on_postgresql
def test_a_blank_url_counts_as_unset(
    combination: Combination,
    project: Path,
    runners: Runners,
    precious: Callable[[], set[str]],
    postgres_server: Callable[[], str],
) -> None:
    there = precious()
    variables = {"TEST_DATABASE_URL": "", "PGHOST": "127.0.0.1", "PGPORT": postgres_server().rpartition(":")[2]}
    outcome = runners.suite(combination["framework"], project, "-q", "tests/pact", **variables)
    if os.geteuid() == 0:
        assert outcome.exit_code == pytest.ExitCode.USAGE_ERROR, outcome.output
        assert "PostgreSQL does not run as root: set TEST_DATABASE_URL" in outcome.output.splitlines()[-1]
    else:
        assert outcome, outcome.output
    assert precious() == there


@on_postgresql
def test_drop_refuses_a_database_without_the_word_test(
    combination: Combination,
    project: Path,
    runners: Runners,
    precious: Callable[[], set[str]],
    new_database: Callable[[str], str],
    worker_id: str,
) -> None:
    there = precious()
    write(
        project / "tests/unit/test_drop.py",
        b"from tests.plugins.databases import connect, drop\n\n\n"
        b"def test_it(test_url: str) -> None:\n"
        b"    with connect(test_url) as server:\n"
        b"        drop(server, test_url.rpartition('/')[0] + '/shop')\n",
    )
    settings = {"TEST_DATABASE_URL": new_database(f"{worker_id}_drop_test")}
    outcome = runners.suite(combination["framework"], project, "-q", "tests/unit/test_drop.py", **settings)
    assert outcome.exit_code == pytest.ExitCode.USAGE_ERROR, outcome.output
    assert "the word 'test' in their names, not 'shop'" in outcome.output
    assert precious() == there


@contextmanager
def running(project: Path, test: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Start a test that runs until the file `go` exists, and yield its process once it has begun."""
    command = [sys.executable, "-m", *suite(project, "-q", test)]
    (project / "begun").unlink(missing_ok=True)
    with subprocess.Popen(
        command, cwd=project, env=suite_environment(**variables), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            deadline = time.monotonic() + LIMIT
            while not (project / "begun").exists():
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield process
        finally:
            process.kill()


@on_postgresql
def test_two_runs_on_one_database_are_kept_apart(
    combination: Combination, project: Path, runners: Runners, new_database: Callable[[str], str], worker_id: str
) -> None:
    name = f"{worker_id}_two_runs_test"
    write(
        project / "tests/integration/test_slow.py",
        b"import pathlib\nimport time\n\nfrom tests.factories.accounts import UserFactory\n\n\n"
        b"def test_it(db: object) -> None:\n"
        b"    UserFactory()\n"
        b"    pathlib.Path('begun').touch()\n"
        b"    while not pathlib.Path('go').exists():\n"
        b"        time.sleep(0.05)\n",
    )
    slow, usual = "tests/integration/test_slow.py", "tests/integration/test_health.py"
    settings = {"TEST_DATABASE_URL": new_database(name)}

    def run_second() -> tuple[int, str]:
        outcome = runners.suite(combination["framework"], project, "-q", usual, **settings)
        return outcome.exit_code, outcome.output.strip().splitlines()[-1]

    with running(project, slow, **settings) as first:
        exit_code, said = run_second()
        assert exit_code == pytest.ExitCode.USAGE_ERROR
        assert f"Another test run uses {name!r}: wait for its end, or change TEST_DATABASE_URL" in said
        (project / "go").touch()
        assert "1 passed" in first.communicate()[0]
    (project / "go").unlink()

    with running(project, slow, **settings) as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
    # A connection of somebody else does not lock the database, either.
    with psycopg.connect(settings["TEST_DATABASE_URL"]):
        exit_code, said = run_second()
    assert exit_code == pytest.ExitCode.OK, said
