"""Tone of a post by the VADER lexicon, which covers English only."""

from __future__ import annotations

from functools import lru_cache

from transformations.text import vader
from transformations.text.words import plain, without_addresses

NEUTRAL = 0.05
"""Below this absolute value a score is neutral: the bounds that VADER's authors recommend."""


@lru_cache(maxsize=65_536)
def score(text: str) -> float:
    """Score of an English text, -1 to 1, four decimals; results are cached for texts that recur.

    The lexicon is plain: ’ and ' mean the same, and addresses are no words.
    """
    return vader.compound(plain(without_addresses(text)))


def tone_of(
    text: str, language: str | None, confidence: float | None, threshold: float
) -> tuple[float | None, str | None]:
    """Score and tone of a text.

    Args:
        language, confidence: the text's language and the confidence of its detection.
        threshold: confidence from which the language counts as known.
    Returns: (None, None) unless the language is known and English: other languages have no lexicon.
    """
    if language != "en" or confidence is None or confidence < threshold or not text.strip():
        return None, None
    value = score(text)
    return value, tone(value)


def tone(value: float) -> str:
    """negative, neutral or positive.

    >>> tone(0.6), tone(0.01), tone(-0.05)
    ('positive', 'neutral', 'negative')
    """
    if value >= NEUTRAL:
        return "positive"
    return "negative" if value <= -NEUTRAL else "neutral"
