from datetime import UTC, date, datetime

import pytest

from expectations.gate import Outcome
from jobs.quality import history
from jobs.quality.history import Day

D1, D2, D3, D4 = (date(2025, 3, day) for day in (1, 2, 3, 4))


def outcome(
    passing: int, applicable: int, code: str = "r", threshold: float = 1.0, table: str = "silver.posts"
) -> Outcome:
    return Outcome(table, code, "validity", "warn", "wrong", passing, applicable, threshold)


def day(when: date, ratio: float | None) -> Day:
    return Day(when, "silver.posts", "r", "validity", "warn", 1.0, 0, 0, ratio, 0, 0)


@pytest.mark.parametrize(
    ("ratios", "trends"),
    [
        ([], []),
        ([0.5], ["new"]),
        ([0.5, 0.75, 0.75, 0.5], ["new", "better", "same", "worse"]),
        ([None, 0.5, None, 0.4], [None, "new", None, "worse"]),
    ],
)
def test_trend_is_against_the_last_day_that_had_a_ratio(ratios, trends):
    assert history.trends([day(D1, ratio) for ratio in ratios]) == trends


@pytest.mark.parametrize(
    ("states", "since"),
    [
        ([(D1, "kept")], [None]),
        ([(D1, "broken"), (D2, "broken")], [D1, D1]),
        ([(D1, "broken"), (D2, "kept"), (D3, "broken"), (D4, "broken")], [D1, None, D3, D3]),
        ([(D1, "broken"), (D2, "not_applicable"), (D3, "broken")], [D1, D1, D1]),
    ],
)
def test_broken_since_begins_anew_after_a_day_that_kept_it(states, since):
    assert history.broken_since(states) == since


def test_a_day_is_the_companys(settings):
    assert history.today(settings(), datetime(2025, 3, 1, 23, 30, tzinfo=UTC)) == D2


def test_days_are_kept_for_good_and_written_once(quiet):
    history.keep(quiet, D1, [(outcome(1, 2), 1, 2), (outcome(3, 3, "other"), 3, 3)])
    version = quiet.version("ops.rule_history")
    history.keep(quiet, D1, [(outcome(1, 2), 1, 2)])  # found again: nothing to write
    assert quiet.version("ops.rule_history") == version
    history.keep(quiet, D2, [(outcome(4, 5), 3, 3), (outcome(0, 1, "r", table="silver.orders"), 0, 1)])
    found = history.days(quiet)
    assert [(d.day, d.ratio, d.total_passing, d.total_applicable) for d in found["silver.posts", "r"]] == [
        (D1, 0.5, 1, 2),
        (D2, 1.0, 4, 5),
    ]
    assert [d.day for d in found["silver.posts", "other"]] == [D1]
    # Over all the rule is still broken on the second day, though that day's cases keep it.
    assert [(d.state(), d.total_state()) for d in found["silver.posts", "r"]] == [
        ("broken", "broken"),
        ("kept", "broken"),
    ]


def test_keeping_one_tables_rules_leaves_rules_of_the_same_name_alone(quiet):
    history.keep(
        quiet,
        D1,
        [
            (outcome(1, 1, "a", table="silver.posts"), 1, 1),
            (outcome(1, 1, "b", table="silver.orders"), 1, 1),
            (outcome(1, 1, "b", table="silver.posts"), 1, 1),
        ],
    )
    history.keep(
        quiet, D1, [(outcome(0, 1, "a", table="silver.posts"), 0, 1), (outcome(0, 1, "b", table="silver.orders"), 0, 1)]
    )
    assert {key: of[0].passing for key, of in history.days(quiet).items()} == {
        ("silver.posts", "a"): 0,
        ("silver.orders", "b"): 0,
        ("silver.posts", "b"): 1,
    }
