"""Files of the dump by their headers: the thing or relation that each holds, and the values of its lines."""

from __future__ import annotations

from jobs.sources.base import DEFAULTS, ParseError, SplitOptions

_TAG, PLACE, PART_OF = "id|name|url", "id|name|url|type", "Place.id|Place.id"
THINGS = {
    "id|firstName|lastName|gender|birthday|creationDate|locationIP|browserUsed|language|email": "Person",
    "id|imageFile|creationDate|locationIP|browserUsed|language|content|length": "Post",
    "id|creationDate|locationIP|browserUsed|content|length": "Comment",
    "id|title|creationDate": "Forum",
    "id|type|name|url": "Organisation",
}
# Files of relations that complete a thing: which, and the role of the other id. The thing's id is the first column.
PARTS = {
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
UNUSED = ("Post.id|Place.id", "Comment.id|Place.id", "Tag.id|TagClass.id", "TagClass.id|TagClass.id")

fact_contexts = (_TAG, PLACE, PART_OF)


def values_of(raw: bytes, header: str | None, options: SplitOptions = DEFAULTS) -> list[str]:
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


def ends_of(raw: bytes, context: str) -> tuple[str, str]:
    """Id of the thing that a relation completes, and the other id."""
    first, second = values_of(raw, context)
    return (second, first) if context == "Forum.id|Post.id" else (first, second)
