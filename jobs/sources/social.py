"""Rows that parsers of social platforms have in common: interactions, metrics, one profile per account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from jobs.sources.base import ParseError, SplitOptions
from jobs.sources.loose import distinct, first, listed, scalar
from jobs.sources.payload import json_value, plain_text, text_of
from transformations.contracts import contract
from transformations.text.words import is_removal_notice

Rows = Iterator[tuple[str, dict[str, Any]]]

_FALLBACK = re.compile(r"\W{0,2}(?:RE|QT|QRT|QP|Quote|Quoting)\s*:?\s*\W?https?://\S+", re.IGNORECASE)
_HASHTAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d]\w*)")


def part(value: Any, *path: str | int) -> Any:
    """The value at the end of a path, or None.

    >>> part({"from": {"id": "17"}}, "from", "id")
    '17'
    """
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def plain(markup: Any) -> str | None:
    """Like `payload.plain_text`, for a value of any type."""
    return plain_text(scalar(markup))


def without_quote(text: str | None) -> str | None:
    """A text without the line that stands for a quoted post where quotes are not shown: `RE: https://…`.

    >>> without_quote("RE: https://a.example/@b/1\\nSo true")
    'So true'
    """
    lines = (text or "").split("\n")
    for place in (0, -1):
        if lines and _FALLBACK.fullmatch(lines[place].strip()):
            del lines[place]
    return "\n".join(lines).strip() or None


def hashtags(text: Any) -> list[str]:
    """Hashtags of a text, without #, each once, in their order."""
    return list(dict.fromkeys(_HASHTAG.findall(text))) if isinstance(text, str) else []


def measured(table: str, key: str, id_: Any, observed_at: Any, **counts: Any) -> Rows:
    """A row of post_metrics or profile_metrics; none where no metric is reported."""
    given = {name: count for name, value in counts.items() if (count := scalar(value)) is not None}
    if given:
        yield table, {key: id_, "observed_at": observed_at, **given}


def interaction(kind: str, actor: Any, target: Any, post_id: Any, created_at: Any, id_: str | None = None) -> Rows:
    """A row of interactions; none where the actor, or both target and post, are missing.

    Its id is `id_`, else kind:actor:post, or kind:actor:target:post where one actor may have several targets in a post.
    """
    actor, target, post_id = scalar(actor), scalar(target), scalar(post_id)
    upon = [each for each in ((target, post_id) if kind in ("mention", "tag") else (post_id or target,)) if each]
    if actor is None or not upon:
        return
    yield (
        "interactions",
        {
            "interaction_id": id_ or ":".join((kind, actor, *upon)),
            "kind": kind,
            "actor_profile_id": actor,
            "target_profile_id": target,
            "post_id": post_id,
            "created_at": created_at,
        },
    )


def refuse_what_is_no_answer(value: Any) -> None:
    """Raises ParseError for what is not a platform's own object: ActivityStreams, an API's error, or no object at all."""
    if not isinstance(value, dict):
        raise ParseError(f"not_this_format: expected an object, found {type(value).__name__}")
    if "objectType" in value or ("verb" in value and ("actor" in value or "objectType" in (value.get("object") or ()))):
        raise ParseError("not_this_format: an ActivityStreams object, not one of the platform's own")
    if "id" not in value and (isinstance(value.get("error"), (dict, str)) or value.get("stat") == "fail"):
        said = first(part(value, "error", "message"), value.get("message"), value.get("error")) or "no message"
        raise ParseError(f"not_this_format: the API answered with an error: {said}")


def answers(value: Any) -> Iterator[dict[str, Any]]:
    """The platform's objects in a value: itself, or those of lists in lists. Raises ParseError as above for others."""
    if isinstance(value, list):
        for each in value:
            yield from answers(each)
        return
    refuse_what_is_no_answer(value)
    yield value


def objects(value: Any, kind: str) -> Iterator[dict[str, Any]]:
    """The value, or the values of a list, each an object. Raises ParseError where one is not. kind: what is expected."""
    for each in listed(value):
        if not isinstance(each, dict):
            raise ParseError(f"not_this_format: expected {kind}, found {type(each).__name__}")
        yield each


def of_objects(raw: bytes, options: SplitOptions, kind: str, rows_of: Callable[[dict[str, Any]], Rows]) -> Rows:
    """The finished rows of a record in JSON, an object or a list of them. Raises ParseError where one is none."""
    yield from finished(row for value in objects(json_value(raw, options), kind) for row in rows_of(value))


def finished(rows: Iterable[tuple[str, dict[str, Any]]]) -> Rows:
    """Rows without empty columns, with each value of its column's type: a text, or a list of texts.

    A record often mentions one account several times: its profile is one row that combines all mentions. An account
    with nothing but an id has no row: it would add nothing. A post whose text is a removal notice is a deletion, as of its
    last change: it was deleted then or later.
    """
    accounts: dict[str, dict[str, Any]] = {}
    for table, row in rows:
        lists = _array_columns(table)
        read = {name: (distinct(value) or None) if name in lists else text_of(value) for name, value in row.items()}
        filled: dict[str, Any] = {name: value for name, value in read.items() if value is not None}
        if table == "posts" and is_removal_notice(filled.get("text")):
            filled = removed(filled)
        if table == "profiles" and "profile_id" in filled and "deleted_at" not in filled:
            accounts[filled["profile_id"]] = filled | accounts.get(filled["profile_id"], {})
        else:
            yield table, filled
    yield from (("profiles", account) for account in accounts.values() if len(account) > 1)


def removed(post: dict[str, Any]) -> dict[str, Any]:
    """The key of a post, and when it was there last."""
    at = post.get("deleted_at") or post.get("edited_at") or post.get("created_at")
    return {name: value for name, value in (("post_id", post.get("post_id")), ("deleted_at", at)) if value}


@cache
def _array_columns(table: str) -> frozenset[str]:
    return frozenset(field.name for field in contract(f"silver.{table}").columns if field.is_array)
