"""Vectorised helpers: named random streams, weighted picks, and ids, money and times as Arrow text."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

FIRST_DAY = date(2025, 1, 1)
DAY_SECONDS = 86_400
_EPOCH_DAY = int(np.datetime64(FIRST_DAY.isoformat(), "D").astype(np.int64))
_TWO_DIGITS = pa.array([f"{n:02d}" for n in range(100)])


def stream(seed: int, part: str) -> np.random.Generator:
    """The random numbers of one part, independent of every other part.

    The child seed is spawned by the part's name and not by its position, so a new part leaves the others'
    draws alone.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(zlib.crc32(part.encode()),)))


def weighted(rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
    """Positions into weights, drawn with replacement in proportion to them."""
    edges = np.cumsum(weights, dtype=np.float64)
    return np.minimum(np.searchsorted(edges, rng.random(size) * edges[-1], side="right"), len(weights) - 1)


def weighted_within(rng: np.random.Generator, group: np.ndarray, weights: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """For each wanted group one of its members, drawn by weight; -1 where the group is empty."""
    picked = np.full(len(wanted), -1, dtype=np.int64)
    for value in np.unique(wanted):
        members = np.flatnonzero(group == value)
        rows = np.flatnonzero(wanted == value)
        if len(members):
            picked[rows] = members[weighted(rng, weights[members], len(rows))]
    return picked


def ordinals(counts: np.ndarray) -> np.ndarray:
    """1..n for each count n, one after another: [2, 3] gives [1, 2, 1, 2, 3]."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts, counts) + 1


def ids(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    """Text ids such as O00000012."""
    digits = pc.utf8_lpad(pa.array(np.asarray(numbers, dtype=np.int64)).cast(pa.string()), width, "0")
    return join(prefix, digits)


def join(*pieces: pa.Array | str) -> pa.Array:
    """Concatenates text row by row; a null piece makes the row null."""
    return pc.binary_join_element_wise(*pieces, "")


def take(words: Sequence[str | None] | pa.Array, positions: np.ndarray) -> pa.Array:
    """The words at the positions, as an Arrow text column."""
    table = words if isinstance(words, pa.Array) else pa.array(words, pa.string())
    return table.take(pa.array(positions))


def keep(column: pa.Array, mask: np.ndarray) -> pa.Array:
    """The column with null where the mask is false."""
    return pc.if_else(pa.array(mask), column, pa.scalar(None, column.type))


def money(cents: np.ndarray) -> pa.Array:
    """Whole cents as text with two decimals, exact: -1205 gives -12.05."""
    cents = np.asarray(cents, dtype=np.int64)
    size = np.abs(cents)
    sign = take(["", "-"], (cents < 0).astype(np.int8))
    return join(sign, pa.array(size // 100).cast(pa.string()), ".", _TWO_DIGITS.take(pa.array(size % 100)))


def dates(days: np.ndarray) -> pa.Array:
    """Days since the first day as YYYY-MM-DD."""
    return pa.array(np.asarray(days, dtype=np.int64).astype(np.int32) + _EPOCH_DAY, pa.date32()).cast(pa.string())


def times(seconds: np.ndarray, suffix: str = "", separator: str = " ") -> pa.Array:
    """Seconds since the first day's midnight as YYYY-MM-DD HH:MM:SS, or otherwise separated and ended."""
    stamps = pa.array(np.asarray(seconds, dtype=np.int64) + _EPOCH_DAY * DAY_SECONDS, pa.timestamp("s"))
    text = stamps.cast(pa.string())
    if separator != " ":
        text = pc.binary_replace_slice(text, start=10, stop=11, replacement=separator)
    return join(text, suffix) if suffix else text


def instants(seconds: np.ndarray) -> pa.Array:
    """Seconds since the first day's midnight as ISO instants in UTC, 2025-01-01T08:30:00Z."""
    return times(seconds, suffix="Z", separator="T")


def month_starts(days: np.ndarray, after: int = 0) -> np.ndarray:
    """The first day, since the first day, of the month of each day, or so many months after it."""
    on = np.datetime64(FIRST_DAY, "D") + np.asarray(days, dtype=np.int64)
    starts = (on.astype("datetime64[M]") + after).astype("datetime64[D]")
    return (starts - np.datetime64(FIRST_DAY, "D")).astype(np.int64)


def day_name(day: int) -> str:
    """One day since the first day as YYYY-MM-DD."""
    return str(np.datetime64(FIRST_DAY.isoformat(), "D") + int(day))


# People are awake from 6 to 1 and busiest in the evening. Nothing happens between 2 and 3, the hour
# that Berlin's clock change skips in March and repeats in October: such a local time has no or two meanings.
_HOURS = np.array([2, 1, 0, 0.3, 0.3, 0.8, 2, 4, 5, 5, 5, 5, 6, 6, 5, 5, 5, 6, 8, 10, 10, 9, 7, 4])


def second_of_day(rng: np.random.Generator, size: int) -> np.ndarray:
    """A plausible second of the day for each row; never between 02:00 and 03:00."""
    return weighted(rng, _HOURS, size) * 3600 + rng.integers(0, 3600, size)


def delays(rng: np.random.Generator, size: int, median_seconds: float, sigma: float) -> np.ndarray:
    """Log-normal waiting times in whole seconds, at least a minute."""
    return np.maximum(60, np.exp(rng.normal(np.log(median_seconds), sigma, size))).astype(np.int64)
