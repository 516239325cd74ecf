import random
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from recounted import FEW, SEEDS, ZONES, Group, assert_agree, collected, local_day, moment, recounted, some

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


def _one_currency(rows: list[dict]) -> str | None:
    used = {row["currency"] for row in rows}
    return used.pop() if len(used) == 1 else None


def _mean_value(group: Group, all_values: list[dict]) -> dict | None:
    valued = [row for row in group.rows if row["clv"] is not None]
    if valued and not _one_currency(valued):
        return None
    everywhere = [row for row in all_values if row["clv"] is not None]
    return {
        "numerator": sum(Decimal(str(row["clv"])) for row in valued) if valued else None,
        "denominator": len(valued),
        "observations_count": len(valued),
        "persons_count": len(valued),
        "coverage_ratio": len(valued) / len(group.rows),
        "unit": _one_currency(valued or everywhere) or "money",
    }


@FEW
@given(SEEDS)
def test_random_lifetime_values_agree_with_a_second_count(frame, seed: int) -> None:
    """Of several dates a person, of which the latest may have none; of persons with a segment, without, or not known."""
    draw = random.Random(seed)
    currencies = draw.choice((["EUR"], ["EUR", "CHF"]))
    values = [
        _value(f"P{person}", some(draw, *(cents / 100 for cents in range(1, 99_999, 7))), draw.choice(currencies), day)
        for person in range(60)
        for day in draw.sample([TODAY, date(2026, 3, 31), date(2025, 12, 1)], draw.randrange(1, 4))
    ]
    segments = {f"P{person}": some(draw, "gold", "lost", "new") for person in range(50)}
    found = _values(frame, values, [{"person_id": who, "segment_id": its} for who, its in segments.items()])
    latest = {row["person_id"]: row for row in sorted(values, key=lambda row: row["as_of_date"])}
    rows = [row | {"day": None, "segment": segments.get(who) or "(none)"} for who, row in latest.items()]
    assert_agree(found, recounted("clv", rows, lambda of: _mean_value(of, rows)))


def _share_of(group: Group, place: str, all_sales: list[dict]) -> dict:
    """A group's amount of the whole; of all, that of those who are in any community or segment."""
    is_all = group.dimension == "all"
    placed = [row for row in group.rows if row[place] != "(none)" or not is_all]
    is_known = any(row[place] != "(none)" for row in all_sales) and _one_currency(all_sales)
    persons = {row["person"] for row in placed}
    return {
        "numerator": sum(row["earned"] for row in placed) if is_known else None,
        "denominator": sum(row["earned"] for row in group.beside) if _one_currency(all_sales) else None,
        "observations_count": sum(row["is_sale"] for row in placed),
        "persons_count": len(persons),
        "coverage_ratio": len(persons) / group.distinct(lambda row: row["person"]) if is_all else None,
    }


@FEW
@given(SEEDS)
def test_random_shares_of_revenue_agree_with_a_second_count(frame, seed: int) -> None:
    """Customers of one person, of none that is known, of two sources; links of the past; returns and voided orders."""
    draw = random.Random(seed)
    zone = draw.choice(ZONES)
    currencies = draw.choice((("EUR",), ("EUR",), ("EUR", "CHF")))
    orders = [
        {"order_id": str(number), "source": draw.choice(("erp", "shop")), "customer_id": some(draw, *"abcdefgh")}
        | {"ordered_at": moment(draw), "currency": some(draw, *currencies), "is_voided": some(draw, True, False)}
        | {"quantity": Decimal(draw.choice((1, 2, 3, -1))), "price": Decimal(draw.randrange(1, 9999)) / 100}
        for number in range(150)
    ]
    lines = [
        {name: row[name] for name in ("order_id", "source", "quantity")}
        | {"line_number": 1, "product_id": "p", "unit_price": row["price"], "amount": row["price"] * row["quantity"]}
        for row in orders
    ]
    links = [
        {"record_kind": "customer", "record_place": source, "linked_record_id": customer, "valid_to": ended}
        | {"person_id": draw.choice("ABCDE")}
        for source in ("erp", "shop")
        for customer in "abcdef"
        for ended in [some(draw, datetime(2026, 1, 1, tzinfo=UTC), nulls=0.8)]
    ]
    homes = {person: (some(draw, "x", "y"), some(draw, "gold", "lost")) for person in "ABCD"}
    known = [{"person_id": who, "community_id": its[0], "segment_id": its[1]} for who, its in homes.items()]
    sold = worth.customer_sales(
        order_sales(frame("silver.orders", *orders), frame("silver.order_lines", *lines), "EUR"),
        frame("silver.person_links", *links),
        frame("gold.customer_360", *known),
        zone,
    )
    groups = {name: collected(worth.share_groups(sold, place), SHARES) for name, place in PLACES.items()}
    found = worth_indicators(VALUES.empty_table(), groups)

    person_of = {
        (row["record_place"], row["linked_record_id"]): row["person_id"] for row in links if not row["valid_to"]
    }
    rows = []
    for row in orders:
        if row["customer_id"] and not row["is_voided"]:
            who = row["source"], row["customer_id"]
            community, segment = homes.get(person_of.get(who), (None, None))
            is_sale = row["quantity"] > 0
            rows.append(
                {"day": local_day(row["ordered_at"], zone), "person": person_of.get(who, who), "is_sale": is_sale}
                | {"community": community or "(none)", "segment": segment or "(none)"}
                | {"currency": row["currency"] or "EUR", "earned": row["quantity"] * row["price"] if is_sale else 0}
            )
    assert_agree(
        found,
        recounted("community_revenue_share", rows, lambda of: _share_of(of, "community", rows)),
        recounted("segment_revenue_share", rows, lambda of: _share_of(of, "segment", rows)),
    )
