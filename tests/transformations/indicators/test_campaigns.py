from decimal import Decimal

import pyarrow as pa
import pytest

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
