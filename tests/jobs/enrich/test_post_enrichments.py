from jobs.enrich.post_enrichments import post_enrichments
from jobs.job import Run
from jobs.lake.tables import Lake


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
        "3": (None, [], "other", 0.9, True),  # the company's own account
    }
    version = filled.version("silver.post_enrichments")
    post_enrichments(filled, run)
    assert filled.version("silver.post_enrichments") == version


def test_no_id_is_loaded_to_count_rows(filled: Lake, run: Run, loaded: list[tuple[str, ...]]) -> None:
    post_enrichments(filled, run)
    assert ("post_id",) not in loaded
