from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transformations.social.threads import threads

_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("channel", "post_id", "parent_post_id", "root_post_id")]
    + [("created_at", pa.timestamp("us", tz="UTC"))]
)


def _threads(*posts: dict) -> dict[str, str]:
    """Thread of each post; those of channel y are written y:id. Posts are written a day apart, in their order."""
    rows = [
        {"channel": "x", "created_at": datetime(2025, 1, day, tzinfo=UTC), **post} for day, post in enumerate(posts, 1)
    ]
    found = threads(pa.Table.from_pylist(rows, _SCHEMA)).to_pylist()
    return {("" if row["channel"] == "x" else "y:") + row["post_id"]: row["thread_id"] for row in found}


def test_a_reply_belongs_to_the_thread_of_its_root_or_else_of_its_parent() -> None:
    assert _threads(
        {"post_id": "1", "root_post_id": "1"},
        {"post_id": "2", "parent_post_id": "1", "root_post_id": "1"},
        {"post_id": "3", "parent_post_id": "2"},
        {"post_id": "4", "parent_post_id": "3", "root_post_id": "4"},  # a source that names the post itself as its root
        {"post_id": "5"},
    ) == {"1": "1", "2": "1", "3": "1", "4": "1", "5": "5"}


def test_replies_may_come_before_what_they_reply_to() -> None:
    assert _threads({"post_id": "1", "parent_post_id": "2"}, {"post_id": "2"}) == {"1": "2", "2": "2"}


def test_replies_to_a_post_that_nobody_has_are_one_thread() -> None:
    assert _threads(
        {"post_id": "1", "parent_post_id": "gone"}, {"post_id": "2", "root_post_id": "gone", "parent_post_id": "1"}
    ) == {"1": "gone", "2": "gone"}


def test_a_circle_is_a_thread_of_its_earliest_post() -> None:
    assert _threads(
        {"post_id": "b", "parent_post_id": "c"},
        {"post_id": "a", "parent_post_id": "b"},
        {"post_id": "c", "parent_post_id": "a"},
        {"post_id": "d", "parent_post_id": "c"},
        {"post_id": "e", "parent_post_id": "e"},
    ) == {"a": "b", "b": "b", "c": "b", "d": "b", "e": "e"}


def test_channels_are_apart() -> None:
    assert _threads(
        {"post_id": "1"},
        {"post_id": "2", "parent_post_id": "1"},
        {"channel": "y", "post_id": "2", "parent_post_id": "1"},
        {"channel": "y", "post_id": "1", "parent_post_id": "0"},
    ) == {"1": "1", "2": "1", "y:2": "0", "y:1": "0"}


def test_no_posts() -> None:
    assert _threads() == {}


def test_a_long_thread() -> None:
    size = 20_000
    rows = [{"channel": "x", "post_id": str(n), "parent_post_id": str(n - 1) if n else None} for n in range(size)]
    assert set(threads(pa.Table.from_pylist(rows, _SCHEMA))["thread_id"].to_pylist()) == {"0"}


_IDS = st.sampled_from("abcdefgh")


@given(st.dictionaries(_IDS, st.tuples(st.none() | _IDS, st.none() | _IDS), max_size=8))
def test_it_is_where_pointing_leads(posts: dict[str, tuple[str | None, str | None]]) -> None:
    def aim(post: str) -> str:
        parent, root = posts.get(post, (None, None))
        return root if root not in (None, post) else parent or post

    rows = [{"post_id": post, "parent_post_id": parent, "root_post_id": root} for post, (parent, root) in posts.items()]
    found = _threads(*rows)
    assert set(found) == set(posts)
    for post in posts:
        seen = [post]
        while aim(seen[-1]) not in seen:
            seen.append(aim(seen[-1]))
        circle = seen[seen.index(aim(seen[-1])) :]
        earliest = min(circle, key=list(posts).index) if len(circle) > 1 else circle[0]
        assert found[post] == (earliest if len(circle) == 1 else found[earliest])
        assert found[post] in posts or len(circle) == 1
