"""Which segment a person belongs to. Imports only numpy: this file is logged with every model and serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

FEATURES = ("recency_days", "frequency_count", "monetary", "tenure_days")
SCALED = ("recency", "purchase rate", "monetary")
"""What the features are turned into."""
_MONTH = 30.0


def scaled(values: Mapping[str, Any], means: Any, deviations: Any) -> np.ndarray:
    """Logarithms of recency, of purchase days a month and of monetary value, less their mean, in standard deviations.

    The rate is that of the time from the first purchase to the last one, of a month at least: it tells who buys seldom from
    who is new, and from who bought often and left. Negative values count as 0.
    """
    recency, frequency, monetary, tenure = (
        np.maximum(np.asarray(values[name], dtype=np.float64), 0.0) for name in FEATURES
    )
    months = np.maximum(tenure - recency, _MONTH) / _MONTH
    logs = [np.log1p(recency), np.log1p(frequency / months), np.log1p(monetary)]
    return (np.column_stack(logs) - np.asarray(means)) / np.asarray(deviations)


def assign(parameters: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The nearest segment; where segments have a variance and a share (a Gaussian mixture), the likeliest one.

    Args:
        parameters: means, deviations, and segments, each with segment_id and centre in scaled features.
        values: columns of FEATURES.
    Returns: segment_id, and distance to its centre in scaled features; of equal distances the first in the model's order.
    """
    points = scaled(values, parameters["means"], parameters["deviations"])
    distances = np.column_stack(
        [np.sqrt(((points - np.asarray(segment["centre"])) ** 2).sum(axis=1)) for segment in parameters["segments"]]
    )
    nearest = distances.argmin(axis=1)
    if "variance" in parameters["segments"][0]:
        nearest = np.column_stack([_density(points, segment) for segment in parameters["segments"]]).argmax(axis=1)
    ids = np.array([segment["segment_id"] for segment in parameters["segments"]], dtype=object)
    return {"segment_id": ids[nearest], "distance": distances[np.arange(len(points)), nearest]}


def _density(points: np.ndarray, segment: Mapping[str, Any]) -> np.ndarray:
    """Logarithm of share times density, less what all segments have in common."""
    variance = np.asarray(segment["variance"])
    spread = ((points - np.asarray(segment["centre"])) ** 2 / variance).sum(axis=1)
    return np.log(segment["share"]) - (spread + np.log(variance).sum()) / 2
