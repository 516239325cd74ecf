from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from transformations.value import profit_entries, profitability
from transformations.value.sales import daily_sales, order_sales

BEFORE = datetime(2025, 3, 1, tzinfo=UTC)
FEBRUARY = datetime(2025, 2, 2, tzinfo=UTC)


@pytest.fixture
def links(frame):
    return frame(
        "silver.person_links",
        *(
            {"record_kind": "customer", "record_place": "erp", "linked_record_id": its, "person_id": its.upper()}
            for its in ("e", "u")
        ),
    )


def _entries(orders, lines, links):
    customers = profit_entries.of_customers(links)
    sold = daily_sales(order_sales(orders, lines, "EUR"), "UTC")
    return profit_entries.sold(sold, customers).unionByName(
        profit_entries.discounted(orders, lines, customers, "EUR", BEFORE, "UTC")
    )


def _all(rows) -> list[dict]:
    return [row for row in pa.table(rows.toArrow()).to_pylist() if row["period"] == "all"]


def _order(number: str, customer: str = "e", **more) -> dict:
    return {"order_id": number, "customer_id": customer, "ordered_at": FEBRUARY} | more


def _line(order: str, number: int, price: int, cost: int | None) -> dict:
    its = {"order_id": order, "line_number": number, "quantity": Decimal(1), "unit_price": Decimal(price)}
    return its | {"amount": Decimal(price), "unit_cost": None if cost is None else Decimal(cost)}


@pytest.mark.parametrize(
    ("order", "lines", "contribution"),
    [
        ({}, [(100, 60)], 100 - 60 - 30),
        ({}, [(100, 60), (50, None)], 100 - 60 - 20),  # two thirds of the discount are off what has a cost
        ({}, [(100, None)], 0),  # no cost is known: nothing of it is in the contribution
        ({"total_amount": Decimal(70)}, [], 0),  # what was paid: the discount is off already
        ({"is_voided": True}, [(100, 60)], 0),
    ],
)
def test_a_discount_on_the_whole_order_is_deducted_once(
    frame, links, order: dict, lines: list, contribution: int
) -> None:
    orders = frame(
        "silver.orders", _order("1", discount_amount=Decimal(30), **order), _order("2", total_amount=Decimal(5))
    )
    made = frame("silver.order_lines", *(_line("1", n, *its) for n, its in enumerate(lines)))
    filled = {"revenue", "cost_of_goods", "discount_amount"}
    persons = profitability.persons(_entries(orders, made, links), filled, "EUR")
    (row,) = _all(persons)
    assert row["contribution"] == contribution
    members = frame("gold.community_members", {"person_id": "E", "community_id": "c", "period": "all"})
    (row,) = _all(profitability.communities(persons, members.select("person_id", "community_id"), filled, "EUR"))
    assert row["contribution"] == contribution


def test_orders_in_other_currencies_count_as_little_as_their_amounts(frame, links) -> None:
    orders = frame("silver.orders", _order("0"), *(_order(str(number), "u", currency="USD") for number in range(1, 5)))
    lines = frame(
        "silver.order_lines", _line("0", 1, 10, 1), *(_line(str(number), 1, 125, 1) for number in range(1, 5))
    )
    entries = _entries(orders, lines, links)
    monthly = profitability.monthly(entries)
    assert monthly.count() == 2 < entries.count()  # a row per person, month and currency says the same
    persons = profitability.persons(monthly, {"revenue"}, "EUR")
    assert persons.toArrow().to_pylist() == profitability.persons(entries, {"revenue"}, "EUR").toArrow().to_pylist()
    found = {row["person_id"]: (row["currency"], row["revenue"], row["orders_count"]) for row in _all(persons)}
    assert found == {"E": ("EUR", 10, 1), "U": ("USD", 500, 4)}
    members = frame(
        "gold.community_members", *({"person_id": its, "community_id": "c", "period": "all"} for its in ("E", "U"))
    )
    (row,) = _all(profitability.communities(persons, members.select("person_id", "community_id"), {"revenue"}, "EUR"))
    assert (row["members_count"], row["left_out_count"], row["revenue"], row["orders_count"]) == (2, 1, 10, 1)
