from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transformations.indicators.loyalty import ACTIVE_DAYS, loyalty_indicators
from transformations.value.sales import COUNTS, DAILY

START = date(2026, 1, 1)


def _sales(*bought: tuple) -> pa.Table:
    """Rows: customer, day, channel, first and last category."""
    rows = [
        {"day": day, "source": "erp", "customer_id": who, "channel": channel, "currency": "EUR"}
        | dict.fromkeys(COUNTS, 0)
        | {"sale_lines": 1, "category_low": low, "category_high": high}
        for who, day, channel, low, high in bought
    ]
    return pa.Table.from_pylist(rows, DAILY)


@pytest.fixture(scope="module")
def rows(by_group):
    return by_group(
        loyalty_indicators(
            _sales(
                ("ada", date(2026, 1, 5), "shop", "beans", "beans"),
                ("ada", date(2026, 1, 20), "web", "mills", "mills"),
                ("ada", date(2026, 2, 3), "shop", "beans", "beans"),
                ("bob", date(2026, 1, 5), "shop", "beans", "mills"),
                ("cyd", date(2026, 2, 3), None, None, None),
                (None, date(2026, 2, 3), "shop", "beans", "beans"),
            )
        )
    )


def test_who_is_new_and_who_comes_back(rows) -> None:
    def parts(*key: object) -> tuple:
        return rows[key]["numerator"], rows[key]["denominator"]

    assert parts("new_customers", "all", None, "all", "all") == (3, None)
    assert parts("new_customers", "month", "01-01", "all", "all") == (2, None)
    assert parts("new_customers", "month", "02-01", "all", "all") == (1, None)
    assert parts("new_customers", "month", "02-01", "channel", "(none)") == (1, None)
    assert parts("repurchase_ratio", "month", "01-01", "all", "all") == (1, 2)
    assert parts("repurchase_ratio", "month", "02-01", "all", "all") == (1, 2)  # ada came back, cyd is new
    assert rows["new_customers", "all", None, "all", "all"]["coverage_ratio"] == pytest.approx(5 / 6)


def test_two_categories_are_cross_selling(rows) -> None:
    """Ada in two orders, bob in one; of cyd's no category is known."""
    total = rows["cross_sell_ratio", "all", None, "all", "all"]
    assert (total["numerator"], total["denominator"], total["coverage_ratio"]) == (2, 2, pytest.approx(2 / 3))
    february = rows["cross_sell_ratio", "month", "02-01", "all", "all"]
    assert (february["numerator"], february["denominator"]) == (0, 1)
    assert rows["cross_sell_ratio", "all", None, "channel", "(none)"]["missing_reason"] == (
        "no product that was sold has a category"
    )


def test_retention_is_of_the_month_before(rows) -> None:
    retained = {key[2]: row for key, row in rows.items() if key[0] == "retention_ratio"}
    assert set(retained) == {"02-01"}
    assert (retained["02-01"]["numerator"], retained["02-01"]["denominator"]) == (1, 2)
    assert retained["02-01"]["persons_count"] == 2


def test_whoever_pauses_for_90_days_is_lost(by_group) -> None:
    """At the beginning of May three are active; at its end bob's last purchase is 92 days ago."""
    rows = by_group(
        loyalty_indicators(
            _sales(
                ("ada", date(2026, 1, 15), None, None, None),
                ("ada", date(2026, 5, 31), None, None, None),
                ("bob", date(2026, 2, 28), None, None, None),
                ("cyd", date(2026, 3, 3), None, None, None),
                ("dan", date(2026, 4, 3), None, None, None),
            )
        )
    )
    churn = {key[2]: (row["numerator"], row["denominator"]) for key, row in rows.items() if key[0] == "churn_ratio"}
    assert churn == {"05-01": (1, 3)}  # 90 days before April there are no data yet


bought = st.lists(
    st.tuples(
        st.sampled_from("abcde"),
        st.integers(0, 150).map(lambda days: START + timedelta(days=days)),
        st.sampled_from(("shop", "web")),
        st.just("x"),
        st.just("x"),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=15, deadline=None)
@given(bought)
def test_random_purchases_agree_with_pandas(bought) -> None:
    rows = loyalty_indicators(_sales(*bought)).to_pandas()
    frame = pd.DataFrame(bought, columns=["who", "day", "channel", "low", "high"])
    frame["first"] = frame.groupby("who")["day"].transform("min")
    frame["month"] = pd.to_datetime(frame["day"]).dt.to_period("M")
    total = rows[rows["dimension"] == "all"].set_index(["indicator_id", "grain", "period_start"])
    for month, of in frame.groupby("month"):
        key = ("month", month.start_time.date())
        new = frame[(frame["day"] == frame["first"]) & (frame["month"] == month)]["who"].nunique()
        assert total.loc[("new_customers", *key), "numerator"] == new
        back = of[of["day"] > of["first"]]["who"].nunique()
        assert total.loc[("repurchase_ratio", *key), "numerator"] == back
        assert total.loc[("repurchase_ratio", *key), "denominator"] == of["who"].nunique()
        before = set(frame[frame["month"] == month - 1]["who"])
        if before:
            row = total.loc[("retention_ratio", *key)]
            assert (row["numerator"], row["denominator"]) == (len(before & set(of["who"])), len(before))
    last = frame["day"].max()
    for month in pd.period_range(frame["month"].min(), frame["month"].max(), freq="M"):
        start, end = month.start_time.date(), (month + 1).start_time.date()
        window = timedelta(days=ACTIVE_DAYS)
        if frame["day"].min() > start - window or last < end - timedelta(days=1):
            continue
        active = set(frame[(frame["day"] < start) & (frame["day"] >= start - window)]["who"])
        still = set(frame[(frame["day"] < end) & (frame["day"] >= end - window)]["who"])
        if active:
            row = total.loc[("churn_ratio", "month", start)]
            assert (row["numerator"], row["denominator"]) == (len(active - still), len(active))
    for indicator in ("new_customers",):
        of_month = rows[(rows["indicator_id"] == indicator) & (rows["dimension"] == "all") & (rows["grain"] == "month")]
        assert of_month["numerator"].sum() == frame["who"].nunique()  # everybody is new once
