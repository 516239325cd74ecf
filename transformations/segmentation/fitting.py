"""Value segments: k-means over recency, frequency and monetary value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transformations.segmentation.naming import named
from transformations.segmentation.scoring import FEATURES, assign, scaled

FORMAT = 1
"""Version of the parameters' format; raise it when the method changes, so that known data is fitted again."""

_FITTED_ON = 50_000
_SILHOUETTE_OF = 2_000


def features(values: pa.Table, currency: str) -> tuple[pa.Table, int]:
    """Features to cluster: one row per person, in the order of person_id.

    Amounts of different currencies cannot be compared: only persons measured in the company's currency, or else in the
    most frequent one, are clustered; those of unknown monetary value are not.

    Args: values: gold.customer_value.
    Returns: person_id and FEATURES (double), and how many persons are left out.
    """
    counts = {row["values"]: row["counts"] for row in values["currency"].value_counts().to_pylist()}
    chosen = currency if currency in counts else min(counts, key=lambda name: (-counts[name], name), default=currency)
    is_chosen = pa.compute.and_(pa.compute.equal(values["currency"], chosen), pa.compute.is_valid(values["monetary"]))
    kept = values.filter(is_chosen).sort_by("person_id")
    columns = {"person_id": kept["person_id"]} | {name: kept[name].cast(pa.float64()) for name in FEATURES}
    return pa.table(columns), values.num_rows - kept.num_rows


def fingerprint(persons: pa.Table, settings: Mapping[str, Any]) -> str:
    """Hash of data and settings: equal ones produce an equal model."""
    digest = hashlib.sha256(json.dumps([FORMAT, settings], sort_keys=True, default=list).encode())
    digest.update("\0".join(persons["person_id"].to_pylist()).encode())
    for name in FEATURES:
        digest.update(np.ascontiguousarray(persons[name].to_numpy()).tobytes())
    return digest.hexdigest()


def fit(
    persons: pa.Table, numbers_of_segments: Sequence[int], seed: int
) -> tuple[dict[str, Any], dict[str, float]] | None:
    """Segments by k-means on scaled logarithms, with the number of segments of highest silhouette (the smallest of ties).

    Args: persons: from `features`; of more than 50,000 persons a sample is fitted.
    Returns: parameters (JSON: means, deviations, segments by descending mean monetary) and metrics (silhouette,
        persons, segments); None where the persons differ too little for the smallest number of segments.
    """
    from sklearn.cluster import KMeans  # a second to import
    from threadpoolctl import threadpool_limits

    values = {name: persons[name].to_numpy() for name in FEATURES}
    logs = scaled(values, np.zeros(len(FEATURES)), np.ones(len(FEATURES)))
    means, deviations = logs.mean(axis=0), logs.std(axis=0)
    deviations[deviations < 1e-12] = 1.0
    points = _sample((logs - means) / deviations, _FITTED_ON, seed)
    distinct = len(np.unique(points, axis=0))
    best: tuple[float, NDArray[np.float64]] | None = None
    for count in sorted(set(numbers_of_segments)):
        if count < 2 or count > distinct:
            continue
        with threadpool_limits(limits=1):  # sums over several threads differ from run to run
            model = KMeans(count, n_init=10, random_state=seed).fit(points)
        quality = _silhouette(points, model.labels_, seed)
        if best is None or quality > best[0] + 1e-9:
            best = quality, model.cluster_centers_
    if best is None:
        return None
    parameters = _parameters(values, means, deviations, best[1])
    return parameters, {
        "silhouette": silhouette(persons, parameters, seed),
        "persons": float(persons.num_rows),
        "segments": float(len(parameters["segments"])),
    }


def silhouette(persons: pa.Table, parameters: Mapping[str, Any], seed: int) -> float:
    """How well a model separates these persons, -1 to 1; -1 where it puts all of them into one segment.

    Of more than 2,000 persons a sample is measured.
    Source: Rousseeuw 1987.
    """
    values = {name: persons[name].to_numpy() for name in FEATURES}
    points = scaled(values, parameters["means"], parameters["deviations"])
    return _silhouette(points, assign(parameters, values)["segment_id"].astype(str), seed)


def _silhouette(points: NDArray[np.float64], labels: NDArray, seed: int) -> float:
    from sklearn.metrics import silhouette_score

    rows = _sample(np.arange(len(points)), _SILHOUETTE_OF, seed)
    labels = labels[rows]
    if not 2 <= len(np.unique(labels)) < len(labels):
        return -1.0
    return float(silhouette_score(points[rows], labels))


def _sample(rows: NDArray, size: int, seed: int) -> NDArray:
    if len(rows) <= size:
        return rows
    return rows[np.sort(np.random.default_rng(seed).choice(len(rows), size, replace=False))]


def _parameters(
    values: Mapping[str, NDArray], means: NDArray, deviations: NDArray, centres: NDArray[np.float64]
) -> dict[str, Any]:
    unordered: list[dict[str, Any]] = [
        {"segment_id": str(i), "centre": _rounded(centre)} for i, centre in enumerate(centres)
    ]
    base = {"format": FORMAT, "features": list(FEATURES), "means": _rounded(means), "deviations": _rounded(deviations)}
    labels = assign(base | {"segments": unordered}, values)["segment_id"]
    worth = {its["segment_id"]: float(values["monetary"][labels == its["segment_id"]].mean()) for its in unordered}
    ordered = sorted(unordered, key=lambda its: (-worth[its["segment_id"]], its["centre"]))
    names = named([its["centre"] for its in ordered])
    segments = [name | {"centre": its["centre"]} for name, its in zip(names, ordered, strict=True)]
    return base | {"segments": segments}


def _rounded(numbers: NDArray[np.float64]) -> list[float]:
    return [float(f"{number:.9g}") for number in numbers]


def members(persons: pa.Table, assigned: Mapping[str, Any], version: str) -> pa.Table:
    """Members of the segments: rows of gold.segment_members.

    Args: persons: from `features`. assigned: segment_id and distance of each, in their order.
    """
    return pa.table(
        {
            "person_id": persons["person_id"],
            "model_version": pa.array([version] * persons.num_rows, pa.string()),
            "segment_id": pa.array(assigned["segment_id"], pa.string()),
            "level": pa.array([3] * persons.num_rows, pa.int32()),
            "distance": pa.array(assigned["distance"], pa.float64()),
        }
    )


def segments(persons: pa.Table, assigned: Mapping[str, Any], parameters: Mapping[str, Any], version: str) -> pa.Table:
    """The segments of a model with averages of their members: rows of gold.segments.

    Args: as for `members`; parameters of the model. A segment without members has no averages.
    """
    labels = np.asarray(assigned["segment_id"], dtype=object)
    rows = []
    for its in parameters["segments"]:
        chosen = labels == its["segment_id"]
        averages = {
            f"mean_{name}": float(persons[name].to_numpy()[chosen].mean()) if chosen.any() else None
            for name in FEATURES
        }
        rows.append(
            {
                "segment_id": its["segment_id"],
                "model_version": version,
                "level": 3,
                "name": its["name"],
                "description": its["description"],
                "members_count": int(chosen.sum()),
            }
            | averages
        )
    return pa.Table.from_pylist(rows)
