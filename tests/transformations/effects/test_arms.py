from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from transformations.effects.arms import ARMS, DAYS, campaign_arms
from transformations.value.sales import order_sales

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def each(made) -> pd.DataFrame:
    """What every customer bought by span: an independent computation."""
    its = made(1, effect=0.5)
    orders = its.orders.assign(span=its.orders["day"] // DAYS)
    found = its.customers.set_index("id")
    for name, span in (("after", 0), ("before", -1), ("earlier", -2)):
        of_span = orders[orders["span"] == span].groupby("customer")["amount"]
        found[f"orders_{name}"] = of_span.size().reindex(found.index).fillna(0)
        found[f"revenue_{name}"] = of_span.sum().reindex(found.index).fillna(0)
        found[f"active_customers_{name}"] = (found[f"orders_{name}"] > 0).astype(float)
    return found


def test_sums_of_the_arms_are_those_of_their_customers(each, made, arms_of) -> None:
    rows = {(row["arm"], row["is_long_known"]): row for row in arms_of(made(1, effect=0.5)).to_pylist()}
    assert set(rows) == {("sent", True), ("sent", False), ("held_out", True), ("held_out", False), ("untouched", True)}
    for (arm, is_long_known), row in rows.items():
        its = each[(each["arm"] == arm) & (each["is_new"] != is_long_known)]
        assert (row["campaign"], row["persons"]) == ("letter", len(its))
        for outcome in ("orders", "revenue", "active_customers"):
            after, before, earlier = (its[f"{outcome}_{span}"] for span in ("after", "before", "earlier"))
            expected = {"after": after, "before": before, "change": after - before, "earlier_change": before - earlier}
            for measure, values in expected.items():
                assert row[f"{outcome}_{measure}_total"] == pytest.approx(values.sum())
                assert row[f"{outcome}_{measure}_squares"] == pytest.approx((values**2).sum())


def test_the_lot_decides_who_is_held_out_and_any_other_touch_in_time_is_sent(frame) -> None:
    after, days = BEGIN + timedelta(hours=1), timedelta(days=1)
    touched: list[tuple[str, str, datetime]] = [
        ("sent", "sent", after),
        ("held", "held_out", after),
        ("held", "clicked", after),  # of the held-out, whatever reached them
        ("bounced", "bounced", after),
        ("left", "unsubscribed", after),
        ("last", "sent", BEGIN + 27 * days),
        ("late", "sent", BEGIN + DAYS * days),  # after the days that are compared
        ("future", "sent", BEGIN + 26 * days + timedelta(hours=23)),
    ]

    def persons(before: datetime) -> dict[str, tuple[int, float]]:
        rows = campaign_arms(
            frame("silver.campaigns", {"campaign_id": "letter", "begins_at": BEGIN}),
            frame(
                "silver.campaign_touches",
                *(
                    {"campaign_id": "letter", "touch_id": str(n), "customer_id": who, "kind": kind, "created_at": at}
                    for n, (who, kind, at) in enumerate(touched)
                ),
            ),
            frame(
                "silver.customers",
                *(
                    {"customer_id": who, "created_at": BEGIN - 90 * days}
                    for who in {who for who, *_ in touched} | {"none"}
                ),
            ),
            order_sales(
                frame("silver.orders", {"order_id": "1", "customer_id": "bounced", "ordered_at": after}),
                frame(
                    "silver.order_lines",
                    {
                        "order_id": "1",
                        "line_number": 1,
                        "quantity": Decimal(1),
                        "unit_price": Decimal(9),
                        "amount": Decimal(9),
                    },
                ),
                "EUR",
            ),
            currency="EUR",
            timezone="UTC",
            before=before,
        )
        found = pa.table(rows.toArrow()).select(ARMS.names).cast(ARMS).to_pylist()
        return {row["arm"]: (row["persons"], row["orders_after_total"]) for row in found}

    assert persons(BEGIN + 60 * days) == {"sent": (5, 1), "held_out": (1, 0), "untouched": (2, 0)}
    # last and future were not sent anything yet
    assert persons(BEGIN + 20 * days) == {"sent": (3, 1), "held_out": (1, 0), "untouched": (4, 0)}
