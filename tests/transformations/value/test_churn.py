from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from transformations.value.churn import SERVED, Features, churn, features
from transformations.value.contacts import CONTACTS
from transformations.value.lifetime import Persons

COUNT = 600


def _planted(effect: float) -> tuple[Features, np.ndarray, np.ndarray]:
    """People who stay away because of what they buy, and, the more so the higher the effect, of what they met."""
    random = np.random.default_rng(3)
    habit, trouble = random.normal(size=COUNT), random.normal(size=COUNT)
    p_no_order = 1 / (1 + np.exp(-habit))
    bought = random.random(COUNT) > 1 / (1 + np.exp(-habit - effect * trouble))
    logit = np.log(p_no_order / (1 - p_no_order))
    return Features(logit[:, None], np.column_stack([trouble, np.zeros(COUNT)])), bought, p_no_order


def _measures(found) -> dict[tuple, dict]:
    return {(row["method"], row["measure"]): row for row in found.rows}


def test_contacts_that_matter_are_found() -> None:
    then, bought, p_no_order = _planted(effect=2.0)
    found = churn(then, bought, p_no_order, then, min_persons=50)
    rows = _measures(found)
    assert rows[SERVED, "auc_gained_by_contacts"]["value_low"] > 0.05
    assert rows[SERVED, "auc"]["value_low"] > rows["p_alive", "auc"]["value_high"]
    assert rows["p_alive", "auc"]["value_low"] > rows["naive_base_rate", "auc"]["value"] == 0.5
    assert rows[SERVED, "brier_score"]["value_high"] < rows["naive_base_rate", "brier_score"]["value_low"]
    assert rows[SERVED, "auc"]["is_serving"]
    assert found.risks is not None
    assert np.corrcoef(found.risks, ~bought)[0, 1] > 0.5


def test_contacts_that_do_not_matter_gain_nothing() -> None:
    then, bought, p_no_order = _planted(effect=0.0)
    found = churn(then, bought, p_no_order, then, min_persons=50)
    gain = _measures(found)[SERVED, "auc_gained_by_contacts"]
    assert gain["value_low"] < 0 < gain["value_high"] + 0.01


def test_without_contacts_buying_alone_is_measured() -> None:
    then, bought, p_no_order = _planted(effect=0.0)
    found = churn(Features(then.buying, np.zeros((COUNT, 2))), bought, p_no_order, None, min_persons=50)
    assert {row["method"] for row in found.rows} == {"p_alive", "logistic_buying", "naive_base_rate"}
    assert found.risks is None


@pytest.mark.parametrize("bought", [np.ones(COUNT, dtype=bool), np.zeros(COUNT, dtype=bool), np.arange(COUNT) < 49])
def test_too_few_of_either_kind_are_refused(bought: np.ndarray) -> None:
    then, _, p_no_order = _planted(effect=0.0)
    found = churn(then, bought, p_no_order, then, min_persons=50)
    assert found.risks is None
    assert [row["missing_reason"] for row in found.rows] == [
        "fewer than 50 persons who bought after the cut-off, or who did not"
    ]


def test_features_of_who_never_posted_or_came() -> None:
    known = Persons(*(np.array([3.0, 0.0]) for _ in range(5)), np.array([True, True]))
    contacts = pa.Table.from_pylist(
        [
            {name: 2 if pa.types.is_int64(CONTACTS.field(name).type) else None for name in CONTACTS.names}
            | {"person_id": "a", "until": date(2025, 3, 10), "last_post": date(2025, 3, 7)},
            {"person_id": "b", "until": date(2025, 3, 31), "posts": 9},
        ],
        CONTACTS,
    )
    people = pa.chunked_array([["a", "b"]])
    found = features(known, np.array([0.5, 1.0]), people, contacts, date(2025, 3, 10))
    assert np.isfinite(found.buying).all()
    assert np.expm1(found.contacts[:, 0]).round(6).tolist() == [2, 0]
    assert np.expm1(found.contacts[:, -5:-3]).round(6).tolist() == [[3, 3650], [3650, 3650]]


def test_what_happened_since_the_last_purchase_is_told_from_what_happened_before() -> None:
    ones = np.ones(4)
    known = Persons(ones, 20 * ones, 30 * ones, ones, ones, np.array([True] * 4))  # the last purchase is of 28 February
    known.T[3] += 4000  # nothing was ever heard of d, not even in these years
    days = {"a": date(2025, 3, 5), "b": date(2025, 2, 20), "c": date(2025, 2, 28)}
    contacts = pa.Table.from_pylist(
        [
            {name: 0 for name in CONTACTS.names if pa.types.is_int64(CONTACTS.field(name).type)}
            | {"person_id": person, "until": date(2025, 3, 10), "last_ticket": day, "last_bad_ticket": day}
            for person, day in days.items()
        ],
        CONTACTS,
    )
    found = features(known, 0.5 * ones, pa.chunked_array([[*days, "d"]]), contacts, date(2025, 3, 10))
    # negative post, ticket, bad ticket
    assert found.contacts[:, -3:].tolist() == [[0, 1, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
