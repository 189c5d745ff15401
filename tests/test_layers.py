"""Optional test layers: each is added or left out as a whole, without changes to the rest of a project."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from combinations import STACK, Combination, one_per, questions
from rendering import Projects, contents, files

LAYERS = list(questions()["test_layers"]["choices"].values())

# The files outside the layers that list the chosen ones. Only this pattern says so.
LISTS = re.compile(
    r"(README|AGENTS|docs/(testing|add-a-subject|remove-the-example|running))\.md|pyproject\.toml|\.copier-answers\.yml|\.github/workflows/.*|\.gitlab-ci\.yml"
)
# Files that several layers share: they exist if one of these layers is chosen.
SHARED = {"tests/serving.py": {"pact", "e2e", "load"}}
# Words that appear only in projects with the layer.
WORDS = {
    "snapshot": "syrupy|snapshot",
    "contract": "schemathesis|tests/contract",
    "pact": "pacts?",
    "e2e": "e2e",
    "load": "locust(file)?|tests/load",
}

each_stack = pytest.mark.parametrize("combination", one_per("example", *sorted(STACK)), ids=str)
each_layer = pytest.mark.parametrize("layer", LAYERS)

Render = Callable[[set[str]], Path]


@pytest.fixture
def render(projects: Projects, combination: Combination) -> Render:
    """Return the project of a combination with these layers."""
    return lambda chosen: projects.get(combination.data | {"test_layers": [name for name in LAYERS if name in chosen]})


def unlisted(project: Path) -> dict[str, bytes]:
    """Return the content of a project's files, without those that list the layers."""
    return {path: content for path, content in contents(project).items() if not LISTS.fullmatch(path)}


@each_stack
@each_layer
@pytest.mark.parametrize("others", [set(LAYERS), set()], ids=["beside the others", "alone"])
def test_a_layer_is_dropped_as_a_whole_and_no_other_file_changes(render: Render, layer: str, others: set[str]) -> None:
    chosen = unlisted(render(others | {layer}))
    dropped = unlisted(render(others - {layer}))
    shared = {path for path, sharing in SHARED.items() if layer in sharing and not sharing & (others - {layer})}
    own = {path for path in chosen if path.startswith((f"tests/{layer}/", f"docs/{layer}.")) or f".{layer}." in path}
    assert own
    assert chosen.keys() - dropped.keys() == own | shared & chosen.keys()
    assert not dropped.keys() - chosen.keys()
    assert [path for path in dropped if dropped[path] != chosen[path]] == []


@each_stack
@each_layer
def test_no_file_mentions_a_layer_that_was_not_chosen(render: Render, layer: str) -> None:
    project = render(set(LAYERS) - {layer})
    speaking = [
        file.name
        for file in files(project)
        if file.name != ".copier-answers.yml"
        and re.search(rf"\b({WORDS[layer]})\b", file.read_text(encoding="utf-8"), re.IGNORECASE)
    ]
    assert speaking == []
