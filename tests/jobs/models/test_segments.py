import logging
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from jobs.errors import ConfError, ScrmError
from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.models import versions as registry
from jobs.models.segments import models, segments
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings, ModelSettings, SegmentSettings
from jobs.settings.company import Company
from transformations.contracts import contract

NOW = datetime(2025, 3, 1, tzinfo=UTC)
GROUPS = {"good": (5, 40, 4000), "lost": (150, 12, 1500), "new": (10, 2, 60), "gone": (300, 1, 30)}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake that starts no JVM: segments need none."""

    def no_spark():
        raise AssertionError("segments started Spark")

    return Lake(tmp_path / "lake", no_spark, "run-1")


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def run(tmp_path: Path, notes: list[str]) -> Run:
    base = Base(lake=LakeSettings(root=tmp_path / "lake"))
    settings = Settings(folder=tmp_path, base=base, company=Company(name="Acme"), sources=())
    return Run("r1", NOW, settings, NOW, note=notes.append)


def _with(run: Run, **conf: object) -> Run:
    base = run.settings.base.model_copy(update={"models": ModelSettings(segments=SegmentSettings(**conf))})
    return replace(run, settings=run.settings.model_copy(update={"base": base}))


def _values(lake: Lake, seed: int, *, each: int = 20, spread: float = 0.15) -> None:
    random = np.random.default_rng(seed)
    rows = []
    for name, centre in GROUPS.items():
        for i in range(each):
            recency, frequency, monetary = (value * random.uniform(1 - spread, 1 + spread) for value in centre)
            rows.append(
                {
                    "person_id": f"{name}{i:02d}",
                    "as_of_date": date(2025, 3, 1),
                    "currency": "EUR",
                    "recency_days": float(round(recency)),
                    "tenure_days": float(round(recency)) + 30,
                    "frequency_count": max(1, round(frequency)),
                    "monetary": Decimal(str(round(monetary, 2))),
                }
            )
    name = "gold.customer_value"
    lake.write(name, pa.Table.from_pylist(rows, arrow.schema_of(contract(name))))


def _members(lake: Lake) -> dict[str, tuple[str, str]]:
    rows = lake.rows("gold.segment_members")
    return {row["person_id"]: (row["segment_id"], row["model_version"]) for row in rows}


def test_a_model_from_its_birth_to_its_successor(lake: Lake, run: Run, capfd: pytest.CaptureFixture) -> None:
    """One story, since each use of the registry costs seconds."""
    _values(lake, 1)
    segments(lake, run)
    first = _members(lake)
    expected = {"good": "value_champions", "lost": "value_at_risk", "new": "value_promising", "gone": "value_dormant"}
    assert {person[:-2]: its for person, its in first.items()} == {name: (its, "1") for name, its in expected.items()}
    rows = {row["segment_id"]: row for row in lake.rows("gold.segments")}
    assert {row["members_count"] for row in rows.values()} == {20}
    assert {row["level"] for row in rows.values()} == {3}

    # the same data: no new version, nothing written
    versions = [lake.version(name) for name in ("gold.segments", "gold.segment_members")]
    segments(lake, run)
    assert [row["version"] for row in registry.list_models(lake, run.settings)] == ["1"]
    assert [lake.version(name) for name in ("gold.segments", "gold.segment_members")] == versions

    # other data: a new version, which passes the gate
    _values(lake, 2)
    segments(lake, run)
    assert {version for _, version in _members(lake).values()} == {"2"}
    listed = {row["version"]: row for row in registry.list_models(lake, run.settings)}
    assert [(listed[n]["champion"], listed[n]["gate"]) for n in ("1", "2")] == [(False, "passed"), (True, "passed")]
    assert (listed["2"]["segments"], listed["2"]["persons"]) == (4, 80)
    moves = {(row["from_segment_id"], row["to_segment_id"]): row for row in lake.rows("gold.segment_migration")}
    assert {one: other for one, other in moves} == {its: its for its in expected.values()}
    assert {row["members_count"] for row in moves.values()} == {20}
    assert rows["value_dormant"]["segment_rule"]

    # back to the first, by hand; the job scores by it and does not undo it
    progress = {"job": "segments", "input": "gold.customer_value", "run_id": "r1", "done_batch_id": ""}
    lake.upsert("ops.progress", [progress])
    registry.rollback(lake, run.settings)
    assert lake.rows("ops.progress") == []
    segments(lake, run)
    assert {version for _, version in _members(lake).values()} == {"1"}
    with pytest.raises(ScrmError, match="no previous champion"):
        registry.rollback(lake, run.settings)
    with pytest.raises(ScrmError, match="no version 9; existing versions: 1, 2"):
        registry.promote(lake, run.settings, "9")
    assert [row["champion"] for row in registry.promote(lake, run.settings, "2")] == [True, False]
    measures = {row["measure"]: row for row in registry.compare(lake, run.settings)}
    assert measures["persons"] == {"measure": "persons", "version 1": 80.0, "version 2": 80.0}
    assert measures["seed"]["version 1"] == "7"
    assert measures["bootstrap_ari"]["version 2"] == measures["bootstrap_ari"]["version 1"] == 1.0
    assert (measures["psi"]["version 1"], measures["moved_share"]["version 2"]) == (None, 0.0)
    assert measures["method"]["version 1"] == '"kmeans"'
    asked = {its.number: its.tags["asked_by"] for its in models(lake.root, run.settings).versions()}
    assert asked["1"] == "no champion"
    assert asked["2"].startswith("data changed; drift: PSI ")
    with pytest.raises(ConfError, match="no version 9"):
        registry.compare(lake, run.settings, ["9"])

    # what is kept is code and JSON, never a pickle, and it scores like the job
    files = {path.name for path in (lake.root / "mlartifacts").rglob("*") if path.is_file()}
    assert {"served.py", "scoring.py", "parameters.json", "MLmodel", "requirements.txt", "input_example.json"} <= files
    pictures = {path.name: path.read_bytes()[:4] for path in (lake.root / "mlartifacts").rglob("*.png")}
    assert pictures == dict.fromkeys(["profile.png", "projection.png", "sizes.png"], b"\x89PNG")
    assert not [name for name in files if name.endswith((".pkl", ".pickle", ".joblib"))]
    import mlflow
    import pandas as pd

    served = mlflow.pyfunc.load_model("models:/segments@champion")
    used = mlflow.MlflowClient().get_run(mlflow.MlflowClient().get_model_version("segments", "1").run_id).inputs
    assert [(its.dataset.name, its.dataset.source_type) for its in used.dataset_inputs] == [
        ("gold.customer_value", "delta_dataset_source")
    ]
    frame = pd.DataFrame(
        {
            "recency_days": [5.0, 300.0],
            "frequency_count": [40.0, 1.0],
            "monetary": [4000.0, 30.0],
            "tenure_days": [35.0, 330.0],
        }
    )
    assert served.predict(frame)["segment_id"].tolist() == ["value_champions", "value_dormant"]

    shown = capfd.readouterr()
    assert (shown.out, shown.err) == ("", "")
    assert logging.getLogger("alembic").level == logging.ERROR


def test_a_model_that_is_not_good_enough_is_kept_but_not_used(lake: Lake, run: Run, notes: list[str]) -> None:
    _values(lake, 1)
    segments(lake, _with(run, min_silhouette=0.99))
    assert lake.rows("gold.segment_members") == []
    assert models(lake.root, run.settings).champion() is None
    assert [note.split(":")[:2] for note in notes] == [["segments", " version 1 is not promoted"]]

    # a good one first, then one that loses too much against it on the new data
    segments(lake, run)
    assert {version for _, version in _members(lake).values()} == {"2"}
    _values(lake, 1, each=19)
    segments(lake, _with(run, segments=(12,), max_silhouette_loss=0.05, min_silhouette=-1))
    assert {version for _, version in _members(lake).values()} == {"2"}
    assert "below the champion's" in notes[-1]


def test_too_few_persons_are_noted_and_nothing_is_written(lake: Lake, run: Run, notes: list[str]) -> None:
    _values(lake, 1, each=4)
    segments(lake, run)
    assert notes == ["segments: 16 persons with a purchase; a model needs at least 20"]
    assert lake.rows("gold.segments") == lake.rows("gold.segment_members") == []
    assert not (lake.root / "mlflow.db").exists()


def test_a_run_that_ended_before_promoting_is_made_good(lake: Lake, run: Run, monkeypatch) -> None:
    from jobs.models.tracking import Models

    _values(lake, 1)
    with monkeypatch.context() as patch:
        patch.setattr(Models, "promote", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            segments(lake, run)
    segments(lake, run)
    assert {version for _, version in _members(lake).values()} == {"1"}


def test_degenerate_trainings_are_refused_and_the_champion_goes_on_serving(
    lake: Lake, run: Run, notes: list[str]
) -> None:
    _values(lake, 1)
    segments(lake, run)
    refused = "the persons differ too little for any number of segments in conf; none fitted"
    for persons, reason in (
        ([(10.0, 3, 50)] * 40, refused),
        ([(10.0, 3, 50)], "1 persons with a purchase; a model needs at least 20"),
        ([], "0 persons with a purchase; a model needs at least 20"),
    ):
        _write_persons(lake, persons)
        notes.clear()
        segments(lake, run)
        assert notes == [f"segments: {reason}"]
        assert models(lake.root, run.settings).champion() == "1"
    assert {version for _, version in _members(lake).values()} == {"1"}
    # a constant feature is no reason to refuse: the others tell persons apart
    _write_persons(lake, [(float(n % 4 * 100), 1, 10 + n % 2 * 5000) for n in range(40)])
    segments(lake, _with(run, max_moved_share=1))
    assert [version.number for version in models(lake.root, run.settings).versions()] == ["2", "1"]


def _write_persons(lake: Lake, persons: list[tuple[float, int, int]]) -> None:
    rows = [
        {
            "person_id": f"p{n:02d}",
            "as_of_date": date(2025, 3, 2),
            "currency": "EUR",
            "recency_days": recency,
            "tenure_days": 300.0,
            "frequency_count": frequency,
            "monetary": Decimal(monetary),
        }
        for n, (recency, frequency, monetary) in enumerate(persons)
    ]
    lake.write("gold.customer_value", pa.Table.from_pylist(rows, arrow.schema_of(contract("gold.customer_value"))))
