"""VADER's compound score, equal to vaderSentiment's to the last digit and several times faster.

vaderSentiment converts the whole post to lower case for each word again, and computes shares that are not used here.
This module looks only at words that are in the lexicon. Lexicon, constants and rules are the package's own
(C.J. Hutto, E. Gilbert: VADER, ICWSM 2014); the tests compare scores with the package's.
"""

from __future__ import annotations

import math
import string
from functools import cache
from typing import NamedTuple

_PUNCTUATION = string.punctuation


class _Lexicon(NamedTuple):
    words: dict[str, float]  # valence of a word
    valued: frozenset[str]  # words that can have a valence: boosters never do
    emojis: dict[str, str]  # an emoji and its description
    boosters: dict[str, float]
    negations: frozenset[str]
    idioms: dict[str, float]
    capitals: float
    negation: float


@cache
def _lexicon() -> _Lexicon:
    """The package's data, read once per process."""
    from vaderSentiment import vaderSentiment as package

    analyzer = package.SentimentIntensityAnalyzer()
    return _Lexicon(
        words=analyzer.lexicon,
        valued=frozenset(analyzer.lexicon) - frozenset(package.BOOSTER_DICT),
        emojis=analyzer.emojis,
        boosters=package.BOOSTER_DICT,
        negations=frozenset(package.NEGATE),
        idioms=package.SPECIAL_CASES,
        capitals=package.C_INCR,
        negation=package.N_SCALAR,
    )


def compound(text: str) -> float:
    """VADER's compound score of an English text, -1 (negative) to 1 (positive), four decimals."""
    lexicon = _lexicon()
    if not text.isascii():
        text = _emojis_described(text, lexicon.emojis)
    text = text.strip()
    words = []
    for token in text.split():
        stripped = token.strip(_PUNCTUATION)
        words.append(stripped if len(stripped) > 2 else token)
    lowers = [word.lower() for word in words]
    valued = lexicon.valued
    places = [place for place, word in enumerate(lowers) if word in valued]
    if not places:
        return 0.0
    shouts = _shouts(words)
    found = []
    for place in places:
        if lowers[place] == "kind" and lowers[place + 1 : place + 2] == ["of"]:
            continue
        found.append((place, _valence(words, lowers, place, shouts, lexicon)))
    values = _contrasted(found, lowers)
    total = float(sum(values))
    if total > 0:
        total += _emphasis(text)
    elif total < 0:
        total -= _emphasis(text)
    return round(max(-1.0, min(1.0, total / math.sqrt(total * total + 15))), 4)


def _emojis_described(text: str, emojis: dict[str, str]) -> str:
    if emojis.keys().isdisjoint(text):
        return text
    parts: list[str] = []
    after_space = True
    for character in text:
        description = emojis.get(character)
        if description is None:
            parts.append(character)
            after_space = character == " "
        else:
            parts.append(description if after_space else f" {description}")
            after_space = False
    return "".join(parts)


def _shouts(words: list[str]) -> bool:
    """Whether some words, but not all, are in capitals: then capitals mean emphasis."""
    capitals = sum(word.isupper() for word in words)
    return 0 < len(words) - capitals < len(words)


def _valence(words: list[str], lowers: list[str], place: int, shouts: bool, lexicon: _Lexicon) -> float:
    """Valence of the lexicon word at `place`, given the three words before it and the two after."""
    value = lexicon.words[lowers[place]]
    if lowers[place] == "no" and place + 1 < len(lowers) and lowers[place + 1] in lexicon.words:
        value = 0.0
    if (
        (place > 0 and lowers[place - 1] == "no")
        or (place > 1 and lowers[place - 2] == "no")
        or (place > 2 and lowers[place - 3] == "no" and lowers[place - 1] in ("or", "nor"))
    ):
        value = lexicon.words[lowers[place]] * lexicon.negation
    if shouts and words[place].isupper():
        value += lexicon.capitals if value > 0 else -lexicon.capitals
    for back in range(1, min(place, 3) + 1):
        before = lowers[place - back]
        if before in lexicon.words:
            continue
        value += _boost(words[place - back], before, value, shouts, lexicon) * (1, 1, 0.95, 0.9)[back]
        value = _negated(lowers, place, back, value, lexicon)
        if back == 3:
            value = _idiom(lowers, place, value, lexicon)
    is_least = place > 0 and lowers[place - 1] == "least" and "least" not in lexicon.words
    if is_least and (place == 1 or lowers[place - 2] not in ("at", "very")):
        value *= lexicon.negation
    return value


def _boost(word: str, lower: str, value: float, shouts: bool, lexicon: _Lexicon) -> float:
    boost = lexicon.boosters.get(lower)
    if boost is None:
        return 0.0
    if value < 0:
        boost = -boost
    if shouts and word.isupper():
        boost += lexicon.capitals if value > 0 else -lexicon.capitals
    return boost


def _negated(lowers: list[str], place: int, back: int, value: float, lexicon: _Lexicon) -> float:
    """The value after the word `back` places earlier: negated, or strengthened by `never so`."""
    before = lowers[place - back]
    one = lowers[place - 1]
    if back == 2:
        if before == "never" and one in ("so", "this"):
            return value * 1.25
        if before == "without" and one == "doubt":
            return value
    elif back == 3:
        two = lowers[place - 2]
        # The package strengthens after a bare `so` or `this` too; its published scores include that.
        if (before == "never" and two in ("so", "this")) or one in ("so", "this"):
            return value * 1.25
        if before == "without" and "doubt" in (two, one):
            return value
    if before in lexicon.negations or "n't" in before:
        return value * lexicon.negation
    return value


def _idiom(lowers: list[str], place: int, value: float, lexicon: _Lexicon) -> float:
    three, two, one, zero = lowers[place - 3 : place + 1]
    before = f"{two} {one}"
    longer = f"{three} {two} {one}"
    earlier = f"{three} {two}"
    for words in (f"{one} {zero}", f"{two} {one} {zero}", before, longer, earlier):
        if words in lexicon.idioms:
            value = lexicon.idioms[words]
            break
    for end in (place + 2, place + 3):
        if end <= len(lowers):
            value = lexicon.idioms.get(" ".join(lowers[place:end]), value)
    for words in (longer, earlier, before):
        value += lexicon.boosters.get(words, 0.0)
    return value


def _contrasted(found: list[tuple[int, float]], lowers: list[str]) -> list[float]:
    """Halves the values before the first `but` and raises those after it.

    The package looks a value up by equality, so of two equal values the first is changed twice. This is reproduced,
    because its published scores are computed that way.
    """
    values = [value for _, value in found]
    if "but" not in lowers:
        return values
    turn = lowers.index("but")
    for position in range(len(values)):
        value = values[position]
        if value == 0:
            continue
        first = values.index(value)
        place = found[first][0]
        if place != turn:
            values[first] = value * (0.5 if place < turn else 1.5)
    return values


def _emphasis(text: str) -> float:
    marks = text.count("?")
    return min(text.count("!"), 4) * 0.292 + (0 if marks < 2 else marks * 0.18 if marks <= 3 else 0.96)
