"""Conversations of a few literal turns.

Accounts: K1 and K2 are customers', C1 and C2 the company's, S a member of staff's, P1 and P2 of people nobody knows,
B a program's.
"""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.social import conversations as talk

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
OWN = pa.Table.from_pylist(
    [
        {"channel": "x", "profile_id": name, "is_company": name != "B", "is_bot": name == "B"}
        for name in ("C1", "C2", "B")
    ]
    + [
        {"channel": "desk", "profile_id": "care", "is_company": True, "is_bot": False},
        {"channel": "desk", "profile_id": "robot", "is_company": False, "is_bot": True},
    ]
)
LINKS = [
    *(("profile", "x", name, f"person of {name}") for name in ("K1", "K2", "S", "P1")),
    *(("customer", "erp", f"customer {name}", f"person of {name}") for name in ("K1", "K2", "S")),
    ("ticket", "desk", "t known", "person of K1"),
    ("ticket", "desk", "t unknown", "person of P1"),
]
PERSONS = pa.table({"person_id": ["person of S", "person of K1"], "role": ["internal_customer", "external_customer"]})


def _table(name: str, columns: tuple[str, ...], rows: list[dict]) -> pa.Table:
    of = contract(name)
    schema = pa.schema([(column, arrow.type_of(of.field(column).type)) for column in columns])
    return pa.Table.from_pylist(rows, schema)


def _at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def _conversations(
    posts: list[dict], *, mentions: tuple = (), tickets: tuple = (), events: tuple = ()
) -> dict[str, dict]:
    """Conversations by id. Posts are written a minute apart in their order; mentions are pairs (post, account)."""
    links = [(*link, None) for link in LINKS]
    found = talk.conversations(
        _table(
            "silver.posts",
            talk.POST_COLUMNS,
            [
                {
                    "channel": "x",
                    "kind": "post",
                    "created_at": _at(minute),
                    "service_type": "forum",
                    "audience": "external",
                    **post,
                }
                for minute, post in enumerate(posts)
            ],
        ),
        _table(
            "silver.interactions",
            talk.MENTION_COLUMNS,
            [
                {"channel": "x", "kind": "mention", "post_id": post, "target_profile_id": account}
                for post, account in mentions
            ],
        ),
        _table(
            "silver.tickets", talk.TICKET_COLUMNS, [{"channel": "desk", "opened_at": BEGIN, **of} for of in tickets]
        ),
        _table(
            "silver.ticket_events",
            talk.EVENT_COLUMNS,
            [
                {"channel": "desk", "event_id": f"e{minute}", "created_at": _at(minute), **event}
                for minute, event in enumerate(events)
            ],
        ),
        own=OWN,
        links=_table(
            "silver.person_links",
            talk.LINK_COLUMNS,
            [dict(zip(talk.LINK_COLUMNS, link, strict=True)) for link in links],
        ),
        persons=PERSONS,
    )
    return {row["conversation_id"]: row for row in found.to_pylist()}


def _thread(*turns: str) -> list[dict]:
    """Posts from 'id author' or 'id author parent' or 'id author parent kind'; - stands for nothing."""
    posts = []
    for turn in turns:
        post_id, author, parent, kind = (*turn.split(), "-", "-")[:4]
        posts.append(
            {
                "post_id": post_id,
                "profile_id": None if author == "-" else author,
                "parent_post_id": None if parent == "-" else parent,
                "kind": "post" if kind == "-" else kind,
            }
        )
    return posts


DIRECTIONS: dict[str, tuple[list[str], list[tuple[str, str]], str | None]] = {
    "the company speaks": (["1 C1"], [], "broadcast"),
    "the company goes on": (["1 C1", "2 C1 1", "3 C2 2"], [], "broadcast"),
    "only a program answers the company": (["1 C1", "2 B 1"], [], "broadcast"),
    "staff speaks for the company": (["1 S"], [], "broadcast"),
    "a customer answers the company, and hears nothing": (["1 C1", "2 K1 1"], [], "unanswered"),
    "others answer the company": (["1 C1", "2 P1 1", "3 - 1"], [], "unanswered"),
    "only a program answers the customer": (["1 C1", "2 K1 1", "3 B 2"], [], "unanswered"),
    "a customer names the company": (["1 K1"], [("1", "C1")], "unanswered"),
    "a person names a member of staff": (["1 P1"], [("1", "S")], "unanswered"),
    "a customer writes a message": (["1 K1 - message"], [], "unanswered"),
    "a customer names the company in a thread of others": (["1 P1", "2 K1 1"], [("2", "C1")], "unanswered"),
    "the company answers a customer": (["1 K1", "2 C1 1"], [], "two_way"),
    "staff answers a customer": (["1 K1", "2 S 1"], [], "two_way"),
    "the company answers a customer's comment": (["1 C1", "2 K1 1", "3 C1 2"], [], "two_way"),
    "the company answers a customer in a thread of others": (["1 P1", "2 K1 1", "3 C1 2"], [], "two_way"),
    "the company answers with a comment of its own post": (["1 C1", "2 K1 1", "3 C2 1"], [], "two_way"),
    "the company spoke before, not after": (["1 C1", "2 C2 1", "3 K1 1"], [], "unanswered"),
    "the company answers by name": (["1 P1", "2 K1 1", "3 C1 1"], [("3", "K1")], "two_way"),
    "the company names somebody before he speaks": (
        ["1 P1", "2 C1 1", "3 K2 1"],
        [("2", "K2")],
        "two_way_with_consumer",
    ),
    "a customer answers a post that names him": (["1 C1", "2 K1 1"], [("1", "K1")], "two_way"),
    "another customer answers it": (["1 C1", "2 K2 1"], [("1", "K1")], "unanswered"),
    "a customer answers a message": (["1 C1 - message", "2 K1 1 message"], [], "two_way"),
    "the company answers a person who is no customer": (["1 P1", "2 C1 1"], [], "two_way_with_consumer"),
    "the company answers somebody whose account is gone": (["1 -", "2 C1 1"], [], "two_way_with_consumer"),
    "the company answers the asker, a customer answers too": (
        ["1 P1", "2 K1 1", "3 C1 1"],
        [],
        "two_way_with_consumer",
    ),
    "customers among themselves": (["1 K1", "2 K2 1", "3 K1 2"], [], "customer_to_customer"),
    "people among themselves": (["1 P1", "2 P2 1"], [], "customer_to_customer"),
    "one person speaks": (["1 K1"], [], "customer_to_customer"),
    "a program speaks": (["1 B"], [], None),
    "a program speaks and a customer answers": (["1 B", "2 K1 1"], [], "customer_to_customer"),
    "the company comments on a program": (["1 K1", "2 B 1", "3 C1 2"], [], "broadcast"),
}


@pytest.mark.parametrize("case", DIRECTIONS)
def test_direction(case: str) -> None:
    turns, mentions, direction = DIRECTIONS[case]
    (found,) = _conversations(_thread(*turns), mentions=tuple(mentions)).values()
    assert found["direction"] == direction


def test_what_is_counted() -> None:
    (found,) = _conversations(_thread("1 B", "2 K1 1", "3 P1 1", "4 C1 2", "5 - 2", "6 K1 4", "7 B 6")).values()
    assert found == {
        "channel": "x",
        "conversation_id": "1",
        "service_type": "forum",
        "audience": "external",
        "began_by_role": "customer",
        "began_by_profile_id": "K1",
        "direction": "two_way",
        "turns_count": 5,
        "company_turns_count": 1,
        "customer_turns_count": 2,
        "other_turns_count": 2,
        "bot_turns_count": 2,
        "participants_count": 3,
        "started_at": _at(1),
        "last_turn_at": _at(5),
    }


def test_posts_of_programs_alone() -> None:
    (found,) = _conversations(_thread("1 B", "2 B 1")).values()
    assert (found["turns_count"], found["bot_turns_count"], found["participants_count"]) == (0, 2, 0)
    assert (found["began_by_role"], found["direction"]) == (None, None)
    assert (found["started_at"], found["last_turn_at"]) == (_at(0), _at(1))


def test_threads_and_channels_are_apart() -> None:
    other = {"channel": "y", "post_id": "9", "profile_id": "C1"}  # another channel's C1 is nobody we know
    posts = _thread("1 K1", "2 C1 1", "3 K2", "4 P1 gone", "5 P2 gone")
    found = _conversations([*posts, other])
    assert {key: (row["channel"], row["turns_count"], row["direction"]) for key, row in found.items()} == {
        "1": ("x", 2, "two_way"),
        "3": ("x", 1, "customer_to_customer"),
        "gone": ("x", 2, "customer_to_customer"),
        "9": ("y", 1, "customer_to_customer"),
    }


def test_a_reply_whose_parent_nobody_has_answers_the_one_who_began() -> None:
    posts = _thread("1 K1", "2 C1 gone")
    for post in posts:
        post["root_post_id"] = "1"
    assert _conversations(posts)["1"]["direction"] == "two_way"


def test_a_deleted_post_holds_its_thread_together_and_takes_no_turn() -> None:
    posts = [
        {"post_id": "1", "kind": None, "deleted_at": _at(9), "created_at": None},
        *_thread("2 K1 1", "3 C1 1"),
        {"post_id": "4", "deleted_at": _at(9)},
    ]
    found = _conversations(posts)
    assert list(found) == ["1"]
    assert (found["1"]["turns_count"], found["1"]["began_by_profile_id"], found["1"]["direction"]) == (
        2,
        "K1",
        "two_way",
    )


def test_a_link_that_ended_makes_nobody_a_customer() -> None:
    table = _table(
        "silver.person_links",
        talk.LINK_COLUMNS,
        [
            {"record_kind": "profile", "record_place": "x", "linked_record_id": "K9", "person_id": "k"},
            {
                "record_kind": "customer",
                "record_place": "erp",
                "linked_record_id": "1",
                "person_id": "k",
                "valid_to": BEGIN,
            },
        ],
    )
    posts = [{"channel": "x", "kind": "post", "created_at": BEGIN, "post_id": "1", "profile_id": "K9"}]
    found = talk.conversations(
        _table("silver.posts", talk.POST_COLUMNS, posts),
        _table("silver.interactions", talk.MENTION_COLUMNS, []),
        _table("silver.tickets", talk.TICKET_COLUMNS, []),
        _table("silver.ticket_events", talk.EVENT_COLUMNS, []),
        own=OWN,
        links=table,
        persons=PERSONS,
    )
    assert found["began_by_role"].to_pylist() == ["other"]


def _event(kind: str, actor: str | None = None, ticket: str = "t", who: str | None = None) -> dict:
    return {"ticket_id": ticket, "kind": kind, "actor": actor, "actor_id": who}


KNOWN = {"ticket_id": "t", "customer_id": "c1", "service_type": "email", "audience": "external"}
TICKETS: dict[str, tuple[dict, list[dict], tuple[str, int, int, int]]] = {
    "answered": (KNOWN, [_event("opened", "customer"), _event("replied", "agent")], ("two_way", 1, 1, 0)),
    "not answered": (KNOWN, [_event("opened", "customer"), _event("replied", "customer")], ("unanswered", 0, 2, 0)),
    "solved without a word": (
        KNOWN,
        [_event("opened", "customer"), _event("solved", "agent")],
        ("unanswered", 0, 1, 0),
    ),
    "reopened": (
        KNOWN,
        [
            _event("opened", "customer"),
            _event("replied", "agent"),
            _event("solved", "agent"),
            _event("reopened", "customer"),
            _event("closed", "agent"),
        ],
        ("two_way", 1, 2, 0),
    ),
    "opened by an agent": (KNOWN, [_event("opened", "agent")], ("broadcast", 1, 0, 0)),
    "opened by an agent, answered": (
        KNOWN,
        [_event("opened", "agent"), _event("replied", "customer")],
        ("two_way", 1, 1, 0),
    ),
    "without events": (KNOWN, [], ("unanswered", 0, 1, 0)),
    "who opened it is not said": (KNOWN, [_event("opened"), _event("replied", "agent")], ("two_way", 1, 1, 0)),
    "a customer by his address": (
        {"ticket_id": "t known"},
        [_event("replied", "agent", "t known")],
        ("two_way", 1, 1, 0),
    ),
    "a program answers at once": (
        KNOWN,
        [_event("opened", "customer"), _event("replied", "bot"), _event("replied", "agent")],
        ("two_way", 1, 1, 0),
    ),
    "only a program answers": (
        KNOWN,
        [_event("opened", "customer"), _event("replied", "bot")],
        ("unanswered", 0, 1, 0),
    ),
    "a program opens, the company speaks": (
        KNOWN,
        [_event("opened", "bot"), _event("replied", "agent")],
        ("broadcast", 1, 0, 0),
    ),
    "a program opens, a customer answers": (
        KNOWN,
        [_event("opened", "bot"), _event("replied", "customer")],
        ("unanswered", 0, 1, 0),
    ),
    "programs alone": (KNOWN, [_event("opened", "bot"), _event("replied", "bot")], (None, 0, 0, 0)),
    "conf knows the program": (KNOWN, [_event("opened"), _event("replied", who="robot")], ("unanswered", 0, 1, 0)),
    "conf knows the account of the company": (
        KNOWN,
        [_event("opened"), _event("replied", who="care")],
        ("two_way", 1, 1, 0),
    ),
    "other events know the agent": (
        KNOWN,
        [_event("opened"), _event("replied", who="a1"), _event("solved", "agent", who="a1")],
        ("two_way", 1, 1, 0),
    ),
    "nobody knows who acted": (KNOWN, [_event("opened"), _event("replied", who="z")], ("unanswered", 0, 2, 0)),
    "a stranger": (
        {"ticket_id": "t unknown"},
        [_event("replied", "agent", "t unknown")],
        ("two_way_with_consumer", 1, 0, 1),
    ),
}


@pytest.mark.parametrize("case", TICKETS)
def test_tickets(case: str) -> None:
    ticket, events, counted = TICKETS[case]
    (found,) = _conversations([], tickets=(ticket,), events=tuple(events)).values()
    assert found["conversation_id"] == ticket["ticket_id"]
    assert (
        found["direction"],
        found["company_turns_count"],
        found["customer_turns_count"],
        found["other_turns_count"],
    ) == counted
    assert found["turns_count"] == sum(counted[1:])


def test_a_program_is_counted_apart_and_begins_no_ticket() -> None:
    events = (_event("opened", "bot", who="robot"), _event("replied", "agent", who="a1"), _event("replied", "bot"))
    found = _conversations([], tickets=(KNOWN,), events=events)["t"]
    assert (found["turns_count"], found["bot_turns_count"], found["participants_count"]) == (1, 2, 1)
    assert (found["began_by_role"], found["began_by_profile_id"]) == ("company", "a1")
    assert (found["started_at"], found["last_turn_at"]) == (_at(1), _at(1))


def test_who_takes_part_in_a_ticket() -> None:
    events = (
        _event("opened", "customer"),
        _event("replied", "agent", who="a1"),
        _event("replied", "customer"),
        _event("replied", "agent", who="a2"),
        _event("solved", "agent", who="a3"),
    )
    found = _conversations([], tickets=(KNOWN,), events=events)["t"]
    assert (found["service_type"], found["audience"]) == ("email", "external")
    assert (found["began_by_role"], found["began_by_profile_id"]) == ("customer", "c1")
    assert (found["participants_count"], found["started_at"], found["last_turn_at"]) == (3, _at(0), _at(3))


def test_events_of_a_ticket_that_is_deleted_are_no_conversation() -> None:
    events = (
        _event("opened", "customer"),
        _event("replied", "agent", who="a1"),
        _event("opened", "customer", "gone"),
        _event("replied", "agent", "gone", who="a1"),
        _event("reopened", "customer", "gone"),
    )
    gone = {**KNOWN, "ticket_id": "gone", "deleted_at": _at(9)}
    found = _conversations([], tickets=(KNOWN, gone), events=events)
    assert {key: row["turns_count"] for key, row in found.items()} == {"t": 2}
    assert set(_conversations([], events=events)) == {"t", "gone"}  # where no source describes tickets


def test_a_deleted_ticket_of_another_channel_takes_nothing_along() -> None:
    gone = {**KNOWN, "channel": "other desk", "deleted_at": _at(9)}
    found = _conversations([], tickets=(KNOWN, gone), events=(_event("opened"), _event("replied", "agent")))
    assert {key: row["turns_count"] for key, row in found.items()} == {"t": 2}


def test_a_ticket_that_bears_the_id_of_a_thread() -> None:
    post = {"channel": "desk", "post_id": "t", "profile_id": "K1"}
    assert sorted(_conversations([post], tickets=(KNOWN,))) == ["t", "ticket:t"]


def test_columns_are_those_of_the_contract() -> None:
    (found,) = _conversations(_thread("1 K1")).values()
    assert set(found) == set(contract("silver.conversations").names) - {"run_id"}
