"""Cases from the field about orders, their lines and those who order."""

from decimal import Decimal

import pytest


def _values(field_cases, channel: str) -> dict[str, dict]:
    rows = field_cases.rows(
        "gold.indicator_values",
        f"known_to is null and grain = 'all' and dimension = 'channel' and dimension_value = '{channel}'",
    )
    return {row["indicator_id"]: row for row in rows}


def _persons(field_cases, source: str) -> list[dict]:
    """Rows of customer_360 of the source's customers."""
    links = field_cases.rows("silver.person_links", f"record_kind = 'customer' and record_place = '{source}'")
    persons = {row["person_id"] for row in links if row["valid_to"] is None}
    return [row for row in field_cases.rows("gold.customer_360") if row["person_id"] in persons]


def test_11_credit_notes_with_positive_quantities_are_returns(field_cases):
    values = _values(field_cases, "c11")
    assert values["revenue"]["value"] == 100
    assert values["all_lines_total"]["value"] == 70
    assert values["return_ratio"]["value"] == pytest.approx(0.3)
    (line,) = field_cases.rows("silver.order_lines", "source = 'c11' and is_return")
    assert (line["quantity"], line["unit_price"], line["amount"]) == (-3, 10, -30)
    (person,) = _persons(field_cases, "c11")
    assert (person["orders_count"], person["returns_count"], person["revenue"]) == (1, 1, 100)


def test_18_order_fields_on_the_first_line_and_a_refund_that_has_no_line(field_cases):
    values = _values(field_cases, "c18")
    assert values["revenue"]["value"] == 49
    assert values["revenue"]["observations_count"] == 3
    assert values["return_ratio"]["value"] == pytest.approx(15 / 49)
    assert values["active_customers"]["value"] == 2
    orders = field_cases.rows("silver.orders", "source = 'c18' and is_return is null")
    assert {order["ordered_at"].isoformat() for order in orders} == {
        "2024-05-06T13:00:00+00:00",
        "2024-05-06T14:00:00+00:00",
    }


def test_36_prices_of_the_product_file_fill_the_lines(field_cases):
    values = _values(field_cases, "c36")
    assert values["revenue"]["numerator"] == Decimal("184.45")
    assert values["revenue"]["coverage_ratio"] == pytest.approx(3 / 4)
    assert values["all_lines_total"]["coverage_ratio"] == pytest.approx(3 / 4)
    lines = field_cases.rows("silver.order_lines", "source = 'c36'")
    assert sum(line["quantity"] * line["unit_cost"] for line in lines if line["unit_cost"]) == (
        5 * Decimal("13.0863") + Decimal("2.5")
    )
    flags = {line["product_id"]: line["filled_columns"] for line in lines}
    filled = ["amount", "unit_cost", "unit_price"]
    assert flags == {"P1": filled, "P2": filled, "P9": None}
    (rule,) = field_cases.rows(
        "gold.data_quality", "table_name = 'silver.order_lines' and rule = 'product_id.resolves' and period = 'all'"
    )
    assert rule["passing"] < rule["applicable"]


def test_41_returns_without_a_customer(field_cases):
    values = _values(field_cases, "c41")
    ratio = values["return_ratio"]
    assert (ratio["numerator"], ratio["denominator"], ratio["value"]) == (10, 100, pytest.approx(0.1))
    assert ratio["coverage_ratio"] == pytest.approx(2 / 3)  # of three lines two name a customer
    assert values["active_customers"]["value"] == 2
    customers = field_cases.rows("silver.customers", "source = 'c41'")
    assert {(row["customer_id"], row["is_seen_only"]) for row in customers} == {("K1", True), ("K2", True)}
    persons = _persons(field_cases, "c41")
    assert sorted((row["orders_count"], row["returns_count"], row["revenue"]) for row in persons) == [
        (1, None, 40),
        (1, None, 60),
    ]
