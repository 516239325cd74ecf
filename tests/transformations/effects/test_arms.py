import pandas as pd
import pytest

from transformations.effects.arms import DAYS


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
