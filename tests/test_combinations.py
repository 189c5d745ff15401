"""Tests of the combinations: each answer is in one of them, and each name selects exactly one."""

import subprocess
import sys
from itertools import combinations as pairs

import costs
import pytest
from combinations import ADDED, COMBINATIONS, ROOT, STACK, UNTESTED, VALUES, axes, covering, where
from reporting import BY_NAME, name_of


def test_every_answer_is_in_some_combination() -> None:
    for axis in axes():
        assert {combination[axis.name] for combination in COMBINATIONS} >= set(axis.answers)


def test_each_name_picks_one_combination() -> None:
    names = sorted(str(combination) for combination in COMBINATIONS)
    together = "\n".join(names)
    # `-k` selects every test whose name contains the given one.
    assert all(together.count(name) == 1 for name in names)


def test_the_questions_that_are_singled_out_exist() -> None:
    assert {axis.name for axis in axes()} >= VALUES | STACK | UNTESTED | ADDED


@pytest.mark.parametrize("size", [1, 2])
def test_few_combinations_cover_all_that_can_be_chosen_together(size: int) -> None:
    few = covering(size)
    assert len(few) <= len(COMBINATIONS)
    for names in pairs(sorted({axis.name for axis in axes()}), size):
        held = {tuple(combination[name] for name in names) for combination in few}
        lists = any(isinstance(answer, tuple) for answers in held for answer in answers)
        assert lists or held == {tuple(combination[name] for name in names) for combination in COMBINATIONS}


def test_an_expression_picks_the_combinations_for_which_it_holds() -> None:
    picked = where("database == 'sqlite' and not use_websockets")
    assert picked
    assert all((c in picked) == (c["database"] == "sqlite" and not c["use_websockets"]) for c in COMBINATIONS)


@pytest.mark.parametrize(
    ("expression", "problem"),
    [("database ==", "cannot read"), ("colour == 'red'", "cannot read"), ("database == 'oracle'", "no combination")],
)
def test_an_expression_that_picks_nothing_is_refused(expression: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        where(expression)


def test_a_question_that_is_not_asked_has_no_answer() -> None:
    assert all((c["database_access"] is None) == (c["framework"] != "fastapi") for c in COMBINATIONS)


@pytest.mark.parametrize("name", sorted(VALUES))
def test_each_stack_meets_many_values(name: str) -> None:
    answers = next(axis.answers for axis in axes() if axis.name == name)
    for stack in {combination.stack for combination in COMBINATIONS}:
        met = [combination[name] for combination in COMBINATIONS if combination.stack == stack]
        added = {tuple(combination[name] for name in ADDED | UNTESTED) for combination in COMBINATIONS}
        room = len(met) // len(added)
        assert len(set(met)) >= min(len(answers), room // 2), f"{stack} has only {set(met)}"


def test_shards_hold_every_test_exactly_once_and_take_about_as_long() -> None:
    collected = [collect(f"--shard={part}/4") for part in (1, 2, 3, 4)]
    tests = [test for part in collected for test in part]
    assert len(tests) == len(set(tests)) == len(collect())
    seconds = [sum(costs.cost(test, BY_NAME.get(name_of(test) or "")) for test in tests) for tests in collected]
    assert max(seconds) <= 1.15 * sum(seconds) / len(seconds), seconds


def collect(*options: str) -> list[str]:
    """Return the tests that a run with these options collects."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *options]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_the_combinations_can_be_chosen() -> None:
    few = collect("tests/test_suites.py", "-k", "own_tests", "--combinations=pairwise")
    assert {name.partition("[")[2].rstrip("]") for name in few} == {str(combination) for combination in covering(2)}
    some = collect("tests/test_suites.py", "-k", "own_tests", "--combinations=database == 'sqlite'")
    assert 0 < len(some) == sum(combination["database"] == "sqlite" for combination in COMBINATIONS)


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        ("--combinations=colour", "expected Jinja over"),
        ("--shard=5/4", "expected a part and how many there are"),
        ("--shard=x", "expected a part and how many there are"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_in_one_line(option: str, problem: str) -> None:
    command = [sys.executable, "-m", "pytest", option]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert problem in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
