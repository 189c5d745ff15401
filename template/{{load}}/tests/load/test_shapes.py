"""How the number of users changes."""

import pytest

from tests.load import shapes
from tests.load.environments import load, make_environment


def test_no_shape_is_used_by_default() -> None:
    _, found = load()
    environment = make_environment("--users", "20", "--run-time", "1m")

    shapes.choose(environment)

    assert found == []
    assert environment.shape_class is None


@pytest.mark.parametrize(
    ("shape", "users"),
    [
        ("ramp", {0: 2, 5: 2, 6: 4, 30: 12, 59: 20, 60: None}),
        ("hold", {0: 5, 6: 10, 12: 20, 59: 20, 60: None}),
        ("spike", {0: 4, 23: 4, 24: 20, 35: 20, 36: 4, 59: 4, 60: None}),
    ],
)
def test_a_shape_changes_the_number_of_users(
    shape: str,
    users: dict[int, int | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = make_environment("--users", "20", "--run-time", "1m", "--shape", shape)
    shapes.choose(environment)
    chosen = environment.shape_class
    assert chosen is not None

    reached = {}
    for second in users:
        monkeypatch.setattr(chosen, "get_run_time", lambda second=second: second)
        tick = chosen.tick()
        reached[second] = tick and tick[0]

    assert reached == users


@pytest.mark.parametrize("options", [["--users", "20"], ["--run-time", "1m"]])
def test_a_shape_without_users_or_run_time_is_refused(options: list[str]) -> None:
    environment = make_environment("--shape", "spike", *options)

    with pytest.raises(SystemExit, match="needs --users and --run-time"):
        shapes.choose(environment)
