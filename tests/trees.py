"""What a project's tests can see: two projects that agree on it share one run of their tests."""

import hashlib
import re
from pathlib import Path

from rendering import files

# No test of a project reads these. This is the one place that says so.
UNREAD = re.compile(
    r"""
    README\.md | LICENSE | Dockerfile | compose.*\.yaml | \.dockerignore | \.gitignore | \.gitattributes
    | \.editorconfig | \.env\.example | \.pre-commit-config\.yaml | \.copier-answers\.yml
    | \.github/.* | \.gitlab-ci\.yml
    """,
    re.VERBOSE,
)


def digest(project: Path) -> str:
    """Return a name for all that the tests of a project can read."""
    sums = [
        f"{path} {hashlib.sha256((project / path).read_bytes()).hexdigest()}"
        for file in files(project)
        if not UNREAD.fullmatch(path := file.relative_to(project).as_posix())
    ]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()[:12]
