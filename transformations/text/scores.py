"""Scores of texts, kept by a hash of the text: a text is scored once, whoever posts it and however often."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from threadpoolctl import threadpool_limits

from transformations.text import language, tone_features, tone_model
from transformations.text.words import own_words

POST_COLUMNS = ("channel", "post_id", "title", "text", "language")
SCORE_COLUMNS = ("text_hash", "language", "tone_score", "tone", "tone_confidence", "tone_reason", "model_version")
_READ = 4 * tone_features.LONGEST
"""Characters of a text that scoring reads; the hash covers all of it."""

_SCORES = pa.schema(
    [
        ("text_hash", pa.string()),
        ("language", pa.string()),
        ("tone_score", pa.float64()),
        ("tone", pa.string()),
        ("tone_confidence", pa.float64()),
        ("tone_reason", pa.string()),
        ("model_version", pa.string()),
    ]
)
_SCORES_DDL = (
    "text_hash string, language string, tone_score double, tone string, tone_confidence double, tone_reason string, "
    "model_version string"
)
_TEXTS = pa.schema([("text_hash", pa.string()), ("language", pa.string()), ("text", pa.string())])
_OF_POSTS = (
    "channel string, post_id string, language string, language_confidence double, text_hash string, reason string"
)


class Identified(NamedTuple):
    """A text and its language.

    Attributes:
        text: title and text, without what others wrote.
        language, confidence: ISO 639-1 code and the confidence of its detection; None where there is none.
        text_hash: of language and text; None where the text is not scored.
        reason: why it is not scored; None where it is.
    """

    text: str
    language: str | None
    confidence: float | None
    text_hash: str | None
    reason: str | None


def identified(title: str | None, text: str | None, declared: str | None, least: float) -> Identified:
    """Language and hash of a text. Args: least: confidence from which a language counts as known."""
    own = own_words(title, text)
    code, confidence = language.language_of(own, declared)
    reason = None
    if not tone_model.says_something(own):
        reason = tone_model.NO_TEXT
    elif code is None or confidence is None or confidence < least:
        reason = tone_model.UNKNOWN
    elif not tone_model.covers(code):
        reason = tone_model.NOT_COVERED
    mark = None if reason else sha256(f"{code}\0{own}".encode("utf-8", "surrogatepass")).hexdigest()
    return Identified(own, code, confidence, mark, reason)


def version(correction: tone_model.Correction | None) -> str:
    """Names the model and a company's correction of it."""
    shipped = tone_model.shipped().version
    return f"{shipped}, {correction.version}" if correction else shipped


# --- in memory ------------------------------------------------------------------------------------------------


def scores_in_memory(
    posts: pa.Table, known: pa.Table, least: float, correction: tone_model.Correction | None = None
) -> tuple[pa.Table, int]:
    """Scores of the texts of posts.

    Args: posts (silver.posts: POST_COLUMNS), known (silver.text_scores: SCORE_COLUMNS).
    Returns: one row per text, by hash; how many of them were scored now, not known before.
    """
    model_version = version(correction)
    held = {row["text_hash"]: row for row in known.to_pylist() if row["model_version"] == model_version}
    columns = (posts[name].to_pylist() for name in ("title", "text", "language"))
    distinct = dict.fromkeys(zip(*columns, strict=True))
    found = (identified(title, text, declared, least) for title, text, declared in distinct)
    texts = {one.text_hash: one for one in found if one.text_hash}

    def score(mark: str) -> dict[str, Any]:
        return _score(mark, texts[mark].language, texts[mark].text, correction, model_version)

    new = [mark for mark in texts if mark not in held]
    # Most of the time is spent in numpy, where threads run side by side; each text is computed by one of them alone.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        held.update(zip(new, pool.map(score, new), strict=True))
    return pa.Table.from_pylist([held[mark] for mark in sorted(texts)], schema=_SCORES), len(new)


# --- on an engine ---------------------------------------------------------------------------------------------


def identified_posts(posts: DataFrame, least: float) -> DataFrame:
    """Language and hash of posts.

    Args: posts (silver.posts: POST_COLUMNS).
    Returns: one row per post: channel, post_id, language, language_confidence, text_hash, reason.
    """

    def read(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        for batch in batches:
            found = [_of_row(row, least) for row in batch.select(list(POST_COLUMNS)[2:]).to_pylist()]
            yield pa.RecordBatch.from_arrays(
                [
                    batch["channel"],
                    batch["post_id"],
                    pa.array([one.language for one in found], pa.string()),
                    pa.array([one.confidence for one in found], pa.float64()),
                    pa.array([one.text_hash for one in found], pa.string()),
                    pa.array([one.reason for one in found], pa.string()),
                ],
                names=["channel", "post_id", "language", "language_confidence", "text_hash", "reason"],
            )

    return posts.select(*POST_COLUMNS).mapInArrow(read, _OF_POSTS)


def scores(
    posts: DataFrame, known: DataFrame, least: float, correction: tone_model.Correction | None = None
) -> DataFrame:
    """The same as `scores_in_memory`, on the engine; the texts that are not known are scored in its Python workers."""
    model_version = version(correction)
    held = known.where(F.col("model_version") == model_version).select(*SCORE_COLUMNS)

    def texts(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        for batch in batches:
            found = [_of_row(row, least) for row in batch.to_pylist()]
            rows = {one.text_hash: one for one in found if one.text_hash}.values()
            yield pa.RecordBatch.from_pylist(
                [{"text_hash": one.text_hash, "language": one.language, "text": one.text[:_READ]} for one in rows],
                schema=_TEXTS,
            )

    def scored(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        for batch in batches:
            rows = batch.to_pylist()
            yield pa.RecordBatch.from_pylist(
                [_score(row["text_hash"], row["language"], row["text"], correction, model_version) for row in rows],
                schema=_SCORES,
            )

    wanted = (
        posts.select(*POST_COLUMNS[2:])
        .mapInArrow(texts, "text_hash string, language string, text string")
        .groupBy("text_hash")
        .agg(F.first("language").alias("language"), F.first("text").alias("text"))  # equal in all rows of a hash
    )
    new = wanted.join(held.select("text_hash"), "text_hash", "left_anti").mapInArrow(scored, _SCORES_DDL)
    kept = held.join(wanted.select("text_hash"), "text_hash", "left_semi")
    return kept.select(*SCORE_COLUMNS).unionByName(new.select(*SCORE_COLUMNS))


def _of_row(row: dict[str, Any], least: float) -> Identified:
    return identified(row["title"], row["text"], row["language"], least)


def _score(
    text_hash: str, code: str | None, text: str, correction: tone_model.Correction | None, model_version: str
) -> dict[str, Any]:
    found = tone_model.shipped().score(text, code, correction)
    return {
        "text_hash": text_hash,
        "language": code,
        "tone_score": found.score,
        "tone": found.tone,
        "tone_confidence": found.confidence,
        "tone_reason": found.reason,
        "model_version": model_version,
    }
