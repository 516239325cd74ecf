from datetime import date

import pyarrow as pa
import pytest
from scipy.stats import poisson

from transformations.objectives import fulfilment

AS_OF = date(2025, 5, 16)
END = date(2025, 7, 1)
AHEAD = 16 / 31 + 1


def _customers(*rows: dict) -> pa.Table:
    base = {"period_end": END, "is_filled": True, "expected_orders": None, "expected_spend": None, "better": "up"}
    numbers = ("actual", "monthly", "expected_orders", "expected_spend", "target")
    schema = pa.schema(
        [("measure", pa.string()), ("period_end", pa.date32()), ("is_filled", pa.bool_()), ("better", pa.string())]
        + [(name, pa.float64()) for name in numbers]
    )
    return pa.Table.from_pylist([base | row for row in rows], schema)


def test_what_to_expect_of_a_customer() -> None:
    rows = _customers(
        {
            "measure": "revenue",
            "actual": 50.0,
            "monthly": 10.0,
            "expected_orders": 3.0,
            "expected_spend": 20.0,
            "target": 90.0,
        },
        {"measure": "revenue", "actual": 50.0, "monthly": 10.0, "target": 90.0},
        {"measure": "replies_saved", "actual": 1.0, "monthly": 2.0, "target": 4.0},
        {"measure": "campaign_cost", "actual": 1.0, "monthly": 2.0, "target": 2.0, "better": "down"},
        {"measure": "ideas_taken_up", "actual": None, "monthly": None, "target": None, "is_filled": False},
    )
    found = fulfilment.judged(fulfilment.of_customers(rows, AS_OF, 90), AS_OF).to_pylist()
    orders = 3 / 90 * 365.25 / 12 * AHEAD
    assert [row["forecast_method"] for row in found] == ["value_model", "rate", "rate", "rate", None]
    assert found[0]["forecast"] == pytest.approx(50 + orders * 20)
    low, high = poisson.ppf([0.025, 0.975], orders) * 20
    assert (found[0]["forecast_low"], found[0]["forecast_high"]) == (50 + low, 50 + high)
    assert (found[1]["forecast"], found[1]["forecast_low"]) == (pytest.approx(50 + 10 * AHEAD), None)
    assert found[2]["forecast_high"] == 1 + poisson.ppf(0.975, 2 * AHEAD)
    assert [row["is_on_track"] for row in found] == [False, False, True, False, None]
    assert [row["fulfilment_ratio"] for row in found] == [50 / 90, 50 / 90, 0.25, 2.0, None]
    assert [row["missing_reason"] for row in found] == [None] * 4 + [fulfilment.NO_SOURCE]


def test_groups_are_forecast_from_their_months() -> None:
    schema = pa.schema(
        [(name, pa.string()) for name in ("subject_kind", "subject_id", "measure", "better")]
        + [("period_end", pa.date32()), ("is_filled", pa.bool_()), ("actual", pa.float64()), ("target", pa.float64())]
    )
    rows = [
        {"subject_kind": "segment", "subject_id": its, "measure": "revenue", "better": "up", "period_end": END}
        | {"is_filled": True, "actual": 5.0, "target": 20.0}
        for its in ("long", "short")
    ]
    series = {("segment", "long", "revenue"): [10.0, 12.0, 11.0, 9.0], ("segment", "short", "revenue"): [10.0]}
    found = fulfilment.judged(
        fulfilment.of_groups(pa.Table.from_pylist(rows, schema), series, AS_OF), AS_OF
    ).to_pylist()
    assert (found[0]["forecast"], found[0]["is_on_track"]) == (pytest.approx(5 + 10.5 * AHEAD), True)
    assert found[0]["forecast_low"] < found[0]["forecast"] < found[0]["forecast_high"]
    assert (found[1]["forecast"], found[1]["is_on_track"]) == (None, None)
    assert found[1]["missing_reason"] == fulfilment.TOO_SHORT


def _value(month: int, value: float | None, numerator: float = 0, denominator: float | None = None) -> dict:
    parts = {"numerator": numerator, "denominator": denominator, "unit": "ratio"}
    return {"month": date(2025, month, 1), "value": value} | parts


def _of(aggregation: str, **more: object) -> dict:
    return {
        "objective_id": "o",
        "name": "O",
        "horizon": "short",
        "kind": "image",
        "measure": "its",
        "strategy": None,
        "target": 10.0,
        "aggregation": aggregation,
        "better": "up",
        "before": date(2025, 1, 1),
        "period_start": date(2025, 4, 1),
        "period_end": END,
    } | more


def test_sums_of_the_company_are_totals_and_other_indicators_are_levels() -> None:
    values = {"its": [_value(1, 4.0), _value(2, 6.0), _value(4, 5.0), _value(5, 2.0)]}
    (row,) = fulfilment.of_company([_of("sum")], values, AS_OF)
    assert (row["is_total"], row["baseline"], row["actual"]) == (True, 10.0, 7.0)
    assert row["forecast"] == pytest.approx(7 + (4 + 6 + 0 + 5) / 4 * AHEAD)  # March had none

    values = {"its": [_value(1, 0.5, 1, 2), _value(4, 0.25, 1, 4), _value(5, 1.0, 4, 4)]}
    (row,) = fulfilment.of_company([_of("ratio")], values, AS_OF)
    assert (row["is_total"], row["baseline"], row["actual"]) == (False, 0.5, 5 / 8)
    assert (row["forecast"], row["forecast_method"]) == (None, None)

    values = {"its": [_value(month, float(month)) for month in range(1, 5)] + [_value(5, None)]}
    (row,) = fulfilment.of_company([_of("quantile", better="down")], values, AS_OF)
    assert (row["actual"], row["forecast"]) == (4.0, pytest.approx(2.5))
    (row,) = fulfilment.of_company([_of("sum")], {}, AS_OF)
    assert (row["baseline"], row["actual"], row["forecast"], row["is_filled"]) == (None, None, None, False)


def test_the_company_is_judged_by_the_months_up_to_that_of_the_day() -> None:
    values = {"its": [_value(month, 100.0) for month in range(1, 11)]}
    (row,) = fulfilment.of_company([_of("sum")], values, AS_OF)
    assert (row["baseline"], row["actual"]) == (300.0, 200.0)  # April and May
    assert row["forecast"] == pytest.approx(200 + 100 * AHEAD)
    (row,) = fulfilment.of_company([_of("sum")], {"its": [_value(6, 5.0)]}, AS_OF)
    assert (row["actual"], row["forecast"], row["is_filled"]) == (None, None, False)


def test_a_month_of_unknown_value_is_no_month_of_nothing() -> None:
    values = {"its": [_value(1, None)] + [_value(month, 100.0) for month in (2, 4, 5, 6)] + [_value(3, None)]}
    (row,) = fulfilment.of_company([_of("sum", period_end=date(2025, 10, 1))], values, date(2025, 7, 1))
    assert (row["trend"], row["forecast"]) == (pytest.approx(0, abs=1e-9), pytest.approx(300 + 100 * 3))


def test_months_without_rows_count_up_to_that_of_the_day() -> None:
    values = {"its": [_value(month, 100.0) for month in (1, 2)]}
    (row,) = fulfilment.of_company([_of("sum")], values, AS_OF)
    assert row["forecast"] == pytest.approx((100 + 100 + 0 + 0) / 4 * AHEAD)
    (row,) = fulfilment.of_company([_of("sum")], {"its": [_value(1, None)]}, AS_OF)
    assert row["forecast"] is None
