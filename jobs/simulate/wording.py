"""Fills sentence templates with words, all rows of a template at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jobs.simulate import draw

_SLOT = re.compile(r"\{(\w+)\}")
Slot = Sequence[str] | Callable[[np.ndarray], pa.Array]


@dataclass(frozen=True)
class Kind:
    """One sort of message: its planted tone, intent and subject, and the sentences it is made of."""

    name: str
    tone: str  # negative, neutral or positive
    intent: str  # complaint, question, idea, praise, purchase_intent, news or other
    about: str  # brand, hobby, competitor or off_topic
    templates: tuple[str, ...]
    language: str = "en"


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text block without their indents and without empty ones."""
    return tuple(line.strip() for line in text.strip().splitlines() if line.strip())


def write(
    rng: np.random.Generator, templates: Sequence[str], chosen: np.ndarray, slots: Mapping[str, Slot]
) -> pa.Array:
    """The text of each row.

    Args:
        templates: sentences with {slots}. chosen: the position of each row's template.
        slots: words to draw from, or a function from row numbers to words.
    """
    order = np.argsort(chosen, kind="stable")
    starts = np.searchsorted(chosen[order], np.arange(len(templates) + 1))
    written = []
    for template, start, stop in zip(templates, starts[:-1], starts[1:], strict=True):
        if start == stop:
            continue
        rows = order[start:stop]
        pieces: list[pa.Array | str] = []
        for number, piece in enumerate(_SLOT.split(template)):
            if number % 2 == 0:
                pieces.append(piece)
                continue
            words = slots[piece]
            pieces.append(words(rows) if callable(words) else draw.take(words, rng.integers(0, len(words), len(rows))))
        constant = len(pieces) == 1
        written.append(pa.array([str(pieces[0])] * len(rows), pa.string()) if constant else draw.join(*pieces))
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return pa.concat_arrays(written).take(pa.array(back)) if written else pa.array([], pa.string())


def by_row(words: pa.Array | Sequence[str], positions: np.ndarray) -> Callable[[np.ndarray], pa.Array]:
    """A slot whose word is given row by row: the product that a post is about, say."""
    table = words if isinstance(words, pa.Array) else pa.array(words, pa.string())
    return lambda rows: table.take(pa.array(positions[rows]))
