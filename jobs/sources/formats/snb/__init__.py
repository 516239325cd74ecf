"""LDBC Social Network Benchmark, Interactive v1: the dump in CSV files (serializer CsvComposite), and update streams.

Source: the LDBC SNB specification, tables of the CSV files and of the update streams. Values are split by |, lists of
values by ;, times are milliseconds since 1970. The header shows what a file of the dump contains; an update stream has
none, its third value is the number of the event.

| dump | event | becomes |
|---|---|---|
| person, isLocatedIn | 1 | profiles; of a set of e-mails the first, of languages the only one |
| post, comment, hasCreator, hasTag, replyOf, containerOf | 6, 7 | posts (post, comment; media where it is a picture) |
| likes | 2, 3 | interactions, reaction; the record does not include the author of the post |
| knows | 8 | interactions, follow: two, one in each direction, since it is mutual and recorded once |
| organisation, isLocatedIn | | organisations (company, school) |
| forum | 4 | organisations (group) with the ID forum-<id>: forums and organisations use the same numbers |
| hasMember, hasModerator | 4, 5 | organisation_members (member, moderator since the forum began) |
| workAt, studyAt | 1 | organisation_members (employee since the year, student until the year of graduation) |
| hasTag, hasInterest | 1, 4, 6, 7 | taggings by the creator, the moderator, the person; with the time of the tagged thing |
| tag, place, isPartOf | | names that the others look up; a tag without a name keeps its ID |

Not read: birthday, gender, address and browser of a person, the country that a message was sent from, classes of tags.
No metrics. The root of a comment is known where it replies to a post; further down the parents lead to it.
The dump spreads a thing over files: records of relations complete it (jobs.sources.linking); events are complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions, lines
from jobs.sources.formats.snb import dump, updates
from jobs.sources.formats.snb.headers import PART_OF, PARTS, PLACE, THINGS, ends_of, fact_contexts, values_of
from jobs.sources.formats.snb.rows import Facts, Rows

if TYPE_CHECKING:
    from jobs.sources.linking import Part

whole = ("profiles",)
tables = {
    "profiles": ("profile_id", "display_name", "email", "language", "location", "created_at"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "organisation_id",
        "text",
        "media",
        "tags",
        "language",
        "created_at",
        "parent_post_id",
        "root_post_id",
    ),
    "interactions": ("interaction_id", "kind", "actor_profile_id", "target_profile_id", "post_id", "created_at"),
    "taggings": ("tagging_id", "tagger_profile_id", "object_kind", "object_id", "tag", "created_at"),
    "organisations": ("organisation_id", "name", "kind", "url", "country", "created_at"),
    "organisation_members": ("organisation_id", "member_kind", "member_id", "member_role", "joined_at", "left_at"),
}

UPDATES = "update stream"
_EVENT = re.compile(rb"\d+\|\d+\|\d+\|")


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per line; the header of a file of the dump is the context. A header alone is an empty file's record."""
    found = (line for line in lines(stream, options.record_bytes) if line)
    first = next(found, b"").removeprefix(b"\xef\xbb\xbf")
    number = 0
    if _EVENT.match(first):
        number, context = 1, UPDATES
        yield Record(1, first, context)
    else:
        context = first.decode("utf-8", errors="replace")
    for line in found:
        number += 1
        yield Record(number, line, context)
    if number == 0:
        yield Record(1, first, None)


def is_linked(context: str | None) -> bool:
    return context in THINGS or context in PARTS or context in fact_contexts


def thing(raw: bytes, context: str | None) -> tuple[str, bool] | None:
    """Persons, posts, comments, forums and organisations are things; their relations to one other thing are parts."""
    try:
        if context in THINGS:
            return f"{THINGS[context]} {values_of(raw, context)[0]}", False
        if context in PARTS:
            own, _ = ends_of(raw, context)
            return f"{PARTS[context][0]} {own}", True
    except ParseError:
        pass  # parse reports why
    return None


def facts(raw: bytes, context: str | None) -> Iterator[tuple[str, str]]:
    """Names of tags, places and countries by id, and which place another one is part of."""
    if context not in fact_contexts:
        return
    try:
        id_, *values = values_of(raw, context)
    except ParseError:
        return
    if context == PART_OF:
        yield f"PartOf {id_}", values[0]
    elif context == PLACE:
        yield f"Place {id_}", values[0]
        if values[2] == "country":
            yield f"Country {id_}", values[0]
    elif "/resource/" in values[1]:  # a class of tags has the same header, and an address in an ontology
        yield f"Tag {id_}", values[0]


def parse(
    raw: bytes,
    context: str | None,
    options: SplitOptions = DEFAULTS,
    parts: Sequence[Part] = (),
    facts: Facts | None = None,
) -> Rows:
    """Rows of one record; relations that complete the record beside it, and what it looks up."""
    if not raw:
        raise ParseError("empty_file: the file has no records")
    known = facts or {}
    if context is None:
        if raw.decode("utf-8", errors="replace") not in dump.HEADERS:
            raise ParseError("not_this_format: neither a file of the LDBC SNB dump nor an update stream")
        return  # an empty file of the dump
    if context == UPDATES:
        yield from updates.of_event(values_of(raw, None, options), known)
        return
    if context not in dump.HEADERS:
        raise ParseError(f"not_this_format: unknown header for a file of the LDBC SNB dump: {context[:100]}")
    yield from dump.of_record(values_of(raw, context, options), context, parts, known)
