"""What each test costs, as it was measured: by it, those that take longest come first, and shards are alike.

`pytest -n auto --fresh --write-costs` measures it anew.
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
    """Say whether it differs from one that comes before it in what no test reads."""
    return any(combination[axis.name] != axis.answers[0] for axis in axes() if axis.name in UNTESTED)


def kind(nodeid: str, combination: Combination | None) -> str:
    """Return what is measured together: the tests of one function, those of combinations that have everything apart."""
    function = nodeid.partition("[")[0].removeprefix("tests/")
    runs_whole = combination is not None and combination.size == MOST and not is_twin(combination)
    return f"{function} whole" if runs_whole else function


@cache
def _costs() -> dict[str, float]:
    costs: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))
    return costs


def cost(nodeid: str, combination: Combination | None) -> float:
    """Return the CPU seconds that a test takes; one that was never measured is taken for a short one."""
    return _costs().get(kind(nodeid, combination), 0.1)


def write(spent: Mapping[str, list[float]]) -> None:
    """Write down the mean of what the tests of each kind have spent, in CPU seconds; what was not run keeps its own."""
    means = {name: round(sum(seconds) / len(seconds), 3) for name, seconds in spent.items()}
    FILE.write_text(json.dumps(dict(sorted((_costs() | means).items())), indent=2) + "\n", encoding="utf-8")


def split(costs: Mapping[Hashable, float], parts: int) -> dict[Hashable, int]:
    """Return a part, from 0 on, for each of what is shared out: the costliest first, each to the part with least."""
    least = [(0.0, part) for part in range(parts)]
    found: dict[Hashable, int] = {}
    for share in sorted(costs, key=lambda share: -costs[share]):
        taken, part = heapq.heappop(least)
        found[share] = part
        heapq.heappush(least, (taken + costs[share], part))
    return found


def total(costs: Iterable[tuple[Hashable, float]]) -> dict[Hashable, float]:
    """Return the sum for each of what is shared out."""
    found: dict[Hashable, float] = {}
    for share, seconds in costs:
        found[share] = found.get(share, 0.0) + seconds
    return found
