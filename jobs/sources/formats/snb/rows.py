"""Rows of things and relations, whether the dump or an update stream tells of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jobs.sources import dates

Rows = Iterator[tuple[str, dict[str, Any]]]
Facts = Mapping[str, str]


def profile(
    person: str, name: str, at: str, speaks: str, emails: str, place: str | None, facts: Facts
) -> tuple[str, dict[str, Any]]:
    languages = list_of(speaks)
    return (
        "profiles",
        {
            "profile_id": person,
            "display_name": name.strip(),
            "email": next(iter(list_of(emails)), None),
            "language": languages[0] if len(languages) == 1 else None,
            "location": facts.get(f"Place {place}"),
            "created_at": dates.epoch(at, 1000),
        },
    )


def of_post(
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
    yield from taggings("post", post, creator, ids, at, facts)


def of_comment(
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
    yield from taggings("post", comment, creator, ids, at, facts)


def of_forum(forum: str, title: str, at: str, moderator: str | None, tags: Iterable[str], facts: Facts) -> Rows:
    group, began = _group(forum), dates.epoch(at, 1000)
    yield "organisations", {"organisation_id": group, "name": title, "kind": "group", "created_at": began}
    if moderator:
        yield _member(group, moderator, "moderator", joined_at=began)
    yield from taggings("group", group, moderator, tags, at, facts)


def taggings(kind: str, object_id: str, tagger: str | None, tags: Iterable[str], at: str, facts: Facts) -> Rows:
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


def knows(one: str, other: str, at: str) -> Rows:
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


def likes(person: str, post: str, at: str) -> Rows:
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


def joins(forum: str, person: str, at: str) -> Rows:
    yield _member(_group(forum), person, "member", joined_at=dates.epoch(at, 1000))


def works_at(person: str, organisation: str, year: str) -> Rows:
    yield _member(organisation, person, "employee", joined_at=year)


def studies_at(person: str, organisation: str, year: str) -> Rows:
    yield _member(organisation, person, "student", left_at=year)


def _member(organisation: str, person: str, role: str, **times: str | None) -> tuple[str, dict[str, Any]]:
    return (
        "organisation_members",
        {"organisation_id": organisation, "member_kind": "profile", "member_id": person, "member_role": role, **times},
    )


def _group(forum: str) -> str:
    return f"forum-{forum}"


def _tag(id_: str, facts: Facts) -> str:
    return facts.get(f"Tag {id_}", id_)


def list_of(text: str) -> list[str]:
    return [value for value in text.split(";") if value]
