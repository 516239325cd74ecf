from datetime import date
from decimal import Decimal

import pyarrow as pa

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
