"""Discourse's answers and webhooks, on made-up payloads."""

import pytest

from jobs.sources import unmapped
from jobs.sources.formats import discourse

AT, LATER = "2024-05-01T10:00:00.000Z", "2024-05-02T10:00:00.000Z"


def post(number, **more):
    return {
        "id": 500 + number,
        "topic_id": 42,
        "post_number": number,
        "post_type": 1,
        "user_id": 7,
        "username": "ada",
        "name": "Ada L.",
        "created_at": AT,
        "updated_at": AT,
        "cooked": f"<p>Post &amp; <b>{number}</b></p>",
        "version": 1,
        "reply_to_post_number": None,
        "reply_count": 0,
        "reads": 9,
        **more,
    }


TOPIC = {
    "id": 42,
    "title": "Which grinder?",
    "archetype": "regular",
    "views": 120,
    "posts_count": 3,
    "last_posted_at": LATER,
    "tags": ["grinder", {"id": 3, "name": "help"}],
    "accepted_answer": {"post_number": 2, "username": "ben"},
    "details": {"created_by": {"id": 7, "username": "ada", "name": "Ada L."}},
    "post_stream": {
        "stream": [501, 502, 503, 504],
        "posts": [
            post(1, actions_summary=[{"id": 2, "count": 5}, {"id": 3}]),
            post(2, user_id=8, username="ben", accepted_answer=True, version=3, updated_at=LATER),
            post(3, reply_to_post_number=2),
            post(4, user_id=-1, username="system", post_type=3, cooked=""),
            post(5, deleted_at=LATER, cooked="<p>gone</p>"),
            post(6, user_deleted=True, updated_at=LATER),
            post(7, post_type=4, cooked="<p>staff only</p>"),
        ],
    },
}
POSTS = {"latest_posts": [post(1, topic_title="Hello"), post(2, reaction_users_count=3, locale="de")]}
LIKE = {"like": {"post": post(2), "user": {"id": 9, "username": "cleo"}}}
ACTIONS = {
    "user_actions": [
        {
            "action_type": 1,
            "created_at": AT,
            "topic_id": 42,
            "post_number": 2,
            "user_id": 8,
            "acting_user_id": 9,
            "acting_username": "cleo",
            "target_user_id": 9,
        },
        {
            "action_type": 7,
            "created_at": AT,
            "topic_id": 42,
            "post_number": 3,
            "user_id": 9,
            "acting_user_id": 9,
            "acting_username": "cleo",
            "target_user_id": 7,
        },
        {"action_type": 5, "created_at": AT, "topic_id": 42, "post_number": 3, "user_id": 9, "acting_user_id": 9},
    ]
}
LATEST = {
    "users": [{"id": 7, "username": "ada", "name": "Ada L."}],
    "topic_list": {
        "topics": [{"id": 42, "title": "Which grinder?", "views": 130, "last_posted_at": LATER, "posts_count": 3}]
    },
}
USER = {
    "user": {
        "id": 7,
        "username": "ada",
        "name": "Ada L.",
        "bio_raw": "I grind",
        "website": "https://ada.example",
        "location": "Kiel",
        "created_at": AT,
        "post_count": 12,
        "email": "ada@example.org",
    }
}


def test_a_question_its_answer_and_a_comment(rows_of):
    found = rows_of(discourse, TOPIC)
    question, answer, comment, *gone = found["posts"]
    assert question == {
        "post_id": "42/1",
        "kind": "question",
        "profile_id": "7",
        "title": "Which grinder?",
        "text": "Post & 1",
        "tags": ["grinder", "help"],
        "created_at": AT,
        "root_post_id": "42/1",
        "accepted_answer_id": "42/2",
    }
    assert answer == {
        "post_id": "42/2",
        "kind": "answer",
        "profile_id": "8",
        "text": "Post & 2",
        "created_at": AT,
        "edited_at": LATER,
        "parent_post_id": "42/1",
        "root_post_id": "42/1",
        "is_accepted_answer": "true",
    }
    assert (comment["kind"], comment["parent_post_id"]) == ("comment", "42/2")
    assert gone == [{"post_id": "42/5", "deleted_at": LATER}, {"post_id": "42/6", "deleted_at": LATER}]
    assert found["post_metrics"] == [
        {"post_id": "42/1", "observed_at": LATER, "reach": "9", "comments": "2", "reactions": "5", "views": "120"},
        {"post_id": "42/2", "observed_at": LATER, "reach": "9", "comments": "0"},
        {"post_id": "42/3", "observed_at": AT, "reach": "9", "comments": "0"},
    ]
    assert found["profiles"] == [
        {"profile_id": "7", "handle": "ada", "display_name": "Ada L."},
        {"profile_id": "8", "handle": "ben", "display_name": "Ada L."},
    ]


def test_a_topic_without_question_has_a_post_and_comments(rows_of):
    plain = TOPIC | {"accepted_answer": None, "post_stream": {"posts": [post(1), post(2), post(3)]}}
    assert [row["kind"] for row in rows_of(discourse, plain)["posts"]] == ["post", "comment", "comment"]
    open_ = TOPIC | {"accepted_answer": None, "post_stream": {"posts": [post(1), post(2, can_accept_answer=True)]}}
    assert [row["kind"] for row in rows_of(discourse, open_)["posts"]] == ["question", "answer"]


def test_posts_of_the_feed_and_of_webhooks_have_the_same_ids(rows_of):
    first, second = rows_of(discourse, POSTS)["posts"]
    assert (first["post_id"], first["title"]) == ("42/1", "Hello")
    assert (second["post_id"], second["parent_post_id"], second["language"]) == ("42/2", "42/1", "de")
    assert rows_of(discourse, POSTS)["post_metrics"][1]["reactions"] == "3"
    assert rows_of(discourse, {"post": post(2)}) == rows_of(discourse, post(2))
    assert rows_of(discourse, {"solved": post(2)})["posts"][0]["is_accepted_answer"] == "true"
    assert rows_of(discourse, {"post": post(2, deleted_at=LATER)}) == {
        "posts": [{"post_id": "42/2", "deleted_at": LATER}]
    }


def test_likes_and_mentions(rows_of):
    given = {
        "interaction_id": "reaction:9:42/2",
        "kind": "reaction",
        "actor_profile_id": "9",
        "target_profile_id": "7",
        "post_id": "42/2",
        "created_at": AT,
    }
    assert rows_of(discourse, LIKE)["interactions"] == [given]
    assert rows_of(discourse, ACTIONS)["interactions"] == [
        given | {"target_profile_id": "8"},
        {
            "interaction_id": "mention:9:7:42/3",
            "kind": "mention",
            "actor_profile_id": "9",
            "target_profile_id": "7",
            "post_id": "42/3",
            "created_at": AT,
        },
    ]


def test_users_and_lists_of_topics(rows_of):
    assert rows_of(discourse, USER)["profiles"] == [
        {
            "profile_id": "7",
            "handle": "ada",
            "display_name": "Ada L.",
            "bio": "I grind",
            "url": "https://ada.example",
            "location": "Kiel",
            "email": "ada@example.org",
            "posts_count": "12",
            "created_at": AT,
        }
    ]
    assert rows_of(discourse, {"user": {"id": -2, "username": "discobot"}})["profiles"][0]["is_bot"] == "true"
    assert rows_of(discourse, LATEST) == {
        "post_metrics": [{"post_id": "42/1", "observed_at": LATER, "views": "130", "comments": "2"}],
        "profiles": [{"profile_id": "7", "handle": "ada", "display_name": "Ada L."}],
    }
    gone = {"topic": {"id": 42, "title": "x", "deleted_at": LATER, "created_by": {"id": 7, "username": "ada"}}}
    assert rows_of(discourse, gone) == {"posts": [{"post_id": "42/1", "deleted_at": LATER}]}


@pytest.mark.parametrize(
    "value",
    [
        {"ping": "OK"},
        {"chat_message": {"id": 1, "message": "private"}},
        TOPIC | {"archetype": "private_message"},
        {"post": post(1, topic_archetype="private_message")},
        {"topic": {"id": 42, "archetype": "private_message", "views": 2}},
    ],
)
def test_private_and_housekeeping_messages_give_no_row(rows_of, value):
    assert rows_of(discourse, value) == {}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (TOPIC | {"archetype": "private_message"}, {"private messages": 7}),
        ({"topic": {"id": 42, "archetype": "private_message", "views": 2}}, {"private messages": 1}),
        (ACTIONS, {"user actions of type 5": 1}),
        ({"user_actions": [{"action_type": "a|b=c"}]}, {"user actions of no known type": 1}),
    ],
)
def test_what_is_left_out_is_counted(rows_of, value, found):
    with unmapped.counting() as counts:
        rows_of(discourse, value)
    assert counts == found


def test_what_the_community_flagged_is_deleted(rows_of):
    hidden = post(2, hidden=True, updated_at=LATER)
    assert rows_of(discourse, hidden) == {"posts": [{"post_id": "42/2", "deleted_at": LATER}]}
    assert rows_of(discourse, post(2, hidden=False))["posts"][0]["text"] == "Post & 2"


def test_a_post_without_a_topic_is_handed_on_for_the_contract_to_refuse(rows_of):
    ((row),) = rows_of(discourse, post(3, topic_id=None))["posts"]
    assert "post_id" not in row


def test_whatever_stands_in_a_payload_it_stays_readable(assert_unbreakable):
    assert_unbreakable(discourse, [TOPIC, POSTS, LIKE, ACTIONS, LATEST, USER])
