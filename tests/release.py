"""For releases: `python tests/release.py version` prints the version, `notes` its section of CHANGELOG.md."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def version() -> str:
    """Return the version in pyproject.toml."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def notes() -> str:
    """Return the section of CHANGELOG.md for this version, without its heading."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    pattern = rf"^## \[{re.escape(version())}\] - \d{{4}}-\d\d-\d\d\n+(.*?)(?=^## |\Z)"
    section = re.search(pattern, text, re.MULTILINE | re.DOTALL)
    if not section:
        message = f"CHANGELOG.md: add the section `## [{version()}] - YYYY-MM-DD`"
        raise SystemExit(message)
    return section[1].rstrip()


def releases() -> list[str]:
    """Return the tags of the earlier releases, the oldest first."""
    command = ["git", "tag", "--merged", "HEAD", "--sort=version:refname"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    return [tag for tag in done.stdout.split() if re.fullmatch(r"v?\d+(\.\d+)*", tag)]


if __name__ == "__main__":
    print({"version": version, "notes": notes}[sys.argv[1]]())  # noqa: T201 - what it is for
