"""Zendesk: responses of the Support API, incremental exports and event webhooks; helpdesks with the same exports.

| Zendesk | here |
|---|---|
| ticket | tickets; e-mail and external_id (the company's customer) of the requester where users are side-loaded |
| ticket's status deleted, deleted_tickets, event soft_deleted or permanently_deleted | the key and deleted_at |
| audit with Create events, first comment of a list | ticket_events of kind opened |
| later public Comment | replied |
| status to solved; to closed | solved; closed |
| status from solved or closed to another | reopened |

Read: tickets, audits, comments, ticket_events (incremental), deleted_tickets, each alone or with `users` beside them,
one object `{"ticket": {…}, "audits": […] or "comments": […], "users": […]}`, and webhooks zen:event-type:ticket.*.
An event's ID is that of its comment or change, so that the same event is one row however it was read. A list of
comments does not include its ticket, unless the exporter adds ticket_id; a webhook's ID is that of its notification:
read webhooks or audits, not both. solved_at comes from metric_set, else from the last solving in the same record, or from
the closing of a ticket that was never solved (merged). actor: the author of the comment, else of the audit: agent or
customer by the user's role, else the requester is the customer; the system (-1), rules and the answer bot are bots.
Not read: private comments (they do not reply to the customer), suspended tickets, satisfaction.

Source: developer.zendesk.com/api-reference (ticketing: Tickets, Ticket Audits, Ticket Comments, Incremental Exports;
webhooks: Ticket events).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jobs.sources import dates, payload, unmapped
from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.loose import first, thing, things
from jobs.sources.social import Rows, answers, finished, part
from jobs.sources.splitting.named import split_named as split

__all__ = ["parse", "split", "tables"]

tables = {
    "tickets": (
        "ticket_id",
        "customer_id",
        "email",
        "subject",
        "text",
        "status",
        "priority",
        "opened_at",
        "solved_at",
        "deleted_at",
    ),
    "ticket_events": ("ticket_id", "event_id", "kind", "actor", "actor_id", "created_at"),
}

_LISTS = frozenset(("tickets", "audits", "comments", "ticket_events", "deleted_tickets"))
_NOT_READ = frozenset(
    (
        "users",
        "user",
        "suspended_tickets",
        "organizations",
        "groups",
        "ticket_fields",
        "ticket_metrics",
        "brands",
        "satisfaction_ratings",
    )
)
_DONE = ("solved", "closed")
_SYSTEM = "-1"
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_PROGRAMS = ("rule", "trigger", "automation", "system", "answer_bot")
_PRIVATE = "private comments"
_WEBHOOK = "zen:event-type:ticket."


@dataclass
class _Known:
    """What a record says of its tickets: side-loaded users by ID, requesters, and solvings."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    requesters: dict[str, str] = field(default_factory=dict)
    solved_at: dict[str, str | None] = field(default_factory=dict)
    """Ticket -> its last solving among the record's events; None after it was reopened."""

    def actor(self, ticket_id: str | None, who: str | None) -> str | None:
        role = first(part(self.users, who or "", "role"))
        if who is None:
            return None
        if who == _SYSTEM:
            return "bot"
        if role:
            return "customer" if role == "end-user" else "agent"
        requester = self.requesters.get(ticket_id or "")
        return None if requester is None else ("customer" if who == requester else "agent")


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one response, export or webhook, or of one object."""
    yield from finished(_any(payload.json_value(raw, options)))


def _any(value: Any) -> Rows:
    for each in answers(value):
        yield from _object(each)


def _object(value: dict[str, Any]) -> Rows:
    if (first(value.get("type")) or "").startswith(_WEBHOOK):
        yield from _webhook(value)
    elif value.keys() & (_LISTS | {"ticket", "audit"}) and not value.keys() & {"requester_id", "subject"}:
        yield from _answer(value)
    elif "events" in value and "ticket_id" in value:
        yield from _answer({"audits": [value]})
    elif "child_events" in value:
        yield from _answer({"ticket_events": [value]})
    elif "id" in value and value.keys() & {"requester_id", "requester", "raw_subject"}:
        yield from _answer({"tickets": [value]})
    elif left := value.keys() & _NOT_READ:
        for name in sorted(left - {"users", "user"}):
            unmapped.count(name.replace("_", " "), len(things(value[name])))
    else:
        raise ParseError("not_this_format: not an answer, export or webhook of Zendesk that is supported")


def _answer(value: dict[str, Any]) -> Rows:
    tickets = things(value.get("tickets")) + things(value.get("ticket"))
    audits = things(value.get("audits")) + things(value.get("audit"))
    known = _known(value, tickets, audits)
    events: list[dict[str, Any]] = []
    for audit in _in_order(audits):
        events.extend(_audit(audit, known))
    for update in things(value.get("ticket_events")):
        events.extend(_update(update, known))
    ticket_id = first(value.get("ticket_id"), tickets[0].get("id") if len(tickets) == 1 else None)
    if not audits:
        is_first_page = first(value.get("previous_page")) is None
        events.extend(_comments(things(value.get("comments")), ticket_id, known, has_opening=is_first_page))
    for ticket in tickets:
        yield _ticket(ticket, known)
    for gone in things(value.get("deleted_tickets")):
        yield "tickets", {"ticket_id": gone.get("id"), "deleted_at": gone.get("deleted_at")}
    yield from (("ticket_events", event) for event in events)


def _in_order(dated: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Oldest first, whatever zone their times are written in; those without a time before all others."""
    return sorted(dated, key=lambda one: dates.instant(first(one.get("created_at"))) or _BEGINNING)


def _known(value: dict[str, Any], tickets: list[dict[str, Any]], audits: list[dict[str, Any]]) -> _Known:
    known = _Known()
    for user in things(value.get("users")) + [thing(ticket.get("requester")) for ticket in tickets]:
        if user_id := first(user.get("id")):
            known.users[user_id] = known.users.get(user_id, {}) | user
    for audit in audits:
        for event in things(audit.get("events")):
            if event.get("field_name") == "requester_id" and first(event.get("value")):
                known.requesters[first(audit.get("ticket_id")) or ""] = first(event["value"]) or ""
    for ticket in tickets:
        if requester := first(ticket.get("requester_id"), part(ticket, "requester", "id")):
            known.requesters[first(ticket.get("id")) or ""] = requester
    return known


def _ticket(ticket: dict[str, Any], known: _Known) -> tuple[str, dict[str, Any]]:
    ticket_id, status = first(ticket.get("id")), first(ticket.get("status"))
    if (status or "").lower() == "deleted":
        return "tickets", {"ticket_id": ticket_id, "deleted_at": ticket.get("updated_at")}
    requester = known.users.get(first(ticket.get("requester_id"), part(ticket, "requester", "id")) or "", {})
    solved_at = first(part(ticket, "metric_set", "solved_at"), known.solved_at.get(ticket_id or ""))
    is_done = (status or "").lower() in _DONE
    return (
        "tickets",
        {
            "ticket_id": ticket_id,
            "customer_id": requester.get("external_id"),
            "email": first(
                requester.get("email"),
                part(ticket, "requester", "email"),
                part(ticket, "via", "source", "from", "address"),
            ),
            "subject": first(ticket.get("subject"), ticket.get("raw_subject")),
            "text": ticket.get("description"),
            "status": status,
            "priority": ticket.get("priority"),
            "opened_at": ticket.get("created_at"),
            "solved_at": solved_at if is_done else None,
        },
    )


# --- events -----------------------------------------------------------------------------------------------------


def _event(
    known: _Known, ticket_id: Any, event_id: Any, kind: str, who: Any, at: Any, *, is_program: bool = False
) -> dict[str, Any]:
    ticket_id, who = first(ticket_id), first(who)
    return {
        "ticket_id": ticket_id,
        "event_id": first(event_id),
        "kind": kind,
        "actor": "bot" if is_program else known.actor(ticket_id, who),
        "actor_id": None if who == _SYSTEM else who,
        "created_at": first(at),
    }


def _status_kind(before: Any, after: Any) -> str | None:
    """Kind of a change of status: solved, closed, reopened, or None."""
    was, becomes = ((first(value) or "").lower() for value in (before, after))
    if was == becomes or not becomes or becomes == "deleted":
        return None
    return becomes if becomes in _DONE else ("reopened" if was in _DONE else None)


def _change(known: _Known, ticket_id: Any, before: Any, after: Any, at: Any) -> str | None:
    """Kind of a change of status. A ticket that is closed without having been solved (merged, say) is solved by that."""
    kind, was = _status_kind(before, after), (first(before) or "").lower()
    if kind == "reopened":
        known.solved_at[first(ticket_id) or ""] = None
    elif kind == "solved" or (kind == "closed" and was not in _DONE):
        known.solved_at[first(ticket_id) or ""] = first(at)
    return kind


def _is_program(*sources: Any) -> bool:
    """Whether a rule, the system or the answer bot acted, by the `via` of an audit or comment."""
    return any((first(part(source, "via", "channel")) or "").startswith(_PROGRAMS) for source in sources)


def _audit(audit: dict[str, Any], known: _Known) -> list[dict[str, Any]]:
    """An update of a ticket. The first one creates it, and its comment is the description.

    Who files a ticket (a contact form, an agent on the phone) may be another than who wrote its first comment.
    """
    found, ticket_id, at, who = [], audit.get("ticket_id"), audit.get("created_at"), audit.get("author_id")
    events = things(audit.get("events"))
    comments = [event for event in events if event.get("type") in ("Comment", "VoiceComment")]
    is_creating = any(event.get("type") == "Create" for event in events)
    if is_creating:
        opening = comments[0] if comments else {}
        opening_id, by = first(opening.get("id"), audit.get("id")), first(opening.get("author_id"), who)
        found.append(_event(known, ticket_id, opening_id, "opened", by, at, is_program=_is_program(opening)))
    for comment in [] if is_creating else comments:
        if comment.get("public") is not False:
            by, is_program = first(comment.get("author_id"), who), _is_program(comment, audit)
            found.append(_event(known, ticket_id, comment.get("id"), "replied", by, at, is_program=is_program))
        else:
            unmapped.count(_PRIVATE)
    for event in events:
        if event.get("field_name") == "status" and event.get("type") in ("Create", "Change"):
            before = None if event["type"] == "Create" else event.get("previous_value")
            if kind := _change(known, ticket_id, before, event.get("value"), at):
                found.append(_event(known, ticket_id, event.get("id"), kind, who, at, is_program=_is_program(audit)))
    return found


def _update(update: dict[str, Any], known: _Known) -> list[dict[str, Any]]:
    """An update of the incremental export; its parts have an event_type, and the changed field is a key."""
    parts = [
        {
            "id": each.get("id"),
            "type": each.get("event_type"),
            "public": each.get("public"),
            "author_id": each.get("author_id"),
            "via": each.get("via"),
            "field_name": "status" if "status" in each else None,
            "value": each.get("status"),
            "previous_value": each.get("previous_value"),
        }
        for each in things(update.get("child_events"))
    ]
    at = first(update.get("created_at")) or dates.epoch(first(update.get("timestamp")))
    by = {"author_id": update.get("updater_id"), "created_at": at}
    return _audit({"id": update.get("id"), "ticket_id": update.get("ticket_id"), "events": parts} | by, known)


def _comments(
    comments: list[dict[str, Any]], ticket_id: Any, known: _Known, *, has_opening: bool
) -> list[dict[str, Any]]:
    """Comments of a ticket. The oldest one is its description."""
    found = []
    for place, comment in enumerate(_in_order(comments)):
        kind = "opened" if place == 0 and has_opening else "replied"
        if kind == "opened" or comment.get("public") is not False:
            of, by, at = first(comment.get("ticket_id"), ticket_id), comment.get("author_id"), comment.get("created_at")
            is_program = _is_program(comment)
            found.append(_event(known, of, comment.get("id"), kind, by, at, is_program=is_program))
        else:
            unmapped.count(_PRIVATE)
    return found


def _webhook(value: dict[str, Any]) -> Rows:
    what = (first(value.get("type")) or "").removeprefix(_WEBHOOK)
    ticket, change, at = thing(value.get("detail")), thing(value.get("event")), first(value.get("time"))
    ticket_id = first(ticket.get("id")) or (first(value.get("subject")) or "").rpartition(":")[2]
    if what in ("soft_deleted", "permanently_deleted"):
        yield "tickets", {"ticket_id": ticket_id, "deleted_at": at}
        return
    known = _known({}, [ticket], [])
    event_id, who = value.get("id"), ticket.get("actor_id")
    kind = _change(known, ticket_id, change.get("previous"), change.get("current"), at)
    yield _ticket(ticket | {"id": ticket_id}, known)
    if what == "created":
        by = first(ticket.get("submitter_id"), who)  # who submits a ticket is the author of its first comment
        yield "ticket_events", _event(known, ticket_id, event_id, "opened", by, at)
    elif what == "status_changed" and kind:
        yield "ticket_events", _event(known, ticket_id, event_id, kind, who, at)
    elif what == "comment_added" and part(change, "comment", "is_public") is False:
        unmapped.count(_PRIVATE)
    elif what == "comment_added":
        author = thing(part(change, "comment", "author"))
        event = _event(known, ticket_id, event_id, "replied", first(author.get("id"), who), at)
        if event["actor"] != "bot" and isinstance(author.get("is_staff"), bool):
            event["actor"] = "agent" if author["is_staff"] else "customer"
        yield "ticket_events", event
