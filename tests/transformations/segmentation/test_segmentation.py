import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import silhouette_score

from transformations.segmentation import fitting, scoring
from transformations.segmentation.gate import objections
from transformations.segmentation.naming import named

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
            "monetary": [1.0, 1.0, 1.0],
        }
    )
    own, left_out = fitting.features(table, "EUR")
    assert (own["person_id"].to_pylist(), left_out) == (["a"], 2)
    frequent, left_out = fitting.features(table, "GBP")
    assert (frequent["person_id"].to_pylist(), left_out) == (["b", "c"], 1)


def test_names_follow_the_centre() -> None:
    centres = [(-1, 1.5, 1.5), (-0.5, 0.2, 0.2), (-1, -0.5, -0.4), (1, 0.3, 0.1), (1, -1, -1), (0.5, -0.2, -0.4)]
    assert [row["name"] for row in named(centres)] == [
        "champions",
        "loyal",
        "promising",
        "at risk",
        "dormant",
        "dormant 2",
    ]
    assert named(centres)[5]["segment_id"] == "value_dormant_2"


def test_of_two_centres_as_near_the_first_takes_the_person() -> None:
    parameters = {
        "means": [0, 0, 0],
        "deviations": [1, 1, 1],
        "segments": [{"segment_id": "one", "centre": [1, 0, 0]}, {"segment_id": "two", "centre": [-1, 0, 0]}],
    }
    found = scoring.assign(parameters, {"recency_days": [0], "frequency_count": [0], "monetary": [-5]})
    assert (found["segment_id"].tolist(), found["distance"].tolist()) == (["one"], [1.0])


def test_scoring_stands_alone() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(scoring.__file__).parent)!r}); import scoring; "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('jobs', 'transformations', 'sklearn')))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("silhouette", "persons", "champion", "against"),
    [
        (0.4, 100, None, []),
        (0.4, 100, 0.44, []),
        (0.4, 100, 0.46, ["silhouette 0.400, more than 0.05 below the champion's 0.460"]),
        (0.1, 100, None, ["silhouette 0.100, below 0.15"]),
        (0.4, 19, None, ["19 persons, fewer than 20"]),
    ],
)
def test_gate(silhouette: float, persons: int, champion: float | None, against: list[str]) -> None:
    found = objections(
        {"silhouette": silhouette, "persons": persons},
        champion,
        min_silhouette=0.15,
        min_persons=20,
        max_silhouette_loss=0.05,
    )
    assert found == against
