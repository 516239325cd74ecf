"""Reading platforms' payloads: JSON and XML, strictly and within limits; markup."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as XmlError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.splitting import json_scan

_BOM = b"\xef\xbb\xbf"
_BLOCK_TAG = re.compile(r"</?(?:p|div|li|ul|ol|h[1-6]|blockquote|pre|br|hr|tr)\b[^<>]*>", re.IGNORECASE)
_QUOTE_TAG = re.compile(r"<(/?)blockquote\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>")
_HIDDEN = re.compile(r"<(!--|script\b|style\b)", re.IGNORECASE)
_HIDDEN_ENDS = {
    "!--": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
_NUL = re.compile("\0")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Number(float):
    """A JSON number with a fraction or an exponent, and how it was written."""

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str


# --- JSON -----------------------------------------------------------------------------------------------------


def json_value(raw: bytes, options: SplitOptions = DEFAULTS) -> Any:
    """A JSON value; `text_of` returns its numbers as written in the payload, so that no digit is lost.

    Raises ParseError: empty_file, too_large, invalid_text, nul_byte, malformed_json, duplicate_key, not_a_number,
    nested_too_deep.
    """
    raw = raw.removeprefix(_BOM)
    if not raw.strip():
        raise ParseError("empty_file: the file has no records")
    if len(raw) > options.record_bytes:
        raise ParseError(f"too_large: the record has more than limits.record_bytes ({options.record_bytes:,}) bytes")
    if deep := _deeper_than(raw, options.nesting_depth):
        raise ParseError(f"nested_too_deep: {deep} levels or more; limits.nesting_depth is {options.nesting_depth}")
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse_constant, parse_float=Number
        )
    except UnicodeDecodeError:
        raise ParseError("invalid_text: the bytes are not valid utf-8") from None
    except json.JSONDecodeError as error:
        raise ParseError(f"malformed_json: {error.msg.removesuffix(' starting at')}") from None  # one reason, wherever
    except ParseError:
        raise
    except ValueError:
        raise ParseError("not_a_number: an integer has more digits than can be read") from None
    if b"\\u0000" in raw and _holds(value, _NUL):
        raise ParseError("nul_byte: a value contains a NUL character")
    if _ESCAPED_SURROGATE.search(raw) and _holds(value, _SURROGATE):
        raise ParseError("invalid_text: a value contains an unpaired surrogate")
    return value


def json_object(raw: bytes, options: SplitOptions = DEFAULTS) -> dict[str, Any]:
    """As `json_value`, for payloads that are objects."""
    value = json_value(raw, options)
    if not isinstance(value, dict):
        raise ParseError(f"malformed_json: expected an object, found {type(value).__name__}")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(f"duplicate_key: the key {twice!r} appears twice in one object")
    return found


def _refuse_constant(name: str) -> Any:
    raise ParseError(f"not_a_number: {name} is not a JSON number")


def _deeper_than(raw: bytes, limit: int) -> int:
    """limit + 1 where brackets nest deeper than that, else 0; text inside strings is ignored."""
    if raw.count(b"{") + raw.count(b"[") <= limit:
        return 0
    depth = 0
    for _, mark in json_scan.marks(raw):
        depth += 1 if mark in b"{[" else -1 if mark in b"}]" else 0
        if depth > limit:
            return depth
    return 0


def _holds(value: Any, what: re.Pattern[str]) -> bool:
    if isinstance(value, str):
        return what.search(value) is not None
    if isinstance(value, dict):
        return any(_holds(part, what) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_holds(part, what) for part in value)


# --- XML ------------------------------------------------------------------------------------------------------


def xml_element(raw: bytes, options: SplitOptions = DEFAULTS) -> Element:
    """An XML element, entities refused.

    Raises ParseError: empty_file, too_large, invalid_text, malformed_xml, forbidden_xml.
    """
    if not raw.strip():
        raise ParseError("empty_file: the file has no records")
    if len(raw) > options.record_bytes:
        raise ParseError(f"too_large: the record has more than limits.record_bytes ({options.record_bytes:,}) bytes")
    try:
        return fromstring(raw.decode("utf-8-sig"), forbid_dtd=True)
    except UnicodeDecodeError:
        raise ParseError("invalid_text: the bytes are not valid utf-8") from None
    except DefusedXmlException as error:
        raise ParseError(f"forbidden_xml: {error}") from None
    except (XmlError, ValueError) as error:
        raise ParseError(f"malformed_xml: {error}") from None


# --- values ---------------------------------------------------------------------------------------------------


def plain_text(markup: str | None) -> str | None:
    """Text of an HTML fragment: block tags become line ends, other tags are removed, entities are resolved.

    The lines of a quotation begin with >, as in mail: they are another author's.

    >>> plain_text("<p>Fish &amp; chips</p><p>again <b>today</b></p>")
    'Fish & chips\\nagain today'
    >>> plain_text("<blockquote><p>Fish?</p></blockquote><p>No.</p>")
    '> Fish?\\nNo.'
    """
    if not markup:
        return None
    text = without(markup, _HIDDEN, _HIDDEN_ENDS)
    tags = list(_QUOTE_TAG.finditer(text))
    if 2 * sum(not tag[1] for tag in tags) != len(tags):
        tags = []  # nobody knows where an unclosed quotation ends
    lines, depth, at = [], 0, 0
    for tag in tags:
        lines += _lines(text[at : tag.start()], depth)
        depth, at = max(0, depth + (-1 if tag[1] else 1)), tag.end()
    lines += _lines(text[at:], depth)
    return "\n".join(lines) or None


def _lines(markup: str, depth: int) -> list[str]:
    text = html.unescape(_TAG.sub("", _BLOCK_TAG.sub("\n", markup)))
    lines = (line.strip() for line in text.split("\n"))
    return ["> " * depth + line for line in lines if line]


def without(text: str, opening: re.Pattern[str], ends: Mapping[str, re.Pattern[str]]) -> str:
    """Text without the parts between an opening, whose first group names it, and the end of that name.

    Unclosed parts are kept. The time is linear in any text, unlike that of expressions such as `<!--.*?-->`.
    """
    kept, at, searched, endless = [], 0, 0, set()
    while match := opening.search(text, searched):
        name = match[1].lower()
        end = None if name in endless else ends[name].search(text, match.end())
        if end:
            kept.append(text[at : match.start()])
            at = searched = end.end()
        else:
            endless.add(name)
            searched = match.end()
    return "".join([*kept, text[at:]])


def text_of(value: Any) -> str | None:
    """A scalar as text: numbers as written, true and false in lower case, an empty text as None; else compact JSON."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, Number):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    return _compact(value)


def _compact(value: Any) -> str:
    """Compact JSON with every number as it was written: json.dumps would turn 1.10 into 1.1, and 1e999 into Infinity."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        pairs = (f"{json.dumps(str(key), ensure_ascii=False)}:{_compact(part)}" for key, part in value.items())
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_compact, value))}]"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
