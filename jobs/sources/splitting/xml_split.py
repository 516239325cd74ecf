"""Splits an XML stream into elements, verbatim, and parses such an element.

Spark's XML reader trims values, silently drops a truncated last row and makes everything after a bad row one corrupt
record. Here bytes are kept unchanged, an error affects only its record, and memory is bounded by the limits.

A record's context consists of the open elements around it: the start tags of its ancestors, each with its head, that is
the children before the first record (the title of a feed's channel, the id of a wiki's page). A child that does not fit
into `head_bytes` is left out. So `context + raw + end tags` is a document of its own.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import BinaryIO
from xml.etree.ElementTree import Element

from jobs.sources import payload
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions

_CHUNK = 1 << 20
_TAG_BYTES = 1 << 20
_PROLOG_BYTES = 1 << 12
_OPEN_BYTES = 1 << 16
_TAG = re.compile(rb"""<(/?)([^\s<>/"'!?=]++)[^<>"']*+(?:"[^<"]*+"[^<>"']*+|'[^<']*+'[^<>"']*+)*+>""")
_OPENINGS = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"))
_LONGEST_OPENING = 9
_BOM = b"\xef\xbb\xbf"
_DECLARED = re.compile(r"""^<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_READABLE = re.compile(r"(?i)utf-?8|(us-)?ascii|iso-?8859-?\d+|latin-?1|windows-125\d|cp125\d|koi8-[ru]")
_VERSION = re.compile(r"[/-]\d+(?:\.\d+)*(?:\.dtd)?$")
_PROLOG = re.compile(r"^\s*<\?xml\b.*?\?>", re.DOTALL)


@dataclass
class Token:
    """A piece of markup. kind: mark (byte order), text, start, end, empty, instruction, other (comment, CDATA) or
    declaration (`<!…`). name: name of a tag; for an instruction or other, its end."""

    kind: str
    raw: bytes
    name: bytes = b""


def tokens(stream: BinaryIO) -> Iterator[Token]:
    """Markup of a stream, every byte once and in order. What only looks like a tag is text.

    Long text, comments and the like come in several pieces. Tags do not depend on where chunks of the stream end.
    """
    data, at, is_ended, closing, kind = b"", 0, False, b"", "text"
    while len(data) < len(_BOM) and (chunk := stream.read(_CHUNK)):
        data += chunk
    if data.startswith(_BOM):
        yield Token("mark", _BOM)
        at = len(_BOM)
    while True:
        wants_more = False
        if closing:
            end = data.find(closing, at)
            if end >= 0:
                yield Token(kind, data[at : end + len(closing)])
                at, closing = end + len(closing), b""
                continue
            stop = len(data) if is_ended else max(at, len(data) - len(closing) + 1)
            if stop > at:
                yield Token(kind, data[at:stop])
                at = stop
            wants_more = True
        elif (mark := data.find(b"<", at)) != at:
            stop = mark if mark >= 0 else len(data)
            if stop > at:
                yield Token("text", data[at:stop])
                at = stop
            wants_more = mark < 0
        elif (token := _markup(data, at, is_ended)) is None:
            wants_more = True
        elif token.kind in ("instruction", "other"):
            kind, closing = token.kind, token.name
            yield Token(kind, token.raw)
            at += len(token.raw)
        else:
            yield token
            at += len(token.raw)
        if wants_more:
            if is_ended:
                return
            chunk = stream.read(_CHUNK)
            is_ended = not chunk
            data, at = data[at:] + chunk, 0


def _markup(data: bytes, at: int, is_ended: bool) -> Token | None:
    """The token that begins with the `<` at this position; None where more bytes are needed."""
    head = data[at : at + _LONGEST_OPENING]
    for opening, closing in _OPENINGS:
        if head.startswith(opening):
            return Token("instruction" if opening == b"<?" else "other", opening, closing)
        if not is_ended and opening.startswith(head):
            return None
    if head.startswith(b"<!"):
        return Token("declaration", b"<!")
    match = _TAG.match(data, at, at + _TAG_BYTES)
    if match:
        raw, name = match[0], match[2]
        kind = "end" if match[1] else "empty" if raw.endswith(b"/>") else "start"
        return Token(kind, raw, name)
    if not is_ended and len(data) - at < _TAG_BYTES and data.find(b"<", at + 1) < 0:
        return None
    return Token("text", b"<")


@dataclass
class _Open:
    """An open element: its start tag, its head so far, and whether that may still grow."""

    name: bytes
    tag: bytes
    head: bytearray
    is_closed: bool = False  # a record began within: the head is complete
    is_over: bool = False  # its own text does not fit


@dataclass
class _Records:
    """The records so far, and the one being read."""

    limit: int
    count: int = 0
    raw: bytearray | None = None
    name: bytes = b""
    context: str = ""

    def begin(self, token: Token, context: str) -> None:
        self.raw, self.name, self.context = bytearray(), token.name, context
        self.add(token.raw)

    def add(self, piece: bytes) -> None:
        assert self.raw is not None
        self.raw += piece[: self.limit + 1 - len(self.raw)]

    def end(self) -> Record:
        assert self.raw is not None
        raw, self.raw = bytes(self.raw), None
        return self.record(raw, self.context)

    def record(self, raw: bytes, context: str | None) -> Record:
        self.count += 1
        return Record(self.count, raw, context)


@dataclass
class _Document:
    """The open elements at a position of a stream."""

    encoding: str
    head_bytes: int
    head_without: frozenset[bytes]
    stack: list[_Open] = field(default_factory=list)
    prolog: bytes = b""
    root: bytes = b""

    @property
    def context(self) -> str:
        """Declared encoding, start tags and heads; marks them as complete."""
        for element in self.stack:
            element.is_closed = True
        heads = (element.tag + bytes(element.head) for element in self.stack)
        return (self.prolog + b"".join(heads)).decode(_declared(self.prolog) or self.encoding, errors="replace")

    @property
    def tags_bytes(self) -> int:
        return sum(len(element.tag) for element in self.stack)

    def start(self, token: Token) -> None:
        self.root = self.root or token.name
        self.stack.append(_Open(token.name, token.raw, bytearray()))

    @property
    def room(self) -> int:
        """Bytes that a context may still grow by."""
        return self.head_bytes - sum(len(element.tag) + len(element.head) for element in self.stack)

    def add(self, piece: bytes) -> None:
        """Keeps what is between tags, while it may belong to a head."""
        if self.stack and not (self.stack[-1].is_closed or self.stack[-1].is_over):
            if len(piece) <= self.room:
                self.stack[-1].head += piece
            else:
                self.stack[-1].is_over = True
                self.stack[-1].head.clear()  # as if it were one piece

    def end(self, token: Token) -> None:
        """Closes an element, and unclosed ones within it; a complete child is added to its parent's head."""
        if all(element.name != token.name for element in self.stack):
            return
        while (child := self.stack.pop()).name != token.name:
            pass
        self.child(
            child.name, child.tag + bytes(child.head) + token.raw, is_whole=not (child.is_closed or child.is_over)
        )

    def child(self, name: bytes, raw: bytes, *, is_whole: bool = True) -> None:
        if not self.stack or not is_whole or local(name) in self.head_without:
            return
        parent = self.stack[-1]
        if not (parent.is_closed or parent.is_over) and len(raw) <= self.room:
            parent.head += raw


def split_xml(
    stream: BinaryIO,
    options: SplitOptions,
    names: Iterable[str],
    roots: Iterable[str],
    *,
    head_bytes: int = 16_384,
    head_without: Iterable[str] = (),
) -> Iterator[Record]:
    """Records of an XML file: its elements with these local names, verbatim. Never fails on content.

    The start of another record ends an unclosed one. A record that is truncated at the file's end will not parse, and so
    does a file that ends before its root element. A file with a document type declaration, with another root, in an
    encoding that is not a superset of ASCII or nested too deep outside of records is one record, which will not parse
    either.

    Args:
        names: local names of the elements; outside of them and of heads nothing is kept.
        roots: local names that the root may have.
        head_bytes: longest context.
        head_without: local names of children that are left out of heads.
    """
    wanted, allowed = {name.encode() for name in names}, {name.encode() for name in roots}
    without = frozenset(name.encode() for name in head_without)
    records = _Records(options.record_bytes)
    document = _Document(options.encoding, head_bytes, without)
    for token in tokens(stream):
        if records.raw is not None:
            is_tag = token.kind in ("start", "end", "empty") and token.name == records.name
            if is_tag and token.kind != "end":
                yield records.end()  # its end is missing: the next one begins
            else:
                records.add(token.raw)
                if is_tag:
                    yield records.end()
                continue
        if token.kind in ("start", "empty") and document.stack and local(token.name) in wanted:
            records.begin(token, document.context)
            if token.kind == "empty":
                yield records.end()
        elif not _fits(token, document, allowed, options.nesting_depth):
            stream.seek(0)
            yield records.record(stream.read(options.record_bytes), None)
            return
        elif token.kind == "start":
            document.start(token)
        elif token.kind == "end":
            document.end(token)
        elif token.kind == "empty":
            document.root = document.root or token.name
            document.child(token.name, token.raw)
        elif token.kind == "instruction" and not document.root:
            document.prolog += token.raw
        elif document.stack:
            document.add(token.raw)
    if records.raw is not None:
        yield records.end()
    elif document.stack or not document.root:
        yield records.record(b"", document.context if document.stack else None)


def _fits(token: Token, document: _Document, roots: set[bytes], depth: int) -> bool:
    """Whether a file with this token outside of records can be split at all."""
    if token.kind == "declaration":
        return False
    if token.kind == "start" and (len(document.stack) >= depth or document.tags_bytes + len(token.raw) > _OPEN_BYTES):
        return False
    if document.stack or token.kind in ("mark", "other", "end"):
        return True
    if token.kind == "text":
        return not token.raw.strip()
    if token.kind == "instruction":
        prolog = document.prolog + token.raw
        return len(prolog) <= _PROLOG_BYTES and _is_readable(_declared(prolog) or "utf-8")
    return local(token.name) in roots


def _declared(prolog: bytes) -> str | None:
    """The encoding that an XML declaration names."""
    match = _DECLARED.match(prolog.decode("latin-1"))
    return match[1] if match else None


def _is_readable(encoding: str) -> bool:
    """Whether its markup can be found byte by byte: it is a superset of ASCII."""
    if not _READABLE.fullmatch(encoding):
        return False
    try:
        return codecs.lookup(encoding) is not None
    except LookupError:
        return False


def local(name: bytes) -> bytes:
    """A tag's name without its prefix."""
    return name.rpartition(b":")[2]


# --- reading --------------------------------------------------------------------------------------------------


def read(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> tuple[Element, list[Element]]:
    """A record as an element, and its ancestors with their heads, the root first.

    A record without context is read by itself: a message of a topic, or a file that could not be cut.
    Raises ParseError: empty_file, too_large, invalid_text, malformed_xml, forbidden_xml, nested_too_deep.
    """
    if not raw.strip() and context is not None:
        raise ParseError("malformed_xml: the file ends before its root element does")
    declared = _declared(context.encode() if context else raw[:_PROLOG_BYTES].removeprefix(_BOM))
    text = _PROLOG.sub("", _decoded(raw, declared or options.encoding, options), count=1)
    head = _PROLOG.sub("", context or "", count=1)
    opened = _left_open(head)
    try:
        element = _wrapped(head, text, opened)
    except ParseError:
        if not head:
            raise
        element = _wrapped("".join(tag for tag, _ in opened), text, opened)  # finds out whether the head is broken
    if _is_deeper_than(element, options.nesting_depth + len(opened)):
        raise ParseError(f"nested_too_deep: more than limits.nesting_depth ({options.nesting_depth}) levels")
    ancestors = []
    for _ in opened:
        ancestors.append(element)
        if not len(element):
            raise ParseError("malformed_xml: the record contains no element")
        element = element[-1]
    return element, ancestors


@lru_cache(maxsize=1_000)
def namespace(address: str) -> str:
    """A namespace as `read_named` has it, in braces: programs write its address in several ways.

    Scheme, www., capitals, a trailing slash or fragment and the version at the end make no difference.

    >>> namespace("https://wordpress.org/export/1.2/") == namespace("http://wordpress.org/export/1.0")
    True
    """
    bare = re.sub(r"^https?://(www\.)?", "", address.strip().lower()).partition("#")[0]
    return "{" + _VERSION.sub("", bare.rstrip("/")) + "}"


def read_named(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> tuple[Element, list[Element]]:
    """As `read`, with the namespaces of all tags and attributes in their common form (`namespace`)."""
    record, ancestors = read(raw, context, options)
    for element in (ancestors or [record])[0].iter():
        if isinstance(element.tag, str):
            element.tag = _renamed(element.tag)
        if any(name.startswith("{") for name in element.attrib):
            element.attrib = {_renamed(name): value for name, value in element.attrib.items()}
    return record, ancestors


def _renamed(name: str) -> str:
    address, is_qualified, local = name.rpartition("}")
    return namespace(address.removeprefix("{")) + local if is_qualified else name


def _wrapped(head: str, text: str, opened: list[tuple[str, str]]) -> Element:
    document = (head + text + "".join(f"</{name}>" for _, name in reversed(opened))).encode()
    return payload.xml_element(document, replace(DEFAULTS, record_bytes=len(document) + 1))


def _decoded(raw: bytes, encoding: str, options: SplitOptions) -> str:
    if not raw.strip():
        raise ParseError("empty_file: the file has no records")
    if len(raw) > options.record_bytes:
        raise ParseError(f"too_large: the record has more than limits.record_bytes ({options.record_bytes:,}) bytes")
    if not _is_readable(encoding):
        raise ParseError(f"invalid_text: XML in {encoding} is not supported; save it as utf-8")
    try:
        return raw.removeprefix(_BOM).decode(encoding)
    except UnicodeDecodeError:
        raise ParseError(f"invalid_text: the bytes are not valid {encoding}") from None


def _left_open(head: str) -> list[tuple[str, str]]:
    """Start tag and name of the open elements of a context, the root first."""
    found: list[tuple[str, str]] = []
    for token in tokens(io.BytesIO(head.encode())):
        if token.kind == "start":
            found.append((token.raw.decode(), token.name.decode()))
        elif token.kind == "end" and found:
            found.pop()
    return found


def _is_deeper_than(element: Element, limit: int) -> bool:
    level = [element]
    for _ in range(limit):
        level = [child for parent in level for child in parent]
        if not level:
            return False
    return True
