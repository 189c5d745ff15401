"""Every combination of answers, read from the questions in copier.yml: a new question joins by being asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

ROOT = Path(__file__).parent.parent

# The axes are of three kinds, and this is the one place that says so. A question that neither set names is part of
# the full product, and so is CI; but CI changes no file that a test reads.
UNTESTED = {"ci"}
# Each value appears with as many stacks as there is room for, in turn, instead of multiplying the combinations.
VALUES = {"python_version", "faker_locale", "license"}
# What the application is built on; each of its answers is the stack's name.
STACK = {"framework", "database_access"}

Answer = str | bool | tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question of copier.yml that has a finite number of answers."""

    name: str
    answers: tuple[Answer, ...]
    when: str

    def asked(self, answers: Mapping[str, Answer]) -> bool:
        """Say whether the question is asked, once the ones before it are answered."""
        environment = SandboxedEnvironment(undefined=StrictUndefined)
        return environment.from_string(self.when).render(answers) not in {"", "False", "false"}


@dataclass(frozen=True)
class Combination:
    """One way to answer the questionnaire."""

    answers: tuple[tuple[str, Answer], ...]

    @property
    def data(self) -> dict[str, Any]:
        """The answers as Copier takes them."""
        return {name: list(answer) if isinstance(answer, tuple) else answer for name, answer in self.answers}

    def __getitem__(self, name: str) -> Answer | None:
        """Return the answer to a question, None where it was not asked."""
        return dict(self.answers).get(name)

    @property
    def stack(self) -> tuple[Answer, ...]:
        """What the application is built on."""
        return tuple(answer for name, answer in self.answers if name in STACK)

    def __str__(self) -> str:
        """Return the name `pytest -k` picks it by, as in fastapi-async-sqlite-websockets-github-3.11-en_US-MIT."""
        return "-".join(filter(None, (_word(name, answer) for name, answer in self.answers)))


def _word(name: str, answer: Answer) -> str:
    if isinstance(answer, bool):
        return name.removeprefix("use_") if answer else ""
    if isinstance(answer, tuple):
        return "+".join(answer) or f"no_{name}"
    return f"no_{name}" if answer == "none" else answer


def settings() -> dict[str, Any]:
    """Return copier.yml as it stands."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    return loaded


def questions() -> dict[str, dict[str, Any]]:
    """Return all that copier.yml declares: questions asked and computed values."""
    return {name: value for name, value in settings().items() if not name.startswith("_")}


def axes() -> list[Question]:
    """Return the questions with a finite number of answers, in the order they are asked."""
    return [
        Question(name, answers, str(question.get("when", True)))
        for name, question in questions().items()
        if question.get("when") is not False and (answers := _answers(question))
    ]


def _answers(question: Mapping[str, Any]) -> tuple[Answer, ...]:
    if question["type"] == "bool":
        return (False, True)
    choices = question.get("choices", ())
    values = tuple(choices.values() if isinstance(choices, dict) else choices)
    if not question.get("multiselect"):
        return values
    return tuple(chain.from_iterable(combinations(values, size) for size in range(len(values) + 1)))


def _product(axes: list[Question]) -> Iterator[dict[str, Answer]]:
    """Yield the full product, less what is not asked."""
    seen = set()
    for answers in product(*(axis.answers for axis in axes)):
        chosen: dict[str, Answer] = {}
        for axis, answer in zip(axes, answers, strict=True):
            if axis.asked(chosen):
                chosen[axis.name] = answer
        if (key := tuple(chosen.items())) not in seen:
            seen.add(key)
            yield chosen


def every_combination() -> list[Combination]:
    """Return every combination, in the order of the questions."""
    asked = axes()
    order = [axis.name for axis in asked]
    values = [axis for axis in asked if axis.name in VALUES]
    untested = [axis for axis in asked if axis.name in UNTESTED]
    tested = [axis for axis in asked if axis.name not in VALUES | UNTESTED]
    found = []
    for index, answers in enumerate(_product(tested)):
        # A step more in each round, so that two axes of one length do not walk hand in hand.
        turn = {axis.name: axis.answers[(index + index // len(axis.answers)) % len(axis.answers)] for axis in values}
        for rest in _product(untested):
            whole = answers | turn | rest
            found.append(Combination(tuple((name, whole[name]) for name in order if name in whole)))
    return found


COMBINATIONS = every_combination()


def one_per(*names: str) -> list[Combination]:
    """Return the first combination for each set of answers to these questions."""
    firsts: dict[tuple[Answer | None, ...], Combination] = {}
    for combination in COMBINATIONS:
        firsts.setdefault(tuple(combination[name] for name in names), combination)
    return list(firsts.values())
