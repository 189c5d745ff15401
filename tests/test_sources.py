"""Answers that are not typed: from Copier's settings, from data, and from the answers file."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from combinations import axes, questions
from copier import Settings, run_copy
from copier._settings import SettingsModel
from copier.errors import UserMessageError
from rendering import Projects, Renderer, contents
from test_questionnaire import EMAIL, LINE, Terminal, answers_of, case
from test_template import COMPUTED

ASKED = [name for name in questions() if name not in COMPUTED]
# Invalid answers in Copier's settings, and the message for each.
BAD_SETTINGS: list[tuple[str, object, str]] = [
    *[("user_email", value, EMAIL) for value in ("ada", "a@b", 1)],
    *[("user_name", value, LINE) for value in ("a\nb", " a", "\u3164")],
    *[("project_name", value, LINE) for value in ("", "x" * 61)],
    ("package_name", "json", '"json" is a module of Python'),
    *[(name, None, "use ") for name in ("user_name", "user_email", "project_name", "use_websockets")],
    *[(name, ["a"], "use text") for name in ("user_name", "project_description")],
    *[(axis.name, value, "choose ") for axis in axes() if axis.name != "use_websockets" for value in ("no", None)],
    *[("test_layers", value, "choose any of") for value in ("all", ["pact", "no"], "[pact, no]", "", {"pact": True})],
]


def refuse(template: Path, destination: Path, said: str, **options: Any) -> None:  # noqa: ANN401
    """Assert that a copy with these options is refused in one line, and that nothing is written."""
    with (
        pytest.raises(UserMessageError) as refused,
        Renderer(src_path=str(template), dst_path=destination, defaults=True, quiet=True, **options) as worker,
    ):
        worker.run_copy()
    assert said in refused.value.message
    assert "\n" not in refused.value.message
    assert not destination.exists()


@pytest.mark.parametrize("source", ["data", "user_defaults", "settings"])
@pytest.mark.parametrize("name", COMPUTED)
def test_a_computed_value_cannot_be_set(projects: Projects, tmp_path: Path, source: str, name: str) -> None:
    given: dict[str, Any] = {name: "alice"}
    options = {source: SettingsModel(defaults=given) if source == "settings" else given}
    refuse(projects.template, tmp_path / "project", f"'{name} is computed", **options)


def test_no_computed_value_is_taken_from_the_answers_file(projects: Projects, tmp_path: Path) -> None:
    project = projects.copy({}, tmp_path / "project")
    before = contents(project)
    with (project / ".copier-answers.yml").open("a", encoding="utf-8") as answers:
        answers.write("\n" + yaml.safe_dump(dict.fromkeys(COMPUTED, "alice")))
    run_copy(str(projects.template), project, defaults=True, overwrite=True, quiet=True)
    assert contents(project) == before


def copy(template: Path, cwd: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `copier copy --defaults`, quietly."""
    command = [sys.executable, "-m", "copier", "copy", "--defaults", "--quiet", *options, str(template), "project"]
    return subprocess.run(command, check=False, cwd=cwd, env=os.environ | variables, capture_output=True, text=True)


@pytest.mark.parametrize("source", ["--data", "--data-file", "settings"])
def test_the_command_line_refuses_a_computed_value_in_one_line(projects: Projects, tmp_path: Path, source: str) -> None:
    data, settings = tmp_path / "data.yml", tmp_path / "settings.yml"
    data.write_text("github: alice\n", encoding="utf-8")
    settings.write_text("defaults: {github: alice}\n", encoding="utf-8")
    options = {"--data": ["--data=github=alice"], "--data-file": [f"--data-file={data}"], "settings": []}[source]
    variables = {"COPIER_SETTINGS_PATH": str(settings)} if source == "settings" else {}
    done = copy(projects.template, tmp_path, *options, **variables)
    assert done.returncode == 1
    assert "github is computed" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize(("name", "value", "message"), BAD_SETTINGS, ids=case)
def test_an_invalid_setting_is_refused_and_nothing_is_written(
    projects: Projects, tmp_path: Path, name: str, value: object, message: str
) -> None:
    said = f"'{name} in the defaults of your Copier settings: {message}"
    refuse(projects.template, tmp_path / "project", said, settings=SettingsModel(defaults={name: value}))


def test_an_invalid_setting_ends_the_prompt_with_one_line(projects: Projects, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yml"
    settings.write_text("defaults: {user_email: ada}\n", encoding="utf-8")
    terminal = Terminal(projects.template, tmp_path, COPIER_SETTINGS_PATH=str(settings))
    said = terminal.end()
    assert terminal.child.exitstatus == 1
    assert EMAIL in said.splitlines()[-1]
    assert "Traceback" not in said
    assert not (tmp_path / "project").exists()


def test_valid_settings_are_used_and_others_are_ignored(projects: Projects, tmp_path: Path) -> None:
    mine = {
        "user_name": "山田 太郎",
        "user_email": "yamada@example.com",
        "python_version": 3.12,
        "test_layers": ["e2e"],
    }
    settings = Settings(defaults=mine | {"editor": "vi", "github_user": None, "license": "GPL"})
    data = {"license": "none"}
    run_copy(str(projects.template), tmp_path / "project", data, settings=settings, defaults=True, quiet=True)
    kept = answers_of(tmp_path / "project")
    assert {name: kept[name] for name in mine} == mine | {"python_version": "3.12"}
    assert kept["license"] == "none"
    assert kept.keys() == {*ASKED, "_src_path"}
