import random
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from recounted import FEW, SEEDS, assert_agree, recounted, some

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.indicators.customers import (
    CUSTOMER_COLUMNS,
    LINK_COLUMNS,
    ROLE_COLUMNS,
    SOCIAL_COLUMNS,
    customer_indicators,
)

ENDED = datetime(2025, 1, 1, tzinfo=UTC)


def _rows(
    customers: list[str], links: list[tuple], social: tuple[str, ...] = (), roles: tuple[tuple, ...] = ()
) -> list[dict]:
    customer_rows = [{"source": "erp", "customer_id": customer} for customer in customers]
    link_rows = [
        {"record_kind": kind, "record_place": place, "linked_record_id": record, "person_id": person, "valid_to": end}
        for kind, place, record, person, end in links
    ]
    customer_table = pa.Table.from_pylist(customer_rows, arrow.schema_of(contract("silver.customers")))
    link_table = pa.Table.from_pylist(link_rows, arrow.schema_of(contract("silver.person_links")))
    social_rows = [{"person_id": person, "is_social_customer": True} for person in social]
    role_rows = [dict(zip(ROLE_COLUMNS, row, strict=True)) for row in roles]
    return customer_indicators(
        customer_table.select(CUSTOMER_COLUMNS),
        link_table.select(LINK_COLUMNS),
        _table("gold.social_customers", social_rows).select(SOCIAL_COLUMNS),
        _table("silver.person_roles", role_rows).select(ROLE_COLUMNS),
    ).to_pylist()


def _table(name: str, rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, arrow.schema_of(contract(name)))


def test_customers_linked_to_a_profile() -> None:
    links = [
        ("customer", "erp", "a", "A", None),
        ("profile", "forum", "1", "A", None),
        ("profile", "x", "2", "A", None),
        ("customer", "erp", "b", "B", None),
        ("profile", "forum", "3", "B", ENDED),
        ("customer", "erp", "c", "C", None),
        ("profile", "forum", "4", "D", None),
    ]
    row, social = _rows(["a", "b", "c", "d"], links, social=("A",))
    assert (social["indicator_id"], social["numerator"], social["denominator"]) == ("social_customer_ratio", 1, 4)
    assert (row["indicator_id"], row["grain"], row["dimension"]) == ("linked_customer_ratio", "all", "all")
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 4, 0.25)
    assert row["coverage_ratio"] == 0.75  # d belongs to no person
    assert (row["confidence_low"], row["confidence_high"]) == pytest.approx((0.045587, 0.699358), abs=1e-6)


def test_consumers_who_became_customers() -> None:
    roles = (
        ("A", "consumer", ENDED),
        ("A", "external_customer", ENDED),
        ("B", "consumer", None),
        ("C", "external_customer", ENDED),
        ("D", "consumer", ENDED),
        ("E", "internal_customer", ENDED),
    )
    (row,) = _rows([], [], roles=roles)
    assert (row["indicator_id"], row["numerator"], row["denominator"]) == ("consumer_conversion_ratio", 1, 3)
    assert row["coverage_ratio"] == pytest.approx(2 / 3)  # since when B is known no source tells


def test_without_customers_there_is_no_row() -> None:
    assert _rows([], []) == []


def _counts(numerator: int | None, denominator: int, measured: int) -> dict:
    return {
        "numerator": numerator,
        "denominator": denominator,
        "observations_count": denominator,
        "persons_count": denominator,
        "coverage_ratio": measured / denominator,
    }


@FEW
@given(SEEDS)
def test_random_customers_agree_with_a_second_count(seed: int) -> None:
    """Customers of two sources with the same numbers, some of one person; links of today and of the past."""
    draw = random.Random(seed)
    persons = [f"P{number}" for number in range(40)]
    customers = [{"source": draw.choice(("erp", "shop")), "customer_id": str(number // 2)} for number in range(80)]
    customers = list({tuple(row.values()): row for row in customers}.values())
    records = [("customer", row["source"], row["customer_id"]) for row in customers if draw.random() < 0.7]
    records += [("customer", "gone", "1"), *(("ticket", "x", person) for person in persons[:5])]
    has_profiles = draw.random() < 0.8
    records += [("profile", "x", str(number)) for number in range(25) if has_profiles]
    links = [
        dict(zip(LINK_COLUMNS, (*record, draw.choice(persons), some(draw, ENDED, nulls=0.7)), strict=True))
        for record in records
    ]
    social = [{"person_id": person, "is_social_customer": draw.random() < 0.5} for person in persons[::2]]
    roles = [
        {"person_id": person, "role": role, "valid_from": some(draw, ENDED, nulls=0.4)}
        for person in persons
        for role in ("consumer", "external_customer", "partner")
        if draw.random() < 0.5
    ]
    found = customer_indicators(
        _table("silver.customers", customers).select(CUSTOMER_COLUMNS),
        _table("silver.person_links", links).select(LINK_COLUMNS),
        _table("gold.social_customers", social).select(SOCIAL_COLUMNS),
        _table("silver.person_roles", roles).select(ROLE_COLUMNS),
    )

    current = [row for row in links if row["valid_to"] is None]
    person_of = {
        (row["record_place"], row["linked_record_id"]): row["person_id"]
        for row in current
        if row["record_kind"] == "customer"
    }
    on_social = {row["person_id"] for row in current if row["record_kind"] == "profile"}
    managed = {row["person_id"] for row in social if row["is_social_customer"]}
    known = [person_of.get((row["source"], row["customer_id"])) for row in customers]

    def among(those: set[str]) -> dict:
        count = sum(person in those for person in known)
        return _counts(count if on_social else None, len(known), sum(person is not None for person in known))

    consumers = {row["person_id"] for row in roles if row["role"] == "consumer"}
    converted = consumers & {row["person_id"] for row in roles if row["role"] == "external_customer"}
    dated = {row["person_id"] for row in roles if row["role"] == "consumer" and row["valid_from"]}
    day = [{"day": None}]
    assert_agree(
        found,
        recounted("linked_customer_ratio", day, lambda _: among(on_social)),
        recounted("social_customer_ratio", day, lambda _: among(managed)),
        recounted("consumer_conversion_ratio", day, lambda _: _counts(len(converted), len(consumers), len(dated))),
    )
