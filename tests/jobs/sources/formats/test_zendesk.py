"""Zendesk's answers, exports and webhooks, on made-up tickets."""

import pytest

from jobs.sources import unmapped
from jobs.sources.formats import zendesk

USERS = [
    {"id": 1, "email": "ada@example.org", "external_id": "C-7", "role": "end-user", "name": "Ada"},
    {"id": 2, "email": "help@alder.example", "role": "agent", "name": "Ben"},
]
TICKET = {
    "id": 35,
    "subject": "Kettle leaks",
    "raw_subject": "Kettle leaks",
    "description": "It leaks since May.",
    "status": "closed",
    "requester_id": 1,
    "submitter_id": 1,
    "assignee_id": 2,
    "created_at": "2024-05-01T10:00:00Z",
    "updated_at": "2024-05-09T10:00:00Z",
    "via": {"channel": "email", "source": {"from": {"address": "ada@example.org"}}},
}


def audit(id_, at, who, *events):
    return {"id": id_, "ticket_id": 35, "created_at": at, "author_id": who, "events": list(events)}


def said(id_, public=True):
    return {"id": id_, "type": "Comment", "public": public, "body": "…"}


def became(id_, value, previous=None):
    kind = "Change" if previous else "Create"
    return {"id": id_, "type": kind, "field_name": "status", "value": value, "previous_value": previous}


AUDITS = [
    audit(
        100,
        "2024-05-01T10:00:00Z",
        1,
        said(101),
        became(102, "new"),
        {"id": 103, "type": "Create", "field_name": "requester_id", "value": "1"},
    ),
    audit(110, "2024-05-01T12:00:00Z", 2, said(111), became(112, "solved", "open")),
    audit(120, "2024-05-02T09:00:00Z", 1, said(121), became(122, "open", "solved")),
    audit(130, "2024-05-02T10:00:00Z", 2, said(131, public=False)),
    audit(140, "2024-05-03T10:00:00Z", 2, became(142, "solved", "open"), {"id": 143, "type": "Notification"}),
    audit(150, "2024-05-07T10:00:00Z", -1, became(152, "closed", "solved")),
]
WHOLE = {"ticket": TICKET, "audits": AUDITS, "users": USERS}
COMMENTS = {
    "ticket_id": 35,
    "users": USERS,
    "previous_page": None,
    "comments": [
        {
            "id": 101,
            "type": "Comment",
            "author_id": 1,
            "public": True,
            "created_at": "2024-05-01T10:00:00Z",
            "body": "…",
        },
        {
            "id": 111,
            "type": "Comment",
            "author_id": 2,
            "public": True,
            "created_at": "2024-05-01T12:00:00Z",
            "body": "…",
        },
        {
            "id": 131,
            "type": "Comment",
            "author_id": 2,
            "public": False,
            "created_at": "2024-05-02T10:00:00Z",
            "body": "…",
        },
    ],
}
UPDATES = {
    "end_time": 1714640400,
    "ticket_events": [
        {
            "id": 110,
            "ticket_id": 35,
            "timestamp": 1714564800,
            "updater_id": 2,
            "child_events": [
                {"id": 111, "event_type": "Comment", "public": True},
                {"id": 112, "event_type": "Change", "status": "solved", "previous_value": "open"},
                {"id": 113, "event_type": "Change", "priority": "low", "previous_value": "high"},
            ],
        }
    ],
}


def webhook(what, detail=None, **event):
    return {
        "type": f"zen:event-type:ticket.{what}",
        "id": "e-1",
        "time": "2024-05-03T10:00:00Z",
        "subject": "zen:ticket:35",
        "detail": {
            "id": "35",
            "actor_id": "2",
            "requester_id": "1",
            "status": "SOLVED",
            "subject": "Kettle leaks",
            "created_at": "2024-05-01T10:00:00Z",
            **(detail or {}),
        },
        "event": event,
    }


WEBHOOKS = [
    webhook("created"),
    webhook("status_changed", current="SOLVED", previous="OPEN"),
    webhook("status_changed", current="OPEN", previous="SOLVED"),
    webhook("status_changed", current="PENDING", previous="OPEN"),
    webhook("comment_added", comment={"id": "9", "is_public": True, "author": {"id": "1", "is_staff": False}}),
    webhook("comment_added", comment={"id": "9", "is_public": False, "author": {"id": "2", "is_staff": True}}),
    webhook("soft_deleted"),
]

OPENED = {
    "ticket_id": "35",
    "event_id": "101",
    "kind": "opened",
    "actor": "customer",
    "actor_id": "1",
    "created_at": "2024-05-01T10:00:00Z",
}
REPLIED = {
    "ticket_id": "35",
    "event_id": "111",
    "kind": "replied",
    "actor": "agent",
    "actor_id": "2",
    "created_at": "2024-05-01T12:00:00Z",
}


def test_a_ticket_with_its_audits(rows_of):
    found = rows_of(zendesk, WHOLE)
    assert found["tickets"] == [
        {
            "ticket_id": "35",
            "customer_id": "C-7",
            "email": "ada@example.org",
            "subject": "Kettle leaks",
            "text": "It leaks since May.",
            "status": "closed",
            "opened_at": "2024-05-01T10:00:00Z",
            "solved_at": "2024-05-03T10:00:00Z",
        }
    ]
    assert found["ticket_events"][:2] == [OPENED, REPLIED]
    assert [(row["event_id"], row["kind"], row.get("actor")) for row in found["ticket_events"]] == [
        ("101", "opened", "customer"),
        ("111", "replied", "agent"),
        ("112", "solved", "agent"),
        ("121", "replied", "customer"),
        ("122", "reopened", "customer"),
        ("142", "solved", "agent"),
        ("152", "closed", "bot"),  # by the system
    ]
    assert "actor_id" not in found["ticket_events"][-1]


def test_without_users_the_requester_is_the_customer(rows_of):
    found = rows_of(zendesk, {"audits": AUDITS})
    assert [row.get("actor") for row in found["ticket_events"]][:3] == ["customer", "agent", "agent"]
    alone = rows_of(zendesk, AUDITS[1])["ticket_events"]
    assert [("actor" in row, row["actor_id"]) for row in alone] == [(False, "2"), (False, "2")]
    assert rows_of(zendesk, TICKET)["tickets"][0]["email"] == "ada@example.org"  # of the message


def test_the_same_event_has_the_same_id_however_it_is_read(rows_of):
    assert rows_of(zendesk, COMMENTS)["ticket_events"] == [OPENED, REPLIED]
    solved = {**REPLIED, "event_id": "112", "kind": "solved"}
    told = [{**row, "created_at": "2024-05-01T12:00:00+00:00"} for row in (REPLIED, solved)]
    assert rows_of(zendesk, UPDATES | {"users": USERS})["ticket_events"] == told
    later_page = COMMENTS | {"previous_page": "https://x.example/?page=1"}
    assert [row["kind"] for row in rows_of(zendesk, later_page)["ticket_events"]] == ["replied", "replied"]


def test_solved_at_stands_only_while_solved(rows_of):
    metrics = {"metric_set": {"solved_at": "2024-05-03T10:00:00Z"}}
    assert rows_of(zendesk, TICKET | metrics)["tickets"][0]["solved_at"] == "2024-05-03T10:00:00Z"
    assert "solved_at" not in rows_of(zendesk, TICKET | metrics | {"status": "open"})["tickets"][0]


def test_times_of_several_zones_are_in_the_order_in_which_things_happened(rows_of):
    solved = audit(110, "2024-05-02T14:30:00+02:00", 2, became(112, "solved", "open"))
    reopened = audit(120, "2024-05-02T13:00:00Z", 1, became(122, "open", "solved"))
    found = rows_of(zendesk, {"ticket": TICKET, "users": USERS, "audits": [reopened, AUDITS[0], solved]})
    assert [row["event_id"] for row in found["ticket_events"]] == ["101", "112", "122"]
    assert "solved_at" not in found["tickets"][0]  # it was reopened half an hour later
    answer = {"id": 9, "author_id": 2, "public": True, "created_at": "2024-05-01T10:30:00Z"}
    opening = {"id": 8, "author_id": 1, "public": True, "created_at": "2024-05-01T12:00:00+02:00"}
    events = rows_of(zendesk, COMMENTS | {"comments": [answer, opening]})["ticket_events"]
    assert [(row["event_id"], row["kind"]) for row in events] == [("8", "opened"), ("9", "replied")]


@pytest.mark.parametrize("value", [COMMENTS, {"audits": AUDITS}, WEBHOOKS[5]])
def test_private_comments_are_counted(rows_of, value):
    with unmapped.counting() as found:
        rows_of(zendesk, value)
    assert found == {"private comments": 1}


def test_deleted_tickets_leave_their_key(rows_of):
    gone = {"tickets": [{"ticket_id": "35", "deleted_at": "2024-05-09T10:00:00Z"}]}
    assert rows_of(zendesk, {"tickets": [TICKET | {"status": "deleted"}], "end_of_stream": True}) == gone
    listed = {"deleted_tickets": [{"id": 35, "subject": "x", "deleted_at": "2024-05-09T10:00:00Z"}]}
    assert rows_of(zendesk, listed) == gone


def test_who_wrote_the_first_comment_opened_the_ticket(rows_of):
    filed = audit(100, "2024-05-01T10:00:00Z", 2, said(101) | {"author_id": 1}, became(102, "new"))
    found = rows_of(zendesk, {"ticket": TICKET, "users": USERS, "audits": [filed]})
    assert found["ticket_events"] == [OPENED]


def test_programs_are_bots(rows_of):
    by_rule = audit(120, "2024-05-01T12:00:00Z", 2, said(121)) | {"via": {"channel": "rule"}}
    by_system = audit(110, "2024-05-01T11:00:00Z", -1, said(111) | {"author_id": -1})
    found = rows_of(zendesk, {"ticket": TICKET, "users": USERS, "audits": [AUDITS[0], by_system, by_rule]})
    assert [(row["kind"], row["actor"]) for row in found["ticket_events"]] == [
        ("opened", "customer"),
        ("replied", "bot"),
        ("replied", "bot"),
    ]


def test_a_ticket_closed_without_being_solved_is_solved_by_that(rows_of):
    merged = audit(110, "2024-05-01T11:00:00Z", 2, became(112, "closed", "new"))
    (ticket,) = rows_of(zendesk, {"ticket": TICKET, "users": USERS, "audits": [AUDITS[0], merged]})["tickets"]
    assert ticket["solved_at"] == "2024-05-01T11:00:00Z"
    closed = audit(110, "2024-05-09T11:00:00Z", 2, became(112, "closed", "solved"))
    (ticket,) = rows_of(zendesk, {"ticket": TICKET, "users": USERS, "audits": [closed]})["tickets"]
    assert "solved_at" not in ticket  # it was solved before, nobody knows when


def test_webhooks(rows_of):
    created, solved, reopened, pending, comment, note, deleted = (rows_of(zendesk, each) for each in WEBHOOKS)
    kinds = [[row["kind"] for row in each.get("ticket_events", [])] for each in (created, solved, reopened, pending)]
    assert kinds == [["opened"], ["solved"], ["reopened"], []]
    assert solved["ticket_events"][0] == {
        "ticket_id": "35",
        "event_id": "e-1",
        "kind": "solved",
        "actor": "agent",
        "actor_id": "2",
        "created_at": "2024-05-03T10:00:00Z",
    }
    assert (comment["ticket_events"][0]["kind"], comment["ticket_events"][0]["actor"]) == ("replied", "customer")
    assert "ticket_events" not in note
    assert deleted == {"tickets": [{"ticket_id": "35", "deleted_at": "2024-05-03T10:00:00Z"}]}


@pytest.mark.parametrize("value", [{"users": USERS}, {"suspended_tickets": [{"id": 1}]}, {"tickets": [], "count": 0}])
def test_what_is_not_read_gives_no_row(rows_of, value):
    assert rows_of(zendesk, value) == {}


def test_a_ticket_without_an_id_is_handed_on_for_the_contract_to_refuse(rows_of):
    found = rows_of(zendesk, {"tickets": [{"subject": "x", "status": "new"}]})
    assert found["tickets"] == [{"subject": "x", "status": "new"}]


def test_whatever_stands_in_a_payload_it_stays_readable(assert_unbreakable):
    assert_unbreakable(zendesk, [WHOLE, COMMENTS, UPDATES, *WEBHOOKS, TICKET, AUDITS[0]])
