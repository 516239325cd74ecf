"""From histories of purchases to what is to be expected, and what is refused."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from transformations.value.contacts import CONTACTS
from transformations.value.estimates import OTHER_CURRENCY, Asked, Estimates, estimates
from transformations.value.lifetime import COLUMNS, Needs
from transformations.value.purchases import HISTORY

AS_OF, CUTOFF = date(2025, 12, 31), date(2025, 10, 1)
NEEDS = Needs(90, 365, 0.1, 50, 20)


def history_of(days: dict[str, list[int]], amounts: dict[str, list[float]] | None = None, **more: object) -> pa.Table:
    """purchases.HISTORY of persons who bought on these days of the year, for 10 each unless amounts say otherwise."""
    rows = []
    for person, its in days.items():
        dates = [date(2025, 1, 1) + timedelta(days=day) for day in its]
        spent = (amounts or {}).get(person, [10.0] * len(its))
        early = [day <= CUTOFF for day in dates]
        rows.append(
            {
                "person_id": person,
                "currency": "EUR",
                "first_day": dates[0],
                "last_day": dates[-1],
                "days_count": len(dates),
                "monetary": _money(spent),
                "repeat_amount": _money(spent[1:]),
                "repeat_priced_days": len(dates) - 1,
                "early_last_day": max(
                    (day for day, is_early in zip(dates, early, strict=True) if is_early), default=None
                ),
                "early_days_count": sum(early),
                "early_monetary": _money([a for a, e in zip(spent, early, strict=True) if e]),
                "early_repeat_amount": _money([a for a, e in zip(spent[1:], early[1:], strict=True) if e]),
                "early_repeat_priced_days": sum(early[1:]),
                "recent_days_count": sum(day > AS_OF - timedelta(days=90) for day in dates),
            }
            | more
        )
    return pa.Table.from_pylist(rows, HISTORY)


def _money(amounts: list[float]) -> Decimal | None:
    return Decimal(str(round(sum(amounts), 2))) if amounts else None


def _customers(count: int = 300, seed: int = 4) -> tuple[dict[str, list[int]], dict[str, list[float]]]:
    """People who buy until they lose interest, some of them at once: each at a pace and for an amount of their own."""
    random = np.random.default_rng(seed)
    days, amounts = {}, {}
    for i in range(count):
        pace, patience, worth = random.choice([12, 30, 60]), random.choice([0, 60, 400]), random.choice([8, 20, 90])
        start = int(random.integers(0, 200))
        times = start + np.cumsum(random.exponential(pace, 60)).astype(int)
        bought = [start, *sorted({int(day) for day in times if start < day < min(start + patience, 365)})]
        days[f"p{i:03d}"] = bought
        amounts[f"p{i:03d}"] = (worth * random.uniform(0.5, 1.5, len(bought))).round(2).tolist()
    return days, amounts


def _estimates(history: pa.Table, model: str = "auto", **needs: float) -> Estimates:
    its = Needs(**(NEEDS.__dict__ | needs))
    return estimates(history, CONTACTS.empty_table(), Asked(AS_OF, CUTOFF, "EUR", model, its, 50))


@pytest.fixture(scope="module")
def found() -> Estimates:
    return _estimates(history_of(*_customers()))


def test_everybody_has_estimates(found: Estimates) -> None:
    frame = found.values.to_pandas()
    assert found.problem == ""
    assert frame["value_missing_reason"].isna().all()
    assert set(frame["value_model"]) == {"mbg_nbd"}
    for name in ("expected_orders", "clv"):
        assert (frame[f"{name}_low"] <= frame[name]).all()
        assert (frame[name] <= frame[f"{name}_high"]).all()
    assert frame["p_alive"].between(0, 1).all()
    once = frame[frame["frequency_count"] == 1]
    assert once["expected_spend"].nunique() == 1  # no history of their own
    assert (once["p_alive"] < 1).all()


def test_who_stopped_and_who_did_not(found: Estimates) -> None:
    days, _ = _customers()
    frame = found.values.to_pandas().set_index("person_id")
    lately = [person for person, its in days.items() if len(its) > 6 and its[-1] > 345]
    long_ago = [person for person, its in days.items() if len(its) > 2 and its[-1] < 200]
    assert len(lately) > 20
    assert len(long_ago) > 20
    assert frame.loc[lately, "p_alive"].min() > frame.loc[long_ago, "p_alive"].max()
    assert frame.loc[lately, "churn_risk"].max() < frame.loc[long_ago, "churn_risk"].min()


def test_forecasts_are_held_against_naive_ones(found: Estimates) -> None:
    rows = {(row["method"], row["measure"]): row for row in found.evaluations.to_pylist()}
    served, naive = rows["mbg_nbd", "rmse_orders"], rows["naive_rate", "rmse_orders"]
    assert served["value_high"] < naive["value_low"]
    assert rows["mbg_nbd", "mse_orders_less_naive"]["value_high"] < 0
    assert rows["mbg_nbd", "rmse_revenue"]["value"] < rows["naive_rate", "rmse_revenue"]["value"]
    assert rows["naive_rate", "mse_orders_less_naive"]["value"] == 0
    assert served["is_serving"]
    assert not naive["is_serving"]
    assert served["persons_count"] == 300
    assert (served["unit"], rows["mbg_nbd", "rmse_revenue"]["unit"]) == ("purchase days", "EUR")
    assert rows["mbg_nbd", "parameter_alpha"]["unit"] == "days"


def test_the_order_of_rows_does_not_matter(found: Estimates) -> None:
    history = history_of(*_customers())
    shuffled = history.take(pa.array(np.random.default_rng(1).permutation(history.num_rows)))
    again = _estimates(shuffled)
    assert again.values.equals(found.values)
    assert again.evaluations.equals(found.evaluations)


def test_bg_nbd_cannot_tell_of_a_single_purchase() -> None:
    frame = _estimates(history_of(*_customers()), model="bg_nbd").values.to_pandas()
    once = frame["frequency_count"] == 1
    assert set(frame["value_model"]) == {"bg_nbd"}
    assert frame.loc[once, "p_alive"].isna().all()
    assert frame.loc[~once, "p_alive"].notna().all()
    assert frame.loc[once, "expected_orders"].notna().all()


def test_new_customers_have_no_growth() -> None:
    days, amounts = _customers()
    days["new"], amounts["new"] = [360], [5.0]
    row = _estimates(history_of(days, amounts)).values.to_pandas().set_index("person_id").loc["new"]
    assert np.isnan(row["growth_potential"])
    assert row["expected_orders"] > 0


def test_amounts_of_another_currency_are_not_estimated() -> None:
    days, amounts = _customers()
    history = history_of(days, amounts)
    dollars = history_of({"zz": [5, 9]}, currency="USD")
    row = _estimates(pa.concat_tables([history, dollars])).values.to_pylist()[-1]
    assert (row["person_id"], row["clv"], row["expected_spend"], row["value_missing_reason"]) == (
        "zz",
        None,
        None,
        OTHER_CURRENCY,
    )
    assert row["expected_orders"] is not None


NOBODY = history_of({})
ONE = history_of({"a": [3, 9]})
ONCE = history_of({f"p{i}": [i] for i in range(60)})
THE_SAME = history_of({f"p{i}": [3, 9] for i in range(60)})


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (NOBODY, "fewer than 50 persons with a purchase"),
        (ONE, "fewer than 50 persons with a purchase"),
        (ONCE, "fewer than 20 persons with a repeat purchase"),
        (THE_SAME, "all persons have the same history of purchases"),
    ],
)
def test_degenerate_data_are_refused_with_a_reason(history: pa.Table, reason: str) -> None:
    found = _estimates(history)
    assert found.problem == reason
    assert set(found.values["value_missing_reason"].to_pylist()) <= {reason}
    assert found.values.num_rows == history.num_rows
    assert not set(COLUMNS) & set(found.values.column_names)
    (row,) = found.evaluations.to_pylist()
    assert (row["method"], row["value"]) == ("none", None)
    assert row["missing_reason"]


def test_equal_amounts_leave_orders_estimated() -> None:
    days, _ = _customers()
    found = _estimates(history_of(days))  # 10 on each day
    assert set(found.values["value_missing_reason"].to_pylist()) == {"all repeat purchases have the same amount"}
    assert found.values["clv"].null_count == 300
    assert found.values["expected_orders"].null_count == 0


def test_nothing_after_the_cut_off() -> None:
    days, amounts = _customers()
    stopped = {person: [day for day in its if day < 270] for person, its in days.items()}
    found = _estimates(history_of(stopped, {person: amounts[person][: len(its)] for person, its in stopped.items()}))
    reasons = {
        row["missing_reason"]
        for row in found.evaluations.to_pylist()
        if row["method"] == "none" and row["model"] == "value"
    }
    assert reasons == {"no purchase in the 91 days after 2025-10-01"}
    assert found.problem == ""
