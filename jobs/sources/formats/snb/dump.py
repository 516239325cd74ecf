"""Records of the dump: a thing with the relations that complete it, or a relation that stands alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from jobs.sources.formats.snb import rows
from jobs.sources.formats.snb.headers import PARTS, THINGS, UNUSED, ends_of, fact_contexts
from jobs.sources.formats.snb.rows import Facts, Rows

if TYPE_CHECKING:
    from jobs.sources.linking import Part


def of_record(values: list[str], context: str, parts: Sequence[Part], facts: Facts) -> Rows:
    """Rows of a thing with the relations that complete it, or of a relation; none of what is only looked up."""
    if handler := _OF_THINGS.get(THINGS.get(context, "")):
        yield from handler(dict(zip(context.split("|"), values, strict=True)), _others(parts), facts)
    elif relation := _RELATIONS.get(context):
        yield from relation(*values)


def _others(parts: Sequence[Part]) -> dict[str, list[str]]:
    """The ids that a thing is related to, by their role."""
    found: dict[str, list[str]] = defaultdict(list)
    for raw, context in parts:
        found[PARTS[context][1]].append(ends_of(raw, context)[1])
    return found


def _last(others: Mapping[str, list[str]], name: str) -> str | None:
    """The id of a relation that a thing has once; the one of the newer file if there are two."""
    return others[name][-1] if others.get(name) else None


def _person(row: dict[str, str], others: Mapping[str, list[str]], facts: Facts) -> Rows:
    name = f"{row['firstName']} {row['lastName']}"
    place = _last(others, "place")
    yield rows.profile(row["id"], name, row["creationDate"], row["language"], row["email"], place, facts)
    yield from rows.taggings("person", row["id"], row["id"], others.get("tag", ()), row["creationDate"], facts)


def _post(row: dict[str, str], others: Mapping[str, list[str]], facts: Facts) -> Rows:
    yield from rows.of_post(
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
    yield from rows.of_comment(
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
    yield from rows.of_forum(row["id"], row["title"], row["creationDate"], moderator, others.get("tag", ()), facts)


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

_RELATIONS: dict[str, Callable[..., Rows]] = {
    "Person.id|Person.id|creationDate": rows.knows,
    "Person.id|Post.id|creationDate": rows.likes,
    "Person.id|Comment.id|creationDate": rows.likes,
    "Forum.id|Person.id|joinDate": rows.joins,
    "Person.id|Organisation.id|workFrom": rows.works_at,
    "Person.id|Organisation.id|classYear": rows.studies_at,
}
HEADERS = {*THINGS, *PARTS, *_RELATIONS, *UNUSED, *fact_contexts}
