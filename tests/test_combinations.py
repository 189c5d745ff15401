"""The combinations: that each answer is in some, and each name picks one."""

import pytest
from combinations import COMBINATIONS, STACK, UNTESTED, VALUES, axes


def test_every_answer_is_in_some_combination() -> None:
    for axis in axes():
        assert {combination[axis.name] for combination in COMBINATIONS} >= set(axis.answers)


def test_each_name_picks_one_combination() -> None:
    assert len({str(combination) for combination in COMBINATIONS}) == len(COMBINATIONS)


def test_the_questions_that_are_singled_out_exist() -> None:
    assert {axis.name for axis in axes()} >= VALUES | STACK | UNTESTED


def test_a_question_that_is_not_asked_has_no_answer() -> None:
    assert all((c["database_access"] is None) == (c["framework"] != "fastapi") for c in COMBINATIONS)


@pytest.mark.parametrize("name", sorted(VALUES))
def test_each_stack_meets_many_values(name: str) -> None:
    answers = next(axis.answers for axis in axes() if axis.name == name)
    for stack in {combination.stack for combination in COMBINATIONS}:
        met = [combination[name] for combination in COMBINATIONS if combination.stack == stack]
        room = len(met) // len({combination["ci"] for combination in COMBINATIONS})
        assert len(set(met)) >= min(len(answers), room // 2), f"{stack} meets {set(met)} alone"
