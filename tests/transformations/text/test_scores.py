import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.engine import sessions
from transformations.text import scores as scoring
from transformations.text.scores import (
    POST_COLUMNS,
    SCORE_COLUMNS,
    identified,
    identified_posts,
    scores,
    scores_in_memory,
)
from transformations.text.tone_model import Correction

NONE = pa.table(
    {
        name: pa.array([], pa.float64() if name in ("tone_score", "tone_confidence") else pa.string())
        for name in SCORE_COLUMNS
    }
)
TEXTS = (
    "I love it!",
    "Das ist super!",
    "I love it!",
    None,
    "!!!",
    "RT @ann: lovely",
    "😍😍",
    "It is broken again.\nOn Monday",
)


def _posts(*texts: str | None, language: str = "en") -> pa.Table:
    rows = [
        {"channel": "x", "post_id": str(place), "title": None, "text": text, "language": language}
        for place, text in enumerate(texts)
    ]
    return pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in POST_COLUMNS]))


@pytest.mark.parametrize(
    ("text", "declared", "reason"),
    [
        ("I love it!", "en", None),
        ("I love it!", "sw", "language_not_covered"),
        (None, "en", "no_text"),
        ("\u200b \0", "en", "no_text"),
        ("> quoted by nobody else", "en", "no_text"),
        ("😍😍", None, "language_unknown"),
        ("😍😍", "en", None),
    ],
)
def test_a_text_is_scored_or_says_why_not(text: str | None, declared: str | None, reason: str | None) -> None:
    found = identified(None, text, declared, 0.5)
    assert (found.reason, found.text_hash is None) == (reason, reason is not None)


def test_a_text_is_scored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    score = scoring._score
    monkeypatch.setattr(scoring, "_score", lambda mark, *rest: said.append(rest[1]) or score(mark, *rest))
    first, new = scores_in_memory(_posts(*TEXTS), NONE, 0.5)
    assert (first.num_rows, new, len(said)) == (6, 6, 6)
    again, new = scores_in_memory(_posts(*TEXTS, "Where is it?"), first, 0.5)
    assert (again.num_rows, new, said[6:]) == (7, 1, ["Where is it?"])
    fewer, new = scores_in_memory(_posts("I love it!"), again, 0.5)  # what no post says any more is not kept
    assert (fewer.num_rows, new) == (1, 0)


def test_another_model_scores_all_again() -> None:
    correction = Correction(("en",), scoring.tone_model.shipped().shared * 0, {"en": [9.0, 0.0, 0.0]}, "correction 1")
    first, _ = scores_in_memory(_posts("I love it!"), NONE, 0.5)
    again, new = scores_in_memory(_posts("I love it!", "I hate it!"), first, 0.5, correction)
    assert (new, set(again["tone"].to_pylist())) == (2, {"negative"})
    assert [name.partition(", ")[2] for name in again["model_version"].to_pylist()] == ["correction 1"] * 2


def test_an_engine_scores_the_same_to_the_last_bit(spark: SparkSession) -> None:
    posts = _posts(*TEXTS)
    known, _ = scores_in_memory(_posts(*TEXTS[:1]), NONE, 0.5)
    in_memory, _ = scores_in_memory(posts, known, 0.5)
    frame = sessions.frame(spark, posts)
    found = pa.table(scores(frame, sessions.frame(spark, known), 0.5).toArrow())
    assert found.select(in_memory.column_names).cast(in_memory.schema).sort_by("text_hash") == in_memory
    hashes = {row["post_id"]: row["text_hash"] for row in pa.table(identified_posts(frame, 0.5).toArrow()).to_pylist()}
    assert {mark for mark in hashes.values() if mark} == set(in_memory["text_hash"].to_pylist())
