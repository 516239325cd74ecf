from datetime import UTC, datetime

import pyarrow as pa

from transformations.network.person_edges import addressed, months, person_edges

TIME = pa.timestamp("us", tz="UTC")


def test_accounts_become_persons() -> None:
    links = pa.table(
        {
            "record_kind": ["profile", "profile", "profile", "profile", "customer"],
            "record_place": ["x", "x", "y", "x", "x"],
            "linked_record_id": ["a", "b", "a", "bot", "c"],
            "person_id": ["Ada", "Bert", "Ada", "Bot", "Cy"],
        }
    )
    acts = [
        ("x", "a", "b"),
        ("y", "a", "a"),
        ("x", "b", "bot"),
        ("x", "a", "c"),
        ("x", "a", "nobody"),
        ("x", "b", None),
    ]
    interactions = pa.table(
        {
            "channel": [act[0] for act in acts],
            "actor_profile_id": [act[1] for act in acts],
            "target_profile_id": pa.array([act[2] for act in acts], pa.string()),
            "created_at": pa.array([datetime(2025, 1, 31, 23, 30, tzinfo=UTC)] * len(acts), TIME),
        }
    )
    left_out = pa.table({"channel": ["x", "y"], "profile_id": ["bot", "b"]})
    edges = person_edges(interactions, links, left_out, "Europe/Berlin")
    assert sorted(tuple(row.values()) for row in edges.to_pylist()) == [
        ("Ada", "Ada", "2025-02"),
        ("Ada", "Bert", "2025-02"),
    ]


def test_months_are_those_of_the_time_zone() -> None:
    instants = [datetime(2025, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, 23, 59, tzinfo=UTC)]
    times = pa.chunked_array([pa.array(instants, TIME)])
    assert months(times, "UTC").to_pylist() == ["2025-01", "2024-12"]
    assert months(times, "America/New_York").to_pylist() == ["2024-12", "2024-12"]
    assert months(pa.chunked_array([], TIME), "UTC").to_pylist() == []


def test_a_like_that_names_only_its_post_is_of_the_posts_author() -> None:
    acts = [
        ("reaction", "p1", None, "Ann"),
        ("share", "p1", None, "Ann"),
        ("reaction", "p1", "Bob", "Bob"),
        ("reaction", "unknown", None, None),
        ("mention", "p1", None, None),
        ("follow", None, "Cy", "Cy"),
    ]
    interactions = pa.table(
        {
            "kind": [act[0] for act in acts],
            "channel": ["x"] * len(acts),
            "actor_profile_id": [str(number) for number in range(len(acts))],
            "target_profile_id": pa.array([act[2] for act in acts], pa.string()),
            "post_id": pa.array([act[1] for act in acts], pa.string()),
        }
    )
    posts = pa.table({"channel": ["x", "y"], "post_id": ["p1", "p1"], "profile_id": ["Ann", "Eve"]})
    found = {row["actor_profile_id"]: row["target_profile_id"] for row in addressed(interactions, posts).to_pylist()}
    assert found == {str(number): act[3] for number, act in enumerate(acts)}
