import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import silhouette_score

from transformations.segmentation import fitting, scoring

PLANTED = {  # recency, frequency, monetary around which 40 persons lie
    "champions": (5, 40, 4000),
    "at risk": (150, 12, 1500),
    "promising": (10, 2, 60),
    "dormant": (300, 1, 30),
}


def _planted(seed: int = 1) -> tuple[pa.Table, dict[str, str]]:
    random = np.random.default_rng(seed)
    rows, truth = [], {}
    for name, centre in PLANTED.items():
        for i in range(40):
            person = f"{name[:2]}{i:02d}"
            recency, frequency, monetary = (value * random.uniform(0.85, 1.15) for value in centre)
            rows.append(
                {
                    "person_id": person,
                    "currency": "EUR",
                    "recency_days": recency,
                    "tenure_days": recency + 30,
                    "frequency_count": round(frequency),
                    "monetary": monetary,
                }
            )
            truth[person] = name
    return pa.Table.from_pylist(rows), truth


def _assigned(persons: pa.Table, parameters: dict) -> dict:
    return scoring.assign(parameters, {name: persons[name].to_numpy() for name in scoring.FEATURES})


@pytest.fixture(scope="module")
def fitted() -> tuple[pa.Table, dict, dict]:
    persons, _ = fitting.features(_planted()[0], "EUR")
    parameters, metrics = fitting.fit(persons, (3, 4, 5, 6), 7)
    return persons, parameters, metrics


def test_planted_segments_are_found_and_named(fitted: tuple) -> None:
    persons, parameters, metrics = fitted
    truth = _planted()[1]
    names = {its["segment_id"]: its["name"] for its in parameters["segments"]}
    found = [names[segment] for segment in _assigned(persons, parameters)["segment_id"]]
    assert found == [truth[person] for person in persons["person_id"].to_pylist()]
    assert metrics["segments"] == 4
    assert metrics["persons"] == 160


def test_segments_stand_by_falling_mean_monetary(fitted: tuple) -> None:
    persons, parameters, _ = fitted
    rows = fitting.segments(persons, _assigned(persons, parameters), parameters, "3").to_pylist()
    assert [row["name"] for row in rows] == ["champions", "at risk", "promising", "dormant"]
    assert [row["members_count"] for row in rows] == [40] * 4
    chosen = [i for i, person in enumerate(persons["person_id"].to_pylist()) if person.startswith("ch")]
    assert rows[0]["mean_monetary"] == pytest.approx(persons["monetary"].to_numpy()[chosen].mean())
    assert {row["model_version"] for row in rows} == {"3"}


def test_the_order_of_rows_does_not_matter() -> None:
    table = _planted()[0]
    shuffled = table.take(np.random.default_rng(2).permutation(table.num_rows))
    one, other = (fitting.features(its, "EUR")[0] for its in (table, shuffled))
    assert fitting.fingerprint(one, {"seed": 7}) == fitting.fingerprint(other, {"seed": 7})
    assert fitting.fit(one, (4,), 7) == fitting.fit(other, (4,), 7)


def test_fingerprint_tells_other_data_and_other_settings() -> None:
    persons, _ = fitting.features(_planted()[0], "EUR")
    others, _ = fitting.features(_planted(seed=2)[0], "EUR")
    marks = {
        fitting.fingerprint(persons, {"seed": 7}),
        fitting.fingerprint(persons, {"seed": 8}),
        fitting.fingerprint(others, {"seed": 7}),
    }
    assert len(marks) == 3


def test_silhouette_agrees_with_scikit_learn(fitted: tuple) -> None:
    persons, parameters, metrics = fitted
    points = scoring.scaled(
        {name: persons[name].to_numpy() for name in scoring.FEATURES}, parameters["means"], parameters["deviations"]
    )
    labels = _assigned(persons, parameters)["segment_id"].astype(str)
    assert metrics["silhouette"] == pytest.approx(silhouette_score(points, labels))


def test_persons_who_are_all_alike_give_no_model() -> None:
    alike = pa.table(
        {
            "person_id": [str(i) for i in range(30)],
            "recency_days": [1.0] * 30,
            "frequency_count": [2.0] * 30,
            "tenure_days": [31.0] * 30,
            "monetary": [3.0] * 30,
        }
    )
    assert fitting.fit(alike, (3, 4), 7) is None


def test_one_currency_is_clustered() -> None:
    table = pa.table(
        {
            "person_id": ["b", "a", "c"],
            "currency": ["USD", "EUR", "USD"],
            "recency_days": [1.0, 2.0, 3.0],
            "frequency_count": [1, 1, 1],
            "tenure_days": [1.0, 1.0, 1.0],
            "monetary": [1.0, 1.0, 1.0],
        }
    )
    own, left_out = fitting.features(table, "EUR")
    assert (own["person_id"].to_pylist(), left_out) == (["a"], 2)
    frequent, left_out = fitting.features(table, "GBP")
    assert (frequent["person_id"].to_pylist(), left_out) == (["b", "c"], 1)
