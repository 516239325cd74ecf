from datetime import UTC, date, datetime

import pytest

from jobs.engine import sessions
from transformations.identity.accounts import OWN_TYPES
from transformations.network.person_edges import ACT_COLUMNS, addressed, person_accounts, person_edges

LATE = datetime(2025, 1, 31, 23, 30, tzinfo=UTC)
ACTS = "channel string, kind string, actor_profile_id string, target_profile_id string, post_id string, created_at timestamp"
POSTS = "channel string, post_id string, profile_id string"
LINKS = "record_kind string, record_place string, linked_record_id string, person_id string"


@pytest.fixture
def accounts(spark):
    links = [("a", "x", "Ada"), ("b", "x", "Bert"), ("a", "y", "Ada"), ("bot", "x", "Bot"), ("shop", "x", "Shop")]
    linked = sessions.frame(
        spark,
        [("profile", channel, account, person) for account, channel, person in links] + [("customer", "x", "c", "Cy")],
        LINKS,
    )
    own = sessions.frame(spark, [("x", "bot", False, True), ("x", "shop", True, False)], OWN_TYPES)
    return person_accounts(linked, own)


def test_accounts_become_persons_and_acts_are_added_up(spark, accounts) -> None:
    acts = [
        ("x", "reply", "a", "b", None, LATE),
        ("x", "reply", "a", "b", None, LATE),
        ("x", "share", "a", None, "p1", LATE),
        ("y", "follow", "a", "a", None, datetime(2025, 1, 1, tzinfo=UTC)),
        ("x", "reply", "b", "bot", None, LATE),
        ("x", "reply", "shop", "a", None, LATE),
        ("x", "reply", "a", "c", None, LATE),
        ("x", "reply", "a", "nobody", None, LATE),
        ("x", "reply", "b", None, None, LATE),
    ]
    posts = sessions.frame(spark, [("x", "p1", "shop")], POSTS)
    edges = person_edges(sessions.frame(spark, acts, ACTS), posts, accounts, "Europe/Berlin")
    february, january = date(2025, 2, 1), date(2025, 1, 1)
    assert sorted(tuple(row) for row in edges.collect()) == [
        ("Ada", "Ada", "y", "follow", january, False, False, 1),
        ("Ada", "Bert", "x", "reply", february, False, False, 2),
        ("Ada", "Shop", "x", "share", february, False, True, 1),
        ("Shop", "Ada", "x", "reply", february, True, False, 1),
    ]


def test_a_like_that_names_only_its_post_is_of_the_posts_author(spark) -> None:
    acts = [
        ("reaction", "p1", None, "Ann"),
        ("share", "p1", None, "Ann"),
        ("reaction", "p1", "Bob", "Bob"),
        ("reaction", "unknown", None, None),
        ("mention", "p1", None, None),
        ("follow", None, "Cy", "Cy"),
    ]
    interactions = sessions.frame(
        spark,
        [("x", kind, str(number), target, post, LATE) for number, (kind, post, target, _) in enumerate(acts)],
        ACTS,
    )
    posts = sessions.frame(spark, [("x", "p1", "Ann"), ("y", "p1", "Eve")], POSTS)
    found = addressed(interactions, posts)
    assert sorted(found.columns) == sorted(ACT_COLUMNS)
    targets = {row["actor_profile_id"]: row["target_profile_id"] for row in found.collect()}
    assert targets == {str(number): act[3] for number, act in enumerate(acts)}
