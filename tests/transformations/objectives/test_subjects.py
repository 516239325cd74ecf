from datetime import date

import pyarrow as pa

from transformations.objectives.subjects import MONTHS, SUBJECTS, Asked, objectives

AS_OF = date(2025, 5, 16)
HORIZONS = {"short": 3, "medium": 6, "long": 12}


def _subject(kind: str, name: str, potential: float | None, members: int = 1) -> dict:
    return {
        "subject_kind": kind,
        "subject_id": name,
        "currency": "EUR",
        "members_count": members,
        "potential": potential,
    }


def _month(name: str, month: int, kind: str = "customer", **values: float) -> dict:
    return {"subject_kind": kind, "subject_id": name, "month": date(2025, month, 1)} | values


def _rule(profitability: str, potential: str, measure: str, **more: object) -> dict:
    return {
        "profitability": profitability,
        "potential": potential,
        "horizon": "short",
        "kind": "up_selling",
        "measure": measure,
        "change": 0.0,
        "least": 0.0,
        "strategy": None,
    } | more


LEVELS = [_rule(level, other, "revenue") for level in ("high", "low") for other in ("high", "low")]


def _found(subjects: list[dict], months: list[dict], rules: list[dict], named: list[dict] | None = None) -> dict:
    asked = Asked(AS_OF, HORIZONS, rules, named or [])
    rows = objectives(pa.Table.from_pylist(subjects, SUBJECTS), pa.Table.from_pylist(months, MONTHS), asked)
    return {(row["subject_kind"], row["subject_id"], row["objective_id"]): row for row in rows.to_pylist()}


def test_who_is_asked_for_what() -> None:
    subjects = [
        _subject("customer", "rich", 1.0),
        _subject("customer", "other", 1.0),
        _subject("customer", "poor", -1.0),
        _subject("customer", "silent", None),
        _subject("segment", "rich", 0.0, members=9),
    ]
    months = [
        _month("rich", 1, revenue=90.0, campaign_cost=0.0),
        _month("rich", 2, revenue=30.0),
        _month("rich", 4, revenue=50.0),
        _month("rich", 5, revenue=5.0),
        _month("other", 2, revenue=160.0),
        _month("poor", 2, revenue=3.0, campaign_cost=9.0),
        _month("poor", 5, revenue=1.0, campaign_cost=2.0),
        _month("rich", 2, kind="segment", revenue=30.0),
    ]
    rules = [_rule("high", "high", "revenue", change=0.1), _rule("low", "low", "campaign_cost", change=0.5)]
    found = _found(subjects, months, rules)
    assert set(found) == {
        ("customer", "rich", "high_high_short"),
        ("customer", "other", "high_high_short"),
        ("customer", "poor", "low_low_short"),
        ("customer", "silent", "low_low_short"),  # of unknown potential
        ("segment", "rich", "high_high_short"),  # a segment is compared with segments
    }
    rich = found["customer", "rich", "high_high_short"]
    assert (rich["period_start"], rich["period_end"]) == (date(2025, 4, 1), date(2025, 7, 1))
    assert (rich["baseline"], rich["target"], rich["actual"]) == (120.0, 132.0, 55.0)
    assert (rich["unit"], rich["better"], rich["name"]) == (
        "EUR",
        "up",
        "revenue: more than in the period before, by 10 %",
    )
    assert rich["monthly"] == (90 + 30 + 50) / 4  # January to April: May is not over
    poor = found["customer", "poor", "low_low_short"]
    assert (poor["baseline"], poor["target"], poor["actual"]) == (9.0, 4.5, 2.0)
    silent = found["customer", "silent", "low_low_short"]
    assert (silent["baseline"], silent["target"], silent["actual"]) == (0.0, 0.0, 0.0)
    assert found["segment", "rich", "high_high_short"]["members_count"] == 9


def test_history_that_is_shorter_than_the_period_before_is_scaled_up() -> None:
    subjects = [_subject("customer", "a", 1.0)]
    months = [_month("a", 2, orders_count=2.0), _month("a", 3, orders_count=4.0), _month("a", 4, orders_count=1.0)]
    (row,) = _found(subjects, months, [_rule("low", "high", "orders_count", least=2)]).values()
    assert (row["baseline"], row["target"]) == (9.0, 11.0)  # two months of three
    months = [_month("a", 4, orders_count=1.0)]
    (row,) = _found(subjects, months, [_rule("low", "high", "orders_count", least=2)]).values()
    assert (row["baseline"], row["target"], row["actual"]) == (None, None, 1.0)


def test_a_measure_that_nobody_has_is_unknown_and_trends_count_silent_months() -> None:
    subjects = [_subject("customer", "a", 1.0)]
    months = [_month("a", 1, revenue=9.0), _month("a", 4, revenue=3.0)]
    (row,) = _found(subjects, months, [_rule("high", "high", "ideas_taken_up", least=1)]).values()
    assert (row["is_filled"], row["baseline"], row["target"], row["actual"]) == (False, None, None, None)
    (row,) = _found(subjects, months, [_rule("high", "high", "revenue")]).values()
    assert round(row["trend"], 9) == -1.8  # the line through 9, 0, 0, 3


def test_objectives_of_the_company_file_about_one_subject() -> None:
    named = [
        {
            "objective_id": "grow",
            "name": "Grow",
            "subject_kind": "community",
            "subject_id": "c1",
            "horizon": "medium",
            "kind": "image",
            "measure": "image_reach",
            "target": 70.0,
            "strategy": "talk",
        }
    ]
    months = [_month("c1", 1, kind="community", image_reach=10.0)]
    found = _found([_subject("community", "c1", 0.0, 12), _subject("community", "c2", 0.0, 3)], months, [], named)
    assert list(found) == [("community", "c1", "grow")]
    row = found["community", "c1", "grow"]
    assert (row["name"], row["origin"], row["target"], row["actual"]) == ("Grow", "company", 70.0, 10.0)
    assert (row["period_start"], row["baseline"]) == (date(2025, 1, 1), None)  # nothing is held of the year before


def test_profitability_is_compared_within_a_currency() -> None:
    subjects = [_subject("customer", its, 1.0) | {"currency": its[:3]} for its in ("EUR1", "EUR2", "JPY1", "JPY2")]
    worth = {"EUR1": 10.0, "EUR2": 20.0, "JPY1": 1000.0, "JPY2": 2000.0}
    found = _found(subjects, [_month(its, 2, revenue=value) for its, value in worth.items()], LEVELS)
    assert {its[1]: row["profitability"] for its, row in found.items()} == {
        "EUR1": "low",
        "EUR2": "high",
        "JPY1": "low",
        "JPY2": "high",
    }


def test_who_brought_nothing_is_of_low_profitability() -> None:
    subjects = [_subject("customer", its, 1.0) for its in ("buys", "looks", "waits")]
    found = _found(subjects, [_month("buys", 2, revenue=9.0)], LEVELS)
    assert {its[1]: row["profitability"] for its, row in found.items()} == {
        "buys": "high",
        "looks": "low",
        "waits": "low",
    }
