"""Pictures of a segmentation, for the page of its training in MLflow."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from transformations.segmentation import clustering, scoring

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

_SHOWN = 2_000
_COLOURS = ("#2a7f9e", "#c4532d", "#6b8e23", "#8a5fa8", "#d9a441", "#4a5a6a", "#b0567a", "#3f9b82")


def pictures(parameters: Mapping[str, Any], values: Mapping[str, NDArray], seed: int) -> dict[str, bytes]:
    """PNG files by name: profile (mean of each feature by segment), projection (persons along the two directions of most
    variance; of more than 2,000 a sample) and sizes.

    Args: parameters: of the model. values: scoring.FEATURES of persons.
    """
    from matplotlib.figure import Figure  # takes a second, and no window

    points = scoring.scaled(values, parameters["means"], parameters["deviations"])
    labels = scoring.assign(parameters, values)["segment_id"].astype(str)
    names = [segment["segment_id"] for segment in parameters["segments"]]
    drawn = {
        "profile": _profile(Figure(figsize=(6, 0.6 * len(names) + 1.6), layout="constrained"), points, labels, names),
        "projection": _projection(Figure(figsize=(6, 4.5), layout="constrained"), points, labels, names, seed),
        "sizes": _sizes(Figure(figsize=(6, 0.4 * len(names) + 1.2), layout="constrained"), labels, names),
    }
    return {f"{name}.png": _png(figure) for name, figure in drawn.items()}


def _profile(figure: Figure, points: NDArray, labels: NDArray, names: list[str]) -> Figure:
    means = np.array(
        [points[labels == name].mean(axis=0) if (labels == name).any() else np.zeros(points.shape[1]) for name in names]
    )
    axes = figure.subplots()
    reach = max(float(np.abs(means).max()), 1e-9)
    image = axes.imshow(means, cmap="RdBu_r", vmin=-reach, vmax=reach, aspect="auto")
    axes.set_xticks(range(len(scoring.SCALED)), scoring.SCALED)
    axes.set_yticks(range(len(names)), names)
    for (row, column), value in np.ndenumerate(means):
        axes.text(column, row, f"{value:.1f}", ha="center", va="center")
    figure.colorbar(image, label="standard deviations from the mean")
    axes.set_title("Means of the scaled features")
    return figure


def _mean(points: NDArray) -> NDArray:
    return points.mean(axis=0) if len(points) else np.zeros(points.shape[1])


def _projection(figure: Figure, points: NDArray, labels: NDArray, names: list[str], seed: int) -> Figure:
    rows = clustering.sample(np.arange(len(points)), _SHOWN, seed)
    centred = points[rows] - points[rows].mean(axis=0)
    _, strength, directions = np.linalg.svd(centred, full_matrices=False)
    flat = centred @ directions[:2].T
    shares = strength**2 / max(float((strength**2).sum()), 1e-12)
    axes = figure.subplots()
    for place, name in enumerate(names):
        chosen = labels[rows] == name
        axes.scatter(
            flat[chosen, 0], flat[chosen, 1], s=9, alpha=0.6, color=_COLOURS[place % len(_COLOURS)], label=name
        )
    axes.set_xlabel(f"first principal component ({shares[0]:.0%})")
    axes.set_ylabel(f"second principal component ({shares[1]:.0%})")
    axes.legend(fontsize="small")
    axes.set_title("Persons" if len(rows) == len(points) else f"{len(rows):,} of {len(points):,} persons")
    return figure


def _sizes(figure: Figure, labels: NDArray, names: list[str]) -> Figure:
    axes = figure.subplots()
    bars = axes.barh(names, [int((labels == name).sum()) for name in names], color=_COLOURS[0])
    axes.bar_label(bars)
    axes.invert_yaxis()
    axes.set_title("Persons by segment")
    return figure


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110)
    return file.getvalue()
