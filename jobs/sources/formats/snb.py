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
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from jobs.sources import dates
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions, lines

if TYPE_CHECKING:
    from jobs.sources.linking import Part

Rows = Iterator[tuple[str, dict[str, Any]]]
Facts = Mapping[str, str]

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
_TAG, _PLACE, _PART_OF = "id|name|url", "id|name|url|type", "Place.id|Place.id"
_THINGS = {
    "id|firstName|lastName|gender|birthday|creationDate|locationIP|browserUsed|language|email": "Person",
    "id|imageFile|creationDate|locationIP|browserUsed|language|content|length": "Post",
    "id|creationDate|locationIP|browserUsed|content|length": "Comment",
    "id|title|creationDate": "Forum",
    "id|type|name|url": "Organisation",
}
# Files of relations that complete a thing: which, and the role of the other id. The thing's id is the first column.
_PARTS = {
    "Person.id|Place.id": ("Person", "place"),
    "Person.id|Tag.id": ("Person", "tag"),
    "Post.id|Person.id": ("Post", "creator"),
    "Post.id|Tag.id": ("Post", "tag"),
    "Forum.id|Post.id": ("Post", "forum"),  # the one with the thing in the second column
    "Comment.id|Person.id": ("Comment", "creator"),
    "Comment.id|Tag.id": ("Comment", "tag"),
    "Comment.id|Post.id": ("Comment", "post"),
    "Comment.id|Comment.id": ("Comment", "comment"),
    "Forum.id|Person.id": ("Forum", "moderator"),
    "Forum.id|Tag.id": ("Forum", "tag"),
    "Organisation.id|Place.id": ("Organisation", "place"),
}
_UNUSED = ("Post.id|Place.id", "Comment.id|Place.id", "Tag.id|TagClass.id", "TagClass.id|TagClass.id")

fact_contexts = (_TAG, _PLACE, _PART_OF)


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
    return context in _THINGS or context in _PARTS or context in fact_contexts


def thing(raw: bytes, context: str | None) -> tuple[str, bool] | None:
    """Persons, posts, comments, forums and organisations are things; their relations to one other thing are parts."""
    try:
        if context in _THINGS:
            return f"{_THINGS[context]} {_values(raw, context)[0]}", False
        if context in _PARTS:
            own, _ = _ends(raw, context)
            return f"{_PARTS[context][0]} {own}", True
    except ParseError:
        pass  # parse reports why
    return None


def facts(raw: bytes, context: str | None) -> Iterator[tuple[str, str]]:
    """Names of tags, places and countries by id, and which place another one is part of."""
    if context not in fact_contexts:
        return
    try:
        id_, *values = _values(raw, context)
    except ParseError:
        return
    if context == _PART_OF:
        yield f"PartOf {id_}", values[0]
    elif context == _PLACE:
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
        if raw.decode("utf-8", errors="replace") not in _HEADERS:
            raise ParseError("not_this_format: neither a file of the LDBC SNB dump nor an update stream")
        return  # an empty file of the dump
    if context == UPDATES:
        yield from _event(_values(raw, None, options), known)
        return
    if context not in _HEADERS:
        raise ParseError(f"not_this_format: unknown header for a file of the LDBC SNB dump: {context[:100]}")
    values = _values(raw, context, options)
    if handler := _OF_THINGS.get(_THINGS.get(context, "")):
        yield from handler(dict(zip(context.split("|"), values, strict=True)), _others(parts), known)
    elif relation := _RELATIONS.get(context):
        yield from relation(*values)


# --- records of the dump --------------------------------------------------------------------------------------


def _values(raw: bytes, header: str | None, options: SplitOptions = DEFAULTS) -> list[str]:
    """The values of a line, as many as its header has names. Raises ParseError."""
    if len(raw) > options.record_bytes:
        raise ParseError(f"too_large: the record has more than limits.record_bytes ({options.record_bytes:,}) bytes")
    if b"\0" in raw:
        raise ParseError("nul_byte: the record contains a NUL character")
    try:
        values = raw.decode("utf-8").split("|")
    except UnicodeDecodeError:
        raise ParseError("invalid_text: the bytes are not valid utf-8") from None
    if header is not None and len(values) != header.count("|") + 1:
        raise ParseError(f"malformed_csv: the number of values differs from the header's {header.count('|') + 1}")
    return values


def _ends(raw: bytes, context: str) -> tuple[str, str]:
    """Id of the thing that a relation completes, and the other id."""
    first, second = _values(raw, context)
    return (second, first) if context == "Forum.id|Post.id" else (first, second)


def _others(parts: Sequence[Part]) -> dict[str, list[str]]:
    """The ids that a thing is related to, by their role."""
    found: dict[str, list[str]] = defaultdict(list)
    for raw, context in parts:
        found[_PARTS[context][1]].append(_ends(raw, context)[1])
    return found


def _last(others: Mapping[str, list[str]], name: str) -> str | None:
    """The id of a relation that a thing has once; the one of the newer file if there are two."""
    return others[name][-1] if others.get(name) else None


def _person(row: dict[str, str], others: Mapping[str, list[str]], facts: Facts) -> Rows:
    name = f"{row['firstName']} {row['lastName']}"
    place = _last(others, "place")
    yield _profile(row["id"], name, row["creationDate"], row["language"], row["email"], place, facts)
    yield from _taggings("person", row["id"], row["id"], others.get("tag", ()), row["creationDate"], facts)


def _post(row: dict[str, str], others: Mapping[str, list[str]], facts: Facts) -> Rows:
    yield from _post_rows(
        row["id"],
        row["imageFile"],
        row["creationDate"],
        row["language"],
        row["content"],
        _last(others, "creator"),
        _last(others, "forum"),
        others.get("tag", ()),
        facts,
    )


def _comment(row: dict[str, str], others: Mapping[str, list[str]], facts: Facts) -> Rows:
    yield from _comment_rows(
        row["id"],
        row["creationDate"],
        row["content"],
        _last(others, "creator"),
        _last(others, "post"),
        _last(others, "comment"),
        others.get("tag", ()),
        facts,
    )


def _forum(row: dict[str, str], others: Mapping[str, list[str]], facts: Facts) -> Rows:
    moderator = _last(others, "moderator")
    yield from _forum_rows(row["id"], row["title"], row["creationDate"], moderator, others.get("tag", ()), facts)


def _organisation(row: dict[str, str], others: Mapping[str, list[str]], facts: Facts) -> Rows:
    place = _last(others, "place") or ""
    country = facts.get(f"Country {place}") or facts.get(f"Country {facts.get(f'PartOf {place}')}")
    kind = "school" if row["type"] == "university" else row["type"]
    yield (
        "organisations",
        {"organisation_id": row["id"], "name": row["name"], "kind": kind, "url": row["url"], "country": country},
    )


_OF_THINGS: dict[str, Callable[[dict[str, str], Mapping[str, list[str]], Facts], Rows]] = {
    "Person": _person,
    "Post": _post,
    "Comment": _comment,
    "Forum": _forum,
    "Organisation": _organisation,
}


def _knows(one: str, other: str, at: str) -> Rows:
    for actor, target in ((one, other), (other, one)):
        yield (
            "interactions",
            {
                "interaction_id": f"follow:{actor}:{target}",
                "kind": "follow",
                "actor_profile_id": actor,
                "target_profile_id": target,
                "created_at": dates.epoch(at, 1000),
            },
        )


def _likes(person: str, post: str, at: str) -> Rows:
    yield (
        "interactions",
        {
            "interaction_id": f"reaction:{person}:{post}",
            "kind": "reaction",
            "actor_profile_id": person,
            "post_id": post,
            "created_at": dates.epoch(at, 1000),
        },
    )


def _joins(forum: str, person: str, at: str) -> Rows:
    yield _member(_group(forum), person, "member", joined_at=dates.epoch(at, 1000))


def _works_at(person: str, organisation: str, year: str) -> Rows:
    yield _member(organisation, person, "employee", joined_at=year)


def _studies_at(person: str, organisation: str, year: str) -> Rows:
    yield _member(organisation, person, "student", left_at=year)


_RELATIONS: dict[str, Callable[..., Rows]] = {
    "Person.id|Person.id|creationDate": _knows,
    "Person.id|Post.id|creationDate": _likes,
    "Person.id|Comment.id|creationDate": _likes,
    "Forum.id|Person.id|joinDate": _joins,
    "Person.id|Organisation.id|workFrom": _works_at,
    "Person.id|Organisation.id|classYear": _studies_at,
}
_HEADERS = {*_THINGS, *_PARTS, *_RELATIONS, *_UNUSED, *fact_contexts}


# --- events of the update streams -----------------------------------------------------------------------------


def _event(values: list[str], facts: Facts) -> Rows:
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
    yield _profile(person, f"{first} {last}", at, speaks, emails, place, facts)
    yield from _taggings("person", person, person, _list(tags), at, facts)
    for listed, relation in ((studies, _studies_at), (works, _works_at)):
        for entry in _list(listed):
            organisation, _, year = entry.partition(",")
            yield from relation(person, organisation, year)


def _adds_forum(facts: Facts, forum: str, title: str, at: str, moderator: str, tags: str) -> Rows:
    yield from _forum_rows(forum, title, at, moderator, _list(tags), facts)


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
    yield from _post_rows(post, image, at, language, content, creator, forum, _list(tags), facts)


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
    yield from _comment_rows(comment, at, content, creator, to_post, to_comment, _list(tags), facts)


_EVENTS: dict[str, tuple[int, Callable[..., Rows]]] = {
    "1": (14, _adds_person),
    "2": (3, lambda facts, *values: _likes(*values)),
    "3": (3, lambda facts, *values: _likes(*values)),
    "4": (5, _adds_forum),
    "5": (3, lambda facts, *values: _joins(*values)),
    "6": (12, _adds_post),
    "7": (11, _adds_comment),
    "8": (3, lambda facts, *values: _knows(*values)),
}


# --- rows -----------------------------------------------------------------------------------------------------


def _list(text: str) -> list[str]:
    return [value for value in text.split(";") if value]


def _group(forum: str) -> str:
    return f"forum-{forum}"


def _tag(id_: str, facts: Facts) -> str:
    return facts.get(f"Tag {id_}", id_)


def _profile(
    person: str, name: str, at: str, speaks: str, emails: str, place: str | None, facts: Facts
) -> tuple[str, dict[str, Any]]:
    languages = _list(speaks)
    return (
        "profiles",
        {
            "profile_id": person,
            "display_name": name.strip(),
            "email": next(iter(_list(emails)), None),
            "language": languages[0] if len(languages) == 1 else None,
            "location": facts.get(f"Place {place}"),
            "created_at": dates.epoch(at, 1000),
        },
    )


def _taggings(kind: str, object_id: str, tagger: str | None, tags: Iterable[str], at: str, facts: Facts) -> Rows:
    for tag in dict.fromkeys(tags):
        yield (
            "taggings",
            {
                "tagging_id": f"{kind}:{object_id}:{tag}",
                "tagger_profile_id": tagger,
                "object_kind": kind,
                "object_id": object_id,
                "tag": _tag(tag, facts),
                "created_at": dates.epoch(at, 1000),
            },
        )


def _post_rows(
    post: str,
    image: str,
    at: str,
    language: str,
    content: str,
    creator: str | None,
    forum: str | None,
    tags: Iterable[str],
    facts: Facts,
) -> Rows:
    ids = list(dict.fromkeys(tags))
    yield (
        "posts",
        {
            "post_id": post,
            "kind": "media" if image else "post",
            "profile_id": creator,
            "organisation_id": _group(forum) if forum else None,
            "text": content,
            "media": [image] if image else None,
            "tags": [_tag(id_, facts) for id_ in ids] or None,
            "language": language,
            "created_at": dates.epoch(at, 1000),
            "root_post_id": post,
        },
    )
    yield from _taggings("post", post, creator, ids, at, facts)


def _comment_rows(
    comment: str,
    at: str,
    content: str,
    creator: str | None,
    to_post: str | None,
    to_comment: str | None,
    tags: Iterable[str],
    facts: Facts,
) -> Rows:
    ids = list(dict.fromkeys(tags))
    yield (
        "posts",
        {
            "post_id": comment,
            "kind": "comment",
            "profile_id": creator,
            "text": content,
            "tags": [_tag(id_, facts) for id_ in ids] or None,
            "created_at": dates.epoch(at, 1000),
            "parent_post_id": to_post or to_comment,
            "root_post_id": to_post,
        },
    )
    yield from _taggings("post", comment, creator, ids, at, facts)


def _forum_rows(forum: str, title: str, at: str, moderator: str | None, tags: Iterable[str], facts: Facts) -> Rows:
    group, began = _group(forum), dates.epoch(at, 1000)
    yield "organisations", {"organisation_id": group, "name": title, "kind": "group", "created_at": began}
    if moderator:
        yield _member(group, moderator, "moderator", joined_at=began)
    yield from _taggings("group", group, moderator, tags, at, facts)


def _member(organisation: str, person: str, role: str, **times: str | None) -> tuple[str, dict[str, Any]]:
    return (
        "organisation_members",
        {"organisation_id": organisation, "member_kind": "profile", "member_id": person, "member_role": role, **times},
    )
