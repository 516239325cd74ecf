from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.gold.customer_360 import customer_360
from jobs.gold.indicator_values import indicator_values
from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.models.customer_value import customer_value
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import contract
from transformations.indicators.definitions import CATALOGUE

NOW = datetime(2025, 3, 1, tzinfo=UTC)
AT = datetime(2025, 2, 3, 12, tzinfo=UTC)


def _write(lake: Lake, name: str, *rows: dict) -> None:
    schema = arrow.schema_of(contract(name))
    shared = {"source": "erp", "channel": "forum", "service_type": "forum"}
    full = [{key: value for key, value in (shared | row).items() if key in schema.names} for row in rows]
    lake.write(name, pa.Table.from_pylist(full, schema))


def _line(order_id: str, amount: int) -> dict:
    return {
        "order_id": order_id,
        "line_number": 1,
        "product_id": "p",
        "quantity": Decimal(1),
        "unit_price": Decimal(amount),
        "amount": Decimal(amount),
    }


@pytest.fixture
def filled(lake: Lake) -> Lake:
    _write(lake, "silver.customers", {"customer_id": "c1"}, {"customer_id": "c2"})
    _write(
        lake,
        "silver.orders",
        {"order_id": "1", "customer_id": "c1", "ordered_at": AT},
        {"order_id": "2", "customer_id": "c2", "ordered_at": AT},
    )
    _write(lake, "silver.order_lines", _line("1", 10), _line("2", 20))
    _write(lake, "silver.profiles", {"profile_id": "care", "is_company": True}, {"profile_id": "ada"})
    _write(
        lake,
        "silver.posts",
        {"post_id": "q", "kind": "question", "profile_id": "ada", "created_at": AT, "root_post_id": "q"},
        {
            "post_id": "a",
            "kind": "answer",
            "profile_id": "care",
            "created_at": AT + timedelta(seconds=90),
            "parent_post_id": "q",
            "root_post_id": "q",
        },
    )
    _write(
        lake,
        "silver.post_enrichments",
        {"post_id": "q", "tone": "negative", "relevance_ratio": 1.0, "is_relevant": True, "intent": "question"},
    )
    _write(lake, "silver.persons", {"person_id": "A"}, {"person_id": "B"})
    _write(
        lake,
        "silver.person_links",
        {"record_kind": "customer", "record_place": "erp", "linked_record_id": "c1", "person_id": "A"},
        {"record_kind": "profile", "record_place": "forum", "linked_record_id": "ada", "person_id": "A"},
        {"record_kind": "customer", "record_place": "erp", "linked_record_id": "c2", "person_id": "B"},
    )
    return lake


@pytest.fixture
def run(tmp_path: Path) -> Run:
    company = Company(name="Acme", timezone="Europe/Berlin", currency="EUR")
    settings = Settings(folder=tmp_path, base=Base(lake=LakeSettings(root=tmp_path)), company=company, sources=())
    return Run("r1", NOW, settings, NOW)


def _current(lake: Lake) -> dict[str, dict]:
    """Totals: of the grain all, of the indicators without it of their first period."""
    rows = lake.rows("gold.indicator_values", "known_to is null and dimension = 'all'")
    wanted = [row for row in rows if row["grain"] == CATALOGUE[row["indicator_id"]].grains[0]]
    return {row["indicator_id"]: row for row in sorted(wanted, key=lambda row: row["period_start"], reverse=True)}


def test_every_declared_indicator_has_its_value(filled: Lake, run: Run) -> None:
    indicator_values(filled, run)
    found = _current(filled)
    assert set(found) == set(CATALOGUE)
    known = {
        "volume": 1.0,
        "posts": 1.0,
        "participants": 1.0,
        "new_participants": 1.0,
        "participation_ratio": 1.0,
        "net_tone": -1.0,
        "tone_negative_ratio": 1.0,
        "tone_neutral_ratio": 0.0,
        "tone_positive_ratio": 0.0,
        "unlabelled_ratio": 0.0,
        "first_response_seconds": 90.0,
        "first_response_p90_seconds": 90.0,
        "first_answer_seconds": 90.0,
        "first_answer_seconds_answered": 90.0,
        "peer_answer_ratio": 0.0,
        "awaited_response_ratio": 1.0,
        "reply_seconds": 90.0,
        "revenue": 30.0,
        "all_lines_total": 30.0,
        "orders": 2.0,
        "average_order_value": 15.0,
        "active_customers": 2.0,
        "new_customers": 2.0,
        "repurchase_ratio": 0.0,
        "linked_customer_ratio": 0.5,
        "social_customer_ratio": 0.0,
        "quarantined_rows": 0.0,  # nothing was refused
    }
    assert {indicator_id: row["value"] for indicator_id, row in found.items() if row["value"] is not None} == known
    reasons = {indicator_id: row["missing_reason"] for indicator_id, row in found.items() if row["value"] is None}
    assert all(reasons.values())
    assert reasons["coverage"] == reasons["topic_mentions"] == "company.yaml names no topics"
    assert reasons["answer_accuracy"] == "no channel reports which answers are accepted"
    assert reasons["first_response_business_seconds"] == "company.yaml names no business_hours"
    assert reasons["replies_saved"] == "company.yaml gives no reply_cost"
    assert reasons["referral_conversions"].startswith("no campaign has the medium referral")
    assert reasons["community_revenue_share"] == "no customer is in a community"
    assert reasons["return_ratio"].startswith("no source tells of returns")
    assert reasons["margin"] == "no sale line with a price has a unit cost"
    assert reasons["page_views"].startswith(
        "there is nothing to compute it from; it needs silver.web_events.occurred_at"
    )
    assert found["revenue"]["unit"] == "EUR"
    assert {row["known_from"] for row in found.values()} == {NOW}
    months = filled.rows("gold.indicator_values", "grain = 'month' and observations_count > 0")
    assert {(row["period_start"], row["is_final"]) for row in months} == {(date(2025, 2, 1), True)}


def test_each_keeps_to_what_the_catalogue_declares(filled: Lake, run: Run) -> None:
    indicator_values(filled, run)
    for row in filled.rows("gold.indicator_values"):
        declared = CATALOGUE[row["indicator_id"]]
        assert row["grain"] in declared.grains
        assert row["dimension"] in declared.dimensions
        assert (row["confidence_low"] is None) or declared.interval


def test_running_again_writes_nothing_and_a_change_keeps_what_was_known(filled: Lake, run: Run) -> None:
    indicator_values(filled, run)
    before = filled.version("gold.indicator_values")
    later = replace(run, started_at=NOW + timedelta(hours=1))
    indicator_values(filled, later)
    assert filled.version("gold.indicator_values") == before

    _write(filled, "silver.order_lines", _line("1", 10), _line("2", 25))
    indicator_values(filled, later)
    assert _current(filled)["revenue"]["value"] == 35.0
    story = filled.rows("gold.indicator_values", "indicator_id = 'revenue' and grain = 'all' and dimension = 'all'")
    assert sorted((row["value"], row["known_from"], row["known_to"]) for row in story) == [
        (30.0, NOW, later.started_at),
        (35.0, later.started_at, None),
    ]
    assert _current(filled)["volume"]["known_from"] == NOW


def test_an_empty_lake_has_no_values_and_needs_no_spark(tmp_path: Path, run: Run) -> None:
    def no_spark():
        raise AssertionError("an empty lake started Spark")

    lake = Lake(tmp_path / "empty", no_spark, "run-1")
    customer_value(lake, run)
    indicator_values(lake, run)
    assert lake.rows("gold.customer_value") == []
    values = {row["indicator_id"]: row["value"] for row in lake.rows("gold.indicator_values")}
    assert values.pop("quarantined_rows") == 0  # nothing landed, so nothing was refused
    assert set(values.values()) == {None}
    assert set(_current(lake)) == set(CATALOGUE)


def test_persons_in_one_row_each(filled: Lake, run: Run) -> None:
    customer_360(filled, run)
    rows = {row["person_id"]: row for row in filled.rows("gold.customer_360")}
    assert {person: (row["is_linked"], row["posts_count"], row["net_tone"]) for person, row in rows.items()} == {
        "A": (True, 1, -1.0),
        "B": (False, 0, None),
    }
    before = filled.version("gold.customer_360")
    customer_360(filled, run)
    assert filled.version("gold.customer_360") == before
