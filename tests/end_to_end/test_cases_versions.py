"""Cases from the field about which version is current: what is withdrawn, in which order, and by whom."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal


def revenue(cases, channel: str) -> Decimal:
    """Revenue of all time of a channel."""
    (row,) = cases.rows(
        "gold.indicator_values",
        "indicator_id = 'revenue' and grain = 'all' and known_to is null "
        f"and dimension = 'channel' and dimension_value = '{channel}'",
    )
    return row["numerator"]


def test_04_an_order_sent_again_without_a_line_has_none(field_cases):
    lines = field_cases.rows("silver.order_lines", "source = 'c04'")
    assert sorted((row["order_id"], row["line_number"], row["amount"]) for row in lines) == [
        ("5001", 1, Decimal(10)),
        ("5001", 2, Decimal(20)),
        ("5002", 1, Decimal(7)),
    ]
    assert revenue(field_cases, "c04") == 37


def test_05_a_cancelled_order_that_where_leaves_out_is_withdrawn(field_cases):
    for source in ("c05a", "c05b"):
        orders = field_cases.rows("silver.orders", f"source = '{source}' and deleted_at is null")
        assert [(row["order_id"], row["total_amount"]) for row in orders] == [("#1002", Decimal(25))]
        assert revenue(field_cases, source) == 25


def test_07_file_10_is_newer_than_file_9(field_cases):
    for source in ("c07", "c07d"):
        (one,) = field_cases.rows("silver.customers", f"source = '{source}' and customer_id = '1'")
        assert (one["email"], one["city"]) == ("new@c07.example", "Bonn")
    two = {
        row["source"]: row["deleted_at"] is not None
        for row in field_cases.rows("silver.customers", "source in ('c07', 'c07d') and customer_id = '2'")
    }
    assert two == {"c07": False, "c07d": True}


def test_28_an_order_over_two_files_has_all_its_lines(field_cases):
    lines = field_cases.rows("silver.order_lines", "source = 'c28'")
    assert sorted((row["line_number"], row["product_id"], row["amount"]) for row in lines) == [
        (1, "A", Decimal(10)),
        (2, "B", Decimal(20)),
        (3, "C", Decimal(30)),
    ]
    assert revenue(field_cases, "c28") == 60


def test_34_a_deletion_that_lands_first_outlasts_the_post(field_cases):
    for channel in ("c34", "c34b"):
        (post,) = field_cases.rows("silver.posts", f"channel = '{channel}'")
        assert (post["text"], post["deleted_at"]) == (None, datetime(2024, 6, 11, 10, tzinfo=UTC))
