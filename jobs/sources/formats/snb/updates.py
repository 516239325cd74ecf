"""Events of the update streams: each adds one thing or relation, complete in itself."""

from __future__ import annotations

from collections.abc import Callable

from jobs.sources.base import ParseError
from jobs.sources.formats.snb import rows
from jobs.sources.formats.snb.rows import Facts, Rows


def of_event(values: list[str], facts: Facts) -> Rows:
    number = values[2] if len(values) > 2 else ""
    if number not in _EVENTS:
        raise ParseError(f"not_this_format: unknown event number in an update stream: {number[:20] or '(none)'}")
    count, handler = _EVENTS[number]
    if len(values) != count + 3:
        raise ParseError(f"malformed_csv: event {number} has {count + 3} values, the record has {len(values)}")
    yield from handler(facts, *values[3:])


def _adds_person(
    facts: Facts,
    person: str,
    first: str,
    last: str,
    _gender: str,
    _birthday: str,
    at: str,
    _ip: str,
    _browser: str,
    place: str,
    speaks: str,
    emails: str,
    tags: str,
    studies: str,
    works: str,
) -> Rows:
    yield rows.profile(person, f"{first} {last}", at, speaks, emails, place, facts)
    yield from rows.taggings("person", person, person, rows.list_of(tags), at, facts)
    for listed, relation in ((studies, rows.studies_at), (works, rows.works_at)):
        for entry in rows.list_of(listed):
            organisation, _, year = entry.partition(",")
            yield from relation(person, organisation, year)


def _adds_forum(facts: Facts, forum: str, title: str, at: str, moderator: str, tags: str) -> Rows:
    yield from rows.of_forum(forum, title, at, moderator, rows.list_of(tags), facts)


def _adds_post(
    facts: Facts,
    post: str,
    image: str,
    at: str,
    _ip: str,
    _browser: str,
    language: str,
    content: str,
    _length: str,
    creator: str,
    forum: str,
    _country: str,
    tags: str,
) -> Rows:
    yield from rows.of_post(post, image, at, language, content, creator, forum, rows.list_of(tags), facts)


def _adds_comment(
    facts: Facts,
    comment: str,
    at: str,
    _ip: str,
    _browser: str,
    content: str,
    _length: str,
    creator: str,
    _country: str,
    post: str,
    parent: str,
    tags: str,
) -> Rows:
    to_post, to_comment = (None if id_ == "-1" else id_ for id_ in (post, parent))
    yield from rows.of_comment(comment, at, content, creator, to_post, to_comment, rows.list_of(tags), facts)


_EVENTS: dict[str, tuple[int, Callable[..., Rows]]] = {
    "1": (14, _adds_person),
    "2": (3, lambda facts, *values: rows.likes(*values)),
    "3": (3, lambda facts, *values: rows.likes(*values)),
    "4": (5, _adds_forum),
    "5": (3, lambda facts, *values: rows.joins(*values)),
    "6": (12, _adds_post),
    "7": (11, _adds_comment),
    "8": (3, lambda facts, *values: rows.knows(*values)),
}
