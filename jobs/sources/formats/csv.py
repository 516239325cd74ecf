"""CSV (RFC 4180): a quoted value may hold line ends. The header, and what stands above it, is each record's context.

The header is the line that conf says, or the one of the first lines that names most of the columns that conf maps. A file
without one has names from conf, and an empty context.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, BinaryIO

from jobs.sources.base import Record, SplitOptions, lines
from jobs.sources.splitting.header import best
from jobs.sources.splitting.text import with_text
from transformations.canonical.own import OWN

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_CORRUPT = "_corrupt"
_SURPLUS = "_surplus"
_BOM = b"\xef\xbb\xbf"
_ABOVE = "\x1e"  # between the lines above the header, and before the header
_LOOKED_AT = 100
_SHOWN = 5


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per line, or more lines while a quoted value is open. A file without records is one record.

    A line without any value is no record. A value that stays open for `csv_record_lines` lines, or to the end, is a stray
    quote: only its first line is the record, so that one bad line affects one record.
    """
    reader = _Lookahead(lines(stream, options.record_bytes))
    first = next(reader, None)
    if first is not None:
        reader.give_back([first.removeprefix(_BOM)])
    header, context = _header(reader, options)
    blank = b" \t\r" + options.delimiter.encode()
    number = 0
    for line in reader:
        if not line.strip(blank):
            continue
        number += 1
        yield Record(number, b"\n".join(_lines_of(line, reader, options)), context)
    if number == 0:
        yield Record(1, header, None)


def _lines_of(line: bytes, reader: _Lookahead, options: SplitOptions) -> list[bytes]:
    """The lines of the record that begins with this one."""
    taken = [line]
    if b'"' not in line:
        return taken
    delimiter, escape = options.delimiter.encode(), (options.escape or "").encode()
    while _is_open(b"\n".join(taken), delimiter, escape):
        more = next(reader, None)
        if more is None or len(taken) >= options.csv_record_lines:
            reader.give_back(taken[1:] + ([more] if more is not None else []))
            return taken[:1]
        taken.append(more)
    return taken


def _header(reader: _Lookahead, options: SplitOptions) -> tuple[bytes, str]:
    """The header, and the context of the records below it."""
    if isinstance(options.header, tuple):
        return b"", ""
    taken: list[list[bytes]] = []  # records; a header that spans lines is one
    lines_count = 0
    for line in reader:
        taken.append(_lines_of(line, reader, options))
        lines_count += len(taken[-1])
        if options.header == "first" and line.strip():
            break
        if isinstance(options.header, int) and lines_count >= options.header:
            break
        if len(taken) == _LOOKED_AT:
            break
    records = [b"\n".join(part) for part in taken]
    place = len(records) - 1
    if options.header == "auto":
        place = best([_names_in(record, options) for record in records], options.columns)
    if place < 0 or (isinstance(options.header, int) and lines_count < options.header):
        return b"", ""
    reader.give_back([line for part in taken[place + 1 :] for line in part])
    above = [record for record in records[:place] if record]
    encoding = "utf-8" if options.encoding == "utf-16" else options.encoding
    return records[place], _ABOVE.join(part.decode(encoding, errors="replace") for part in [*above, records[place]])


def _names_in(line: bytes, options: SplitOptions) -> list[str]:
    encoding = "utf-8" if options.encoding == "utf-16" else options.encoding
    return header_columns(line.decode(encoding, errors="replace"), options.delimiter)


def read(records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
    """Values by name, per header: later files may have another order or other columns."""
    from pyspark.sql import functions as F

    too_large = F.length("raw") > options.record_bytes
    readable = with_text(records, options.encoding).withColumn(
        "_problem",
        F.when(too_large, F.lit(f"too_large: the record has more than {options.record_bytes:,} bytes")).otherwise(
            F.col("_problem")
        ),
    )
    if isinstance(options.header, tuple):  # whatever stood above records when they were landed
        has_none = F.length("raw") == 0
        parts = [_part(readable.where(~has_none), list(options.header), columns, options)]
    else:
        has_none = F.col("context").isNull()
        parts = [
            _part(readable.where(F.col("context") == context), names_of(context, options), columns, options)
            for context in contexts
        ]
    without = readable.where(has_none).withColumn(
        "_problem",
        F.when(F.length("raw") == 0, F.lit("empty_file: the file has no bytes")).otherwise(
            F.lit("no_records: the file has a header and no records")
        ),
    )
    without = without.withColumn("_columns", F.lit(None).cast("array<string>"))
    parts.append(without.select("*", *_nothing(columns)))
    return reduce(lambda a, b: a.unionByName(b), parts).drop("_text")


def _part(part: DataFrame, names: list[str], columns: list[str], options: SplitOptions) -> DataFrame:
    """The records below one header, read."""
    from pyspark.sql import functions as F

    part = part.withColumn("_columns", F.array(*(F.lit(name) for name in names)).cast("array<string>"))
    if not set(names) & set(columns):
        problem = F.coalesce("_problem", F.lit(_unknown(names, columns, options)))
        return part.withColumn("_problem", problem).select("*", *_nothing(columns))
    # Many programs end each row in a delimiter and the header not, or the other way round: what is beyond must be empty.
    bare = names[: len(names) - _empty_at_the_end(names)]
    other = bare if len(bare) < len(names) else [*names, _SURPLUS]
    text = F.when(F.col("_problem").isNull(), F.col("_text"))
    part = part.withColumn("_row", _parsed(text, names, options))
    is_odd = F.col("_row")[_CORRUPT].isNotNull()
    may_fit = F.endswith("_text", F.lit(options.delimiter)) if len(other) > len(names) else F.lit(True)
    part = part.withColumn("_else", _parsed(F.when(is_odd & may_fit, F.col("_text")), other, options))
    fits = F.col("_else").isNotNull() & F.col("_else")[_CORRUPT].isNull()
    if len(other) > len(names):
        fits &= F.coalesce(F.col("_else")[_SURPLUS], F.lit("")) == ""
    part = part.withColumn("_fits", F.coalesce(fits, F.lit(False)))
    part, is_loose = _with_loose_quotes(part, names, options)
    broken = F.when(is_loose, _loose(options)).when(is_odd & ~F.col("_fits"), _uneven(names, options))
    part = part.withColumn("_problem", F.coalesce("_problem", broken))
    values = []
    for name in columns:
        if name not in names:
            values.append(F.lit(None).cast("string").alias(OWN + name))
            continue
        value = F.col("_row")[name]
        if name in other:
            value = F.when(F.col("_fits"), F.col("_else")[name]).otherwise(value)
        values.append(F.when(~value.isin(*options.null_values), value).alias(OWN + name))
    return part.select("*", *values).drop("_row", "_else", "_fits", "_strict", "_closed")


def _with_loose_quotes(part: DataFrame, names: list[str], options: SplitOptions) -> tuple[DataFrame, Column]:
    """The records, and whether a quoted value goes on after its closing quote, or is not closed.

    Spark takes such a value as it stands: the first kind with its quotes, so it begins with one; the second without the
    opening one, so that stands before it at the end of the line. Few sound lines look like that. Those that do are read a
    second time: once with values of the first kind left out, and once with a quote more at the end, which changes the last
    value unless it was open.
    """
    from pyspark.sql import functions as F

    text, row, unique = F.col("_text"), F.col("_row"), _unique(names)
    quote, last = F.lit('"'), unique[-1]
    is_quoted = row.isNotNull() & F.contains(text, quote)
    begins = reduce(lambda a, b: a | b, (F.coalesce(F.startswith(row[name], quote), F.lit(False)) for name in unique))
    is_bare = F.coalesce(row[last], quote) == quote  # a quote opens the last value, and nothing follows
    opens = is_quoted & is_bare & F.endswith(text, F.lit(f'{options.delimiter}"'))
    may_be_open = F.endswith(text, F.concat(quote, row[last])) | F.contains(row[last], quote)
    part = part.withColumn("_strict", _parsed(F.when(is_quoted & begins, text), names, options, strict=True))
    closed = F.when(is_quoted & may_be_open, F.concat(text, quote))
    part = part.withColumn("_closed", _parsed(closed, names, options, strict=True))
    left_out = reduce(
        lambda a, b: a | b, (F.startswith(row[name], quote) & F.col("_strict")[name].isNull() for name in unique)
    )
    was_open = F.col("_closed")[last].eqNullSafe(row[last]) & F.col("_closed")[_CORRUPT].isNull()
    goes_on = F.coalesce(F.when(F.col("_strict").isNotNull(), left_out), F.lit(False))
    return part, goes_on | F.coalesce(opens, F.lit(False)) | F.coalesce(
        F.when(F.col("_closed").isNotNull(), was_open), F.lit(False)
    )


def _parsed(text: Column, names: list[str], options: SplitOptions, *, strict: bool = False) -> Column:
    """The values of a line as a struct; `_corrupt` is set where there are more or fewer than names.

    Args: strict: a value that goes on after its closing quote is null; else it is taken as it stands.
    """
    from pyspark.sql import functions as F

    schema = ", ".join(f"`{name.replace('`', '``')}` string" for name in [*_unique(names), _CORRUPT])
    read_as = {
        "sep": options.delimiter,
        "quote": '"',
        "escape": options.escape or '"',
        "unescapedQuoteHandling": "SKIP_VALUE" if strict else "STOP_AT_DELIMITER",
        "mode": "PERMISSIVE",
        "maxCharsPerColumn": "-1",
        "columnNameOfCorruptRecord": _CORRUPT,
    }
    return F.from_csv(text, schema, read_as)


def _nothing(columns: list[str]) -> list[Column]:
    from pyspark.sql import functions as F

    return [F.lit(None).cast("string").alias(OWN + name) for name in columns]


def _uneven(names: list[str], options: SplitOptions) -> Column:
    """Why a line with another number of values cannot be read."""
    from pyspark.sql import functions as F

    return _hinted(F.lit(f"malformed_csv: the number of values differs from the header's {len(names)}"), options)


def _loose(options: SplitOptions) -> Column:
    """Why a line with a quote out of place cannot be read."""
    from pyspark.sql import functions as F

    reason = (
        "malformed_csv: a quoted value is not closed, or something stands between its closing quote and the delimiter"
    )
    return _hinted(F.lit(reason), options)


def _hinted(reason: Column, options: SplitOptions) -> Column:
    from pyspark.sql import functions as F

    if options.escape:
        return reason
    hint = F.lit("; where quotes are escaped by a backslash, set escape: '\\' in conf")
    return F.when(F.contains("_text", F.lit('\\"')), F.concat(reason, hint)).otherwise(reason)


def _unknown(names: list[str], columns: list[str], options: SplitOptions) -> str:
    """Why no record below a header can be read."""
    found = ", ".join(name for name in names if name)[:100]
    reason = f"not_this_format: the header has none of the columns {', '.join(columns[:_SHOWN])}; it has {found or 'no name'}"
    other = next((mark for mark in ";\t|," if mark != options.delimiter and len(names) == 1 and mark in names[0]), None)
    if other:
        return f"{reason}; set delimiter: {other!r} in conf if that separates the values"
    return (
        f"{reason}; if it stands further down, or there is none, set header in conf to its line or to a list of names"
    )


def _empty_at_the_end(names: list[str]) -> int:
    return next((count for count, name in enumerate(reversed(names)) if name), len(names))


def _unique(names: list[str]) -> list[str]:
    """Unique names: a repeated name gets its position appended."""
    return [f"{name}#{place}" if name in names[:place] else name for place, name in enumerate(names)]


def names_of(context: str, options: SplitOptions) -> list[str]:
    """Unique names of the columns of records with this context; a column without a name has an empty one at the end."""
    if isinstance(options.header, tuple):
        return list(options.header)
    names = header_columns(context.rpartition(_ABOVE)[2], options.delimiter)
    ending = _empty_at_the_end(names)
    return _unique(names[: len(names) - ending]) + [""] * ending


def header_columns(context: str, delimiter: str) -> list[str]:
    """Names in a header line, spaces around them removed."""
    try:
        return [column.strip() for column in next(csv.reader([context], delimiter=delimiter), [])]
    except csv.Error:  # a value too long for a name
        return []


def _is_open(record: bytes, delimiter: bytes, escape: bytes = b"") -> bool:
    """Whether a quoted value is not closed at the record's end. A quote opens only at the start of a value."""
    is_quoted, at_start, position = False, True, 0
    while position < len(record):
        byte = record[position : position + 1]
        if is_quoted:
            end = record.find(b'"', position)
            if end < 0:
                return True
            if escape and _is_escaped(record, position, end, escape):
                position = end + 1
                continue
            if record[end + 1 : end + 2] == b'"':
                position = end + 2
                continue
            is_quoted, position = False, end + 1
            continue
        if byte == b'"' and at_start:
            is_quoted = True
        at_start = byte == delimiter
        if not is_quoted and not at_start:
            following = record.find(delimiter, position)
            if following < 0:
                return False
            position = following
            continue
        position += 1
    return is_quoted


def _is_escaped(record: bytes, start: int, quote: int, escape: bytes) -> bool:
    """Whether an odd number of escapes stands before a quote."""
    place = quote
    while place > start and record[place - 1 : place] == escape:
        place -= 1
    return (quote - place) % 2 == 1


class _Lookahead:
    """Lines that can be put back."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self._waiting: list[bytes] = []

    def __iter__(self) -> _Lookahead:
        return self

    def __next__(self) -> bytes:
        return self._waiting.pop() if self._waiting else next(self._source)

    def give_back(self, items: list[bytes]) -> None:
        self._waiting.extend(reversed(items))
