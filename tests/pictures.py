"""Make the README's pictures from a real project: `python tests/pictures.py [NAME…]`.

They are written to .github/images/, with a checksum of what each one shows in made_from.json there. This needs
Chromium and its driver, as do the tests marked `real`.
"""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pexpect
import pyte
from browser import chrome
from combinations import ROOT
from rendering import Projects, contents, copy_template
from rich.console import Console
from rich.style import Style
from rich.text import Text
from rich.tree import Tree
from selenium.webdriver.support.wait import WebDriverWait
from serving import serve
from suites import suite, suite_environment

IMAGES = ROOT / ".github" / "images"
MADE_FROM = IMAGES / "made_from.json"
# The default answers, with another name.
SHOWN = {"project_name": "Bike Shop", "package_name": "bike_shop"}
# Columns and rows of a terminal.
WIDTH, HEIGHT = 110, 50
# The fault in the picture of a failing test: the owner of a resource is not checked.
FAULTY, CHECK, NO_CHECK = "resources/services.py", "if resource.owner_id != caller.id:", "if resource.owner_id is None:"
FAILING = "tests/contract/test_peers.py"
TYPED = (
    ("The name people read", "\x15Bike Shop\r"),
    ("The name Python imports", "\r"),
    ("One line, for", "\r"),
    ("The author", "\x15Ada Lovelace\r"),
    ("The author's", "\x15ada@example.com\r"),
    *((question, "\r") for question in ("example", "framework", "talks to", "The database", "websocket")),
)


def digest(parts: Iterable[str | bytes]) -> str:
    """Return a checksum of several texts."""
    checksum = hashlib.sha256()
    for part in parts:
        checksum.update(part if isinstance(part, bytes) else part.encode())
        checksum.update(b"\0")
    return checksum.hexdigest()[:16]


def shown(project: Path) -> dict[str, str]:
    """Return a checksum of what each picture shows today."""
    files = contents(project)
    asked = (ROOT / "copier.yml").read_text(encoding="utf-8").partition("\nproject_name:")[2].partition("\nci:")[0]
    return {
        "questions.svg": digest([asked]),
        "tree.svg": digest([terminal(folders(project)).export_text()]),
        "failure.svg": digest([files[f"src/bike_shop/{FAULTY}"], files[FAILING]]),
        "docs.png": digest(files[path] for path in sorted(files) if "/__snapshots__/test_openapi/" in path),
        "load.png": digest(files[f"tests/load/{name}.py"] for name in ("locustfile", "users", "orders", "resources")),
    }


def terminal(*lines: Text | Tree) -> Console:
    """Return a recorded terminal that shows these lines."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for line in lines:
        console.print(line, soft_wrap=True)
    return console


def save(console: Console, title: str) -> bytes:
    """Return an SVG of a terminal, without the font that it would load from another host."""
    svg = console.export_svg(title=title, unique_id="terminal")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).encode()


def draw(title: str, output: str) -> bytes:
    """Return an SVG of what a terminal shows for this output."""
    screen = pyte.Screen(WIDTH, HEIGHT)
    screen.set_mode(pyte.modes.LNM)
    pyte.Stream(screen).feed(output)
    lines = []
    for row in range(max(row for row in range(HEIGHT) if screen.display[row].strip()) + 1):
        line = Text()
        for column in range(WIDTH):
            cell = screen.buffer[row][column]
            line.append(cell.data, Style(color=colour(cell.fg), bold=cell.bold))
        line.rstrip()
        lines.append(line)
    return save(terminal(*lines), title)


def colour(name: str) -> str | None:
    """Return Rich's name for a colour of pyte."""
    if re.fullmatch(r"[0-9a-f]{6}", name):
        return f"#{name}"
    return {"default": None, "brown": "yellow"}.get(name, name.replace("bright", "bright_").replace("brown", "yellow"))


def questions(_: Path, folder: Path) -> bytes:
    """Answer the questions up to the test layers."""
    settings = folder / "settings.yml"
    settings.write_text("{}\n", encoding="utf-8")
    variables = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "COPIER_SETTINGS_PATH": str(settings)}
    said = io.StringIO()
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", "copier", "copy", str(copy_template(folder / "template")), str(folder / "bike-shop")],
        env=os.environ | variables,
        encoding="utf-8",
        timeout=60,
        dimensions=(HEIGHT, WIDTH),
    )
    child.logfile_read = said
    for question, answer in TYPED:
        child.expect_exact(question)
        child.send(answer)
    child.expect_exact("Load - ")
    child.expect([pexpect.TIMEOUT, pexpect.EOF], timeout=2)  # until all of it is drawn
    child.close(force=True)
    return draw("copier copy gh:org/api-test-template bike-shop", said.getvalue())


def folders(project: Path) -> Tree:
    """Return the folders of the application and its tests, with one of each expanded."""

    def listed(folder: Path) -> list[Path]:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(("__", "."))]
        return sorted(entries, key=lambda entry: (entry.is_file(), entry.name))

    top = Tree("[bold]bike-shop/")
    for folder, opened in (("src/bike_shop", "orders"), ("tests", "contract")):
        branch = top.add(f"[bold blue]{folder}/")
        for entry in listed(project / folder):
            grown = branch.add(f"[bold blue]{entry.name}/" if entry.is_dir() else entry.name)
            for file in listed(entry) if entry.name == opened else []:
                grown.add(file.name)
    return top


def tree(project: Path, _: Path) -> bytes:
    """Draw the folders."""
    return save(terminal(folders(project)), "bike-shop")


def failure(project: Path, folder: Path) -> bytes:
    """Run the contract tests on an application that does not check the owner of a resource."""
    copy = folder / "bike-shop"
    shutil.copytree(project, copy)
    faulty = copy / "src" / "bike_shop" / FAULTY
    code = faulty.read_text(encoding="utf-8")
    assert CHECK in code
    faulty.write_text(code.replace(CHECK, NO_CHECK), encoding="utf-8")
    options = ["--color=yes", "-p", "no:randomly", "--tb=short", "-q", FAILING]
    done = subprocess.run(
        [sys.executable, "-m", *suite(copy, *options)],
        cwd=copy,
        env=os.environ | suite_environment() | {"COLUMNS": str(WIDTH), "TERM": "xterm-256color"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    return draw("uv run pytest tests/contract", done.stdout)


def photograph(url: str, home: Path, ready: str) -> bytes:
    """Return a screenshot of a page, once the JavaScript expression `ready` is true."""
    with chrome(home, 1200, 1000) as driver:
        driver.get(url)
        WebDriverWait(driver, 30).until(lambda page: page.execute_script(f"return Boolean({ready})"))
        return bytes(driver.get_screenshot_as_png())


def docs(project: Path, folder: Path) -> bytes:
    """Take a screenshot of the application's API documentation."""
    with serve(project, f"sqlite:///{folder}/shop.db") as (server, _):
        return photograph(f"{server.url}/docs", folder / "browser", "document.querySelectorAll('.opblock').length > 20")


def load(project: Path, folder: Path) -> bytes:
    """Run a load test, and take a screenshot of Locust's report."""
    report = folder / "report.html"
    with serve(project, f"sqlite:///{folder}/shop.db") as (server, _):
        options = ["--headless", "--users=20", "--spawn-rate=4", "--run-time=40s"]
        options += [f"--host={server.url}", f"--html={report}"]
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        subprocess.run(["locust", *options], cwd=project, env=environment, capture_output=True, check=False)
    return photograph(report.as_uri(), folder / "browser", "document.querySelector('table')")


PICTURES: dict[str, Callable[[Path, Path], bytes]] = {
    "questions.svg": questions,
    "tree.svg": tree,
    "failure.svg": failure,
    "docs.png": docs,
    "load.png": load,
}


def main() -> None:
    """Make the named pictures, or all of them."""
    IMAGES.mkdir(exist_ok=True)
    made = json.loads(MADE_FROM.read_text(encoding="utf-8")) if MADE_FROM.exists() else {}
    folder = Path(tempfile.mkdtemp(prefix="pictures-"))
    try:
        project = Projects(folder).copy(SHOWN, folder / "project")
        for name in sys.argv[1:] or PICTURES:
            (folder / name).mkdir()
            (IMAGES / name).write_bytes(PICTURES[name](project, folder / name))
            made[name] = shown(project)[name]
    finally:
        shutil.rmtree(folder)
    MADE_FROM.write_text(f"{json.dumps(made, indent=2, sort_keys=True)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
