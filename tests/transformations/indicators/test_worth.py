from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from transformations.indicators import worth
from transformations.indicators.worth import PLACES, SHARES, VALUES, worth_indicators
from transformations.value.sales import order_sales

TODAY = date(2026, 4, 1)


def _values(frame, values: list[dict], customers: list[dict]) -> pa.Table:
    found = worth.value_groups(frame("gold.customer_value", *values), frame("gold.customer_360", *customers))
    return worth_indicators(pa.table(found.toArrow()).select(VALUES.names).cast(VALUES), {})


def _value(person: str, clv: float | None, currency: str = "EUR", as_of: date = TODAY) -> dict:
    return {"person_id": person, "as_of_date": as_of, "clv": clv, "currency": currency}


def test_lifetime_values_are_means_of_the_latest(frame, by_group) -> None:
    values = [_value("A", 30.5), _value("A", 99.0, as_of=date(2026, 3, 1)), _value("B", 10.0), _value("C", None)]
    rows = by_group(_values(frame, values, [{"person_id": "A", "segment_id": "gold"}]))
    total = rows["clv", "all", None, "all", "all"]
    assert (total["numerator"], total["denominator"], total["value"]) == (Decimal("40.5"), 2, 20.25)
    assert (total["unit"], total["persons_count"], total["coverage_ratio"]) == ("EUR", 2, pytest.approx(2 / 3))
    assert rows["clv", "all", None, "segment", "gold"]["value"] == 30.5
    assert rows["clv", "all", None, "segment", "(none)"]["value"] == 10.0


def test_a_lifetime_value_is_of_those_who_have_one():
    """However many others are in the group: it is the value of a single person."""
    group = {"grain": "all", "period_start": date(1970, 1, 1), "dimension": "all", "dimension_value": "all"}
    (row,) = worth_indicators(
        pa.Table.from_pylist(
            [group | {"persons": 10, "valued": 1, "worth": Decimal(777), "low": "EUR", "high": "EUR"}], VALUES
        ),
        {},
    ).to_pylist()
    assert (row["value"], row["persons_count"], row["coverage_ratio"]) == (777.0, 1, 0.1)


def test_lifetime_values_of_two_currencies_are_not_added(frame, by_group) -> None:
    rows = by_group(_values(frame, [_value("A", 30.0), _value("B", 10.0, "GBP")], []))
    assert {key[3:] for key in rows} == {("currency", "EUR"), ("currency", "GBP")}
    nothing = _values(frame, [_value("A", None)], []).to_pylist()[0]
    assert (nothing["value"], nothing["unit"]) == (None, "money")
    assert nothing["missing_reason"].startswith("of no person could it be estimated")


def _order(number: int, customer: str | None, at: datetime, amount: int, **more: object) -> tuple[dict, dict]:
    order = {"order_id": str(number), "customer_id": customer, "ordered_at": at}
    line = {"order_id": str(number), "line_number": 1, "quantity": Decimal(1), "unit_price": Decimal(int(amount))}
    return order | more, line | {"amount": Decimal(int(amount))}


def _shares(frame, bought: list[tuple[dict, dict]], persons: dict[str, dict], linked: str = "abc") -> pa.Table:
    orders, lines = zip(*bought, strict=True)
    links = [
        {"record_kind": "customer", "record_place": "erp", "linked_record_id": one, "person_id": one.upper()}
        for one in linked
    ]
    sold = worth.customer_sales(
        order_sales(frame("silver.orders", *orders), frame("silver.order_lines", *lines), "EUR"),
        frame("silver.person_links", *links),
        frame("gold.customer_360", *({"person_id": person} | more for person, more in persons.items())),
        "Europe/Berlin",
    )
    groups = {
        name: pa.table(worth.share_groups(sold, place).toArrow()).select(SHARES.names).cast(SHARES)
        for name, place in PLACES.items()
    }
    return worth_indicators(VALUES.empty_table(), groups)


def test_shares_are_of_the_revenue_of_identified_customers(frame, by_group, at) -> None:
    bought = [
        _order(1, "a", at(2), 50),
        _order(2, "b", at(3), 30),
        _order(3, "c", at(31, 23), 15),  # in April in Berlin
        _order(4, "d", at(4), 5),  # of no person that is known
        _order(5, None, at(4), 1000),
    ]
    persons = {"A": {"community_id": "x"}, "B": {"community_id": "y"}, "C": {"segment_id": "lost"}}
    rows = by_group(_shares(frame, bought, persons))

    def parts(*key: object) -> tuple:
        row = rows[key]
        return row["numerator"], row["denominator"], row["persons_count"]

    assert parts("community_revenue_share", "all", None, "all", "all") == (80, 100, 2)
    assert parts("community_revenue_share", "all", None, "community", "x") == (50, 100, 1)
    assert parts("community_revenue_share", "all", None, "community", "(none)") == (20, 100, 2)
    assert parts("community_revenue_share", "month", "03-01", "all", "all") == (80, 85, 2)
    assert parts("community_revenue_share", "month", "04-01", "community", "(none)") == (15, 15, 1)
    assert parts("segment_revenue_share", "month", "04-01", "segment", "lost") == (15, 15, 1)
    assert rows["community_revenue_share", "all", None, "all", "all"]["coverage_ratio"] == 0.5


def test_without_a_community_or_with_two_currencies_there_is_a_reason_and_no_share(frame, by_group, at) -> None:
    alone = by_group(_shares(frame, [_order(1, "a", at(2), 50)], {}))
    total = alone["community_revenue_share", "all", None, "all", "all"]
    assert (total["value"], total["missing_reason"]) == (None, "no customer is in a community")
    two = [_order(1, "a", at(2), 50, currency="EUR"), _order(2, "b", at(3), 30, currency="GBP")]
    mixed = by_group(_shares(frame, two, {"A": {"community_id": "x"}}))
    row = mixed["community_revenue_share", "all", None, "all", "all"]
    assert (row["value"], row["missing_reason"]) == (None, "amounts of several currencies are not added")


def test_random_sales_agree_with_pandas_and_shares_add_up(frame) -> None:
    homes = {"A": "x", "B": "x", "C": "y"}
    draw = np.random.default_rng(16)
    sold = pd.DataFrame(
        {
            "who": draw.choice(list("abcd"), 40),
            "day": draw.integers(1, 29, 40),
            "month": draw.choice([2, 3], 40),
            "amount": draw.integers(1, 100, 40),
        }
    )
    orders = [
        _order(number, its.who, datetime(2026, its.month, its.day, 12, tzinfo=UTC), its.amount)
        for number, its in enumerate(sold.itertuples())
    ]
    persons = {person: {"community_id": home} for person, home in homes.items()}
    rows = _shares(frame, orders, persons, "abcd").to_pandas()
    rows = rows[(rows["indicator_id"] == "community_revenue_share") & (rows["grain"] == "month")]
    sold["home"] = sold["who"].str.upper().map(homes).fillna("(none)")
    sums = sold.groupby(["month", "home"])["amount"].sum()
    wholes = sold.groupby("month")["amount"].sum()
    of_homes = rows[rows["dimension"] == "community"]
    measured = {
        (row.period_start.month, row.dimension_value): (row.numerator, row.denominator) for row in of_homes.itertuples()
    }
    assert measured == {(month, home): (int(amount), int(wholes[month])) for (month, home), amount in sums.items()}
    assert of_homes.groupby("period_start")["value"].sum().to_numpy() == pytest.approx(1.0)
