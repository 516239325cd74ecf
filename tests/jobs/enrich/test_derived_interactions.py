from datetime import UTC, datetime

from jobs.enrich.derived_interactions import derived_interactions
from jobs.job import Run
from jobs.lake.tables import Lake

T1, T2 = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC)


def test_interactions_are_derived_beside_those_that_the_platform_gives(filled: Lake, run: Run) -> None:
    derived_interactions(filled, run)
    rows = {row["interaction_id"]: row for row in filled.rows("silver.interactions")}
    told = {
        key: (row["actor_profile_id"], row["target_profile_id"], row["post_id"], row["created_at"], row["source"])
        for key, row in rows.items()
    }
    assert told == {
        "i1": ("a", "b", None, T1, "tw"),
        "answer:2": ("b", "a", "2", T2, "derived:posts"),
        "accept:1:2": ("a", "b", "2", T2, "derived:posts"),
        "mention:1:b": ("a", "b", "1", T1, "derived:posts"),
    }
    version = filled.version("silver.interactions")
    derived_interactions(filled, run)
    assert filled.version("silver.interactions") == version
    filled.delete("silver.posts", "post_id = '2'")
    derived_interactions(filled, run)
    assert sorted(row["interaction_id"] for row in filled.rows("silver.interactions")) == ["i1", "mention:1:b"]


def test_no_id_is_loaded_to_count_rows(filled: Lake, run: Run, loaded: list[tuple[str, ...]]) -> None:
    derived_interactions(filled, run)
    assert ("post_id",) not in loaded
