"""Write tests/requirements.txt: the locked dependencies of the meta-tests and the generated projects.

Run it as `python tests/lock.py`; options are uv's, such as `--upgrade` or `--upgrade-package ruff`.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from combinations import COMBINATIONS, ROOT
from dependencies import LOCK, declared, load
from rendering import copy_template, render


def requirements() -> list[str]:
    """Return every requirement declared here or in a generated project."""
    found = {str(requirement) for requirement in declared(load(ROOT / "pyproject.toml"))}
    # The last combination of each application has all layers.
    fullest = {combination.application: combination for combination in COMBINATIONS}
    with tempfile.TemporaryDirectory() as folder:
        template = copy_template(Path(folder) / "template")
        for index, combination in enumerate(fullest.values()):
            project = render(template, Path(folder) / str(index), combination.data)
            found |= {str(requirement) for requirement in declared(load(project / "pyproject.toml"))}
    return sorted(found)


def main() -> None:
    """Compile the lock file."""
    command = ["uv", "pip", "compile", "-", "--universal", "--python-version=3.11", "--generate-hashes", "--quiet"]
    shown = ["--no-annotate", "--no-header", "--no-strip-extras", f"--output-file={LOCK}"]
    subprocess.run([*command, *shown, *sys.argv[1:]], input="\n".join(requirements()), text=True, check=True)
    comment = "# Written by `python tests/lock.py`: what the meta-tests and the generated projects need.\n"
    # pip before version 24 treats `pydantic` and `pydantic[email]` as two requirements, and wants both pinned.
    pins = re.sub(
        r"^(\S+)\[[^]]+\](==(?:.+\n)+?)(?=\S|\Z)", r"\g<0>\1\2", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    LOCK.write_text(comment + pins, encoding="utf-8")


if __name__ == "__main__":
    main()
