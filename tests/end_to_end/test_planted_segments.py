"""The segmentation on customers whose segments were planted by another process than the model's own: rates and lifetimes."""

import numpy as np
import pandas as pd
import pyarrow as pa

from jobs.settings.base import SegmentSettings
from jobs.simulate import orders, people
from transformations.segmentation import fitting, scoring
from transformations.segmentation.agreement import agreement

DAYS = 365


def _customers(seed: int, size: int) -> tuple[pa.Table, list[str], list[int]]:
    """Customers with a purchase, their planted segments and quintiles of what they spent."""
    buyers = people.customers(seed, size, DAYS)
    sold = orders.orders(seed, buyers, DAYS, None)
    bought = pd.DataFrame({"customer": sold.customer, "day": sold.day, "amount": sold.total / 100})[~sold.is_return]
    of = bought.groupby("customer").agg(
        first=("day", "min"), last=("day", "max"), days=("day", "nunique"), monetary=("amount", "sum")
    )
    persons = pa.table(
        {
            "person_id": [f"{number:05d}" for number in of.index],
            "currency": ["EUR"] * len(of),
            "recency_days": (DAYS - of["last"]).astype(float),
            "frequency_count": of["days"].astype(float),
            "monetary": of["monetary"],
            "tenure_days": (DAYS - of["first"]).astype(float),
        }
    )
    truth = np.take(people.SEGMENTS, buyers.segment[of.index]).tolist()
    quintiles = pd.qcut(of["monetary"].rank(method="first"), 5, labels=False).tolist()
    return persons, truth, quintiles


def test_segments_agree_with_planted_ones_better_than_quintiles_of_spending() -> None:
    table, truth, quintiles = _customers(11, 900)
    persons, _ = fitting.features(table, "EUR")
    of = SegmentSettings()
    fitted = fitting.fit(persons, of.segments, of.seed, of.methods, of.min_stability)
    assert fitted is not None
    found = scoring.assign(fitted[0], fitting.columns(persons))["segment_id"].tolist()
    rows = {(row["method"], row["measure"]): row for row in agreement(truth, {"model": found, "naive": quintiles})}
    print(*(f"{key}: {its['value']:.2f} ({its['value_low']:.2f}-{its['value_high']:.2f})" for key, its in rows.items()))
    assert rows["model", "ari"]["value_low"] > rows["naive", "ari"]["value_high"]
