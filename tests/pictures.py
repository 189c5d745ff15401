"""Make the pictures of the README from the real thing: `python tests/pictures.py`, or a few by name.

It writes .github/images/, and in made_from.json what each picture shows, as a checksum. It needs what the tests of the
real parts need: Chromium, and the group `real` of pyproject.toml.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from combinations import ROOT
from rendering import Projects, contents, copy_template

IMAGES = ROOT / ".github" / "images"
MADE_FROM = IMAGES / "made_from.json"
# The defaults, under a name of its own.
SHOWN = {"project_name": "Bike Shop", "package_name": "bike_shop"}
WIDTH, HEIGHT = 100, 44
# What the picture of a failing test leaves out of the application: the check of who owns a resource.
CHECK, NO_CHECK = "if resource.owner_id != caller.id:", "if resource.owner_id is None:"
FAILING = "tests/contract/test_peers.py"


def digest(parts: Iterable[str | bytes]) -> str:
    """Return a checksum of texts."""
    told = hashlib.sha256()
    for part in parts:
        told.update(part if isinstance(part, bytes) else part.encode())
        told.update(b"\0")
    return told.hexdigest()[:16]


def shown(project: Path) -> dict[str, str]:
    """Return a checksum of what each picture shows."""
    files = contents(project)
    openapi = [files[path] for path in sorted(files) if "/__snapshots__/test_openapi/" in path]
    failing = [files[path] for path in ("src/bike_shop/resources/services.py", FAILING)]
    load = [files[path] for path in sorted(files) if path.startswith("tests/load/") and "/test_" not in path]
    return {
        "questions.svg": digest([(ROOT / "copier.yml").read_text(encoding="utf-8")]),
        "tree.svg": digest(sorted(files)),
        "failure.svg": digest(failing),
        "docs.png": digest(openapi),
        "load.png": digest(load),
    }


def draw(title: str, output: str, height: int) -> str:
    """Return what a terminal shows of a program's output, as SVG."""
    import pyte
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    screen = pyte.Screen(WIDTH, height)
    pyte.Stream(screen).feed(output)
    lines = []
    for row in range(height):
        line = Text()
        for column in range(WIDTH):
            cell = screen.buffer[row][column]
            colours = [None if colour == "default" else rgb(colour) for colour in (cell.fg, cell.bg)]
            line.append(cell.data, Style(color=colours[0], bgcolor=colours[1], bold=cell.bold))
        line.rstrip()
        lines.append(line)
    while lines and not lines[-1]:
        lines.pop()
    console = Console(record=True, width=WIDTH, file=Path(os.devnull).open("w", encoding="utf-8"))
    for line in lines:
        console.print(line, soft_wrap=True)
    svg = console.export_svg(title=title, unique_id=title.split()[0])
    # A picture asks no other host for its font.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def rgb(colour: str) -> str:
    """Return a terminal's colour as Rich names it."""
    names = {"brown": "yellow", "brightbrown": "bright_yellow"}
    plain = names.get(colour, colour.replace("bright", "bright_") if colour.startswith("bright") else colour)
    return f"#{colour}" if re.fullmatch(r"[0-9a-f]{6}", colour) else plain


def questions(_: Path, folder: Path) -> str:
    """Answer the questions as far as the layers of tests."""
    import pexpect

    template = copy_template(folder / "api-test-template")
    settings = folder / "settings.yml"
    settings.write_text("{}\n", encoding="utf-8")
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", "copier", "copy", str(template), str(folder / "bike-shop")],
        env=os.environ
        | {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "COPIER_SETTINGS_PATH": str(settings)},
        encoding="utf-8",
        timeout=60,
        dimensions=(HEIGHT, WIDTH),
    )
    said = []
    for question, answer in (
        ("The name people read", "\x15Bike Shop\r"),
        ("The name Python imports", "\r"),
        ("One line, for", "\r"),
        ("The author", "\x15Ada Lovelace\r"),
        ("The author's", "\x15ada@example.com\r"),
        ("example", "\r"),
        ("framework", "\r"),
        ("talks to its database", "\r"),
        ("The database", "\r"),
        ("websocket", "\r"),
    ):
        child.expect(re.escape(question))
        said.append(child.before + child.after)
        child.send(answer)
    child.expect("Load - ")
    said.append(child.before + child.after)
    child.expect([pexpect.TIMEOUT, pexpect.EOF], timeout=2)
    said.append(child.before)
    child.close(force=True)
    return draw("copier copy gh:org/api-test-template bike-shop", "".join(said), HEIGHT)


def listed(folder: Path) -> list[Path]:
    """Return what a folder holds, its folders first."""
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(("__", "."))]
    return sorted(entries, key=lambda entry: (entry.is_file(), entry.name))


def tree(project: Path, _: Path) -> str:
    """Draw the folders of the application and of its tests."""
    from rich.tree import Tree

    from rich.console import Console

    top = Tree("[bold]bike-shop/")
    for folder, opened in (("src/bike_shop", "orders"), ("tests", "contract")):
        branch = top.add(f"[bold blue]{folder}/")
        for entry in listed(project / folder):
            grown = branch.add(f"[bold blue]{entry.name}/" if entry.is_dir() else entry.name)
            if entry.name == opened:
                for file in listed(entry):
                    grown.add(file.name)
    console = Console(record=True, width=WIDTH, file=Path(os.devnull).open("w", encoding="utf-8"))
    console.print(top)
    svg = console.export_svg(title="bike-shop", unique_id="tree")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


PICTURES: dict[str, Callable[[Path, Path], str]] = {"questions.svg": questions, "tree.svg": tree}


def main() -> None:
    """Make the pictures that are named, or all."""
    wanted = sys.argv[1:] or PICTURES
    IMAGES.mkdir(exist_ok=True)
    made = json.loads(MADE_FROM.read_text(encoding="utf-8")) if MADE_FROM.exists() else {}
    folder = Path(tempfile.mkdtemp(prefix="pictures-"))
    try:
        project = Projects(folder).copy(SHOWN, folder / "project")
        for name in wanted:
            (folder / name).mkdir()
            (IMAGES / name).write_text(PICTURES[name](project, folder / name), encoding="utf-8")
            made[name] = shown(project)[name]
    finally:
        shutil.rmtree(folder)
    MADE_FROM.write_text(f"{json.dumps(made, indent=2, sort_keys=True)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
