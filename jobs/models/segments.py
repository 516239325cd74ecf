"""Segments of customers by value."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from jobs.models.tracking import WAS_CHAMPION, Data, Models
from transformations.contracts import contract
from transformations.segmentation import fitting, migration, scoring
from transformations.segmentation.gate import Limits, objections

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.lake.tables import Lake
    from jobs.settings import Settings

MODEL = "segments"
PASSED = "passed"
_TABLES = ("gold.segments", "gold.segment_members", "gold.segment_migration")


def models(root: Path, settings: Settings) -> Models:
    """The registry of the segmentation model."""
    return Models(MODEL, root, settings.base.models.tracking_uri)


@job(
    stage="models",
    group="investigate",
    reads=("gold.customer_value",),
    writes=_TABLES,
    conf=("base.models", "company.currency"),
)
def segments(lake: Lake, run: Run) -> None:
    """Fits value segments, promotes the model if it passes the gate, and assigns persons by the champion."""
    company = run.settings.company
    values = lake.arrow("gold.customer_value", ("person_id", "currency", *scoring.FEATURES))
    persons, foreign = fitting.features(values, company.currency)
    if foreign:
        run.note(
            f"segments: {foreign} persons who bought in another currency, or at prices that are not known, are left out"
        )
    registry = models(lake.root, run.settings)
    table = "gold.customer_value"
    data = Data(table, lake.path(table), lake.version(table), "")
    champion = _champion(registry, persons, data, run)
    if champion is None:
        for name in _TABLES:  # existing tables are kept; missing ones are created empty
            if not lake.exists(name):
                lake.write(name, schema_of(contract(name)).empty_table())
        return
    frame = persons.select(list(scoring.FEATURES)).to_pandas()
    assigned = champion(frame)
    lake.write("gold.segments", fitting.segments(persons, assigned, champion.parameters, champion.number))
    lake.write("gold.segment_members", fitting.members(persons, assigned, champion.number))
    former = registry.former_champion()
    moves = migration.MIGRATION.empty_table()
    if former:
        before = registry.served(former)(frame)["segment_id"].tolist()
        moves = migration.migration(before, assigned["segment_id"].tolist(), former, champion.number)
    lake.write("gold.segment_migration", moves)


def _champion(registry: Models, persons: pa.Table, data: Data, run: Run):
    """The champion, after a new model was fitted where data or settings changed; None while there is no champion."""
    least = run.settings.base.models.segments.min_persons
    if persons.num_rows < least:
        run.note(f"segments: {persons.num_rows} persons with a purchase; a model needs at least {least}")
        return None
    _fit_if_new(registry, persons, data, run)
    number = registry.champion()
    return registry.served(number) if number else None


def _fit_if_new(registry: Models, persons: pa.Table, data: Data, run: Run) -> None:
    settings = run.settings.base.models.segments
    fingerprint = fitting.fingerprint(persons, settings.model_dump())
    for version in registry.versions():
        if version.tags.get("fingerprint") == fingerprint:
            if version.tags.get("gate") == PASSED and WAS_CHAMPION not in version.tags:
                registry.promote(version.number)  # an earlier run ended before its promotion
            return
    fitted = fitting.fit(persons, settings.segments, settings.seed, settings.methods, settings.min_stability)
    if fitted is None:
        run.note("segments: the persons differ too little for any number of segments in conf; none fitted")
        return
    parameters, metrics = fitted
    number = registry.champion()
    champion = registry.served(number).parameters if number else None
    if champion:
        metrics |= fitting.against_champion(persons, champion, parameters)
    against = objections(
        metrics,
        fitting.silhouette(persons, champion, settings.seed) if champion else None,
        Limits(
            settings.min_persons,
            settings.min_silhouette,
            settings.max_silhouette_loss,
            settings.min_stability,
            settings.min_share,
            settings.max_moved_share,
        ),
    )
    number = registry.log(
        parameters,
        Path(scoring.__file__),
        inputs=scoring.FEATURES,
        params={
            "method": parameters["method"],
            "methods": settings.methods,
            "numbers_of_segments": settings.segments,
            "seed": settings.seed,
            "format": fitting.FORMAT,
            "sizes": _sizes(persons, parameters),
        },
        metrics=metrics,
        tags={"fingerprint": fingerprint, "run_id": run.run_id, "gate": "; ".join(against) or PASSED},
        data=replace(data, digest=fingerprint),
    )
    if against:
        run.note(f"segments: version {number} is not promoted: {'; '.join(against)}")
    else:
        registry.promote(number)


def _sizes(persons: pa.Table, parameters: dict[str, Any]) -> dict[str, int]:
    """Members of each segment."""
    assigned = scoring.assign(parameters, {name: persons[name].to_numpy() for name in scoring.FEATURES})
    return dict(sorted(Counter(assigned["segment_id"].tolist()).items()))
