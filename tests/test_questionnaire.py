"""The questionnaire: what it accepts, what it says of the rest, and that any text lands whole where it belongs."""

import ast
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml
from combinations import axes
from copier import run_copy
from markdown_it import MarkdownIt
from rendering import Projects, files

LONG = "a" * 201
BIDI = "\u202e"
GOOD: dict[str, list[str | bool | list[str]]] = {
    "project_name": ["A", "Shop & Co", "日本の店", "שלום", "👩‍👩‍👧 family", "{{ 7*7 }}", "x" * 60],
    "package_name": ["a", "shop", "shop_2", "app", "match", "type", "x" * 40],
    "project_description": ["x", 'She said "hi"', "C:\\new", "x" * 200],
    "user_name": ["", "Ada Lovelace", "Søren O'Neill", "山田 太郎"],
    "user_email": ["", "ada@example.com", "o'neil+x@sub.example.co.uk"],
    "python_version": ["3.11", "3.14"],
    "faker_locale": ["ja_JP"],
    "use_websockets": [True, False],
    "test_layers": [[], ["e2e"], ["snapshot", "load"]],
}
LINE = "use one line of"
NAME = "use 1 to 40 of a-z, 0-9 and _"
EMAIL = "use a plain address"
BAD = [
    *[("project_name", value, LINE) for value in ["", " ", "x" * 61, " x", "x ", "a\nb", "a\tb", "a\x00", "a\x7fb"]],
    *[("project_name", value, LINE) for value in ["a\u2028b", "a\u2029b", "a\x85b", f"{BIDI}b", "a\ufeff", "a\ud800"]],
    *[("project_description", value, LINE) for value in ["", LONG, "a\r\nb"]],
    *[("user_name", value, LINE) for value in [LONG, "a\nb", " a"]],
    *[("package_name", value, NAME) for value in ["", "Shop", "my-shop", "1a", "_a", "a.b", "日本", "a\n", "x" * 41]],
    *[("package_name", value, "a word of Python's own") for value in ["class", "async"]],
    *[("package_name", value, "a module of Python's own") for value in ["json", "test"]],
    *[("package_name", value, "a package the project installs") for value in ["fastapi", "starlette", "pyjwt"]],
    *[("package_name", value, "stands for something else") for value in ["tests", "migrations", "con"]],
    *[
        ("user_email", value, EMAIL)
        for value in ["ada", "a@b", "é@b.co", "a b@c.de", "<a@b.co>", "a@b.co\n", "a@-b.co"]
    ],
    *[
        (axis.name, ["no such answer"] if isinstance(axis.answers[0], tuple) else "no such answer", "is not in")
        for axis in axes()
        if axis.name != "use_websockets"
    ],
]
# Texts that end strings, comments, tags and templates in some language or other.
HOSTILE = [
    "\"'",
    '"""',
    "'''",
    "a\\",
    "\\n \\u0041 \\",
    "{{ 7*7 }}",
    "{% raw %}",
    "{# note",
    "${{ secrets.X }}",
    "{x} %s %(x)s $HOME `id`",
    "<!-- <script> -->",
    "--> </p>",
    "# *bold* _it_ [a](b) ~~c~~",
    "1. one",
    "- minus",
    "a: b, c # d",
    "&amp; @me |",
    "日本のお店",
    "مرحبا بالعالم",
    "👩‍👩‍👧‍👦 naïve",
    "[x]\"] = '''",
]


def answers_of(project: Path) -> dict[str, Any]:
    """Return what a project remembers of the questionnaire."""
    answers: dict[str, Any] = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    return answers


def case(value: object) -> str:
    """Name a case in ASCII."""
    return ascii(value)[:40]


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in GOOD.items() for v in values], ids=case)
def test_a_good_answer_is_kept(projects: Projects, name: str, value: object) -> None:
    data = {"project_name": "My API", "package_name": "my_api", name: value}
    assert answers_of(projects.get(data))[name] == value


@pytest.mark.parametrize(("name", "value", "message"), BAD, ids=case)
def test_a_bad_answer_is_refused_with_one_line(
    projects: Projects, tmp_path: Path, name: str, value: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        run_copy(str(projects.template), tmp_path / "project", data={name: value}, defaults=True, quiet=True)
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("project_name=a\nb", LINE),
        ("package_name=json", "a module of Python's own"),
        ("user_email=ada", EMAIL),
        ("database=oracle", "is not in ['sqlite', 'postgresql']"),
    ],
    ids=case,
)
def test_the_command_line_refuses_it_and_writes_nothing(
    projects: Projects, tmp_path: Path, answer: str, message: str
) -> None:
    command = [
        sys.executable,
        "-m",
        "copier",
        "copy",
        "--defaults",
        "--data",
        answer,
        str(projects.template),
        "project",
    ]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert message in done.stderr.splitlines()[-1]
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize(
    ("project_name", "package_name"),
    [
        ("My API", "my_api"),
        ("Shop & Co", "shop_co"),
        ("123", "api_123"),
        ("日本", "my_api"),
        ("Flask", "flask_api"),
        ("Class", "class_api"),
        ("Test", "test_api"),
        ("__", "my_api"),
        ("x" * 60, "x" * 40),
        ("1" * 60, "api_" + "1" * 36),
        ("x" * 39 + " y", "x" * 39),
    ],
)
def test_the_package_is_named_after_the_project(projects: Projects, project_name: str, package_name: str) -> None:
    project = projects.get({"project_name": project_name})
    assert answers_of(project)["package_name"] == package_name
    assert (project / "src" / package_name).is_dir()


class Terminal:
    """Someone who answers the questionnaire at a terminal."""

    def __init__(self, template: Path, cwd: Path) -> None:
        """Start `copier copy` as it is typed."""
        environment = os.environ | {"TERM": "xterm", "COLUMNS": "200", "LINES": "60"}
        self.child: pexpect.spawn[str] = pexpect.spawn(
            sys.executable,
            ["-m", "copier", "copy", str(template), "project"],
            cwd=cwd,
            env=environment,
            encoding="utf-8",
            timeout=30,
            dimensions=(60, 200),
        )

    def answer(self, question: str, *keys: str) -> None:
        """Wait for a question, then type."""
        self.child.expect_exact(question)
        for key in keys:
            self.child.send(key)


ENTER, SPACE, DOWN, CLEAR = "\r", " ", "\x1b[B", "\x15"


@pytest.fixture
def terminal(projects: Projects, tmp_path: Path) -> Iterator[Terminal]:
    """Someone who answers, and is gone at the end."""
    someone = Terminal(projects.template, tmp_path)
    yield someone
    someone.child.close(force=True)


def test_wrong_answers_are_asked_again_until_they_are_right(terminal: Terminal, tmp_path: Path) -> None:
    terminal.answer("The name people read", CLEAR, ENTER)
    terminal.answer("use one line of 1 to 60", "Corner Shop", ENTER)
    terminal.answer("The name Python imports", CLEAR, "json", ENTER)
    terminal.answer("as in json_api", CLEAR, "shop", ENTER)
    terminal.answer("One line, for the README", ENTER)
    terminal.answer("The author, for the package", ENTER)
    terminal.answer("The author's e-mail address", "ada", ENTER)
    terminal.answer("as in ada@example.com", CLEAR, "ada@example.com", ENTER)
    terminal.answer("The framework", ENTER)
    terminal.answer("talks to its database", DOWN, ENTER)
    terminal.answer("The database, in production", DOWN, ENTER)
    terminal.answer("Push events", "y")
    terminal.answer("The tests beyond unit", SPACE, ENTER)
    terminal.answer("Where lint, types and tests run", DOWN, ENTER)
    terminal.answer("The oldest Python", DOWN, ENTER)
    terminal.answer("made-up names", DOWN, ENTER)
    terminal.answer("The licence", ENTER)
    terminal.answer("uv run pytest")
    terminal.child.expect(pexpect.EOF)
    terminal.child.close()
    assert terminal.child.exitstatus == 0
    kept = {name: value for name, value in answers_of(tmp_path / "project").items() if not name.startswith("_")}
    assert kept == {
        "project_name": "Corner Shop",
        "package_name": "shop",
        "project_description": "A JSON API with every layer of its tests",
        "user_name": "",
        "user_email": "ada@example.com",
        "framework": "fastapi",
        "database_access": "sync",
        "database": "postgresql",
        "use_websockets": True,
        "test_layers": ["contract", "pact", "e2e", "load"],
        "ci": "gitlab",
        "python_version": "3.12",
        "faker_locale": "en_IN",
        "license": "MIT",
    }


def test_ctrl_c_writes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.answer("The name people read", "Shop", ENTER)
    terminal.answer("The name Python imports", "\x03")
    terminal.child.expect(pexpect.EOF)
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize("text", HOSTILE, ids=case)
def test_any_text_lands_whole_where_it_belongs(projects: Projects, text: str) -> None:
    data = {"project_name": text, "package_name": "shop", "project_description": text, "user_name": text}
    project = projects.get(data)
    kept = answers_of(project)
    assert {name: kept[name] for name in data} == data
    for file in files(project):
        parse(file)
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert metadata["description"] == text
    assert metadata["authors"][0]["name"] == text
    title, description = readme_of(project)
    assert title == text
    assert text in description
    assert text in python_strings(project / "src"), "the API's documentation is headed by the project's name"


def parse(file: Path) -> None:
    """Read a file as what its suffix says it is."""
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        compile(source, file, "exec")
    elif file.suffix == ".toml":
        tomllib.loads(source)
    elif file.suffix in {".yml", ".yaml"}:
        list(yaml.safe_load_all(source))
    elif file.suffix == ".json":
        json.loads(source)


def python_strings(folder: Path) -> set[object]:
    """Return every constant in the Python files of a folder."""
    sources = [file.read_text(encoding="utf-8") for file in folder.rglob("*.py")]
    return {node.value for s in sources for node in ast.walk(ast.parse(s)) if isinstance(node, ast.Constant)}


def readme_of(project: Path) -> tuple[str, str]:
    """Return a README's title and its first paragraph, as they are read."""
    tokens = MarkdownIt("commonmark").parse((project / "README.md").read_text(encoding="utf-8"))
    inline = [token for token in tokens if token.type == "inline"]
    return plain(inline[0].children), plain(inline[1].children)


def plain(tokens: list[Any] | None) -> str:
    """Return the text of Markdown that is nothing but text."""
    assert tokens is not None
    assert {token.type for token in tokens} <= {"text", "text_special", "softbreak"}, "the text turned into markup"
    return "".join("\n" if token.type == "softbreak" else token.content for token in tokens)


@pytest.mark.parametrize("name", ["build", "dist", "htmlcov"])
def test_git_ignores_no_package_whatever_it_is_called(projects: Projects, tmp_path: Path, name: str) -> None:
    project = projects.copy({"package_name": name}, tmp_path / "project")
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    ignored = subprocess.run(["git", "check-ignore", f"src/{name}/__init__.py"], check=False, cwd=project)
    assert ignored.returncode == 1
