"""Sharing results between combinations, and remembering them between runs, hides no failure."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from combinations import COMBINATIONS, ROOT, STACK, Combination, one_per, where
from rendering import IGNORED, Projects, copy_template
from sharing import Ledger
from suites import Runners, environment, run, suite, suite_environment
from test_suites import misread
from trees import folders, tree


@pytest.mark.parametrize(
    ("reads", "said"),
    [("../../README.md", "'README.md'"), ("../integration/test_health.py", "'tests/integration/test_health.py'")],
)
def test_a_test_that_opens_a_file_declared_unread_is_found(
    projects: Projects, runners: Runners, tmp_path: Path, reads: str, said: str
) -> None:
    project = projects.copy({"test_layers": []}, tmp_path / "project")
    reading = f"from pathlib import Path\n\n\ndef test_it():\n    (Path(__file__).parent / {reads!r}).exists()\n"
    reading += f"    open(Path(__file__).parent / {reads!r}).close()\n"
    (project / "tests/unit/test_reading.py").write_text(reading, encoding="utf-8")
    audited = tmp_path / "audit.json"
    folders = ["tests/unit/test_reading.py", "tests/integration/test_health.py"]
    outcome = runners.suite("fastapi", project, "-q", "-p", "audit", f"--audit={audited}", *folders)
    assert outcome, outcome.output
    assert said in misread(json.loads(audited.read_text()))


def test_a_folder_that_ran_elsewhere_is_imported_and_not_run(
    projects: Projects, runners: Runners, tmp_path: Path
) -> None:
    project = projects.copy({"test_layers": []}, tmp_path / "project")
    failing = project / "tests" / "performance" / "test_failing.py"
    failing.write_text("def test_it():\n    raise AssertionError\n")
    record = f"--record={tmp_path / 'record.json'}"
    options = ["-q", "-p", "recording", record, "--left-out=tests/performance", "--left-out=tests/integration"]
    outcome = runners.suite("fastapi", project, *options, "--first-alone=tests/unit")
    assert outcome, outcome.output
    assert len(json.loads((tmp_path / "record.json").read_text())["outcomes"]) == 1
    failing.write_text("import nothing_of_this_name\n")
    outcome = runners.suite("fastapi", project, *options, "--first-alone=tests/unit")
    assert outcome.exit_code == pytest.ExitCode.INTERRUPTED
    assert "nothing_of_this_name" in outcome.output


def test_a_project_with_another_ci_shares_its_tree_and_one_with_another_application_does_not(
    projects: Projects,
) -> None:
    first = COMBINATIONS[0]
    twin = next(c for c in COMBINATIONS if c.application == first.application and c["ci"] != first["ci"])
    other = next(c for c in COMBINATIONS if c.application != first.application)
    assert tree(projects.get(first.data)) == tree(projects.get(twin.data)) != tree(projects.get(other.data))


@pytest.mark.parametrize(
    ("changed", "affected"),
    [
        ("src/my_api/app.py", r"tests/\w+"),
        ("tests/plugins/client.py", r"tests/\w+"),
        ("tests/serving.py", "tests/(pact|e2e|load)"),
        ("tests/unit/test_accounts_tokens.py", "tests/unit"),
        ("README.md", "none"),
        ("docs/testing.md", "none"),
    ],
)
def test_a_changed_file_changes_the_digests_of_the_folders_that_read_it(
    projects: Projects, tmp_path: Path, changed: str, affected: str
) -> None:
    project = projects.copy({}, tmp_path / "project")
    with (project / changed).open("a") as file:
        file.write("# changed\n")
    before, after = folders(projects.get({}), "pytest"), folders(project, "pytest")
    assert len(before) == 8
    assert [name for name in before if before[name] != after[name]] == [n for n in before if re.fullmatch(affected, n)]


def test_a_pass_is_remembered_in_the_next_session_and_a_failure_runs_again(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    first, second = (Ledger(tmp_path / name, memory) for name in ("first", "second"))
    assert first.once("good", lambda: "") == ("", "run")
    assert first.once("good", lambda: "") == ("", "shared")
    assert first.once("bad", lambda: "no") == ("no", "run")
    assert first.once("bad", lambda: "") == ("no", "shared")
    assert second.once("good", lambda: "no") == ("", "remembered")
    assert second.once("bad", lambda: "") == ("", "run")
    assert Ledger(tmp_path / "fresh", None).once("good", lambda: "no") == ("no", "run")


def test_what_a_dead_worker_left_unfinished_is_an_error(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    ledger = Ledger(tmp_path, None)
    (ledger.session / "key.claim").write_text(str(ended.pid))
    with pytest.raises(RuntimeError, match="run it again"):
        ledger.once("key", lambda: "")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of this repository, in whose template faults are planted."""
    copy = copy_template(tmp_path / "repository")
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns(*IGNORED))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files that PostgreSQL's user can access."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def run_meta_tests(repository: Path, temporary: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the meta-tests of a copy, as a developer does."""
    variables = environment(TMPDIR=str(temporary))
    variables.pop("CI", None)
    command = [sys.executable, "-m", "pytest", *options]
    return subprocess.run(command, check=False, cwd=repository, env=variables, capture_output=True, text=True)


def counted(output: str, row: str) -> int:
    """Return a number of the final table."""
    match = re.search(rf"^{re.escape(row)} +(\d+)$", output, re.MULTILINE)
    assert match, output
    return int(match[1])


OVERLAY = "template/{{sqlalchemy}}/{{websockets}}/src/{{package_name}}/updates/subscribers.py"
SUBJECT = "template/{{shop}}/src/{{package_name}}/orders/schemas.py"
SHARED = "template/src/{{package_name}}/core/fields.py"


def red(repository: Path, run: subprocess.CompletedProcess[str]) -> set[str]:
    """Return the names of the combinations that failed."""
    report = ET.parse(repository / "report.xml")  # noqa: S314 - pytest wrote it
    failed = [str(case.get("name")) for case in report.iter("testcase") if case.find("failure") is not None]
    assert failed, run.stdout
    return {name.partition("[")[2].rstrip("]") for name in failed}


@pytest.mark.parametrize(
    ("file", "old", "new", "contains"),
    [
        (
            SUBJECT,
            "min_length=1, max_length",
            "min_length=2, max_length",
            lambda c: c["example"] == "shop",
        ),
        (SHARED, "<= MAX_ID else 0", "<= MAX_ID else 1", lambda _: True),
    ],
    ids=["subject", "shared"],
)
def test_a_fault_turns_the_combinations_with_it_red_and_no_others(
    repository: Path,
    temporary: Path,
    file: str,
    old: str,
    new: str,
    contains: Callable[[Combination], bool],
) -> None:
    which = "framework == 'flask' and database == 'sqlite' and test_layers == () and ci == 'github'"
    which += " and not use_websockets"
    chosen = where(which)
    source = (repository / file).read_text(encoding="utf-8")
    assert old in source, f"{file} has changed: update where the fault is planted"
    (repository / file).write_text(source.replace(old, new), encoding="utf-8")
    options = ["tests/test_suites.py", "-k", "own_tests", "-n", "2", f"--combinations={which}", "--junitxml=report.xml"]
    run = run_meta_tests(repository, temporary, *options)
    assert red(repository, run) == {str(combination) for combination in chosen if contains(combination)}, run.stdout


def test_a_fault_in_one_overlay_turns_the_combinations_with_it_red_and_no_others(
    repository: Path, temporary: Path
) -> None:
    which = "framework == 'flask' and database == 'sqlite' and test_layers in [(), ('snapshot',)]"
    which += " and example == 'shop'"
    chosen = where(which)
    options = ["tests/test_suites.py", "-k", "own_tests", "-n", "2", f"--combinations={which}"]
    overlay = repository / OVERLAY
    source = overlay.read_text()
    overlay.write_text(source.replace('"subscribed"', '"subscribe"'))

    failing = run_meta_tests(repository, temporary, *options, "--junitxml=report.xml")
    assert red(repository, failing) == {str(c) for c in chosen if c["use_websockets"]}
    assert counted(failing.stdout, "suites run") == len({(c.application, c["test_layers"]) for c in chosen})
    one = next(c for c in chosen if c["use_websockets"])
    assert f"pytest -k {one}\n" in failing.stdout
    again = rf"^copier copy .* --data=use_websockets=true .*{re.escape(str(one))}$"
    assert re.search(again, failing.stdout, re.MULTILINE), failing.stdout
    kept = Path(str(re.search(r"is kept in (\S+)$", failing.stdout, re.MULTILINE)[1]))  # type: ignore[index]
    assert "test_updates" in (kept / str(one) / "output.txt").read_text()
    assert (kept / str(one) / "project" / "pyproject.toml").is_file()

    overlay.write_text(source)
    green = run_meta_tests(repository, temporary, *options)
    assert green.returncode == 0, green.stdout
    remembered = len([c for c in chosen if not c["use_websockets"]])
    assert counted(green.stdout, "tests remembered from an earlier run") == remembered
    again_green = run_meta_tests(repository, temporary, *options)
    assert again_green.returncode == 0, "a run with nothing left to do must succeed"
    fresh = run_meta_tests(repository, temporary, *options, "--fresh", "-k", "own_tests and not websockets")
    assert fresh.returncode == 0, fresh.stdout
    assert counted(fresh.stdout, "suites run") == 2


# Stacks and examples with some of the layers: combinations with all of them run whole anyway.
SAMPLE = [
    combination
    for index, combination in enumerate(one_per(*sorted(STACK), "example", test_layers=("snapshot", "pact", "e2e")))
    if index % 4 in {0, 3}
]


@pytest.mark.parametrize("combination", SAMPLE, ids=str)
def test_a_whole_run_from_nothing_agrees_with_the_shared_verdict(
    combination: Combination, projects: Projects, tmp_path: Path
) -> None:
    project = projects.copy(combination.data, tmp_path / "project")
    done = run(project, sys.executable, "-m", *suite(project, "-q"), **suite_environment())
    # Its shared verdict is the test of this combination in tests/test_suites.py, which passes, too.
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_an_interrupted_run_leaves_no_process_and_no_file(
    repository: Path, temporary: Path, number: signal.Signals
) -> None:
    before = {file for file in repository.rglob("*") if "__pycache__" not in file.parts}
    variables = environment(TMPDIR=str(temporary), PYTHONDONTWRITEBYTECODE="1")
    command = [sys.executable, "-m", "pytest", "tests/test_suites.py", "-n", "2", "-p", "no:cacheprovider", "--fresh"]
    run = subprocess.Popen(
        [*command, "-k", "own_tests", "--combinations=test_layers == ('e2e',)"],
        cwd=repository,
        env=variables,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + 240
    while not any("ENVIRONMENT=production" in process for process in running_under(temporary)):
        assert time.monotonic() < until, "no suite has started a server"
        assert run.poll() is None
        time.sleep(0.1)
    if number == signal.SIGINT:
        os.killpg(run.pid, number)  # as a terminal does
    else:
        run.send_signal(number)
    run.wait(timeout=60)
    until = time.monotonic() + 10
    while left := running_under(temporary):
        assert time.monotonic() < until, left
        time.sleep(0.1)
    assert not list(temporary.iterdir())
    assert {file for file in repository.rglob("*") if "__pycache__" not in file.parts} == before


def running_under(folder: Path) -> list[str]:
    """Return the command and environment of processes that work in a folder, or name it in either."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            started_with = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            works_in = str((process / "cwd").readlink())
        except OSError:
            continue
        if int(process.name) != os.getpid() and (
            str(folder).encode() in started_with or works_in.startswith(str(folder))
        ):
            found.append(started_with.decode(errors="replace"))
    return found
