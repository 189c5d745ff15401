"""Each project's own tests and types, run in the environment of the meta-tests.

Projects with the same readable files share one run. Otherwise each folder of tests runs in the first project with the
same files for that folder. In addition, for each pair of optional plugins, the first project of a stack that has both,
one or neither of them runs the first test of each folder. The other folders of a project are imported if anything of
it runs. tests/trees.py defines which files are readable; the suites run without the others. `alembic check` is part of
the suites.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import combinations as pairs

import pytest
from combinations import COMBINATIONS, STACK, UNTESTED, Combination, additions, one_per
from recording import folder_of
from rendering import Projects
from sharing import Ledger
from suites import Runners, Workplace, plugins
from trees import UNREAD, digest, folders, tree

every_combination = pytest.mark.parametrize("combination", COMBINATIONS, ids=str)

Record = Callable[[str, object], None]


def settings_of(combination: Combination, server: Callable[[], str], name: str) -> dict[str, str]:
    """Return the settings of a project's tests: the URL of a database on PostgreSQL."""
    return {"TEST_DATABASE_URL": f"{server()}/{name}_test"} if combination["database"] == "postgresql" else {}


def meetings(combination: Combination, projects: Projects) -> list[str]:
    """Return, for each pair of optional plugins of the application, which of them this project has."""
    least, *_, most = additions(combination.application)
    without, present, with_all = (
        {plugin.name for plugin in plugins(projects.get(c.data))} for c in (least, combination, most)
    )
    said = [f"{'with' if name in present else 'without'} {name}" for name in sorted(with_all - without)]
    return [" and ".join(pair) for pair in pairs(said, 2)]


def misread(opened: Mapping[str, list[str]]) -> str:
    """Return which files the tests opened although tests/trees.py says that they do not, or an empty text."""
    others = {folder: tuple(f"{other}/" for other in opened if other not in {folder, ""}) for folder in opened}
    found = {
        folder: wrong
        for folder, paths in opened.items()
        # Looking for a file that does not exist counts as reading it.
        if (wrong := [path for path in paths if UNREAD.fullmatch(path) or (folder and path.startswith(others[folder]))])
    }
    return f"tests/trees.py says that nothing reads these: {found}" if found else ""


@every_combination
def test_its_own_tests_pass(
    combination: Combination,
    projects: Projects,
    ledger: Ledger,
    runners: Runners,
    workplace: Workplace,
    postgres_server: Callable[[], str],
    record_property: Record,
    worker_id: str,
) -> None:
    project = projects.get(combination.data)
    name = tree(project)
    settings = settings_of(combination, postgres_server, worker_id)

    def run(*options: str) -> tuple[str, Mapping[str, str], int]:
        """Run the suite; return the output of a failure, the failed tests, and how many tests ran."""
        workplace.record.unlink(missing_ok=True)
        seed = f"--randomly-seed={int(name, 16) % 2**32}"
        reporting = ["-q", "-p", "recording", f"--record={workplace.record}", seed]
        reporting += ["-p", "audit", f"--audit={workplace.audit}"]
        outcome = runners.suite(combination["framework"], workplace.folder, *reporting, *options, **settings)
        if not workplace.record.exists():
            return f"{outcome.verdict}\n{outcome.output}", {}, 0
        record = json.loads(workplace.record.read_text())
        said = misread(json.loads(workplace.audit.read_text()))
        if not outcome:
            said = f"{outcome.verdict}\n{outcome.output}"
        return said, record["failures"], len(record["outcomes"])

    def run_parts(whole: Mapping[str, str], firsts: Mapping[str, str], mine: set[str]) -> Mapping[str, str]:
        if not mine:  # all folders and pairs of plugins ran elsewhere
            return {}
        workplace.become(project, without=UNREAD)
        first_alone = {firsts[part] for part in mine & firsts.keys()} | {"tests/unit"}
        options = [
            f"{'--first-alone' if folder in first_alone else '--left-out'}={folder}"
            for folder in whole
            if folder not in mine
        ]
        said, failures, ran = run(*options)
        record_property("tests", ran)
        record_property("folders", len(whole.keys() & mine))
        record_property("folders shared", len(whole.keys() - mine))
        if not said:
            return {}
        blamed = {folder_of(test) for test in failures} & whole.keys()
        if not blamed or not said.startswith("failed: exit code 1\n"):
            # The run did not finish: run each folder by itself to find the ones at fault.
            blamed = {folder for folder in whole.keys() & {*mine, *first_alone} if run(folder)[0]}
        return {"": said} | {part: said for part in mine if firsts.get(part, part) in blamed}

    def run_what_is_new() -> str:
        whole = folders(project, "pytest")
        met = meetings(combination, projects)
        firsts = {f"the first test of {folder}, {meeting}": folder for folder in whole for meeting in met}
        parts = whole | {part: digest([part, combination.stack]) for part, folder in firsts.items()}
        return ledger.once_each("tests", parts, partial(run_parts, whole, firsts))

    said, known = ledger.once(f"suite-{name}", run_what_is_new)
    record_property("suite", known)
    assert not said, said


@every_combination
def test_its_types_hold(
    combination: Combination, projects: Projects, ledger: Ledger, runners: Runners, workplace: Workplace
) -> None:
    project = projects.get(combination.data)

    def check(mine: set[str]) -> Mapping[str, str]:
        if not mine:
            return {}
        outcome = runners.types(workplace.become(project))
        if outcome:
            return {}
        wrong = set(re.findall(r"^(tests/\w+)/", outcome.output, re.MULTILINE))
        elsewhere = re.search(r"^(?!tests/\w+/)\S+: error:", outcome.output, re.MULTILINE) or not wrong
        return {"": outcome.output} | dict.fromkeys(mine if elsewhere else wrong & mine, outcome.output)

    said, _ = ledger.once(f"types-{tree(project)}", lambda: ledger.once_each("types", folders(project, "mypy"), check))
    assert not said, said


# The shop on each database, and the resource example on SQLite.
LOADED = [
    *one_per(*sorted(STACK), "database", last=True, example="shop"),
    *one_per(*sorted(STACK), last=True, example="resource", database="sqlite"),
]


@pytest.mark.parametrize("combination", LOADED, ids=str)
def test_its_load_tests_pass(
    combination: Combination,
    projects: Projects,
    runners: Runners,
    workplace: Workplace,
    postgres_server: Callable[[], str],
    worker_id: str,
) -> None:
    project = workplace.become(projects.get(combination.data))
    settings = settings_of(combination, postgres_server, f"{worker_id}_load")
    outcome = runners.suite(combination["framework"], project, "-q", "-m", "load", **settings)
    assert outcome, f"{outcome.verdict}\n{outcome.output}"


@every_combination
def test_it_shares_a_run_with_those_that_differ_in_ci_alone(
    combination: Combination, projects: Projects, ledger: Ledger
) -> None:
    answers = repr([answer for answer in combination.answers if answer[0] not in UNTESTED])
    name = tree(projects.get(combination.data))
    # The first combination with this tree, or with these answers, stores them for the others to compare.
    assert ledger.once(f"answers-of-{name}", lambda: answers)[0] == answers, (
        "an answer changes nothing that a test reads"
    )
    assert ledger.once(f"tree-of-{digest([answers])}", lambda: name)[0] == name, "CI changes a file that a test reads"
