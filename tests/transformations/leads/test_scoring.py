from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from transformations.leads.features import BEST, COUNTS, FEATURES, TOPICS
from transformations.leads.scoring import scored

AS_OF, HORIZON = date(2025, 6, 30), 30
CUTS = [AS_OF - timedelta(days=HORIZON * steps) for steps in (2, 1, 0)]


def _people(count: int, seed: int, is_foretold: bool) -> pa.Table:
    """People of whom a tenth buys after a day, more of those who turned to the company where that foretells it."""
    draw = np.random.default_rng(seed)
    rows = []
    for until in CUTS:
        for number in range(count):
            contacts = int(draw.poisson(1.0))
            chance = 1 / (1 + np.exp(3.2 - 1.2 * contacts)) if is_foretold else 0.1
            row = dict.fromkeys(COUNTS, 1) | {"to_company": contacts, "recent_to_company": contacts}
            became = until + timedelta(days=int(draw.integers(1, 31))) if draw.random() < chance else None
            rows.append(row | {"person_id": f"p{number:04}", "until": until, "last_act": until, "became_on": became})
    return pa.Table.from_pylist(rows, FEATURES)


def _scored(features: pa.Table, topics: pa.Table | None = None, least: int = 20):
    topics = TOPICS.empty_table() if topics is None else topics
    return scored(features, topics, as_of=AS_OF, horizon_days=HORIZON, min_converted=least)


@pytest.fixture(scope="module")
def found():
    return _scored(_people(1_500, 1, is_foretold=True))


def test_what_foretold_customers_before_ranks_leads_now(found) -> None:
    values = {(row["method"], row["measure"]): row for row in found.evaluations}
    assert values["logistic", "lift_in_top_decile"]["value"] > 2
    assert (
        values["logistic", "lift_in_top_decile"]["value_low"]
        > values["naive_base_rate", "lift_in_top_decile"]["value"]
        == 1
    )
    assert values["logistic", "auc"]["value_low"] > 0.6
    assert values["logistic", "brier_score"]["value"] < values["naive_base_rate", "brier_score"]["value"]
    assert values["logistic", "calibration_error"]["value"] < 0.05
    assert {row["persons_count"] for row in found.evaluations} == {1_500}
    assert {row["model"] for row in found.evaluations} == {"leads"}
    assert {row["method"] for row in found.evaluations if row["is_serving"]} == {"logistic"}
    assert found.problem == ""


def test_scores_are_probabilities_with_reasons(found) -> None:
    rows = found.scores.to_pylist()
    assert [row["lead_score"] for row in rows] == sorted((row["lead_score"] for row in rows), reverse=True)
    assert all(row["lead_score"] == row["conversion_probability"] for row in rows)
    assert 0.05 < np.mean([row["lead_score"] for row in rows]) < 0.2
    assert rows[0]["score_reasons"]
    assert set(rows[0]["score_reasons"]) <= {"to_company", "recent_to_company"}
    assert rows[-1]["score_reasons"] == []


def test_where_nothing_foretells_it_rules_serve() -> None:
    found = _scored(_people(400, 3, is_foretold=False))
    serving = {row["method"] for row in found.evaluations if row["is_serving"]}
    assert (found.scores["lead_model"][0].as_py() == "rules") == (serving == {"rules"}) == bool(found.problem)


def test_with_few_customers_the_score_is_by_rules() -> None:
    before = {"until": CUTS[0], "last_act": CUTS[0], "became_on": CUTS[1]}
    now = {"until": AS_OF, "last_act": AS_OF, "became_on": None}
    keen = {"purchase_intents": 1, "recent_to_company": 3, "customers_met": 5, "relevant_posts": 5, "recent_acts": 10}
    rows = [
        dict.fromkeys(COUNTS, 0) | {"person_id": "old"} | before,
        dict.fromkeys(COUNTS, 0) | {"person_id": "quiet"} | now,
        dict.fromkeys(COUNTS, 0) | {"person_id": "keen"} | keen | now,
    ]
    topics = [
        {"person_id": person, "until": AS_OF, "subject": subject, "acts": acts}
        for person, subject, acts in ((BEST, "milk", 3), (BEST, "tea", 4), ("quiet", "tea", 2))
    ]
    found = _scored(pa.Table.from_pylist(rows, FEATURES), pa.Table.from_pylist(topics, TOPICS))
    keen, quiet = found.scores.to_pylist()
    assert (keen["person_id"], keen["lead_score"], keen["conversion_probability"]) == ("keen", 5 / 6, None)
    assert keen["score_reasons"] == ["customers_met", "purchase_intents", "recent_acts"]
    assert quiet["fit"] == pytest.approx(0.8)  # the cosine of (0, 2) and (3, 4)
    assert (quiet["lead_score"], quiet["score_reasons"]) == (pytest.approx(0.8 / 6), ["fit"])
    assert found.problem.startswith("fewer than 20 persons became customers in 30 days")
    assert [row["method"] for row in found.evaluations] == ["none"]


def test_without_leads_there_are_no_rows() -> None:
    assert _scored(FEATURES.empty_table()).scores.num_rows == 0
