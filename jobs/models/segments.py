"""Segments of customers by value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from jobs.models import segment_pictures
from jobs.models.tracking import WAS_CHAMPION, Data, Models
from transformations.contracts import contract
from transformations.segmentation import fitting, migration, scoring
from transformations.segmentation.gate import Limits, objections
from transformations.segmentation.levels import VERSION

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.lake.tables import Lake
    from jobs.settings import Settings

MODEL = "segments"
PASSED = "passed"
_LARGE_DRIFT = 0.25
_OLD_DAYS = 30
_TABLES = ("gold.segments", "gold.segment_members", "gold.segment_migration")
_OF_OTHER_LEVELS = {"characteristics", "criteria", "of_community", "counts", "min_members", "resegment_below"}
_SCOPE = f"model_version <> '{VERSION}'"


def models(root: Path, settings: Settings) -> Models:
    """The registry of the segmentation model."""
    return Models(MODEL, root, settings.base.models.tracking_uri)


@job(
    stage="models",
    group="investigate",
    reads=("gold.customer_value", "gold.social_customers"),
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
    social = lake.arrow("gold.social_customers", ("person_id",), where="is_social_customer")
    social_ids = set(social["person_id"].to_pylist())
    rows = fitting.segments(persons, assigned, champion.parameters, champion.number, social_ids)
    lake.write("gold.segments", rows, scope=_SCOPE)
    lake.write("gold.segment_members", fitting.members(persons, assigned, champion.number), scope=_SCOPE)
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
    fingerprint = fitting.fingerprint(persons, settings.model_dump(exclude=_OF_OTHER_LEVELS))
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
    if champion and champion.get("format") != fitting.FORMAT:
        champion = None  # its distances are those of other features: nothing to compare with
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
        tags={
            "fingerprint": fingerprint,
            "run_id": run.run_id,
            "gate": "; ".join(against) or PASSED,
            "asked_by": "; ".join(_asked_by(registry, metrics, settings.model_dump(exclude=_OF_OTHER_LEVELS), run)),
            "settings": json.dumps(settings.model_dump(exclude=_OF_OTHER_LEVELS), sort_keys=True, default=list),
        },
        data=replace(data, digest=fingerprint),
        example=fitting.example(persons),
        pictures=segment_pictures.pictures(parameters, fitting.columns(persons), settings.seed),
    )
    if against:
        run.note(f"segments: version {number} is not promoted: {'; '.join(against)}")
    else:
        registry.promote(number)


def _asked_by(registry: Models, metrics: Mapping[str, float], settings: Mapping[str, Any], run: Run) -> list[str]:
    """Why a model is trained now: there is none, or settings or data changed, with drift and age of the champion's."""
    champion = next((version for version in registry.versions() if version.is_champion), None)
    if champion is None:
        return ["no champion"]
    found = ["data changed"]
    if champion.tags.get("settings") not in (None, json.dumps(settings, sort_keys=True, default=list)):
        found.append("settings changed")
    if metrics.get("psi", 0.0) > _LARGE_DRIFT:
        found.append(f"drift: PSI {metrics['psi']:.2f}")
    if (days := (run.started_at - champion.created_at).days) >= _OLD_DAYS:
        found.append(f"the champion is {days} days old")
    return found


def _sizes(persons: pa.Table, parameters: dict[str, Any]) -> dict[str, int]:
    """Members of each segment."""
    assigned = scoring.assign(parameters, fitting.columns(persons))
    return dict(sorted(Counter(assigned["segment_id"].tolist()).items()))
