"""Mutation testing of a project: faults are planted in its code, one at a time, to see which ones its tests find.

`python tests/benchmarks/strength.py [--stack fastapi-async] [--mutants 200] [--seed 1]`, in the environment of the
meta-tests, after `pip install cosmic-ray`, which the meta-tests do not need, so that it is not in their lock.

The shop on SQLite is rendered, with the unit, integration and snapshot tests. Each fault (tests/benchmarks/mutants.py)
is planted in a copy, and the tests run until one fails, those of the fault's subject first. A run over its time limit
counts as found. Faults that no test finds are printed as diffs. Equivalent faults, which change no behaviour, are
skipped: tests/benchmarks/equivalent.toml lists them with the reasons. Results are kept in `.pytest_cache/strength`, so
that a second run continues where the first one ended, as long as the project is the same. `--survivors` keeps what an
earlier run has found, even if the project has changed. `--only 'services.py: .*(where|filter|is_admin)'` limits the
faults to a part of the code.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import suites
from combinations import ROOT
from forkserver import Outcome, start
from mutants import Mutant, sample
from rendering import Projects, contents

STACKS = {
    "fastapi-async": {"framework": "fastapi", "database_access": "async"},
    "fastapi-sync": {"framework": "fastapi", "database_access": "sync"},
    "flask": {"framework": "flask"},
    "django": {"framework": "django"},
}
SHOP = {"example": "shop", "database": "sqlite", "use_websockets": False, "test_layers": ["snapshot"]}
# The fastest layers first.
LAYERS = ("unit", "snapshot", "integration")
# Migrations are compared with the models as a whole, and the distribution of fake data is not specified.
LEFT_OUT = {"migrations", "seeding.py", "fakes.py"}
# The time limit, as a multiple of the time without a fault.
PATIENCE = 3
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
RESULTS = ROOT / ".pytest_cache" / "strength"


class Bench:
    """A project in which faults are planted."""

    def __init__(self, folder: Path, stack: str) -> None:
        """Render the project, and run its tests, which have to pass."""
        self.project = Projects(folder).copy(SHOP | STACKS[stack], folder / "project")
        self.package = next(path for path in (self.project / "src").iterdir() if path.is_dir())
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.runner = start(suites.imported(self.project), self.temporary)
        self.limit = float(suites.LIMIT)
        outcome = self.test("")
        if not outcome:
            raise SystemExit(outcome.output)
        self.limit = PATIENCE * outcome.seconds

    @property
    def sources(self) -> list[Path]:
        """The files that faults are planted in."""
        files = sorted(self.package.rglob("*.py"))
        return [file for file in files if not set(file.relative_to(self.package).parts) & LEFT_OUT]

    @cached_property
    def hash(self) -> str:
        """A digest of the project's files."""
        digest = hashlib.sha256()
        for path, content in contents(self.project).items():
            if path.endswith((".py", ".toml", ".json")):
                digest.update(path.encode() + content)
        return digest.hexdigest()[:12]

    def test(self, subject: str) -> Outcome:
        """Run the tests until one fails, those of a subject first."""
        files = [file for layer in LAYERS for file in sorted((self.project / "tests" / layer).glob("test_*.py"))]
        files.sort(key=lambda file: not (subject and file.name.startswith(f"test_{subject}")))
        options = ["-q", "-x", "--no-header", "--tb=line", "--timeout=10", "-p", "no:randomly"]
        command = suites.suite(self.project, *options, *(str(file.relative_to(self.project)) for file in files))
        variables = suites.suite_environment(TMPDIR=str(self.temporary))
        return self.runner.run(self.project, *command, limit=self.limit, **variables)

    def killed_by(self, mutant: Mutant) -> str:
        """Return the failure that finds a fault, or an empty text if it survives."""
        file = self.package / mutant.path
        suites.write(file, mutant.after.encode())
        try:
            outcome = self.test(mutant.path.partition("/")[0])
        finally:
            suites.write(file, mutant.before.encode())
        if outcome:
            return ""
        failed = [line for line in outcome.output.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return failed[0][:200] if failed else outcome.verdict


class Results:
    """The results for the faults of a sample, stored as JSON lines."""

    def __init__(self, file: Path) -> None:
        """Read the stored results."""
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = file.read_text().splitlines() if file.exists() else []
        self.known: dict[str, dict[str, Any]] = {entry["mutant"]: entry for entry in map(json.loads, lines)}

    def add(self, mutant: Mutant, project: str, killed_by: str, seconds: float) -> None:
        """Store a result."""
        entry = {"mutant": mutant.name, "project": project, "killed_by": killed_by, "seconds": round(seconds, 1)}
        self.known[mutant.name] = entry
        with self.file.open("a") as file:
            file.write(f"{json.dumps(entry)}\n")


def equivalents() -> dict[str, str]:
    """Return the reasons why faults are equivalent, by name."""
    loaded = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    return {
        f"{path}: {entry['was']} -> {changed}": entry["reason"]
        for entry in loaded["equivalent"]
        for path in entry["files"]
        for changed in entry["becomes"]
    }


def tried(bench: Bench, mutants: list[Mutant], results: Results, *, survivors: bool) -> Iterator[tuple[Mutant, str]]:
    """Yield each fault with the failure that finds it, from the stored results if possible."""
    for number, mutant in enumerate(mutants, 1):
        known = results.known.get(mutant.name)
        if known is None or (known["project"] != bench.hash and not (survivors and known["killed_by"])):
            started = time.monotonic()
            results.add(mutant, bench.hash, bench.killed_by(mutant), time.monotonic() - started)
            known = results.known[mutant.name]
            if not known["killed_by"]:
                print(f"{number}/{len(mutants)} survives: {mutant}", flush=True)
        yield mutant, known["killed_by"]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stack", choices=STACKS, default="fastapi-async")
    parser.add_argument("--mutants", type=int, default=200, help="how many faults to plant")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random choice of faults")
    parser.add_argument(
        "--only", default="", help="a regular expression that `path: old lines -> new lines` has to match"
    )
    parser.add_argument("--survivors", action="store_true", help="only faults that no test found the last time")
    return parser.parse_args()


def main() -> None:
    """Print the faults that no test finds, and a table."""
    options = arguments()
    reasons = equivalents()
    folder = Path(tempfile.mkdtemp(prefix="strength-"))
    try:
        bench = Bench(folder, options.stack)
        mutants = sample(bench.package, bench.sources, options.mutants, options.seed, options.only)
        results = Results(RESULTS / f"{options.stack}-{options.seed}.jsonl")
        meant = [mutant for mutant in mutants if mutant.name not in reasons]
        found = [*tried(bench, meant, results, survivors=options.survivors)]
        bench.runner.close()
    finally:
        shutil.rmtree(folder)
    survivors = [mutant for mutant, killed_by in found if not killed_by]
    equivalent = len(mutants) - len(found)
    killed = len(found) - len(survivors)
    for mutant in survivors:
        print(f"\n{mutant}")
    print(f"\n{'stack':14} {'seed':>4} {'mutants':>7} {'killed':>6} {'survived':>8} {'equivalent':>10} {'percent':>7}")
    percent = 100 * killed / max(1, len(found))
    row = f"{options.stack:14} {options.seed:4} {len(mutants):7} {killed:6} {len(survivors):8} {equivalent:10}"
    print(f"{row} {percent:7.1f}")


if __name__ == "__main__":
    main()
