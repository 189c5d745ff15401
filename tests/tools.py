"""The programs that the tests marked `real` need; a missing one is an error that names its package."""

import shutil
from pathlib import Path

import pytest

REAL = Path(__file__).parent / "real"


def debian(name: str, package: str | None = None) -> str:
    """Return the path of a program of a Debian package, which packages.txt must list."""
    package = package or name
    assert package in (REAL / "packages.txt").read_text(encoding="utf-8").split(), f"add {package} to packages.txt"
    found = shutil.which(name)
    return found or pytest.fail(f"{name} is missing: apt-get install {package}", pytrace=False)


def npm(name: str) -> str:
    """Return the path of a program of an npm package in package.json."""
    found = shutil.which(name, path=REAL / "node_modules" / ".bin")
    return found or pytest.fail(f"{name} is missing: npm ci --prefix tests/real", pytrace=False)
