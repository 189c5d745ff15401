"""Write tests/requirements.txt: the versions of all that the meta-tests and the generated projects need.

Run it as `python tests/lock.py`; options are uv's, such as `--upgrade` or `--upgrade-package ruff`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from combinations import COMBINATIONS, ROOT, UNTESTED, VALUES
from copier import run_copy
from dependencies import LOCK, declared, load
from rendering import copy_template


def requirements() -> list[str]:
    """Return every requirement declared here or in a generated project."""
    found = {str(requirement) for requirement in declared(load(ROOT / "pyproject.toml"))}
    seen = set()
    with tempfile.TemporaryDirectory() as folder:
        template = copy_template(Path(folder) / "template")
        for index, combination in enumerate(COMBINATIONS):
            # Answers that add no dependency are left out: each render takes its time.
            answers = tuple(answer for answer in combination.answers if answer[0] not in VALUES | UNTESTED)
            if answers in seen:
                continue
            seen.add(answers)
            project = Path(folder) / str(index)
            only = ["*", "!pyproject.toml"]
            run_copy(str(template), project, data=combination.data, defaults=True, quiet=True, exclude=only)
            found |= {str(requirement) for requirement in declared(load(project / "pyproject.toml"))}
    return sorted(found)


def main() -> None:
    """Compile the lock."""
    command = ["uv", "pip", "compile", "-", "--universal", "--python-version=3.11", "--generate-hashes", "--quiet"]
    header = ["--no-annotate", "--no-header", f"--output-file={LOCK}"]
    subprocess.run([*command, *header, *sys.argv[1:]], input="\n".join(requirements()), text=True, check=True)
    comment = "# Written by `python tests/lock.py`: what the meta-tests and the generated projects need.\n"
    LOCK.write_text(comment + LOCK.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
