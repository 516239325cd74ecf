"""Applies a company's correction of the tone model. Imports only numpy: this file is logged with every version and serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

CLASSES = ("negative", "neutral", "positive")


def columns(width: int) -> tuple[str, ...]:
    """Names of the columns of a frame to assign. Args: width: numbers of vector and signs."""
    return (*(f"logit_{name}" for name in CLASSES), "language", *(f"input_{place}" for place in range(width)))


def assign(parameters: Mapping[str, Any], values: Any) -> dict[str, np.ndarray]:
    """Probabilities of the classes.

    Args:
        parameters: languages, weights (inputs x 3), intercepts (language -> three numbers).
        values: frame with the logits of the shipped model, the place of the language in `languages`, and the inputs.
    """
    weights = np.asarray(parameters["weights"], dtype=np.float64)
    intercepts = np.asarray([parameters["intercepts"][name] for name in parameters["languages"]], dtype=np.float64)
    table = np.column_stack([np.asarray(values[name], dtype=np.float64) for name in columns(len(weights))])
    logits = table[:, :3] + intercepts[table[:, 3].astype(int)] + table[:, 4:] @ weights
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = odds / odds.sum(axis=1, keepdims=True)
    return {name: shares[:, place] for place, name in enumerate(CLASSES)}
