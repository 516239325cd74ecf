"""Tone of a text by the VADER lexicon, which covers English only: a baseline for the tone model, and one of its signs."""

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


def tone(value: float) -> str:
    """negative, neutral or positive.

    >>> tone(0.6), tone(0.01), tone(-0.05)
    ('positive', 'neutral', 'negative')
    """
    if value >= NEUTRAL:
        return "positive"
    return "negative" if value <= -NEUTRAL else "neutral"
