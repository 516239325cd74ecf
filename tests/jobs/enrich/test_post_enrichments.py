import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.enrich import post_enrichments as job_module
from jobs.enrich.post_enrichments import post_enrichments
from jobs.job import Run
from jobs.lake import ops
from jobs.lake.tables import Lake
from transformations.text.tone_features import SIGNS


def test_posts_are_enriched_once(filled: Lake, run: Run) -> None:
    post_enrichments(filled, run)
    rows = {row["post_id"]: row for row in filled.rows("silver.post_enrichments")}
    told = {
        key: (row["tone"], row["brands"], row["intent"], row["relevance_ratio"], row["is_relevant"])
        for key, row in rows.items()
    }
    assert told == {
        "1": ("neutral", ["Acme"], "question", 0.9, True),
        "2": ("positive", [], "other", 0.72, True),
        "3": ("neutral", [], "other", 0.9, True),  # the company's own account
    }
    versions = [filled.version(name) for name in ("silver.post_enrichments", "silver.text_scores")]
    post_enrichments(filled, run)
    assert [filled.version(name) for name in ("silver.post_enrichments", "silver.text_scores")] == versions


def test_more_posts_have_their_own_texts_scored_and_no_others(filled: Lake, run: Run) -> None:
    notes: list[str] = []
    noted = replace(run, note=notes.append)
    post_enrichments(filled, noted)
    posts = filled.arrow("silver.posts", with_deleted=True)
    more = [{**posts.to_pylist()[0], "post_id": "5", "text": "Never again."}, {**posts.to_pylist()[0], "post_id": "6"}]
    filled.write("silver.posts", pa.concat_tables([posts, pa.Table.from_pylist(more, posts.schema)]))
    post_enrichments(filled, noted)
    assert notes == [
        "post_enrichments: 3 of 3 texts are scored now, the others were before",
        "post_enrichments: 1 of 4 texts are scored now, the others were before",
    ]


def test_an_engine_writes_the_same(
    filled: Lake, run: Run, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_enrichments(filled, run)
    tables = ("silver.post_enrichments", "silver.text_scores")
    expected = [filled.hash(name) for name in tables]
    filled.write("silver.text_scores", filled.arrow("silver.text_scores", limit=1))
    filled.delete("silver.post_enrichments", "true")
    monkeypatch.setattr(job_module, "MOST_IN_MEMORY", 0)
    post_enrichments(filled, run)
    assert [filled.hash(name) for name in tables] == expected


def test_what_a_companys_judges_made_better_serves(filled: Lake, run: Run) -> None:
    weights = np.zeros((512 + len(SIGNS), 3)).tolist()
    parameters = {"languages": ["en"], "weights": weights, "intercepts": {"en": [9, 0, 0]}}
    ops.SERVED_MODELS.upsert(filled, [{"model": "tone", "model_version": "1", "parameters": json.dumps(parameters)}])
    post_enrichments(filled, run)
    tones = {row["post_id"]: row["tone"] for row in filled.rows("silver.post_enrichments")}
    assert tones == {"1": "negative", "2": "negative", "3": "neutral"}
    assert "correction" in filled.rows("silver.post_enrichments")[0]["model_versions"]


def test_no_id_is_loaded_to_count_rows(filled: Lake, run: Run, loaded: list[tuple[str, ...]]) -> None:
    post_enrichments(filled, run)
    assert ("post_id",) not in loaded
