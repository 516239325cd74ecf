"""The tone model: three classes from a sentence vector, hashed sequences and signs, in any of the encoder's languages.

A multinomial logistic regression whose weights of vector and signs are the sum of a shared part and one part per language
that it was fitted on. The score is P(positive) - P(negative). It is computed in double precision text by text, and
rounded to four decimals, so that no other text, batch or engine changes it. How it was fitted and what it cannot do:
docs/text.md.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from transformations.text import tone_features as features

PARAMETERS = Path(__file__).with_name("tone_parameters.npz")
CLASSES = ("negative", "neutral", "positive")
LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
"""The fifteen languages of the sentence encoder, and Hindi, which is none of them but was judged."""

# Why a text has no tone.
NO_TEXT, UNKNOWN, NOT_COVERED, NOT_SURE = "no_text", "language_unknown", "language_not_covered", "not_confident"
REASONS = (NO_TEXT, UNKNOWN, NOT_COVERED, NOT_SURE)


def covers(language: str | None) -> bool:
    """Whether the model scores texts in this language."""
    return language in LANGUAGES


def says_something(text: str) -> bool:
    """Whether there is anything to judge: a letter, a digit or a symbol.

    >>> says_something(" \t"), says_something("🙂")
    (False, True)
    """
    return any(unicodedata.category(character)[0] in "LNSP" for character in text[: features.LONGEST])


class Scored(NamedTuple):
    """Tone of a text.

    Attributes:
        score: P(positive) - P(negative), -1 to 1, four decimals; None where the model does not cover the text.
        tone: the most probable class; None where it is not probable enough for the language.
        confidence: probability of the most probable class, four decimals.
        reason: one of REASONS where tone is None, else None.
        likely: the most probable class, sure or not.
    """

    score: float | None
    tone: str | None
    confidence: float | None
    reason: str | None
    likely: str | None = None


@dataclass(frozen=True)
class Model:
    """Parameters of the model.

    Attributes:
        languages: those that it was fitted on, in the order of the parts.
        shared: weights of vector and signs, (VECTOR + signs) x 3.
        parts: weights by language, languages x (VECTOR + signs) x 3.
        intercepts: by language, languages x 3.
        bins: weights of hashed sequences, BINS x 3.
        rarity: weight of each bin before a text's counts are brought to unit length.
        least: language -> confidence from which a text has a tone; "" for the languages that it was not fitted on.
        version: names these parameters and the features.
    """

    languages: tuple[str, ...]
    shared: np.ndarray
    parts: np.ndarray
    intercepts: np.ndarray
    bins: np.ndarray
    rarity: np.ndarray
    least: dict[str, float]
    version: str

    def score(self, text: str, language: str | None, correction: Correction | None = None) -> Scored:
        """Tone of a text as its author wrote it. Args: language: ISO 639-1 code, or None where it is not known."""
        if not says_something(text):
            return Scored(None, None, None, NO_TEXT)
        if language is None:
            return Scored(None, None, None, UNKNOWN)
        if not covers(language):
            return Scored(None, None, None, NOT_COVERED)
        dense, bins, counts = inputs(text, language)
        logits = self.logits(dense, bins, counts, language)
        if correction and language in correction.languages:
            logits = logits + correction.logits(dense, language)
        odds = np.exp(logits - logits.max())
        negative, neutral, positive = (float(round(one, 4)) for one in odds / np.add.reduce(odds))
        confidence = max(negative, neutral, positive)
        name = CLASSES[(negative, neutral, positive).index(confidence)]
        is_sure = confidence >= self.least.get(language, self.least[""])
        score, reason = round(positive - negative, 4), None if is_sure else NOT_SURE
        return Scored(score, name if is_sure else None, confidence, reason, name)

    def logits(self, dense: np.ndarray, bins: np.ndarray, counts: np.ndarray, language: str) -> np.ndarray:
        """Logits of the three classes. Args: as `inputs` returns them."""
        weights = self.shared
        if language in self.languages:
            place = self.languages.index(language)
            weights, intercept = weights + self.parts[place], self.intercepts[place]
        else:
            intercept = np.add.reduce(self.intercepts) / len(self.languages)
        logits = intercept + np.add.reduce(dense[:, None] * weights)
        weighted = counts * self.rarity[bins]
        length = np.sqrt(np.add.reduce(weighted * weighted))
        if length > 0:
            logits = logits + np.add.reduce((weighted / length)[:, None] * self.bins[bins])
        return logits


@dataclass(frozen=True)
class Correction:
    """What a company's own judged posts add to the logits, for the languages in which that was better.

    Attributes:
        languages: those that it is used for.
        weights: of vector and signs, (VECTOR + signs) x 3.
        intercepts: language -> three numbers.
        version: names it.
    """

    languages: tuple[str, ...]
    weights: np.ndarray
    intercepts: dict[str, list[float]]
    version: str

    def logits(self, dense: np.ndarray, language: str) -> np.ndarray:
        return np.array(self.intercepts[language]) + np.add.reduce(dense[:, None] * self.weights)

    @classmethod
    def of(cls, parameters: dict[str, Any], version: str) -> Correction:
        """From parameters as JSON holds them."""
        return cls(
            tuple(parameters["languages"]),
            np.array(parameters["weights"], np.float64),
            {language: list(numbers) for language, numbers in parameters["intercepts"].items()},
            version,
        )


def inputs(text: str, language: str | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the model reads of a text: vector and signs as one row of doubles; bins of sequences; their counts."""
    readable = features.readable(text)
    dense = np.concatenate([features.vector(readable).astype(np.float64), features.signs(text, language)])
    return dense, *features.sequences(readable)


@cache
def shipped() -> Model:
    """The model whose parameters are part of the package, read once per process."""
    return load(PARAMETERS)


def load(path: Path) -> Model:
    """A model from its file."""
    with np.load(path, allow_pickle=False) as held:
        values = {name: held[name] for name in held.files}
    languages = tuple(str(one) for one in values["languages"])
    least = dict(zip((*languages, ""), map(float, values["least"]), strict=True))
    numbers = {name: values[name].astype(np.float64) for name in ("shared", "parts", "intercepts", "bins", "rarity")}
    return Model(languages=languages, least=least, version=version_of(values), **numbers)


def save(path: Path, values: dict[str, np.ndarray]) -> None:
    """Writes parameters; the same parameters give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(values):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(values[name]), allow_pickle=False)
            file.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def version_of(values: dict[str, np.ndarray]) -> str:
    """Names parameters by a hash of what they hold, and of how texts are read."""
    digest = hashlib.sha256(repr((features.VERSION, features.SIGNS, features.BINS)).encode())
    for name in sorted(values):
        digest.update(name.encode() + np.ascontiguousarray(values[name]).tobytes())
    return f"tone {digest.hexdigest()[:12]}"
