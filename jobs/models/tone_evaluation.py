"""The tone model held against judged texts, beside VADER."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from jobs.models.judged_file import JudgedFile
from transformations.text import tone, tone_model
from transformations.text.tone_model import CLASSES, Correction, Scored

ALL = "all"
UNKNOWN = "unknown"


def evaluated(
    judged: JudgedFile,
    correction: Correction | None = None,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> list[dict[str, Any]]:
    """Figures by language, and over all.

    accuracy and macro_f1 are over all n texts by the most probable class, whether or not it is sure enough to be shown; a
    text that is not scored counts as neutral. labelled: share of texts that get a tone; accuracy_labelled: over those.
    correlation: Pearson's, of the score with the labels where they are numbers.
    """
    model = tone_model.shipped()
    found: list[Scored] = []
    for place, (text, language) in enumerate(zip(judged.texts, judged.languages, strict=True)):
        found.append(model.score(text, language, correction))
        if place % 500 == 0:
            step(place, len(judged.texts))
    baseline = [tone.score(text[: tone_model.features.LONGEST * 4]) for text in judged.texts]
    by_language = sorted({language or UNKNOWN for language in judged.languages})
    names = [ALL] if len(by_language) == 1 and by_language == [UNKNOWN] else [*by_language, ALL]
    languages = np.array([language or UNKNOWN for language in judged.languages])
    rows = []
    for name in names:
        chosen = np.arange(len(languages)) if name == ALL else np.flatnonzero(languages == name)
        rows.append(_figures(name, judged, [found[i] for i in chosen], [baseline[i] for i in chosen], chosen))
    return rows


def _figures(
    name: str, judged: JudgedFile, found: Sequence[Scored], baseline: Sequence[float], chosen: np.ndarray
) -> dict[str, Any]:
    labels = [judged.labels[i] for i in chosen]
    guesses = [most_probable(one) for one in found]
    of_vader = [tone.tone(value) for value in baseline]
    sure = [(label, one.tone) for label, one in zip(labels, found, strict=True) if one.tone]
    row = {
        "language": name,
        "n": len(labels),
        "accuracy": accuracy(labels, guesses),
        "macro_f1": macro_f1(labels, guesses),
        "labelled": len(sure) / len(labels),
        "accuracy_labelled": accuracy([label for label, _ in sure], [guess for _, guess in sure]),
        "vader_accuracy": accuracy(labels, of_vader),
        "vader_macro_f1": macro_f1(labels, of_vader),
    }
    if judged.numbers:
        numbers = [judged.numbers[i] for i in chosen]
        row["correlation"] = correlation([one.score or 0.0 for one in found], numbers)
        row["vader_correlation"] = correlation(baseline, numbers)
    return row


def most_probable(found: Scored) -> str:
    """The most probable class, also where it is not sure enough to be shown; neutral where there is none."""
    return found.likely or "neutral"


def accuracy(labels: Sequence[str], guesses: Sequence[str]) -> float | None:
    """Share of right guesses; None without any."""
    return sum(map(str.__eq__, labels, guesses)) / len(labels) if labels else None


def macro_f1(labels: Sequence[str], guesses: Sequence[str]) -> float | None:
    """Mean of the F1 of the classes that labels or guesses have.

    >>> macro_f1(["positive", "negative"], ["positive", "positive"])
    0.3333333333333333
    """
    pairs = list(zip(labels, guesses, strict=True))
    scores = []
    for name in CLASSES:
        right = sum(label == guess == name for label, guess in pairs)
        said = sum((label == name) + (guess == name) for label, guess in pairs)
        if said:
            scores.append(2 * right / said)
    return sum(scores) / len(scores) if scores else None


def correlation(scores: Sequence[float], numbers: Sequence[float]) -> float | None:
    """Pearson's correlation; None where either does not vary."""
    if len(set(scores)) < 2 or len(set(numbers)) < 2:
        return None
    return float(np.corrcoef(scores, numbers)[0, 1])
