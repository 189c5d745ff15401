"""The memory of passed tests: an edit to the template changes the keys of all tests that depend on it."""

from pathlib import Path

import pytest
from combinations import COMBINATIONS, Combination, covering, one_per
from memory import OF_A_STACK, OF_ONE, Memory, flags, key, template
from rendering import contents, copy_template, render

EDITED = [
    "template/README.md.jinja",
    "template/src/{{package_name}}/core/fields.py",
    "template/{{shop}}/src/{{package_name}}/orders/schemas.py",
    "template/{{sqlalchemy}}/{{shop}}/{{async}}/src/{{package_name}}/orders/services.py",
    "template/{{flask}}/{{shop}}/src/{{package_name}}/orders/blueprint.py",
    "template/{{sqlalchemy}}/{{websockets}}/src/{{package_name}}/updates/subscribers.py",
    "template/{{contract}}/tests/contract/api.py",
]
SOME = [*covering(1), *one_per("example", "framework", "database_access", "use_websockets", last=True)]


def sources(project: Path) -> dict[str, bytes]:
    """Return the content of a project's files, without Copier's answers file."""
    return {path: content for path, content in contents(project).items() if path != ".copier-answers.yml"}


@pytest.mark.parametrize("edited", EDITED)
def test_an_edit_is_seen_by_every_combination_that_it_changes(tmp_path: Path, edited: str) -> None:
    before, after = (copy_template(tmp_path / name) for name in ("before", "after"))
    with (after / edited).open("a", encoding="utf-8") as file:
        file.write("# Edited.\n")
    for index, combination in enumerate(SOME):
        projects = [render(it, tmp_path / f"{it.name}-{index}" / "project", combination.data) for it in (before, after)]
        differs = sources(projects[0]) != sources(projects[1])
        seen = template(flags(combination), before) != template(flags(combination), after)
        assert seen or not differs, combination
        # Only async files may be read without being rendered: other files are derived from them.
        assert differs or not seen or "{{async}}" in edited, combination


@pytest.mark.parametrize("combination", [COMBINATIONS[0], COMBINATIONS[-1]], ids=str)
def test_a_passed_test_is_remembered_for_its_combination_only(tmp_path: Path, combination: Combination) -> None:
    nodeid = f"tests/test_suites.py::test_its_types_hold[{combination}]"
    assert not Memory(tmp_path).has(nodeid, combination)
    Memory(tmp_path).add({nodeid: key(nodeid, combination)})
    assert Memory(tmp_path).has(nodeid, combination)
    assert not Memory(tmp_path).has(nodeid, None), "without a combination, it depends on the whole template"


def test_the_functions_and_modules_that_are_named_exist(request: pytest.FixtureRequest) -> None:
    tests = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    assert not [name for name in sorted(OF_ONE) if f"def {name}(" not in tests]
    assert not [name for name in sorted(OF_A_STACK) if not (request.path.parent / f"{name}.py").is_file()]
