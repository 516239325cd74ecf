import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from recounted import FEW, SEEDS, ZONES, Group, assert_agree, collected, local_day, moment, recounted, some

from transformations.indicators.campaigns import TOUCHES, campaign_indicators, monthly_touches
from transformations.indicators.costs import COSTS


def _cost(campaign: str, amount: int, currency: str = "EUR") -> dict:
    return {"source": "erp", "cost_kind": "campaign", "campaign": campaign, "amount": Decimal(amount), "entries": 1} | {
        "currency": currency
    }


@pytest.fixture(scope="module")
def touched(frame, at) -> pa.Table:
    events = [
        # campaign, customer, address, kind, order
        ("letter", "ada", None, "sent", None),
        ("letter", "ada", None, "delivered", None),
        ("letter", "ada", None, "clicked", None),
        ("letter", "ada", None, "converted", "1"),
        ("letter", "ada", None, "clicked", "1"),  # names the order again
        ("letter", "bob", None, "delivered", None),
        ("letter", "cyd", None, "sent", None),  # never delivered, where others are
        ("call", None, "dan@x.example", "sent", None),  # deliveries are not reported
        ("call", None, "eve@x.example", "sent", None),
        ("call", None, "eve@x.example", "bounced", None),
        ("call", "bob", None, "converted", None),
    ]
    touches = [
        {
            "campaign_id": campaign,
            "touch_id": str(place),
            "customer_id": customer,
            "email": email,
            "kind": kind,
            "order_id": order,
            "created_at": at(2),
        }
        for place, (campaign, customer, email, kind, order) in enumerate(events)
    ]
    line = {"order_id": "1", "product_id": "p", "quantity": Decimal(2), "unit_price": Decimal(30)}
    found = monthly_touches(
        frame("silver.campaign_touches", *touches),
        frame("silver.orders", *({"order_id": order, "ordered_at": at(3), "currency": "EUR"} for order in "12")),
        frame(
            "silver.order_lines",
            line | {"line_number": 1, "amount": Decimal(60)},
            line | {"order_id": "2", "line_number": 1, "amount": Decimal(60)},  # no campaign's
        ),
        currency="EUR",
        timezone="UTC",
    )
    return pa.table(found.toArrow()).select(TOUCHES.names).cast(TOUCHES)


def test_whom_campaigns_reach_and_who_responds(touched, by_group) -> None:
    rows = by_group(campaign_indicators(touched, COSTS.empty_table()))
    found = {
        (key[0], key[4]): (row["numerator"], row["denominator"])
        for key, row in rows.items()
        if key[1] == "all" and key[0] != "roi"
    }
    assert found == {
        ("campaign_reach", "all"): (3, None),  # ada, bob, dan
        ("campaign_reach", "letter"): (2, None),
        ("campaign_reach", "call"): (2, None),
        ("response_ratio", "all"): (2, 3),
        ("response_ratio", "letter"): (1, 2),
        ("response_ratio", "call"): (1, 2),
        ("campaign_conversion_ratio", "all"): (2, 3),
        ("campaign_conversion_ratio", "letter"): (1, 2),
        ("campaign_conversion_ratio", "call"): (1, 2),
    }
    assert rows["campaign_reach", "month", "03-01", "all", "all"]["persons_count"] == 5


def test_return_on_campaigns_counts_an_order_once(touched, by_group) -> None:
    costs = pa.Table.from_pylist([_cost("letter", 40), _cost("call", 10)], COSTS)
    rows = by_group(campaign_indicators(touched, costs))
    letter, call, all_of = (
        rows["roi", "all", None, *of] for of in (("campaign", "letter"), ("campaign", "call"), ("all", "all"))
    )
    assert (letter["numerator"], letter["denominator"], letter["value"]) == (20, 40, 0.5)
    assert (call["value"], all_of["value"]) == (-1.0, pytest.approx(0.2))


def test_currencies_are_not_added_and_what_is_not_booked_is_not_free(touched, by_group) -> None:
    costs = pa.Table.from_pylist([_cost("letter", 40, "CHF")], COSTS)
    rows = by_group(campaign_indicators(touched, costs))
    reasons = {key[4]: (row["value"], row["missing_reason"]) for key, row in rows.items() if key[0] == "roi"}
    assert reasons == {
        "letter": (None, "amounts of several currencies are not added"),
        "all": (None, "amounts of several currencies are not added"),
        "call": (None, "no costs are booked for it"),
    }


@pytest.fixture(scope="module")
def crossing(frame, at) -> pa.Table:
    """Mail of 31 January that bounced on 1 February, and an order that touches of two campaigns name."""
    sent = {"campaign_id": "call", "customer_id": "ada", "created_at": at(31, month=1)}
    touches = [
        sent | {"kind": "sent"},
        sent | {"kind": "bounced", "created_at": at(1, month=2)},
        sent | {"customer_id": "bob", "kind": "sent"},
        sent | {"customer_id": "bob", "kind": "clicked", "order_id": "1"},
        sent | {"campaign_id": "letter", "customer_id": "bob", "kind": "clicked", "order_id": "1"},
    ]
    line = {"order_id": "1", "line_number": 1, "product_id": "p", "quantity": Decimal(2), "unit_price": Decimal(30)}
    monthly = monthly_touches(
        frame("silver.campaign_touches", *(row | {"touch_id": str(place)} for place, row in enumerate(touches))),
        frame("silver.orders", {"order_id": "1", "ordered_at": at(3, month=2)}),
        frame("silver.order_lines", line | {"amount": Decimal(60)}),
        currency="EUR",
        timezone="UTC",
    )
    return collected(monthly, TOUCHES)


def test_what_bounced_in_a_later_month_reached_nobody(crossing, by_group) -> None:
    rows = by_group(campaign_indicators(crossing, COSTS.empty_table()))
    reach = {key[1:]: row["value"] for key, row in rows.items() if key[0] == "campaign_reach" and key[4] == "call"}
    assert reach == {
        ("all", None, "campaign", "call"): 1,
        ("month", "01-01", "campaign", "call"): 1,
        ("month", "02-01", "campaign", "call"): 0,
    }


def test_an_order_of_two_campaigns_counts_once_in_all(crossing, by_group) -> None:
    rows = by_group(
        campaign_indicators(crossing, pa.Table.from_pylist([_cost("letter", 40), _cost("call", 10)], COSTS))
    )
    found = {key[4]: (row["numerator"], row["observations_count"]) for key, row in rows.items() if key[0] == "roi"}
    assert found == {"letter": (20, 1), "call": (50, 1), "all": (10, 1)}


KINDS = ("sent", "sent", "sent", "delivered", "opened", "clicked", "converted", "bounced", "unsubscribed", "held_out")


def _touch(draw: random.Random, number: int) -> dict:
    """One of the campaigns reports no deliveries; recipients are customers, contacts, addresses or not known."""
    campaign = draw.choice(("letter", "call", "spring"))
    kind = draw.choice(KINDS)
    return {
        "source": draw.choice(("erp", "shop")),
        "campaign_id": campaign,
        "touch_id": str(number),
        "customer_id": some(draw, *"abcdefgh"),
        "contact_id": some(draw, *"abcdefgh", nulls=0.5),
        "email": some(draw, "x@a.example", "X@a.example", "y@a.example"),
        "kind": "sent" if (campaign, kind) == ("call", "delivered") else kind,
        "order_id": some(draw, *(str(order) for order in range(30)), nulls=0.7) if kind != "held_out" else None,
        "created_at": moment(draw),
    }


def _bought(draw: random.Random, currencies: tuple[str, ...]) -> list[dict]:
    """Orders of one line each; some are voided, and some are returns."""
    keys = [(source, str(order)) for source in ("erp", "shop") for order in range(20)]
    return [
        {"source": source, "order_id": order, "currency": some(draw, *currencies), "ordered_at": moment(draw)}
        | {"is_voided": some(draw, True, False, False), "cents": 100 * draw.randrange(1, 90)}
        | {"quantity": Decimal(draw.choice((1, 2, -1)))}
        for source, order in keys
    ]


def _line(order: dict) -> dict:
    price = Decimal(order["cents"]) / 100
    return {name: order[name] for name in ("source", "order_id", "quantity")} | {
        "line_number": 1,
        "product_id": "p",
        "unit_price": price,
        "amount": price * order["quantity"],
    }


def _booked(draw: random.Random, currencies: tuple[str, ...]) -> dict:
    return {
        "day": date(2026, draw.choice((1, 2, 3)), 1),
        "source": "erp",
        "cost_kind": draw.choice(("campaign", "campaign", "acquisition")),
        "campaign": some(draw, "letter", "call", "unheard"),
        "amount": Decimal(draw.randrange(-200, 5000)) / 100,
        "currency": draw.choice(currencies),
        "entries": 1,
    }


def _recipient(row: dict) -> tuple | None:
    if row["customer_id"]:
        return "customer", row["source"], row["customer_id"]
    if row["contact_id"]:
        return "contact", row["source"], row["contact_id"]
    return ("address", row["email"].lower()) if row["email"] else None


def _with_reach(touches: list[dict]) -> list[dict]:
    """Each touch with its recipient, and whether it shows that they were reached."""
    reporting = {row["campaign"] for row in touches if row["kind"] == "delivered"}
    bounced = {(row["campaign"], _recipient(row)) for row in touches if row["kind"] == "bounced"}
    shown = ("delivered", "opened", "clicked", "converted")

    def is_reached(row: dict) -> bool:
        silent = row["campaign"] not in reporting and (row["campaign"], _recipient(row)) not in bounced
        return row["kind"] in shown or (row["kind"] == "sent" and silent)

    return [row | {"recipient": _recipient(row), "is_reached": is_reached(row)} for row in touches]


def _who(group: Group, is_one: Callable[[dict], object]) -> int:
    return group.distinct(lambda row: row.get("recipient") if is_one(row) else None)


def _reach(group: Group) -> dict:
    reached, recipients = (_who(group, lambda row: row.get("is_reached")), _who(group, lambda _: True))
    shares = {"coverage_ratio": reached / recipients if recipients else None, "persons_count": recipients}
    return {"numerator": reached, "denominator": None, "observations_count": reached} | shares


def _share(group: Group, *kinds: str) -> dict:
    reached = _who(group, lambda row: row.get("is_reached"))
    responding = _who(group, lambda row: row.get("kind") in kinds)
    return {"numerator": responding, "denominator": reached, "observations_count": reached}


def _return(group: Group) -> dict:
    orders = {(row["source"], row["order_id"]): row for row in group.rows if "cents" in row}
    costs = [row["amount"] for row in group.rows if "amount" in row]
    currencies = {row["currency"] for row in group.rows if "currency" in row}
    earned = sum(Decimal(row["cents"]) / 100 * row["quantity"] for row in orders.values() if row["quantity"] > 0)
    is_known = costs and len(currencies) == 1
    return {
        "numerator": earned - sum(costs) if is_known and sum(costs) > 0 else None,
        "denominator": sum(costs) if is_known else None,
        "observations_count": len(orders),
    }


@FEW
@given(SEEDS)
def test_random_campaigns_agree_with_a_second_count(frame, seed: int) -> None:
    draw = random.Random(seed)
    zone = draw.choice(ZONES)
    currencies = draw.choice((("EUR",), ("EUR",), ("EUR", "CHF")))
    touches = [_touch(draw, number) for number in range(200)]
    orders = _bought(draw, currencies)
    costs = [_booked(draw, currencies) for _ in range(8)]
    monthly = monthly_touches(
        frame("silver.campaign_touches", *touches),
        frame("silver.orders", *orders),
        frame("silver.order_lines", *map(_line, orders)),
        currency="EUR",
        timezone=zone,
    )
    found = campaign_indicators(collected(monthly, TOUCHES), pa.Table.from_pylist(costs, COSTS))

    dated = [row | {"day": local_day(row["created_at"], zone), "campaign": row["campaign_id"]} for row in touches]
    events = _with_reach([row for row in dated if row["kind"] != "held_out"])
    held = {(row["source"], row["order_id"]): row for row in orders if not row["is_voided"]}
    first: dict[tuple, date] = {}
    for row in sorted(dated, key=lambda row: row["day"]):
        if (row["source"], row["order_id"]) in held:
            first.setdefault((row["campaign"], row["source"], row["order_id"]), row["day"])
    brought = [
        held[source, order] | {"currency": held[source, order]["currency"] or "EUR", "campaign": campaign, "day": day}
        for (campaign, source, order), day in first.items()
    ]
    spent = [row for row in costs if row["cost_kind"] == "campaign" and row["campaign"]]
    rows = [*events, *brought, *spent]
    assert_agree(
        found,
        recounted("campaign_reach", rows, _reach),
        recounted("response_ratio", rows, lambda of: _share(of, "clicked", "converted")),
        recounted("campaign_conversion_ratio", rows, lambda of: _share(of, "converted")),
        recounted("roi", rows, _return),
    )
