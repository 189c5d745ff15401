"""The questionnaire: the answers that it accepts, and its messages for the others."""
# ruff: noqa: RUF001, S104, S311

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pexpect
import pytest
import yaml
from combinations import axes, questions
from naming import acceptable
from rendering import Projects, render
from test_template import ENVIRONMENT, TEMPLATE

LONG = "a" * 201
BIDI = "\u202e"
GOOD: dict[str, list[str | bool | list[str]]] = {
    "project_name": [
        "A",
        "Shop & Co",
        "日本の店",
        "שלום",
        "👩‍👩‍👧 family",
        "{{ 7*7 }}",
        "x" * 60,
        "©",
        "❤️",
        "½",
        "&",
        "ৰ",
    ],
    "package_name": ["a", "shop", "shop_2", "app", "match", "type", "x" * 40, "latest", "contest", "web_shop"],
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
EMAIL = "use a plain email"
# Blanks other than spaces, invisible letters and marks, and combining marks without a base character.
UNSEEN = [
    *"\u00a0\u3000\u2800\u3164\uffa0\u115f\u1160\u17b4\u17b5\u00ad\u034f\u180b\u180e\u200c\u200d\ufe0f",
    *"\u0301\u0903\u20dd\u0488\U000e0041\U000e0100\U0001d159\U0001d173\U00013441",
    "\u3164\u0301",
    "\u2800 \u2800",
]
BAD = [
    *[("project_name", value, LINE) for value in ["", " ", "x" * 61, " x", "x ", "a\nb", "a\tb", "a\x00", "a\x7fb"]],
    *[("project_name", value, LINE) for value in ["a\u2028b", "a\u2029b", "a\x85b", f"{BIDI}b", "a\ufeff", "a\ud800"]],
    *[("project_name", value, LINE) for value in UNSEEN],
    *[("project_description", value, LINE) for value in ["", LONG, "a\r\nb", "\u3164"]],
    *[("user_name", value, LINE) for value in [LONG, "a\nb", " a", "\u2800"]],
    *[("package_name", value, NAME) for value in ["", "Shop", "my-shop", "1a", "_a", "a.b", "日本", "a\n", "x" * 41]],
    *[("package_name", value, NAME) for value in ["shop_", "a__b", "pydantic__core"]],
    *[("package_name", value, "a Python keyword") for value in ["class", "async"]],
    *[("package_name", value, "a module of Python's standard library") for value in ["json", "test"]],
    *[("package_name", value, "a package the project installs") for value in ["fastapi", "starlette", "pyjwt"]],
    *[
        ("package_name", value, "packages import if it exists")
        for value in ["numpy", "tornado", "trio", "org", "socks"]
    ],
    *[("package_name", value, "is reserved") for value in ["tests", "migrations", "con"]],
    *[("package_name", value, "is reserved") for value in ["true", "null", "on", "y", "postgres"]],
    *[
        ("package_name", value, "look like a test database")
        for value in ["test_shop", "shop_tests", "shop2test", "a_test_b"]
    ],
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
NAMING: Any = ENVIRONMENT.get_template("extensions/naming.jinja").module
VALIDATION: Any = ENVIRONMENT.get_template("extensions/validation.jinja").module


def answers_of(project: Path) -> dict[str, Any]:
    """Return the answers that a project has stored."""
    answers: dict[str, Any] = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    return answers


def case(value: object) -> str:
    """Return an ASCII test id."""
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
        render(projects.template, tmp_path / "project", {name: value})
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("project_name=a\nb", LINE),
        ("package_name=json", "a module of Python's standard library"),
        ("user_email=ada", EMAIL),
        ("database=oracle", "is not in ['sqlite', 'postgresql']"),
    ],
    ids=case,
)
def test_the_command_line_refuses_a_bad_answer_and_writes_nothing(
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
        ("Test", "my_api"),
        ("Test Shop", "shop"),
        ("Contest", "contest"),
        ("OpenTelemetry", "opentelemetry_app"),
        ("On", "on_api"),
        ("Bike Café", "bike_cafe"),
        ("Cafe\u0301", "cafe"),
        ("Größe", "grosse"),
        ("Crème Brûlée", "creme_brulee"),
        ("Ærø", "aero"),
        ("Straße Øst", "strasse_ost"),
        ("Łódź", "lodz"),
        ("Encyclopædia Đ", "encyclopaedia_d"),
        ("İstanbul ışık", "istanbul_isik"),
        ("Þór ŋ œ ﬁ", "thor_n_oe_fi"),
        ("Đường sắt", "duong_sat"),
        ("Ｆｕｌｌ", "full"),
        ("Café 日本", "cafe"),
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


# Pieces of random texts: syntax of several languages, and letters of several scripts.
PIECES = [
    *"abc XYZ 012 \"'\\\\{}[]()#$%&@!?<>=+-*/|~`^_:;,.",
    *(
        "{{",
        "}}",
        "{%",
        "#}",
        "${{",
        '"""',
        "'''",
        "\\n",
        "\\N{DASH}",
        "<!--",
        "-->",
        "<script>",
        "http://a.b/",
        "0.0.0.0",
    ),
    *(
        "test",
        "Tests",
        "é",
        "ß",
        "İ",
        "ø",
        "’",
        "–",
        "（",
        "日本",
        "🙂",
        "\u0301",
        "а",
        "א",
        "\u00a0",
        "\u3000",
        "\u200d",
    ),
]


def typed(draw: Random, most: int) -> str:
    """Return a random text that the questionnaire accepts."""
    while True:
        text = "".join(draw.choices(PIECES, k=draw.randint(1, most)))[:most]
        if not VALIDATION.line_problem(text, 1, most):
            return text


def test_the_package_named_after_a_project_is_one_that_is_accepted() -> None:
    draw = Random(22)
    names = [typed(draw, 60) for _ in range(500)]
    names += [spelt for name in NAMING.RESERVED for spelt in (name, name.replace("_", " ").title(), f"{name} API")]
    for name in names:
        package = NAMING.package(name)
        assert not NAMING.package_problem(package), f"{name!r} gives {package!r}"


def test_no_package_gives_its_database_the_name_of_a_test_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tests", "tests.environment"):  # which the guards import
        module = ModuleType(name)
        vars(module)["GIVEN"] = {}
        monkeypatch.setitem(sys.modules, name, module)
    spec = importlib.util.spec_from_file_location("guards", TEMPLATE / "tests/plugins/guards.py")
    assert spec
    assert spec.loader
    guards = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(guards)
    draw = Random(22)
    drawn = {
        "".join(draw.choices(["test", "tests", "s", "x", "_", "1", "la"], k=draw.randint(1, 6))) for _ in range(500)
    }
    for name in acceptable(drawn) - set(NAMING.RESERVED):
        urls = f"sqlite:///{name}.db", f"postgresql://postgres@localhost/{name}"
        passes = any(guards.is_test_database(url) for url in urls)
        assert bool(NAMING.package_problem(name)) == passes, name


class Terminal:
    """A pseudo-terminal in which `copier copy` asks its questions."""

    def __init__(self, template: Path, cwd: Path, *options: str, **variables: str) -> None:
        """Start `copier copy`."""
        environment = os.environ | {"TERM": "xterm", "COLUMNS": "200", "LINES": "60"} | variables
        self.child: pexpect.spawn[str] = pexpect.spawn(
            sys.executable,
            ["-m", "copier", "copy", *options, str(template), "project"],
            cwd=cwd,
            env=environment,
            encoding="utf-8",
            timeout=30,
            dimensions=(60, 200),
        )

    def answer(self, question: str, *keys: str) -> None:
        """Wait for a text on the screen, then send keys."""
        self.child.expect_exact(question)
        for key in keys:
            self.child.send(key)

    def end(self) -> str:
        """Wait for the end, and return the output since the last match."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.before or ""


ENTER, SPACE, UP, DOWN, CLEAR, ESCAPE = "\r", " ", "\x1b[A", "\x1b[B", "\x15", "\x1b"


@pytest.fixture
def terminal(projects: Projects, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal with the questionnaire, closed at the end."""
    someone = Terminal(projects.template, tmp_path)
    yield someone
    someone.child.close(force=True)


def test_wrong_answers_are_asked_again_until_they_are_right(terminal: Terminal, tmp_path: Path) -> None:
    terminal.answer("The name people read", CLEAR, ENTER)
    terminal.answer("use one line of 1 to 60", "Corner Shop", ENTER)
    terminal.answer("The name Python imports", CLEAR, "json", ENTER)
    terminal.answer("such as json_api", CLEAR, "shop", ENTER)
    terminal.answer("One line, for the README", ENTER)
    terminal.answer("The author, for the package", ENTER)
    terminal.answer("The author's email", "ada", ENTER)
    terminal.answer("such as ada@example.com", CLEAR, "ada@example.com", ENTER)
    terminal.answer("The example code", UP, ENTER)
    terminal.answer("The framework", ENTER)
    terminal.answer("talks to its database", DOWN, ENTER)
    terminal.answer("The database, in production", DOWN, ENTER)
    terminal.answer("Push events", "y")
    terminal.answer("Tests beyond unit", SPACE, ENTER)
    terminal.answer("What runs linting, type checks and tests", DOWN, ENTER)
    terminal.answer("The oldest Python", DOWN, ENTER)
    terminal.answer("fake names", DOWN, ENTER)
    terminal.answer("The licence", ENTER)
    terminal.answer("uv run pytest")
    terminal.end()
    assert terminal.child.exitstatus == 0
    kept = {name: value for name, value in answers_of(tmp_path / "project").items() if not name.startswith("_")}
    assert kept == {
        "project_name": "Corner Shop",
        "package_name": "shop",
        "project_description": "A JSON API with every layer of its tests",
        "user_name": "",
        "user_email": "ada@example.com",
        "example": "resource",
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


def test_the_package_of_an_accented_name_is_proposed_in_ascii(terminal: Terminal) -> None:
    terminal.answer("The name people read", CLEAR, "Bike Café", ENTER)
    terminal.answer("The name Python imports")
    terminal.child.expect_exact("bike_cafe")


TEXTS = [name for name, question in questions().items() if "validator" in question]
COSTLY = ["example", "framework", "database_access", "database", "test_layers"]


@pytest.mark.parametrize("question", TEXTS)
def test_a_text_question_has_a_placeholder(question: str) -> None:
    assert questions()[question]["placeholder"]


@pytest.mark.parametrize("question", COSTLY)
def test_each_choice_says_what_it_costs(question: str) -> None:
    for choice in questions()[question]["choices"]:
        assert re.search(r"; .*(\d+|no)( more)? packages?$|; .*tests$", choice), choice


def test_clearing_a_default_shows_the_placeholder(terminal: Terminal) -> None:
    terminal.answer("The name people read", CLEAR)
    terminal.child.expect_exact("Bike Café")
    terminal.answer("Bike Café", "Shop", ENTER)


def test_a_project_named_like_a_package_gets_another_package_name(terminal: Terminal) -> None:
    terminal.answer("The name people read", CLEAR, "OpenTelemetry", ENTER)
    terminal.answer("opentelemetry_app", CLEAR, "opentelemetry", ENTER)
    terminal.answer("a package the project installs")


def test_ctrl_c_writes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.answer("The name people read", "Shop", ENTER)
    terminal.answer("The name Python imports", "\x03")
    terminal.end()
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize("question", [axis.name for axis in axes() if axis.name != "use_websockets"])
def test_a_list_that_is_left_by_escape_is_refused_and_nothing_is_written(
    projects: Projects, tmp_path: Path, question: str
) -> None:
    terminal = Terminal(projects.template, tmp_path, "--defaults", "--ask", question)
    terminal.answer(str(questions()[question]["help"]), ESCAPE + ENTER)
    said = terminal.end()
    assert terminal.child.exitstatus == 1
    assert f"{question}: choose " in said.splitlines()[-1]
    assert "Traceback" not in said
    assert not (tmp_path / "project").exists()


def parse(file: Path) -> None:
    """Parse a file by its suffix."""
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        compile(source, file, "exec")
    elif file.suffix == ".toml":
        tomllib.loads(source)
    elif file.suffix in {".yml", ".yaml"}:
        list(yaml.safe_load_all(source))
    elif file.suffix == ".json":
        json.loads(source)


@pytest.mark.parametrize("name", ["build", "dist", "htmlcov"])
def test_git_ignores_no_package_whatever_it_is_called(projects: Projects, tmp_path: Path, name: str) -> None:
    project = projects.copy({"package_name": name}, tmp_path / "project")
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    ignored = subprocess.run(["git", "check-ignore", f"src/{name}/__init__.py"], check=False, cwd=project)
    assert ignored.returncode == 1
