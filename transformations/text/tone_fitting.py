"""Fits the tone model to judged texts, and a company's correction of it.

Targets are distributions over the three classes: a class is smoothed (judges err), a rating r between -1 and 1 is
|r| of its side and the rest neutral. The fit is deterministic: one thread, no random numbers, weights kept in half precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from transformations.text import tone_features as features
from transformations.text.tone_model import CLASSES, Correction, Model, inputs

SMOOTHING = 0.1  # of a class, spread over all three
STRONG_RATING = 2.5  # of VADER's scale of -4 to 4: from here on a text is wholly negative or positive
RATED_WEIGHT = 0.3  # of a rated snippet beside a judged post
VECTOR_SCALE = 3.0  # brings the numbers of a vector, about 1/23, near those of the signs
SEQUENCE_SCALE = 1.5
PART_SCALE = 0.5  # the smaller, the more languages share
PENALTY = 2.0
STEPS = 120
CORRECTION_PENALTY = 2.0  # a company judges hundreds of posts, and the correction begins at none
SURE_ENOUGH = {"hi": 0.6}  # where the model is hardly better than chance
SURE = 0.4
SURE_UNJUDGED = 0.5  # for languages without judged posts


class Judged(NamedTuple):
    """A judged text.

    Attributes:
        text: as its author wrote it.
        language: ISO 639-1 code.
        target: shares of the three classes.
        weight: beside other texts.
        origin: texts of one origin share a tendency of their judges, which the model leaves out; "" for none.
    """

    text: str
    language: str
    target: tuple[float, float, float]
    weight: float = 1.0
    origin: str = ""


@dataclass(frozen=True)
class Read:
    """Judged texts as the model reads them: row by row dense inputs, and sequences as a sparse matrix (scipy's csr)."""

    dense: np.ndarray
    sequences: Any
    languages: np.ndarray

    def chosen(self, rows: np.ndarray) -> Read:
        return Read(self.dense[rows], self.sequences[rows], self.languages[rows])


def of_class(name: str, smoothing: float = SMOOTHING) -> tuple[float, float, float]:
    """The target of a judged class."""
    rest = smoothing / len(CLASSES)
    one, two, three = (rest + (1 - smoothing) * (name == each) for each in CLASSES)
    return one, two, three


def of_rating(rating: float) -> tuple[float, float, float]:
    """The target of a rating from -1 (negative) to 1 (positive).

    >>> of_rating(0.25), of_rating(-2)
    ((0.0, 0.75, 0.25), (1.0, 0.0, 0.0))
    """
    within = max(-1.0, min(1.0, rating))
    return max(-within, 0.0), 1 - abs(within), max(within, 0.0)


def read(texts: Sequence[tuple[str, str]]) -> Read:
    """Reads texts, a pair of text and language each: about 400 a second."""
    from scipy import sparse

    rows = [inputs(text, language) for text, language in texts]
    ends = np.cumsum([0, *(len(bins) for _, bins, _ in rows)])
    counts = np.concatenate([np.zeros(0), *(counts for _, _, counts in rows)])
    bins = np.concatenate([np.zeros(0, np.int64), *(bins for _, bins, _ in rows)])
    return Read(
        np.array([dense for dense, _, _ in rows]).reshape(len(rows), features.VECTOR + len(features.SIGNS)),
        sparse.csr_matrix((counts, bins, ends), shape=(len(rows), features.BINS)),
        np.array([language for _, language in texts]),
    )


def fit(judged: Sequence[Judged], texts: Read) -> dict[str, np.ndarray]:
    """Parameters of the model, as `tone_model.save` writes them. Args: texts: `read` of the judged texts."""
    from scipy import sparse
    from threadpoolctl import threadpool_limits

    languages = sorted({one.language for one in judged})
    origins = sorted({one.origin for one in judged} - {""})
    rarity = _rarity(texts.sequences)
    weighted = texts.sequences @ sparse.diags(rarity)
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted = (sparse.diags(SEQUENCE_SCALE / np.maximum(length, 1e-9)) @ weighted).astype(np.float32).tocsr()
    tendencies = np.array(
        [[one.language == each for each in languages] + [one.origin == each for each in origins] for one in judged]
    )
    scales = _scales()
    dense = np.hstack([texts.dense * scales, tendencies]).astype(np.float32)
    with threadpool_limits(1):
        shared, parts, bins = _minimised(
            dense, weighted, [np.flatnonzero(texts.languages == each) for each in languages], judged
        )
    width = len(scales)
    biases = shared[width : width + len(languages)] + PART_SCALE * np.array(
        [part[width + place] for place, part in enumerate(parts)]
    )
    least = [*(SURE_ENOUGH.get(each, SURE) for each in languages), SURE_UNJUDGED]
    return {
        "languages": np.array(languages),
        "least": np.array(least),
        "shared": (shared[:width] * scales[:, None]).astype(np.float16),
        "parts": (PART_SCALE * parts[:, :width] * scales[None, :, None]).astype(np.float16),
        "intercepts": biases.astype(np.float16),
        "bins": (bins * SEQUENCE_SCALE).astype(np.float16),
        "rarity": rarity.astype(np.float16),
    }


def _scales() -> np.ndarray:
    return np.repeat([VECTOR_SCALE, 1.0], [features.VECTOR, len(features.SIGNS)])


def _rarity(sequences: Any) -> np.ndarray:
    """Logarithm of the inverse share of texts that have a bin."""
    texts = np.bincount(sequences.indices, minlength=sequences.shape[1])
    return np.log((1 + sequences.shape[0]) / (1 + texts))


def _minimised(
    dense: np.ndarray, sequences: Any, groups: list[np.ndarray], judged: Sequence[Judged]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights with the smallest cross-entropy and penalty: shared, by group of rows, and of the sequences."""
    from scipy.optimize import minimize

    classes, width, bins = len(CLASSES), dense.shape[1], sequences.shape[1]
    target = np.array([one.target for one in judged], np.float32)
    weight = np.array([[one.weight] for one in judged], np.float32)
    transposed = sequences.T.tocsr()
    rows_of = [dense[group] for group in groups]
    ends = np.cumsum([width * classes, len(groups) * width * classes])

    def split(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        shared, parts, rest = np.split(flat, ends)
        return shared.reshape(width, classes), parts.reshape(len(groups), width, classes), rest.reshape(bins, classes)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        shared, parts, rest = split(flat.astype(np.float32))
        logits = dense @ shared + sequences @ rest
        for group, rows, part in zip(groups, rows_of, parts, strict=True):
            logits[group] += PART_SCALE * (rows @ part)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        found = odds / odds.sum(axis=1, keepdims=True)
        slope = weight * (found - target)
        of_parts = [PART_SCALE * (rows.T @ slope[group]) for group, rows in zip(groups, rows_of, strict=True)]
        gradient = np.concatenate([each.ravel() for each in (dense.T @ slope, *of_parts, transposed @ slope)])
        entropy = -float((weight * target * np.log(found + 1e-12)).sum(dtype=np.float64))
        return entropy + PENALTY / 2 * float(flat @ flat), gradient.astype(np.float64) + PENALTY * flat

    begin = np.zeros((width * (1 + len(groups)) + bins) * classes)
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return split(found.x)


def logits(model: Model, texts: Read, correction: Correction | None = None) -> np.ndarray:
    """Logits of the model, rows x 3, corrected in the languages of the correction."""
    found = []
    for place, (dense, language) in enumerate(zip(texts.dense, texts.languages.tolist(), strict=True)):
        begin, end = texts.sequences.indptr[place : place + 2]
        bins, counts = texts.sequences.indices[begin:end], texts.sequences.data[begin:end]
        row = model.logits(dense, bins, counts, language)
        found.append(
            row + correction.logits(dense, language) if correction and language in correction.languages else row
        )
    return np.array(found).reshape(len(found), len(CLASSES))


def fit_correction(texts: Read, base: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
    """What is added to a model's logits to meet judged posts better, as JSON holds it.

    Args: texts: `read` of the posts. base: logits of the model, rows x 3. targets: rows x 3.
    Returns: weights (of vector and signs x 3), intercepts (language -> three numbers).
    """
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    languages = sorted(set(texts.languages.tolist()))
    scales = _scales()
    given = np.hstack([texts.dense * scales, texts.languages[:, None] == np.array(languages)[None, :]])
    shape = (given.shape[1], len(CLASSES))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape)
        found = base + given @ weights
        odds = np.exp(found - found.max(axis=1, keepdims=True))
        shares = odds / odds.sum(axis=1, keepdims=True)
        entropy = -float((targets * np.log(shares + 1e-12)).sum())
        slope = given.T @ (shares - targets) + CORRECTION_PENALTY * weights
        return entropy + CORRECTION_PENALTY / 2 * float(flat @ flat), slope.ravel()

    with threadpool_limits(1):
        found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    weights = found.x.reshape(shape)
    rounded = np.round(weights[: len(scales)] * scales[:, None], 6)
    intercepts = np.round(weights[len(scales) :], 6).tolist()
    return {"weights": rounded.tolist(), "intercepts": dict(zip(languages, intercepts, strict=True))}
