"""The lock of the meta-tests' environment: that it holds what is declared today, and nothing of where it was made."""

import pytest
from combinations import COMBINATIONS, ROOT, Combination
from dependencies import LOCK, declared, load, locked
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rendering import Projects


def unlocked(requirements: list[Requirement]) -> list[str]:
    """Return the requirements that no locked version meets."""
    pins = locked()
    return [
        str(wanted)
        for wanted in requirements
        if not any(wanted.specifier.contains(pin) for pin in pins.get(canonicalize_name(wanted.name), []))
    ]


def test_the_lock_meets_the_meta_tests() -> None:
    assert not unlocked(declared(load(ROOT / "pyproject.toml"))), "run `python tests/lock.py`"


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_the_lock_meets_the_project(projects: Projects, combination: Combination) -> None:
    project = projects.get(combination.data)
    assert not unlocked(declared(load(project / "pyproject.toml"))), "run `python tests/lock.py`"


def test_the_lock_names_no_registry() -> None:
    assert "://" not in LOCK.read_text(encoding="utf-8"), "it would bind every user to the place where it was made"
