"""Parses a project's documents: their sections, commands, links, and the faults that they show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from suites import write

COMMAND = re.compile(r"(?:[A-Z_]+=\S+ )*(?:uv run|uvx|pip|cp|curl|docker|git|perl|python3?) .+|uv sync")
LINK = re.compile(r"(?<!!)\[[^]]*\]\(([^)\s]+)\)")


def documents(project: Path) -> dict[str, str]:
    """Return the text of a project's documents, by path."""
    files = [*sorted(project.glob("*.md")), *sorted(project.glob("docs/*.md"))]
    return {file.relative_to(project).as_posix(): file.read_text(encoding="utf-8") for file in files}


def fenced(text: str, language: str) -> list[str]:
    """Return the fenced code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def prose(text: str) -> str:
    """Return a document without its fenced code blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(text: str) -> list[str]:
    """Return the headings of a document."""
    return [title for title, _ in sections(text)]


def anchor(heading: str) -> str:
    """Return the fragment of a link to a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Yield each heading of a document with the text below it, including deeper headings."""
    starts, in_block, lines = [], False, text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        in_block ^= line.startswith("```")
        if not in_block and (found := re.match(r"(#+) (.+)", line)):
            starts.append((number, len(found[1]), found[2]))
    for index, (number, level, title) in enumerate(starts):
        end = next((other for other, depth, _ in starts[index + 1 :] if depth <= level), len(lines))
        yield title, "".join(lines[number + 1 : end])


def section(project: Path, title: str) -> str:
    """Return the section with this heading, which exactly one document has."""
    (found,) = [below for text in documents(project).values() for head, below in sections(text) if head == title]
    return found


def plain(script: str) -> str:
    """Return a script without `uv run` and `uvx`."""
    return re.sub(r"\b(uv run|uvx) ", "", script)


def scripts(text: str) -> list[str]:
    """Return the shell blocks, without `uv run` and `uvx`."""
    return [plain(block) for block in fenced(text, "sh")]


def commands(text: str) -> list[str]:
    """Return the shell blocks and the inline commands, in order."""
    found = re.finditer(r"^```sh\n(.*?)^```$|^```.*?^```$|`([^`\n]+)`", text, re.MULTILINE | re.DOTALL)
    return [one[1] or f"{one[2]}\n" for one in found if one[1] or (one[2] and COMMAND.fullmatch(one[2]))]


def broken_links(texts: dict[str, str], root: Path) -> Iterator[str]:
    """Yield the links of these documents to a file or a heading that does not exist."""
    for path, text in texts.items():
        for target in LINK.findall(prose(text)):
            if re.match(r"\w+:", target):
                continue
            name, _, fragment = target.partition("#")
            file = (root / path).parent / name if name else root / path
            if not file.exists():
                yield f"{path}: {target} does not exist"
            elif fragment and fragment not in map(anchor, headings(file.read_text(encoding="utf-8"))):
                yield f"{path}: {target} names no heading"


@dataclass(frozen=True)
class Shown:
    """A fault that a document shows: the change, the command that finds it, and its output."""

    file: str
    old: str
    new: str
    command: str
    said: list[str]

    def plant(self, project: Path) -> bytes:
        """Make the change, and return the old content of the file."""
        file = project / self.file
        content = file.read_bytes()
        assert self.old in content.decode(), f"{self.file} has changed: {self.old}"
        write(file, content.decode().replace(self.old, self.new, 1).encode())
        return content

    def missing(self, output: str) -> list[str]:
        """Return the documented lines that the output lacks; … matches anything, and a line may be longer."""
        said = re.sub(r"^_+ | _+$", "_", output, flags=re.MULTILINE)
        return [line for line in self.said if not re.search(self._pattern(line), said)]

    @staticmethod
    def _pattern(line: str) -> str:
        line = re.sub(r"^_+ | _+$", "_", line)
        return r".*?".join(map(re.escape, line.split("…")))


def shown(text: str) -> list[Shown]:
    """Return the faults that a document shows: a diff, a command, and its output."""
    found = re.findall(r"^```diff\n--- (\S+)\n(.*?)^```\n(.*?)^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    faults = []
    for file, change, between, said in found:
        old, new = ("".join(re.findall(rf"^[{mark}](.*\n)", change, re.MULTILINE)) for mark in "-+")
        if new:  # it may replace part of a line
            old, new = old.removesuffix("\n"), new.removesuffix("\n")
        [command] = commands(between)
        faults.append(Shown(file, old, new, plain(command), said.splitlines()))
    return faults
