"""Short rules that explain segments: a small decision tree that tells who is in which, and how often it is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_DEPTH = 3
_FOLDS = 5
_FITTED_ON = 50_000


@dataclass
class Rule:
    """Of a segment. Attributes: text: conditions on features. precision: share of the persons that it chooses who are in the
    segment. recall: share of the segment's members that it chooses; both on persons that its tree had not seen, None where it
    chooses nobody, or there is nobody."""

    text: str | None = None
    precision: float | None = None
    recall: float | None = None
    leaves: list[tuple[int, str]] = field(default_factory=list)


def rules(features: Mapping[str, NDArray], segments: Sequence[str]) -> dict[str, Rule]:
    """The rule of each segment that has members, by its id.

    Args: features: numbers of persons, by name. segments: the segment of each. Persons come in an order that tells nothing.
    """
    labels = np.asarray(segments, dtype=str)
    found = {name: Rule() for name in np.unique(labels).tolist()}
    if len(found) < 2:
        return found
    points = np.column_stack([np.asarray(its, dtype=np.float64) for its in features.values()])[:_FITTED_ON]
    labels = labels[:_FITTED_ON]
    fold = np.arange(len(labels)) % _FOLDS
    predicted = np.empty(len(labels), dtype=object)
    for held in range(_FOLDS):
        seen = fold != held
        if (~seen).any():
            predicted[~seen] = _tree(points[seen], labels[seen]).predict(points[~seen])
    tree = _tree(points, labels)
    _collect(tree, list(features), found)
    for name, rule in found.items():
        if rule.leaves:
            rule.text = " or ".join(text for _, text in sorted(rule.leaves, key=lambda leaf: (-leaf[0], leaf[1])))
        right = int(((predicted == name) & (labels == name)).sum())
        rule.precision = right / n if (n := int((predicted == name).sum())) else None
        rule.recall = right / n if (n := int((labels == name).sum())) else None
    return found


def _tree(points: NDArray, labels: NDArray):
    from sklearn.tree import DecisionTreeClassifier

    least = max(5, len(labels) // 100)
    return DecisionTreeClassifier(max_depth=_DEPTH, min_samples_leaf=least, random_state=0).fit(points, labels)


def _collect(tree, names: list[str], found: dict[str, Rule]) -> None:
    """Adds each leaf's conditions to the rule of the segment that most of its persons are in."""
    inner = tree.tree_

    def walk(node: int, bounds: dict[str, tuple[float | None, float | None]]) -> None:
        if inner.children_left[node] == -1:
            name = str(tree.classes_[int(inner.value[node][0].argmax())])
            found[name].leaves.append((int(inner.n_node_samples[node]), _text(bounds)))
            return
        name, limit = names[inner.feature[node]], float(f"{inner.threshold[node]:.4g}")
        low, high = bounds.get(name, (None, None))
        walk(inner.children_left[node], bounds | {name: (low, limit)})
        walk(inner.children_right[node], bounds | {name: (limit, high)})

    walk(0, {})


def _text(bounds: Mapping[str, tuple[float | None, float | None]]) -> str:
    """Conditions in words.

    >>> _text({"recency_days": (None, 40.0), "monetary": (99.5, 1000.0)})
    'recency_days up to 40 and monetary above 99.5 up to 1000'
    """
    parts = []
    for name, (low, high) in bounds.items():
        above = "" if low is None else f" above {low:g}"
        parts.append(f"{name}{above}" + ("" if high is None else f" up to {high:g}"))
    return " and ".join(parts) or "everybody"
