from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.gold.cause_effect import cause_effect
from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company, Objective
from transformations.contracts import contract

NOW = datetime(2025, 9, 1, 12, tzinfo=UTC)
SELL = Objective(
    objective_id="sell",
    name="Sell",
    kind="up_selling",
    indicator="orders",
    target=1,
    drivers=("visitors", "campaign_reach"),
)


def _settings(*objectives: Objective) -> Settings:
    base = Base(lake=LakeSettings(root="lake"))
    return Settings(folder=Path("conf"), base=base, sources=(), company=Company(name="Acme", objectives=objectives))


def _write(lake: Lake, name: str, rows: list[dict]) -> None:
    lake.write(name, pa.Table.from_pylist([{"source": "erp"} | row for row in rows], arrow.schema_of(contract(name))))


@pytest.fixture
def filled(lake: Lake) -> Lake:
    """A hundred days of visitors and orders, superseded and monthly rows beside them, and a campaign with held-out people."""
    values = []
    for day in range(100):
        start = date(2025, 3, 1) + timedelta(days=day)
        for name, value in (("visitors", (day * day) % 17), ("orders", (day * 5) % 11)):
            row = {
                "indicator_id": name,
                "grain": "day",
                "period_start": start,
                "dimension": "all",
                "dimension_value": "all",
            }
            values.append(row | {"value": float(value), "known_from": NOW})
            values.append(row | {"value": 900.0, "known_from": NOW - timedelta(days=9), "known_to": NOW})
    _write(lake, "gold.indicator_values", values)
    begins = datetime(2025, 6, 1, tzinfo=UTC)
    _write(lake, "silver.campaigns", [{"campaign_id": "letter", "begins_at": begins}])
    touch = {"campaign_id": "letter", "created_at": begins}
    people = [f"c{number}" for number in range(50)]
    _write(
        lake,
        "silver.campaign_touches",
        [
            touch | {"touch_id": name, "customer_id": name, "kind": "sent" if place % 2 else "held_out"}
            for place, name in enumerate(people)
        ],
    )
    bought = [(name, days) for place, name in enumerate(people) for days in (-3, 3) if place % 3 or days < 0]
    _write(
        lake,
        "silver.orders",
        [
            {"order_id": f"{name}{days}", "customer_id": name, "ordered_at": begins + timedelta(days=days)}
            for name, days in bought
        ]
        + [{"order_id": "old", "customer_id": None, "ordered_at": datetime(2025, 3, 1, tzinfo=UTC)}],
    )
    line = {"line_number": 1, "quantity": Decimal(1), "unit_price": Decimal(9), "amount": Decimal(9)}
    _write(lake, "silver.order_lines", [line | {"order_id": f"{name}{days}"} for name, days in bought])
    return lake


def test_pairs_of_objectives_are_tested_on_current_days_and_on_people(filled) -> None:
    run = Run("r", NOW, _settings(SELL), NOW)
    cause_effect(filled, run)
    rows = filled.rows("gold.cause_effect")
    regressions = [row for row in rows if row["indicator_id"] == "visitors"]
    assert sorted(row["lag_days"] for row in regressions) == list(range(1, 15))
    assert max(abs(row["effect"]) for row in regressions) < 1  # superseded values are 900
    (split,) = [row for row in rows if row["method"] == "randomised_split"]
    assert (split["dimension_value"], split["observations_count"], split["comparison_count"]) == ("letter", 50, 25)
    assert split["effect"] == pytest.approx(
        17 / 25 - 16 / 25
    )  # of 25 each, 17 who were sent it and 16 others bought after it
    version = filled.version("gold.cause_effect")
    cause_effect(filled, run)
    assert filled.version("gold.cause_effect") == version


def test_without_drivers_or_data_there_is_nothing_to_say(quiet) -> None:
    cause_effect(quiet, Run("r", NOW, _settings(), NOW))
    assert quiet.rows("gold.cause_effect") == []
    cause_effect(quiet, Run("r", NOW, _settings(SELL), NOW))
    assert {row["missing_reason"] for row in quiet.rows("gold.cause_effect")} == {"orders has no values by day"}
