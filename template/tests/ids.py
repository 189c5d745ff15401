"""The ids of users and of neighbours, so that each row has others below and above it.

A comparison of ids by `<=` or `>=` in place of `==` then fails a test.
"""

# The users who sign in are between two other users, and all of them between their neighbours.
CALLER, ADMIN = 500_000, 450_000
STRANGERS = (400_000, 600_000)
# Neighbours have negative ids, or the highest ids of this range. SQLite numbers a new row from the
# highest id in its table, which is always a neighbour's: no id is used twice.
ABOVE = range(900_000, 1_000_000)


def of_neighbour(group: int, number: int) -> int:
    """Return the id of a row of a group of neighbours, alternately below and above the test's."""
    place = 1000 * group + number
    return -1 - place if (group + number) % 2 else ABOVE[-1 - place]
