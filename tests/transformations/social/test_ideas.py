from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from jobs.engine import sessions
from transformations.identity.accounts import OWN_TYPES
from transformations.social.ideas import Rule, ideas
from transformations.social.participation import participation_degrees
from transformations.social.replies import STAFF_TYPES, staff_acts

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN = pa.table(
    {
        "channel": ["forum", "forum"],
        "profile_id": ["care", "robot"],
        "is_company": [True, False],
        "is_bot": [False, True],
    }
)
RULE = Rule(2, taken_up=["Planned"], launched=["launched"], declined=["declined"])


def post(post_id: str, author: str | None, hours: int = 0, **more: object) -> dict:
    shared = {"post_id": post_id, "profile_id": author, "kind": "post", "created_at": START + timedelta(hours=hours)}
    return shared | more


@pytest.fixture(scope="module")
def frames(frame, spark):
    """Frames of all that ideas and degrees are made of."""
    tagged = {"1": ["planned", "other"], "2": ["launched", "declined"], "3": [], "4": None, "5": ["Declined "]}
    posts = [post(number, "ada", tags=tags) for number, tags in tagged.items()]
    posts += [
        post("r1", "bob", 1, parent_post_id="3"),
        post("r2", "bob", 2, parent_post_id="3"),  # the same account again
        post("r3", "care", 3, parent_post_id="3"),
        post("r4", "care", -1, parent_post_id="4"),  # before the idea
        post("r5", "robot", 1, parent_post_id="4"),
        post("r6", "ada", 1, parent_post_id="4"),  # its author
        post("own", "care"),
        post("q", "cyd", 0, kind="question", accepted_answer_id="a1"),
        post("a1", "bob", 900, kind="answer", parent_post_id="q"),
        post("a2", "bob", 900, kind="answer", parent_post_id="q", is_accepted_answer=False),
    ]
    read = [
        {"post_id": number, "intent": "idea", "is_relevant": True, "topics": ["tea"]} for number in (*tagged, "own")
    ]
    read += [{"post_id": number, "tone": "positive"} for number in ("r1", "r2", "r3", "r5", "r6")]
    read.append({"post_id": "q", "intent": "idea", "is_relevant": False})
    acts = [
        {"interaction_id": "i1", "actor_profile_id": "cyd", "post_id": "3", "kind": "reaction", "created_at": START},
        {"interaction_id": "i2", "actor_profile_id": "robot", "post_id": "4", "kind": "share", "created_at": START},
        {"interaction_id": "i3", "actor_profile_id": "cyd", "post_id": "3", "kind": "mention", "created_at": START},
        {"interaction_id": "i4", "actor_profile_id": "cyd", "kind": "co_edit", "created_at": START},
    ]
    persons = [("ada", "A", "consumer"), ("bob", "B", "external_customer"), ("cyd", "C", None), ("care", "S", None)]
    people = pa.table(
        {
            "channel": ["forum"] * 4,
            **{
                name: [person[place] for person in persons]
                for place, name in enumerate(("profile_id", "person_id", "role"))
            },
        }
    )
    return {
        "posts": frame("silver.posts", *posts),
        "enrichments": frame("silver.post_enrichments", *read),
        "interactions": frame("silver.interactions", *acts),
        "taggings": frame(
            "silver.taggings", {"tagging_id": "t", "object_kind": "post", "object_id": "4", "tag": "planned"}
        ),
        "own": sessions.frame(spark, OWN, OWN_TYPES),
        "people": sessions.frame(spark, people, "channel string, profile_id string, person_id string, role string"),
    }


def test_what_becomes_of_ideas(frames) -> None:
    found = ideas(**frames, rule=RULE)
    rows = {row["post_id"]: row for row in pa.table(found.toArrow()).to_pylist()}
    assert {number: row["state"] for number, row in rows.items()} == {
        "1": "taken_up",
        "2": "launched",
        "3": "supported",
        "4": "taken_up",  # somebody else tagged it
        "5": "declined",
    }
    assert {number: row["supporters_count"] for number, row in rows.items()} == {"1": 0, "2": 0, "3": 2, "4": 0, "5": 0}
    assert rows["3"]["told_at"] == START + timedelta(hours=3)
    assert rows["4"]["told_at"] is None
    assert (rows["1"]["person_id"], rows["1"]["role"], rows["1"]["topics"]) == ("A", "consumer", ["tea"])


def test_without_tags_an_idea_is_raised_or_supported(frames) -> None:
    rows = pa.table(ideas(**frames, rule=Rule(3)).toArrow())
    assert set(rows["state"].to_pylist()) == {"raised"}


def test_degrees_of_persons_with_their_parts(frames, frame) -> None:
    raised = [{"post_id": "1", "person_id": "A"}, {"post_id": "2", "person_id": "A"}, {"post_id": "3"}]
    members = [
        {"person_id": "B", "period": "2026-03", "community_id": "x"},
        {"person_id": "B", "period": "2026-W10", "community_id": "x"},
        {"person_id": "B", "period": "all", "community_id": "y"},
        {"person_id": "C", "period": "2026-03"},
    ]
    found = participation_degrees(
        frames["posts"],
        frames["interactions"],
        frame("gold.ideas", *raised),
        frames["own"],
        frames["people"],
        frame("gold.community_members", *members),
        "UTC",
    )
    rows = {row.pop("person_id"): row for row in pa.table(found.toArrow()).to_pylist()}
    assert set(rows) == {"A", "B", "C"}
    names = ("interaction", "collaboration", "commitment", "member_months_count", "community_id")
    assert [rows["A"][name] for name in names] == [2, 2, 0.5, 0, None]  # the company replied to two of her posts
    assert [rows["B"][name] for name in names] == [0, 1, 1.0, 1, "y"]
    assert [rows["C"][name] for name in names] == [0, 1, 0.5, 0, None]
    assert (rows["C"]["co_edits_count"], rows["C"]["possible_months_count"]) == (1, 2)


def test_acts_of_the_staff_are_posts_and_what_agents_do(frames, frame, spark) -> None:
    whose = pa.table(
        {
            "channel": ["forum", "support"],
            "account": ["care", "agent-1"],
            "staff_id": ["S1", "S2"],
            "department": [None, "x"],
        }
    )
    events = [
        {
            "channel": "support",
            "ticket_id": "t",
            "event_id": str(place),
            "actor": actor,
            "actor_id": who,
            "created_at": START,
        }
        for place, (actor, who) in enumerate((("agent", "agent-1"), (None, "agent-1"), ("customer", "agent-1")))
    ]
    found = staff_acts(
        frames["posts"],
        frame("silver.ticket_events", *events),
        sessions.frame(spark, whose.cast(pa.schema([(name, pa.string()) for name in whose.column_names])), STAFF_TYPES),
        "UTC",
    )
    acts = {(row["staff_id"], row["day"].isoformat()): row["acts"] for row in pa.table(found.toArrow()).to_pylist()}
    assert acts == {("S1", "2026-03-01"): 3, ("S2", "2026-03-01"): 2}
