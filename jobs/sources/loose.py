"""Reading JSON payloads of uncertain shape: what is missing or of another type counts as absent, never as an error."""

from __future__ import annotations

from typing import Any

from jobs.sources import payload

Row = tuple[str, dict[str, Any]]

_OLD_CODES = {"in": "id", "iw": "he", "ji": "yi"}
_NO_LANGUAGE = ("", "und", "zxx", "mul", "mis")


def thing(value: Any) -> dict[str, Any]:
    """The object, or an empty one where the value is not an object."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """A list, or the value as a list of one; None is an empty list.

    >>> listed([1, 2]), listed("a"), listed(None)
    ([1, 2], ['a'], [])
    """
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def things(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; a single object is a list of one."""
    return [one for one in listed(value) if isinstance(one, dict)]


def scalar(value: Any) -> str | None:
    """A text, number or boolean as text; None for anything else and for an empty text."""
    return payload.text_of(value) if isinstance(value, (str, int, float)) else None


def first(*values: Any) -> str | None:
    """The first non-empty value, as text."""
    return next((text for text in map(scalar, values) if text is not None), None)


def distinct(values: Any) -> list[str]:
    """The scalars of a list as texts, each once, in their order."""
    return list(dict.fromkeys(text for text in map(scalar, listed(values)) if text is not None))


def total(*values: Any) -> str | None:
    """Sum of whole numbers; missing ones are ignored, None where all are missing. Other values are passed on."""
    given = [text for text in map(scalar, values) if text is not None]
    try:
        return str(sum(map(int, given))) if given else None
    except ValueError:
        return "+".join(given)


def language(code: Any) -> str | None:
    """ISO 639-1 code of a BCP 47 tag (pt-BR is pt); None for tags that mean no language."""
    text = (scalar(code) or "").replace("_", "-").split("-")[0].lower()
    return None if text in _NO_LANGUAGE else _OLD_CODES.get(text, text)


def row(table: str, **columns: Any) -> Row:
    """A row without the columns that the payload does not report."""
    return table, {name: value for name, value in columns.items() if value is not None and value != []}


def tombstone(table: str, key: str, value: Any, deleted_at: str | None) -> Row:
    """The row of something that its author or the platform deleted: its key, and when."""
    return row(table, **{key: scalar(value), "deleted_at": deleted_at})
