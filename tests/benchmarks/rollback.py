"""The cost of isolating a test: by a rollback, compared with creating and dropping the tables.

`python tests/benchmarks/rollback.py` prints milliseconds per test and their ratio, for each FastAPI stack and
database. The time of a test without a database is subtracted from both.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import postgres
from combinations import one_per
from rendering import Projects
from suites import Runners

TESTS = 200
FIXTURES = ("monkeypatch", "db", "created_and_dropped")
MODULE = """
import pytest
from sqlalchemy import create_engine

from {package}.models import Base


@pytest.fixture
def created_and_dropped(database_url):
    engine = create_engine(database_url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    yield
    Base.metadata.drop_all(engine)
    engine.dispose()


@pytest.mark.parametrize("number", range({tests}))
@pytest.mark.usefixtures("{fixture}")
def test_nothing(number):
    pass
"""


def seconds(runners: Runners, project: Path, fixture: str, database: str) -> float:
    """Return the seconds that pytest reports for TESTS tests with a fixture."""
    module = project / "tests" / "test_benchmark.py"
    package = next((project / "src").iterdir()).name
    module.write_text(MODULE.format(package=package, tests=TESTS, fixture=fixture))
    outcome = runners.suite("fastapi", project, "-q", str(module), TEST_DATABASE_URL=database)
    module.unlink()
    match = re.search(rf"{TESTS} passed in ([\d.]+)s", outcome.output)
    if match is None:
        raise SystemExit(outcome.output)
    return float(match[1])


def main() -> None:
    """Print a line for each stack and database."""
    folder = Path(tempfile.mkdtemp(prefix="rollback-"))
    try:
        projects = Projects(folder)
        runners = Runners(projects)
        cluster = postgres.start(folder)
        print(f"{'':30} rolled back   created and dropped   ratio")
        for combination in one_per("framework", "database_access", "database"):
            if combination["framework"] != "fastapi":
                continue
            project = projects.copy(combination.data, folder / str(combination))
            database = postgres.create_database(cluster, "benchmark_test")
            ways = [seconds(runners, project, fixture, database) for fixture in FIXTURES]
            bare, rolled, dropped = (1000 * total / TESTS for total in ways)
            rolled, dropped = rolled - bare, dropped - bare
            print(f"{str(combination)[:30]:30} {rolled:8.1f} ms {dropped:18.1f} ms {dropped / rolled:7.0f}")
        runners.close()
    finally:
        postgres.stop(folder)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
