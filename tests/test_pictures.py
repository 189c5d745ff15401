"""The pictures of the README: each is up to date, shown, and self-contained."""

import json
import re

import pictures
import pytest
from combinations import ROOT
from rendering import Projects

MADE = json.loads(pictures.MADE_FROM.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(pictures.PICTURES))
def test_a_picture_is_up_to_date(projects: Projects, name: str) -> None:
    today = pictures.shown(projects.get(pictures.SHOWN))
    assert MADE[name] == today[name], f"run `python tests/pictures.py {name}`, and look at it"


def test_the_readme_shows_each_picture() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"\(\.github/images/(.+?)\)", readme)) == sorted(pictures.PICTURES)


def test_no_picture_loads_anything_from_another_host() -> None:
    for file in pictures.IMAGES.glob("*.svg"):
        addresses = re.findall(r"(?:url\(|href=)[\"']?(\w+:[^\"')]*)", file.read_text(encoding="utf-8"))
        assert not addresses, file.name
