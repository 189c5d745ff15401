"""The template's own README is correct."""

import re

from combinations import ROOT, questions

README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTIONS = README.partition("| question |")[2].partition("\n\n")[0]


def test_every_question_is_in_the_table_in_the_order_it_is_asked() -> None:
    asked = [name for name, question in questions().items() if question.get("when") is not False]
    first_cells = re.findall(r"^\| (`.*?) \|", QUESTIONS, re.MULTILINE)
    assert [name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)] == asked


def test_every_choice_is_in_the_table() -> None:
    for name, question in questions().items():
        (row,) = re.findall(rf"^\|.*`{name}`.*$", QUESTIONS, re.MULTILINE) or [""]
        choices = question.get("choices", {})
        for choice in choices.values() if isinstance(choices, dict) else choices:
            assert f"`{choice}`" in row


def test_ci_runs_what_the_readme_says() -> None:
    section = README.partition("## Write a project, and test the template")[2].partition("\n## ")[0]
    write, test, test_real = re.findall(r"^```sh\n(.*?)\n```$", section, re.MULTILINE | re.DOTALL)
    assert write.startswith("pip install copier && ")
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").endswith(f"\n{test}\n")
    workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    _, *commands = test_real.split(" && ")
    assert all(f" {command}\n" in workflow for command in commands)
