from collections.abc import Callable
from datetime import UTC, date, datetime

from jobs.gold.objectives import objectives
from jobs.job import Run
from jobs.lake.tables import Lake
from jobs.settings import Settings
from jobs.settings.objectives import ObjectiveSettings

AS_OF = datetime(2025, 5, 15, 22, 30, tzinfo=UTC)  # 16 May in Berlin
NAMED = [
    {
        "objective_id": "heard",
        "name": "Heard",
        "kind": "image",
        "indicator": "net_tone",
        "target": 0.2,
        "horizon": "short",
    },
    {
        "objective_id": "ann",
        "name": "Ann buys",
        "kind": "up_selling",
        "indicator": "revenue",
        "target": 400,
        "horizon": "short",
        "subject": "customer",
        "subject_id": "A",
    },
    {
        "objective_id": "nobody",
        "name": "Nobody",
        "kind": "up_selling",
        "indicator": "revenue",
        "target": 1,
        "subject": "segment",
        "subject_id": "none",
    },
]
HORIZONS = ("short", "medium", "long")
RULES = [
    {
        "profitability": level,
        "potential": other,
        "horizon": "short",
        "kind": "up_selling",
        "measure": "revenue",
        "change": 0.1,
    }
    for level in ("high", "low")
    for other in ("high", "low")
]


def _fill(put: Callable[..., None]) -> None:
    months = [(month, 100 * month) for month in range(1, 6)]
    put(
        "gold.customer_profitability",
        *(
            {"person_id": person, "period": f"2025-0{month}", "currency": "EUR", "revenue": worth * share}
            for person, share in (("A", 1), ("B", 2))
            for month, worth in months
        ),
        {"person_id": "A", "period": "all", "currency": "EUR", "revenue": 9999},
    )
    put(
        "gold.community_profitability",
        *(
            {"community_id": "c", "period": f"2025-0{month}", "currency": "EUR", "revenue": worth}
            for month, worth in months
        ),
    )
    put(
        "gold.customer_value",
        *(
            {"person_id": person, "as_of_date": date(2025, 5, 16), "currency": "EUR", "growth_potential": potential}
            | {"expected_orders": 3.0, "expected_spend": 100.0}
            for person, potential in (("A", 2.0), ("B", -1.0))
        ),
    )
    put(
        "gold.segment_members",
        *({"person_id": its, "model_version": "1", "segment_id": "s", "level": 3} for its in ("A", "B")),
    )
    put("gold.community_members", *({"person_id": its, "period": "all", "community_id": "c"} for its in ("A", "Z")))
    put(
        "gold.indicator_values",
        *(
            {
                "indicator_id": "net_tone",
                "grain": "month",
                "period_start": date(2025, month, 1),
                "dimension": "all",
                "dimension_value": "all",
                "numerator": month,
                "denominator": 10,
                "value": month / 10,
                "unit": "ratio",
                "known_from": datetime(2025, 5, 1, tzinfo=UTC),
            }
            for month in range(1, 6)
        ),
    )


def test_objectives_are_set_and_held_against_what_was_reached(
    quiet: Lake, put: Callable[..., None], settings: Callable[..., Settings]
) -> None:
    _fill(put)
    of = settings(company={"objectives": NAMED})
    base = of.base.model_copy(update={"objectives": ObjectiveSettings.model_validate({"rules": RULES})})
    notes: list[str] = []
    run = Run("r1", AS_OF, of.model_copy(update={"base": base}), AS_OF, note=notes.append)
    objectives(quiet, run)
    key = ("subject_kind", "subject_id", "objective_id")
    found = {tuple(row[name] for name in key): row for row in quiet.rows("gold.objectives")}
    reached = {tuple(row[name] for name in key): row for row in quiet.rows("gold.objective_fulfilment")}
    assert (
        set(found)
        == set(reached)
        == {
            ("company", "company", "heard"),
            ("customer", "A", "ann"),
            ("customer", "A", "low_high_short"),
            ("customer", "B", "high_low_short"),
            ("community", "c", "high_high_short"),
            ("segment", "s", "high_high_short"),
        }
    )
    assert notes == ["objectives: nobody: there is no segment none"]

    ann = found["customer", "A", "ann"]
    assert (ann["period_start"], ann["period_end"], ann["target"], ann["unit"]) == (
        date(2025, 4, 1),
        date(2025, 7, 1),
        400.0,
        "EUR",
    )
    hers = reached["customer", "A", "ann"]
    assert (hers["actual"], hers["fulfilment_ratio"], hers["forecast_method"]) == (900.0, 2.25, "value_model")
    assert (hers["is_on_track"], hers["as_of_date"]) == (True, date(2025, 5, 16))
    assert found["customer", "A", "low_high_short"]["target"] == 660.0  # 600 in the quarter before, and a tenth

    segment = reached["segment", "s", "high_high_short"]
    assert (segment["actual"], segment["trend"], segment["forecast_method"]) == (2700.0, 300.0, "mean")
    assert segment["members_count"] == 2
    assert reached["community", "c", "high_high_short"]["members_count"] == 2
    tone = reached["company", "company", "heard"]
    assert (round(tone["actual"], 9), round(tone["fulfilment_ratio"], 9), tone["unit"]) == (0.45, 2.25, "ratio")

    version = quiet.version("gold.objective_fulfilment")
    objectives(quiet, run)
    assert quiet.version("gold.objective_fulfilment") == version


def test_without_any_data_only_the_company_has_objectives(quiet: Lake, settings: Callable[..., Settings]) -> None:
    run = Run("r1", AS_OF, settings(company={"objectives": NAMED[:1]}), AS_OF)
    objectives(quiet, run)
    (row,) = quiet.rows("gold.objective_fulfilment")
    assert (row["subject_kind"], row["actual"], row["is_on_track"]) == ("company", None, None)
    assert row["missing_reason"].startswith("no source fills")


def test_amounts_of_a_segment_are_those_paid_in_the_currency_of_the_company(
    quiet: Lake, put: Callable[..., None], settings: Callable[..., Settings]
) -> None:
    members = {"A": ("EUR", 10), "B": ("EUR", 10), "C": ("JPY", 10_000)}
    put(
        "gold.customer_profitability",
        *(
            {"person_id": its, "period": f"2025-0{month}", "currency": currency, "revenue": worth, "orders_count": 1}
            for its, (currency, worth) in members.items()
            for month in range(1, 5)
        ),
    )
    put(
        "gold.segment_members",
        *({"person_id": its, "model_version": "1", "segment_id": "s", "level": 3} for its in members),
    )
    found = _of_rules(quiet, settings, "revenue", "orders_count")
    assert {its: (row["unit"], row["baseline"]) for its, row in found.items()} == {
        ("segment", "s", "revenue"): ("EUR", 60.0),
        ("segment", "s", "orders_count"): ("orders", 9.0),
    }


def _of_rules(quiet: Lake, settings: Callable[..., Settings], *measures: str) -> dict[tuple[str, str, str], dict]:
    """Objectives with what was reached, by subject and measure, one rule for each measure."""
    rules = [
        rule | {"measure": its, "horizon": horizon}
        for its, horizon in zip(measures, HORIZONS, strict=False)
        for rule in RULES
    ]
    of = settings()
    chosen = ObjectiveSettings.model_validate({"rules": rules, "horizons": dict.fromkeys(HORIZONS, 3)})
    base = of.base.model_copy(update={"objectives": chosen})
    objectives(quiet, Run("r1", AS_OF, of.model_copy(update={"base": base}), AS_OF))
    key = ("objective_id", "subject_kind", "subject_id")
    reached = {tuple(row[name] for name in key): row for row in quiet.rows("gold.objective_fulfilment")}
    return {
        (row["subject_kind"], row["subject_id"], row["measure"]): row | reached[tuple(row[name] for name in key)]
        for row in quiet.rows("gold.objectives")
    }


def test_the_unit_of_a_customer_is_the_currency_of_the_amounts(
    quiet: Lake, put: Callable[..., None], settings: Callable[..., Settings]
) -> None:
    put(
        "gold.customer_profitability",
        *({"person_id": "A", "period": f"2025-0{month}", "currency": "USD", "revenue": 10} for month in range(1, 6)),
    )
    value = {"as_of_date": date(2025, 5, 16), "currency": "GBP", "expected_orders": 3.0, "expected_spend": 100.0}
    put("gold.customer_value", *(value | {"person_id": its} for its in ("A", "B")))
    found = _of_rules(quiet, settings, "revenue")
    hers, other = found["customer", "A", "revenue"], found["customer", "B", "revenue"]
    assert (hers["unit"], hers["actual"], hers["forecast_method"]) == ("USD", 20.0, "rate")
    assert (other["unit"], other["forecast_method"]) == ("GBP", "value_model")  # nothing else says a currency


def test_a_group_without_entries_has_months_of_nothing(
    quiet: Lake, put: Callable[..., None], settings: Callable[..., Settings]
) -> None:
    put(
        "gold.community_members",
        *({"person_id": its, "period": "all", "community_id": its} for its in ("loud", "quiet")),
    )
    put(
        "gold.community_profitability",
        *(
            {"community_id": "loud", "period": f"2025-0{month}", "currency": "EUR", "revenue": 5}
            for month in range(1, 6)
        ),
    )
    row = _of_rules(quiet, settings, "revenue")["community", "quiet", "revenue"]
    assert (row["actual"], row["forecast"], row["missing_reason"]) == (0.0, 0.0, None)
