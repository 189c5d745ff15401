"""Every combination of answers, read from copier.yml: a new question is covered as soon as it is added there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any

from copier._template import load_template_config
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

ROOT = Path(__file__).parent.parent

# The axes are of three kinds, which only these sets define. A question in neither UNTESTED nor VALUES is part of the
# full product. So is CI, but it changes no file that a test reads.
UNTESTED = {"ci"}
# Their values are spread over the applications in turn instead of multiplying the combinations.
VALUES = {"python_version", "faker_locale", "license"}
# What is added to an application without changing the rest of it: all combinations of an application share its values.
ADDED = {"test_layers"}
# What the application is built on: together, these answers name the stack.
STACK = {"framework", "database_access"}

Answer = str | bool | tuple[str, ...]


@cache
def compiled(source: str) -> Template:
    """Return a Jinja template, compiled once."""
    return SandboxedEnvironment(undefined=StrictUndefined).from_string(source)


@dataclass(frozen=True)
class Question:
    """A question of copier.yml with a finite number of answers."""

    name: str
    answers: tuple[Answer, ...]
    when: str

    def asked(self, answers: Mapping[str, Answer]) -> bool:
        """Return whether the question is asked, given the answers to the earlier ones."""
        return compiled(self.when).render(answers) not in {"", "False", "false"}


@dataclass(frozen=True)
class Combination:
    """One way to answer the questionnaire."""

    answers: tuple[tuple[str, Answer], ...]

    @property
    def data(self) -> dict[str, Any]:
        """The answers as Copier's `data`."""
        return {name: list(answer) if isinstance(answer, tuple) else answer for name, answer in self.answers}

    @property
    def options(self) -> list[str]:
        """The answers as command line options of `copier copy`."""
        return [f"--data={name}={_option(answer)}" for name, answer in self.answers]

    def __getitem__(self, name: str) -> Answer | None:
        """Return the answer to a question, or None if it was not asked."""
        return dict(self.answers).get(name)

    @property
    def stack(self) -> tuple[Answer, ...]:
        """What the application is built on."""
        return tuple(answer for name, answer in self.answers if name in STACK)

    @property
    def application(self) -> tuple[tuple[str, Answer], ...]:
        """The answers that define the application, without its test layers, its CI and the values that are spread."""
        return tuple(answer for answer in self.answers if answer[0] not in ADDED | UNTESTED | VALUES)

    @property
    def size(self) -> int:
        """How many test layers are added to the application."""
        return sum(len(answer) for name, answer in self.answers if name in ADDED and isinstance(answer, tuple))

    def __str__(self) -> str:
        """Return the name for `pytest -k`, such as shop-flask-sqlite-websockets-e2e-github-3.11-en_US-MIT."""
        return "-".join(filter(None, (_word(name, answer) for name, answer in self.answers)))


def _option(answer: Answer) -> str:
    if isinstance(answer, bool):
        return str(answer).lower()
    return f"[{', '.join(answer)}]" if isinstance(answer, tuple) else answer


def _word(name: str, answer: Answer) -> str:
    if isinstance(answer, bool):
        return name.removeprefix("use_") if answer else ""
    if isinstance(answer, tuple):
        return "+".join(answer) or f"no_{name}"
    return f"no_{name}" if answer == "none" else answer


@cache
def settings() -> dict[str, Any]:
    """Return copier.yml and what it includes, as Copier reads them."""
    return load_template_config(ROOT / "copier.yml")


def questions() -> dict[str, dict[str, Any]]:
    """Return everything that copier.yml declares: questions and computed values."""
    return {name: value for name, value in settings().items() if not name.startswith("_")}


@cache
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
    """Yield the full product, without the questions that are not asked."""
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
    applications: dict[tuple[tuple[str, Answer], ...], int] = {}
    for answers in _product(tested):
        application = Combination(tuple(answers.items())).application
        index = applications.setdefault(application, len(applications))
        # Shift by one in each round, so that two axes of the same length do not advance in step.
        turn = {axis.name: axis.answers[(index + index // len(axis.answers)) % len(axis.answers)] for axis in values}
        for rest in _product(untested):
            whole = answers | turn | rest
            found.append(Combination(tuple((name, whole[name]) for name in order if name in whole)))
    return found


COMBINATIONS = every_combination()


@cache
def additions(application: tuple[tuple[str, Answer], ...]) -> list[Combination]:
    """Return the combinations of an application, from the fewest test layers to the most."""
    return sorted((c for c in COMBINATIONS if c.application == application), key=lambda combination: combination.size)


def covering(size: int) -> list[Combination]:
    """Return a small set of combinations that covers every answer (size 1), or every pair of answers (size 2).

    Greedy: each step takes the combination that covers most of what is still missing. A multiple-choice question
    counts as one yes-or-no question for each of its choices.
    """
    held = {c: set(combinations(_choices(c), size)) for c in COMBINATIONS}
    missing = set().union(*held.values())
    found = []
    while missing:
        best = max(COMBINATIONS, key=lambda combination: len(held[combination] & missing))
        found.append(best)
        missing -= held[best]
    return found


def _choices(combination: Combination) -> list[tuple[str, Answer]]:
    chosen: list[tuple[str, Answer]] = []
    for axis in axes():
        answer = combination[axis.name]
        if isinstance(answer, tuple):
            chosen += [(f"{axis.name} {choice}", choice in answer) for choice in axis.answers[-1]]  # type: ignore[union-attr]
        elif answer is not None:
            chosen.append((axis.name, answer))
    return chosen


def where(expression: str) -> list[Combination]:
    """Return the combinations for which an expression holds, as in `framework == 'fastapi' and not use_websockets`.

    It is a Jinja expression over the names of the questions, like a question's `when` in copier.yml.

    Raises:
        ValueError: If it is not a valid expression, uses an unknown name, or holds for no combination.

    """
    names = [axis.name for axis in axes()]
    environment = SandboxedEnvironment(undefined=StrictUndefined)
    try:
        holds = environment.compile_expression(expression, undefined_to_none=False)
        found = [c for c in COMBINATIONS if holds(dict.fromkeys(names) | dict(c.answers))]
    except TemplateError as error:
        message = f"cannot read {expression!r} ({error}): expected Jinja over {', '.join(names)}"
        raise ValueError(message) from None
    if not found:
        message = f"{expression!r} holds for no combination: expected answers of {', '.join(names)} as in copier.yml"
        raise ValueError(message)
    return found


def one_per(*names: str, last: bool = False, **answers: Answer) -> list[Combination]:
    """Return one combination for each set of answers to these questions: the first, or the last, with all layers.

    Only combinations with the given answers count, as in `one_per("database", example="shop")`. Questions in UNTESTED
    have their first answer unless another one is given.
    """
    untested = [axis for axis in axes() if axis.name in UNTESTED]
    given = {axis.name: axis.answers[0] for axis in untested} | answers
    candidates = [c for c in COMBINATIONS if all(c[name] == answer for name, answer in given.items())]
    found: dict[tuple[Answer | None, ...], Combination] = {}
    for combination in reversed(candidates) if last else candidates:
        found.setdefault(tuple(combination[name] for name in names), combination)
    return list(found.values())
