"""The lock file of the meta-tests: it meets all declared dependencies, and names no registry."""

from functools import cache

import pytest
from combinations import COMBINATIONS, ROOT, Combination
from dependencies import LOCK, declared, load, locked
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rendering import Projects, sums
from sharing import Ledger


@cache
def is_locked(wanted: Requirement) -> bool:
    """Return whether a locked version meets a requirement."""
    return any(wanted.specifier.contains(pin) for pin in locked().get(canonicalize_name(wanted.name), []))


def unlocked(requirements: list[Requirement]) -> list[str]:
    """Return the requirements that no locked version meets."""
    return [str(wanted) for wanted in requirements if not is_locked(wanted)]


def test_the_lock_meets_the_meta_tests() -> None:
    assert not unlocked(declared(load(ROOT / "pyproject.toml"))), "run `python tests/lock.py`"


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_the_lock_meets_the_project(projects: Projects, combination: Combination, ledger: Ledger) -> None:
    project = projects.get(combination.data)
    name = sums(project)["pyproject.toml"]
    said, _ = ledger.once(f"lock-{name}", lambda: "\n".join(unlocked(declared(load(project / "pyproject.toml")))))
    assert not said, "run `python tests/lock.py`"


def test_the_lock_names_no_registry() -> None:
    assert "://" not in LOCK.read_text(encoding="utf-8"), "it would tie every user to the registry it was made with"
