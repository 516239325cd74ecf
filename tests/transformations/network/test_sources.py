import pyarrow as pa

from jobs.engine import sessions
from transformations.network.sources import acts_upon_sources, posts_of_sources, source_authority

POSTS = "channel string, post_id string, profile_id string, url string"
ACTS = "channel string, kind string, actor_profile_id string, target_profile_id string, post_id string"


def test_sources_are_accounts_and_sites(spark):
    posts = sessions.frame(
        spark,
        [
            ("x", "1", "a", "https://x.example/1"),
            ("x", "2", "a", None),
            ("x", "3", None, "https://Blog.example/post?id=1"),
            ("x", "4", None, None),
        ],
        POSTS,
    )
    acts = sessions.frame(
        spark,
        [
            ("x", "reply", "b", "a", None),
            ("x", "reply", "a", "a", None),
            ("x", "share", "b", None, "3"),
            ("x", "share", "b", None, "gone"),
            ("x", "mention", "b", None, "3"),
        ],
        ACTS,
    )
    assert sorted(map(tuple, posts_of_sources(posts).collect())) == [
        ("x", "profile", "a", 2),
        ("x", "site", "blog.example", 1),
    ]
    assert sorted(map(tuple, acts_upon_sources(acts, posts).collect())) == [
        ("x", "profile", "a", "reply", 1),
        ("x", "site", "blog.example", "share", 1),
    ]


def test_classes_by_weight_of_what_is_received_and_none_below_a_minimum():
    names = [f"p{number}" for number in range(10)]
    published = pa.table(
        {
            "channel": ["x"] * 12,
            "source_kind": ["profile"] * 11 + ["site"],
            "source_id": [*names, "bot", "blog.example"],
            "posts_count": [3] * 10 + [9, 1],
        }
    )
    acts = pa.table(
        {
            "channel": ["x"] * 4,
            "source_kind": ["profile"] * 3 + ["site"],
            "source_id": ["p3", "p3", "bot", "blog.example"],
            "kind": ["reply", "unheard_of", "reply", "share"],
            "acts_count": [2, 9, 99, 5],
        }
    )
    own = pa.table(
        {"channel": ["x", "x"], "profile_id": ["bot", "p1"], "is_company": [False, True], "is_bot": [True, False]}
    )
    found = source_authority(
        published, acts, own, weights={"reply": 2.0, "share": 1.0}, min_posts=3, minimum_population=10
    )
    rows = {row["source_id"]: row for row in found.to_pylist()}
    assert sorted(rows) == ["blog.example", *names]
    assert (rows["p3"]["influence"], rows["p3"]["acts_received_count"], rows["p3"]["authority_class"]) == (4.0, 11, "A")
    assert (rows["blog.example"]["influence"], rows["blog.example"]["authority_class"]) == (5.0, None)
    assert rows["p1"]["is_company"] is True
    assert sorted(rows[name]["authority_class"] for name in names) == ["A", "C", "C", "C", "C", *"DDDDD"]
