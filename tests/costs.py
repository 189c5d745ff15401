"""The measured cost of each test, by which the slowest run first and shards take equally long.

`pytest -n auto --fresh --write-costs` measures it again.
"""

import heapq
import json
from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from pathlib import Path

from combinations import COMBINATIONS, UNTESTED, Combination, axes

FILE = Path(__file__).parent / "costs.json"
MOST = max(combination.size for combination in COMBINATIONS)


@cache
def is_twin(combination: Combination) -> bool:
    """Return whether it differs from an earlier combination only in what no test reads."""
    return any(combination[axis.name] != axis.answers[0] for axis in axes() if axis.name in UNTESTED)


def kind(nodeid: str, combination: Combination | None) -> str:
    """Return the key in costs.json: the test function, with ` whole` for combinations that have all layers."""
    function = nodeid.partition("[")[0].removeprefix("tests/")
    runs_whole = combination is not None and combination.size == MOST and not is_twin(combination)
    return f"{function} whole" if runs_whole else function


@cache
def _costs() -> dict[str, float]:
    costs: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))
    return costs


def cost(nodeid: str, combination: Combination | None) -> float:
    """Return the CPU seconds of a test: 0.1 if it was never measured."""
    return _costs().get(kind(nodeid, combination), 0.1)


def write(spent: Mapping[str, list[float]]) -> None:
    """Save the mean CPU seconds of the tests of each kind; kinds that did not run keep their value."""
    means = {name: round(sum(seconds) / len(seconds), 3) for name, seconds in spent.items()}
    FILE.write_text(json.dumps(dict(sorted((_costs() | means).items())), indent=2) + "\n", encoding="utf-8")


def split(costs: Mapping[Hashable, float], parts: int) -> dict[Hashable, int]:
    """Return the part, from 0, of each item: the most expensive first, each to the cheapest part so far."""
    least = [(0.0, part) for part in range(parts)]
    found: dict[Hashable, int] = {}
    for share in sorted(costs, key=lambda share: -costs[share]):
        taken, part = heapq.heappop(least)
        found[share] = part
        heapq.heappush(least, (taken + costs[share], part))
    return found


def total(costs: Iterable[tuple[Hashable, float]]) -> dict[Hashable, float]:
    """Return the sum of the costs of each item."""
    found: dict[Hashable, float] = {}
    for share, seconds in costs:
        found[share] = found.get(share, 0.0) + seconds
    return found
