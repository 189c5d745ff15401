"""Whatever text is typed reaches the project unchanged, and leaves its files valid and tidy."""
# ruff: noqa: RUF001, S104, S108, S311

import ast
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import urlopen

import pytest
from combinations import COMBINATIONS, STACK, Combination, additions, one_per
from markdown_it import MarkdownIt
from rendering import Projects, files
from serving import serve
from suites import environment, run
from test_questionnaire import answers_of, case, parse, typed
from test_template import ENVIRONMENT

QUOTING: Any = ENVIRONMENT.get_template("extensions/quoting.jinja").module
# Texts that end strings, comments, tags or template expressions in some language.
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
    "</title><script>alert(1)</script>",
    "See https://example.com/a_b?x=1&y=2, or https://a.b/c.",
    "0.0.0.0",
    "/tmp/shop",
    "Ada’s “Shop” – API（β）",
    "# noqa: E501",
    "# type: ignore",
    "# fmt: off",
    "TODO: SELECT * FROM users",
    "password=secret",
]


DRAW = Random(22)
TEXTS = [*HOSTILE, *(typed(DRAW, 60) for _ in range(12))]
STACKS = one_per(*sorted(STACK), last=True)


def answers_with(text: str) -> dict[str, Any]:
    """Return answers with this text for every free-form question; stacks take turns from text to text."""
    texts = dict.fromkeys(("project_name", "project_description", "user_name"), text)
    return STACKS[TEXTS.index(text) % len(STACKS)].data | texts | {"package_name": "shop"}


@pytest.mark.parametrize("text", TEXTS, ids=case)
def test_any_text_reaches_the_project_unchanged(projects: Projects, text: str) -> None:
    data = answers_with(text)
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
    assert description == text
    assert text in python_strings(project / "src"), "the project's name is the title of the API's documentation"


def python_strings(folder: Path) -> set[object]:
    """Return every constant in the Python files of a folder."""
    sources = [file.read_text(encoding="utf-8") for file in folder.rglob("*.py")]
    return {node.value for s in sources for node in ast.walk(ast.parse(s)) if isinstance(node, ast.Constant)}


def readme_of(project: Path) -> tuple[str, str]:
    """Return the title and the first paragraph of a README, as rendered."""
    tokens = MarkdownIt("commonmark").parse((project / "README.md").read_text(encoding="utf-8"))
    inline = [token for token in tokens if token.type == "inline"]
    return plain(inline[0].children), plain(inline[1].children)


def plain(tokens: list[Any] | None) -> str:
    """Return the text of Markdown tokens, which must not contain markup."""
    assert tokens is not None
    markup = {token.type for token in tokens if token.markup != "autolink"} - {"text", "text_special", "softbreak"}
    assert not markup, "the text turned into markup"
    return "".join("\n" if token.type == "softbreak" else token.content for token in tokens)


def tidy(found: list[Path]) -> None:
    """Assert that ruff finds nothing to lint or format in these projects."""
    for command in (["check", "--output-format=concise"], ["format", "--diff"]):
        done = run(found[0].parent, "ruff", *command, "--no-cache", "--quiet", *map(str, found), **environment())
        assert done.returncode == 0, done.stdout


def test_every_file_is_tidy_whatever_is_typed(projects: Projects) -> None:
    tidy([projects.get(answers_with(text)) for text in TEXTS])


def test_every_file_is_tidy_however_long_the_package_is_called(projects: Projects) -> None:
    # What fits on a line with the longest name fits with any; what is split with the shortest name is split with any.
    fullest = [additions(application)[-1] for application in dict.fromkeys(c.application for c in COMBINATIONS)]
    tidy([projects.get(c.data | {"package_name": name}) for c in fullest for name in ("z", "a" * 40)])


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("https://example.com/a_b?x=1&y=2", "https://example.com/a_b?x=1&y=2"),
        ("a_b (https://example.com/a_b).", r"a\_b (https://example.com/a_b)."),
        ("https://example.com/_a_ and _b_", r"<https://example.com/_a_> and \_b\_"),
        ("https://example.com/~ada/*", "<https://example.com/~ada/*>"),
        ("https://example.com/?a&copy;", "https://example.com/?a&amp;copy;"),
        ("ftp://a_b, http://", "ftp://a_b, http://"),
    ],
)
def test_a_url_reads_as_it_was_typed(text: str, markdown: str) -> None:
    assert QUOTING.markdown(text) == markdown
    (inline,) = [token for token in MarkdownIt("commonmark").parse(markdown) if token.type == "inline"]
    assert "".join(token.content for token in inline.children or []) == text


class Page(HTMLParser):
    """Collects the text of an HTML page by tag."""

    def __init__(self, source: str) -> None:
        """Parse a page."""
        super().__init__()
        self.tag = ""
        self.texts: dict[str, str] = {}
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Enter a tag."""
        del attrs
        self.tag = tag

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag."""
        self.tag = "" if tag == self.tag else self.tag

    def handle_data(self, data: str) -> None:
        """Collect a text."""
        self.texts[self.tag] = self.texts.get(self.tag, "") + data


@pytest.mark.parametrize("combination", one_per(*sorted(STACK)), ids=str)
def test_the_documentation_shows_the_projects_name_and_runs_nothing_of_it(
    projects: Projects, tmp_path: Path, combination: Combination
) -> None:
    name = "</title><script>alert(1)</script> &amp; {{ 7*7 }}"
    data = combination.data | {"project_name": name, "package_name": "shop", "test_layers": ["e2e"]}
    project = projects.copy(data, tmp_path / "project")
    with (
        serve(project, f"sqlite:///{tmp_path}/docs.db") as (server, _),
        urlopen(f"http://{server.address}/docs") as answer,
    ):
        page = Page(answer.read().decode())
    assert name in page.texts["title"]
    assert "alert" not in page.texts["script"]
