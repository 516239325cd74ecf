"""What counts as found of a planted cause."""

import pandas as pd
import pytest

from bench import causes


def _row(method: str, value: float, low: float, high: float, measure: str = "auc") -> dict:
    return {"method": method, "measure": measure, "value": value, "value_low": low, "value_high": high}


@pytest.mark.parametrize(
    ("low", "high", "less", "is_found"),
    [
        (0.71, 0.9, False, True),
        (0.69, 0.9, False, False),  # intervals overlap
        (0.3, 0.49, True, True),  # an error: less is better
        (0.3, 0.51, True, False),
    ],
)
def test_better_than_naive_is_better_with_intervals_apart(low, high, less, is_found):
    rows = [_row("model", (low + high) / 2, low, high), _row("naive", 0.6, 0.5, 0.7)]
    assert causes._beats("it", rows, "model", "naive", "auc", less=less).is_found is is_found


def test_what_was_not_measured_is_not_found():
    found = causes._beats("it", [_row("naive", 0.6, 0.5, 0.7)], "model", "naive", "auc")
    assert (found.found[0], found.is_found) == (None, False)
    assert causes._text(found.found) == "–"
    assert causes._text((0.12, 0.1, 0.14)) == "0.120 (0.100 to 0.140)"


def test_an_event_is_found_in_its_month_or_the_next_between_the_communities_that_it_was_planted_in():
    names = {("2025-03", "a"): "milk", ("2025-03", "b"): "cold", ("2025-03", "c"): "drip", ("2025-07", "a"): "milk"}
    events = pd.DataFrame(
        [
            ("2025-04", "merged", ["a", "c"]),
            ("2025-04", "merged", ["a", "b"]),
            ("2025-08", "merged", ["a"]),
            ("2025-W33", "merged", ["a", "b"]),  # weeks are not asked
        ],
        columns=["period", "event", "from_ids"],
    )
    found = causes._event("merged", "2025-04-01", events, names, {"milk", "cold"})
    assert (found.found, found.naive, found.is_found) == ((1.0,), (1.0,), True)
    missed = causes._event("merged", "2025-07-01", events, names, {"milk", "cold"})
    assert (missed.found, missed.is_found) == ((0.0,), False)
