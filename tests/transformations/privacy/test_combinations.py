"""Whoever knows all that is shown, and what is a sum of what, cannot compute what is withheld."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from transformations.privacy.combinations import Total, between_periods, giving_away
from transformations.privacy.withholding import withheld

LEAST = 3
DAYS = 8
LONGER = {"whole": [(0, DAYS)], "month": [(0, 4), (4, DAYS)], "week": [(0, 3), (3, 6), (6, DAYS)]}
"""Second week: partly in each month."""
SHOPS = ("a", "b", "c")

OVERLAP = {0: {1, 2}, 1: {3}, 3: {3, 4, 5}, 4: {1}, 5: {2}, 6: {1, 2}, 7: {3}}
"""Who bought on a day: the two days in the first half of the second month are its second week less a day that is known."""

Cell = tuple[str, int, int, str]
"""Grain, first day, day after the last, shop; the shop all is all of them."""


def day(number: int) -> date:
    return date(2025, 1, 1) + timedelta(number)


def cells_of(bought: dict[tuple[int, str], set[int]]) -> dict[Cell, set[int]]:
    """Who bought in each period and shop, of a table of who bought on a day in a shop."""
    grains = {"day": [(one, one + 1) for one in range(DAYS)], **LONGER}
    return {
        (grain, start, end, shop): {
            person
            for (at, where), who in bought.items()
            if start <= at < end and shop in (where, "all")
            for person in who
        }
        for grain, periods in grains.items()
        for start, end in periods
        for shop in (*SHOPS, "all")
    }


def totals_of(cells: dict[Cell, set[int]]) -> list[Total]:
    found = [
        Total(cell, tuple((*cell[:3], shop) for shop in SHOPS if (*cell[:3], shop) in cells))
        for cell in cells
        if cell[3] == "all"
    ]
    for whole in cells:
        for grain in {"whole": ("month", "week", "day"), "month": ("day",), "week": ("day",)}.get(whole[0], ()):
            parts = [c for c in cells if c[0] == grain and c[3] == whole[3] and whole[1] <= c[1] < whole[2]]
            found.append(Total(whole, tuple(parts), is_complete=True))
    return found


def hidden_of(cells: dict[Cell, set[int]]) -> set[Cell]:
    persons = {cell: len(who) for cell, who in cells.items()}
    series = [{c: (day(c[1]), day(c[2])) for c in cells if c[3] == shop} for shop in (*SHOPS, "all")]
    return withheld(persons, totals_of(cells), LEAST, series=series)


def rank(rows: list[list[int]]) -> int:
    """Rank of a matrix, by exact elimination."""
    left, found = [[Fraction(value) for value in row] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        found += 1
        for row in left:
            factor = row[column] / pivot[column]
            row[:] = [one - factor * other for one, other in zip(row, pivot, strict=True)]
    return found


bought = st.dictionaries(
    st.tuples(st.integers(0, DAYS - 1), st.sampled_from(SHOPS)), st.sets(st.integers(0, 5), max_size=5), max_size=18
)


@settings(max_examples=60, deadline=None)
@given(bought)
@example({(0, "a"): {1, 2, 3, 4}, (3, "a"): {1}, (4, "a"): {2, 3, 4}, (6, "a"): {1, 2, 3, 4}})
def test_no_withheld_group_follows_from_all_that_is_shown(bought):
    """Amounts of a day in a shop are unknowns: what is shown is a matrix over them, in whose row space no small cell is."""
    cells = cells_of(bought)
    hidden = hidden_of(cells)
    small = [cell for cell, who in cells.items() if 0 < len(who) < LEAST]
    assert hidden >= set(small)
    assert not [cell for cell in hidden if not cells[cell]]
    unknown = sorted((key for key, who in bought.items() if who), key=str)  # where nobody bought is 0

    def over(cell: Cell) -> list[int]:
        return [int(cell[1] <= at < cell[2] and cell[3] in (shop, "all")) for at, shop in unknown]

    shown = [over(cell) for cell in cells if cell not in hidden and cells[cell]]
    known = rank(shown)
    for cell in small:
        assert rank([*shown, over(cell)]) > known, cell


@settings(max_examples=60, deadline=None)
@given(bought)
@example({(day, "a"): who for day, who in OVERLAP.items()})
def test_no_time_of_few_persons_follows_from_periods_that_overlap(bought):
    cells = cells_of(bought)
    hidden = hidden_of(cells)
    for shop in (*SHOPS, "all"):
        by_day = [cells["day", one, one + 1, shop] for one in range(DAYS)]
        shown = [
            [int(c[1] <= one < c[2] and bool(by_day[one])) for one in range(DAYS)]
            for c in cells
            if c[3] == shop and c not in hidden
        ]
        known = rank(shown)
        for start, end in combinations(range(DAYS + 1), 2):
            who = set().union(*by_day[start:end])
            if 0 < len(who) < LEAST:
                asked = [int(start <= one < end and bool(by_day[one])) for one in range(DAYS)]
                assert rank([*shown, asked]) > known, (shop, start, end)


def test_totals_that_contradict_each_other_give_nothing_away():
    """Somebody of the whole is in no part: as equations without the others both say that b is nothing."""
    persons = {"whole": 4, "a": 4, "b": 3}
    totals = [Total("whole", ("a", "b")), Total("whole", ("a",))]
    assert withheld(persons, totals, 5) == {"whole", "a", "b"}


def test_a_cell_that_only_two_totals_together_give_is_protected():
    """Each total has two withheld parts, and the first of both sums less the second leaves one of them."""
    persons = {"ab": 5, "bc": 5, "abc": 8, "a": 4, "b": 2, "c": 4}
    totals = [Total("ab", ("a", "b")), Total("bc", ("b", "c")), Total("abc", ("a", "b", "c"))]
    assert giving_away(persons, totals, {"a", "b", "c"}, 3) == {"ab"}
    assert giving_away(persons, totals, {"a", "b", "c", "ab"}, 3) == set()
    assert giving_away(persons | {"abc": 14}, totals, {"a", "b", "c"}, 3) == set()  # some are in no part


def test_a_month_less_its_weeks_leaves_days_of_which_one_has_enough_persons():
    series = {"month": (day(0), day(4)), "week": (day(0), day(3)), "next": (day(3), day(6)), "rest": (day(4), day(6))}
    days = {f"day {one}": (day(one), day(one + 1)) for one in range(6)}
    persons = {"month": 9, "week": 8, "next": 5, "rest": 5, **dict.fromkeys(days, 2)}
    hidden = set(days) | {"rest"}
    assert between_periods(series | days, persons, hidden, 3) == {"next"}
    assert between_periods(series | days, persons, hidden | {"next"}, 3) == {"week"}
    assert between_periods(series | days, persons, hidden | {"next", "week"}, 3) == set()
    assert between_periods(series | days, persons | {"day 3": 0, "month": 8}, hidden, 3) == set()
