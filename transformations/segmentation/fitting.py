"""Value segments: clusters over recency, rate and value of purchases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transformations.segmentation import clustering
from transformations.segmentation.describing import differences, in_words
from transformations.segmentation.naming import named
from transformations.segmentation.rules import Rule, rules
from transformations.segmentation.scoring import FEATURES, SCALED, assign, scaled

FORMAT = 3
"""Version of the parameters' format; raise it when the method changes, so that known data is fitted again."""

_FITTED_ON = 50_000
_DESCRIBED = {"days_since": "recency_days", "frequency": "frequency_count", "monetary": "monetary"}
"""Feature that describes a column."""


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


def columns(persons: pa.Table) -> dict[str, NDArray]:
    """The features of persons by name. Args: persons: from `features`."""
    return {name: persons[name].to_numpy() for name in FEATURES}


def example(persons: pa.Table) -> dict[str, list[float]]:
    """Three made-up persons to show how a model is asked: at the tenth, fiftieth and ninetieth percentile of each feature."""
    return {name: np.quantile(values, [0.1, 0.5, 0.9]).tolist() for name, values in columns(persons).items()}


def fingerprint(persons: pa.Table, settings: Mapping[str, Any]) -> str:
    """Hash of data and settings: equal ones produce an equal model."""
    digest = hashlib.sha256(json.dumps([FORMAT, settings], sort_keys=True, default=list).encode())
    digest.update("\0".join(persons["person_id"].to_pylist()).encode())
    for name in FEATURES:
        digest.update(np.ascontiguousarray(persons[name].to_numpy()).tobytes())
    return digest.hexdigest()


def fit(
    persons: pa.Table,
    numbers_of_segments: Sequence[int],
    seed: int,
    methods: tuple[str, ...] = ("kmeans",),
    min_stability: float = 0.0,
) -> tuple[dict[str, Any], dict[str, float]] | None:
    """Segments by clustering scaled logarithms: the steady clusters of highest silhouette.

    Args: persons: from `features`; of more than 50,000 persons a sample is fitted. methods: of clustering.METHODS.
        min_stability: mean adjusted Rand index with clusters of resampled persons from which clusters are steady.
    Returns: parameters (JSON: means, deviations, segments by descending mean monetary) and metrics; None where the persons
        differ too little for the smallest number of segments.
    """
    values = {name: persons[name].to_numpy() for name in FEATURES}
    logs = scaled(values, np.zeros(len(SCALED)), np.ones(len(SCALED)))
    means, deviations = logs.mean(axis=0), logs.std(axis=0)
    deviations[deviations < 1e-12] = 1.0
    all_points = (logs - means) / deviations
    points = clustering.sample(all_points, _FITTED_ON, seed)
    best = clustering.best(points, methods, sorted(set(numbers_of_segments)), seed, min_stability)
    if best is None:
        return None
    found, stability = best
    parameters = _parameters(values, means, deviations, found) | {"bins": clustering.bins(points)}
    labels = assign(parameters, values)["segment_id"].astype(str)
    sizes = np.unique(labels, return_counts=True)[1]
    metrics = {
        "silhouette": silhouette(persons, parameters, seed),
        "bootstrap_ari": stability,
        "smallest_share": float(sizes.min() / len(labels)) if len(sizes) == len(parameters["segments"]) else 0.0,
        "persons": float(persons.num_rows),
        "segments": float(len(parameters["segments"])),
    }
    separation = clustering.davies_bouldin(clustering.sample(all_points, _FITTED_ON, seed), _of_sample(labels, seed))
    return parameters, metrics | ({} if separation is None else {"davies_bouldin": separation})


def _of_sample(labels: NDArray, seed: int) -> NDArray:
    return clustering.sample(labels, _FITTED_ON, seed)


def against_champion(persons: pa.Table, champion: Mapping[str, Any], candidate: Mapping[str, Any]) -> dict[str, float]:
    """What a candidate changes: drift (PSI of today's features against those the champion was fitted on), and the share of
    persons whose segment becomes another one. Args: parameters of both."""
    values = {name: persons[name].to_numpy() for name in FEATURES}
    found = {}
    if "bins" in champion:
        found["psi"] = clustering.drift(scaled(values, champion["means"], champion["deviations"]), champion["bins"])
    before, after = (assign(its, values)["segment_id"] for its in (champion, candidate))
    return found | {"moved_share": clustering.moved(before, after)}


def silhouette(persons: pa.Table, parameters: Mapping[str, Any], seed: int) -> float:
    """How well a model separates these persons, -1 to 1; -1 where it puts all of them into one segment.

    Of more than 2,000 persons a sample is measured.
    """
    values = {name: persons[name].to_numpy() for name in FEATURES}
    points = scaled(values, parameters["means"], parameters["deviations"])
    return clustering.silhouette(points, assign(parameters, values)["segment_id"].astype(str), seed)


def _parameters(
    values: Mapping[str, NDArray], means: NDArray, deviations: NDArray, found: clustering.Clusters
) -> dict[str, Any]:
    unordered: list[dict[str, Any]] = [
        {"segment_id": str(i), "centre": _rounded(centre)} for i, centre in enumerate(found.centres)
    ]
    if found.variances is not None and found.shares is not None:
        for its, variance, share in zip(unordered, found.variances, found.shares, strict=True):
            its |= {"variance": _rounded(variance), "share": float(f"{share:.9g}")}
    base = {
        "format": FORMAT,
        "method": found.method,
        "features": list(FEATURES),
        "means": _rounded(means),
        "deviations": _rounded(deviations),
    }
    labels = assign(base | {"segments": unordered}, values)["segment_id"]
    worth = {}
    for its in unordered:
        chosen = labels == its["segment_id"]
        worth[its["segment_id"]] = float(values["monetary"][chosen].mean()) if chosen.any() else -1.0
    ordered = sorted(unordered, key=lambda its: (-worth[its["segment_id"]], its["centre"]))
    names = named([its["centre"] for its in ordered])
    segments = [its | name for name, its in zip(names, ordered, strict=True)]
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


def segments(
    persons: pa.Table,
    assigned: Mapping[str, Any],
    parameters: Mapping[str, Any],
    version: str,
    social: Collection[str] = (),
) -> pa.Table:
    """The segments of a model with averages of their members: rows of gold.segments.

    Args: as for `members`; parameters of the model; social: ids of the social customers.
    A segment without members has no averages.
    """
    labels = np.asarray(assigned["segment_id"], dtype=object)
    explained = rules({name: persons[name].to_numpy() for name in FEATURES}, labels.tolist())
    is_social = np.array([its in social for its in persons["person_id"].to_pylist()], dtype=bool)
    known = {name: persons[column].to_numpy() for name, column in _DESCRIBED.items()}
    rows = []
    for its in parameters["segments"]:
        chosen = labels == its["segment_id"]
        averages = {
            f"mean_{name}": float(persons[name].to_numpy()[chosen].mean()) if chosen.any() else None
            for name in _DESCRIBED.values()
        }
        rows.append(
            {
                "segment_id": its["segment_id"],
                "model_version": version,
                "level": 3,
                "name": its["name"],
                "description": f"{its['description']}. {in_words(differences(known, list(known), chosen))}",
                "members_count": int(chosen.sum()),
                "social_members_count": int((chosen & is_social).sum()),
                "criteria": ["buying_behaviour", "volume"],
                "features": list(FEATURES),
            }
            | averages
            | _rule(explained.get(its["segment_id"], Rule()))
        )
    return pa.Table.from_pylist(rows)


def _rule(rule: Rule) -> dict[str, Any]:
    return {"segment_rule": rule.text, "rule_precision_ratio": rule.precision, "rule_recall_ratio": rule.recall}
