import random
from datetime import date
from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from recounted import FEW, SEEDS, Group, assert_adds_up, assert_agree, collected, local_day, moment, recounted, some

from transformations.indicators.costs import COSTS, cost_indicators, monthly_costs
from transformations.value.sales import COUNTS, DAILY

MARCH = date(2026, 3, 2)


def _bought(customer: str, day: date = MARCH) -> dict:
    counts = dict.fromkeys(COUNTS, 0) | {"sale_lines": 1}
    return {"day": day, "source": "erp", "customer_id": customer, "currency": "EUR"} | counts


def _costs(frame, *costs: tuple) -> pa.Table:
    rows = [
        {"cost_id": str(place), "kind": kind, "customer_id": customer, "amount": Decimal(amount), "cost_date": day}
        | more
        for place, (kind, customer, amount, day, more) in enumerate(costs)
    ]
    return pa.table(monthly_costs(frame("silver.costs", *rows), "EUR").toArrow()).select(COSTS.names).cast(COSTS)


def test_costs_and_what_a_new_customer_costs(frame, by_group) -> None:
    costs = _costs(
        frame,
        ("acquisition", "ada", "8.50", MARCH, {}),
        ("campaign", None, "11.50", date(2026, 3, 31), {"campaign_id": "letter"}),
        ("service", "bob", "4", MARCH, {}),
        ("supply", None, "100", None, {}),  # on no day
    )
    sales = pa.Table.from_pylist(
        [_bought("ada"), _bought("ada", date(2026, 4, 1)), _bought("bob"), _bought("cyd", date(2026, 4, 1))], DAILY
    )
    rows = by_group(cost_indicators(costs, sales))
    values = {(key[0], *key[2:]): row["value"] for key, row in rows.items()}
    assert values == {
        ("cost", None, "all", "all"): 124,
        ("cost", None, "currency", "EUR"): 124,
        ("cost", None, "cost_kind", "acquisition"): 8.5,
        ("cost", None, "cost_kind", "campaign"): 11.5,
        ("cost", None, "cost_kind", "service"): 4,
        ("cost", None, "cost_kind", "supply"): 100,
        ("cost", "03-01", "all", "all"): 24,
        ("cost", "03-01", "currency", "EUR"): 24,
        ("cost", "03-01", "cost_kind", "acquisition"): 8.5,
        ("cost", "03-01", "cost_kind", "campaign"): 11.5,
        ("cost", "03-01", "cost_kind", "service"): 4,
        ("acquisition_cost", None, "all", "all"): 20 / 3,
        ("acquisition_cost", "03-01", "all", "all"): 10,  # ada and bob are new
        ("acquisition_cost", "04-01", "all", "all"): None,  # nothing was spent on cyd
    }
    assert rows["acquisition_cost", "all", None, "all", "all"]["unit"] == "EUR"
    assert rows["cost", "all", None, "all", "all"]["persons_count"] == 2


def test_costs_in_two_currencies_have_no_total(frame, by_group) -> None:
    costs = _costs(
        frame, ("acquisition", "ada", "8", MARCH, {}), ("acquisition", "bob", "9", MARCH, {"currency": "CHF"})
    )
    rows = by_group(cost_indicators(costs, pa.Table.from_pylist([_bought("ada")], DAILY)))
    assert {(key[3], key[4]): row["value"] for key, row in rows.items() if key[0] == "cost" and key[1] == "all"} == {
        ("currency", "EUR"): 8,
        ("currency", "CHF"): 9,
    }
    row = rows["acquisition_cost", "all", None, "all", "all"]
    assert (row["value"], row["unit"], row["missing_reason"]) == (
        None,
        "money",
        "amounts of several currencies are not added",
    )


def _booked(draw: random.Random, number: int, currencies: tuple[str, ...]) -> dict:
    """Costs of supply are in one currency, whatever those of the others are in; credits are below 0."""
    kind = draw.choice(("supply", "service", "acquisition", "campaign"))
    return {
        "source": draw.choice(("erp", "shop")),
        "cost_id": str(number),
        "kind": kind,
        "customer_id": some(draw, "ada", "bob", "cyd"),
        "campaign_id": some(draw, "letter", "call"),
        "amount": Decimal(draw.randrange(-20_000, 2_000_000)) / 10_000,
        "currency": some(draw, *(currencies if kind != "supply" else ("EUR",))),
        "cost_date": some(draw, *(local_day(moment(draw), "UTC") for _ in range(3))),
    }


def _sold(draw: random.Random) -> dict:
    """A customer's day: with sale lines, lines without a price, or returns alone."""
    counts = {"sale_lines": draw.choice((0, 0, 1, 2)), "unpriced_sales": draw.choice((0, 0, 0, 1)), "return_lines": 1}
    row = {"day": local_day(moment(draw), "UTC"), "source": draw.choice(("erp", "shop")), "currency": "EUR"}
    return dict.fromkeys(COUNTS, 0) | row | {"customer_id": some(draw, *"abcdefgh")} | counts


def _one_currency(group: Group) -> str | None:
    """The currency of all amounts of the group's value, of any period."""
    used = {row["currency"] or "EUR" for row in group.ever if row.get("amount") is not None}
    return used.pop() if len(used) == 1 else None


def _cost_of(group: Group) -> dict | None:
    if not _one_currency(group):
        return None
    return {
        "numerator": group.sums("amount"),
        "denominator": None,
        "observations_count": len(group.rows),
        "unit": _one_currency(group),
        "persons_count": len({(row["source"], row["customer_id"]) for row in group.rows if row["customer_id"]}),
    }


def _acquisition_cost(group: Group) -> dict:
    booked = [row for row in group.rows if "amount" in row]
    is_known = booked and _one_currency(group)
    return {
        "numerator": sum(row["amount"] for row in booked) if is_known else None,
        "denominator": len(group.rows) - len(booked),
        "observations_count": len(booked),
    }


def _first_purchases(sales: list[dict]) -> list[dict]:
    first: dict[tuple, date] = {}
    for row in sales:
        if row["customer_id"] and row["sale_lines"] + row["unpriced_sales"]:
            who = row["source"], row["customer_id"]
            first[who] = min(first.get(who, row["day"]), row["day"])
    return [{"day": day} for day in first.values()]


@FEW
@given(SEEDS)
def test_random_costs_agree_with_a_second_count(frame, seed: int) -> None:
    draw = random.Random(seed)
    currencies = draw.choice((("EUR",), ("EUR", "CHF")))
    rows = [_booked(draw, number, currencies) for number in range(150)]
    sales = [_sold(draw) for _ in range(25)]
    monthly = monthly_costs(frame("silver.costs", *rows), "EUR")
    found = cost_indicators(collected(monthly, COSTS), pa.Table.from_pylist(sales, DAILY))
    dated = [
        row | {"day": row["cost_date"], "cost_kind": row["kind"], "currency": row["currency"] or "EUR"} for row in rows
    ]
    spent = [row for row in dated if row["kind"] in ("acquisition", "campaign")]
    assert_agree(
        found,
        recounted("cost", dated, _cost_of),
        recounted("acquisition_cost", spent + _first_purchases(sales), _acquisition_cost),
    )
    if currencies == ("EUR",):
        assert_adds_up(found, "cost", "cost_kind", "currency", over_time=False)  # some are of no day


def test_random_costs_of_days_add_up_to_all(frame) -> None:
    draw = random.Random(7)
    rows = [_booked(draw, number, ("EUR",)) for number in range(60)]
    dated = [row for row in rows if row["cost_date"]]
    monthly = monthly_costs(frame("silver.costs", *dated), "EUR")
    found = cost_indicators(collected(monthly, COSTS), DAILY.empty_table())
    assert_adds_up(found, "cost", "cost_kind", "currency")
