"""Writes records as CSV, JSON lines or XML, a day a file: Arrow joins lines, files are slices of its buffer."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate.draw import day_name, join

MARKER = "simulation.json"
PARTS = frozenset(
    {
        MARKER,
        "erp",
        "microblog",
        "forum",
        "support",
        "web",
        "surveys",
        "campaigns",
        "newsletter",
        "company",
        "usage",
        "market",
        "reference",
        "truth",
    }
)
_CHUNK_ROWS = 250_000
_ENTITIES = {'"': "&quot;", "\n": "&#xA;"}


@dataclass(frozen=True)
class Records:
    """Rows of one source, in the order they are written.

    path: file below the output folder; {day} in it stands for the day of the rows.
    columns: one Arrow column each; csv writes null as nothing, json as null, xml leaves the attribute out.
    days: day number of each row, ascending; None writes one file.
    raw: json columns that already hold JSON text. omitted: json columns whose null leaves the key out.
    """

    path: str
    columns: Mapping[str, pa.Array]
    days: np.ndarray | None = None
    raw: frozenset[str] = frozenset()
    omitted: frozenset[str] = frozenset()

    @property
    def is_json(self) -> bool:
        return self.path.endswith(".jsonl")

    @property
    def is_xml(self) -> bool:
        return self.path.endswith(".xml")

    @property
    def frame(self) -> tuple[bytes, bytes]:
        """What stands before and after the rows of a file."""
        if self.is_xml:  # byte order mark and carriage returns as in the real dumps
            root = Path(self.path).stem.lower()
            return f'\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<{root}>\r\n'.encode(), f"</{root}>".encode()
        return b"" if self.is_json else (",".join(self.columns) + "\n").encode(), b""

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def file_of(self, day: int | None) -> str:
        """The file that holds a day's rows."""
        return self.path if day is None else self.path.format(day=day_name(day))

    def place(self, row: int) -> tuple[str, int]:
        """File and record number, counted from 1, of a row."""
        if self.days is None:
            return self.path, row + 1
        day = int(self.days[row])
        return self.file_of(day), row - int(np.searchsorted(self.days, day, side="left")) + 1

    def values(self, row: int) -> dict[str, object]:
        """One row as Python values, as written."""
        found: dict[str, object] = {}
        for name, column in self.columns.items():
            value = column[row].as_py()
            if value is None and name in self.omitted:
                continue
            found[name] = json.loads(value) if name in self.raw and value is not None else value
        return found

    def line(self, values: Mapping[str, object]) -> bytes:
        """Python values as one line in this source's form, without the line end."""
        if self.is_json:
            return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        if self.is_xml:
            given = (f' {name}="{escape(str(v), _ENTITIES)}"' for name, v in values.items() if v is not None)
            return f"  <row{''.join(given)} />\r".encode()
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(["" if v is None else v for v in values.values()])
        return text.getvalue().encode()


@dataclass
class Changes:
    """What is done to a source's lines when written: some replaced by row, some added at a file's end."""

    replaced: dict[int, bytes] = field(default_factory=dict)
    added: dict[int | None, list[bytes]] = field(default_factory=dict)


def write_records(root: Path, records: Records, changes: Changes | None = None) -> dict[str, int]:
    """Writes the rows below root.

    Returns: records written by file, faulty ones included.
    """
    changes = changes or Changes()
    header, footer = records.frame
    written: dict[str, int] = {}
    for day, start, stop, line_of in _files(records):
        name = records.file_of(day)
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        added = changes.added.get(day, [])
        with target.open("wb") as out:
            out.write(header)
            at = start
            for row in sorted(r for r in changes.replaced if start <= r < stop) if changes.replaced else ():
                out.write(line_of(at, row))
                out.write(changes.replaced[row] + b"\n")
                at = row + 1
            out.write(line_of(at, stop))
            for line in added:
                out.write(line + b"\n")
            out.write(footer)
        written[name] = stop - start + len(added)
    return written


def _files(records: Records) -> Iterator[tuple[int | None, int, int, Callable[[int, int], memoryview]]]:
    """For each file: day, first row, last row + 1, and a function giving the bytes between two rows."""
    if records.days is None:
        lines = _Lines(records, 0, len(records))
        yield None, 0, len(records), lines.between
        return
    days, starts = np.unique(records.days, return_index=True)
    stops = np.append(starts[1:], len(records))
    block: _Lines | None = None
    for position, (day, start, stop) in enumerate(zip(days, starts, stops, strict=True)):
        if block is None or stop > block.stop:
            last = np.searchsorted(stops, start + _CHUNK_ROWS, side="right")
            block = _Lines(records, int(start), int(stops[max(position, last - 1)]))
        yield int(day), int(start), int(stop), block.between


class _Lines:
    """The lines of rows [start, stop); Arrow keeps them end to end, so a file is one slice of memory."""

    def __init__(self, records: Records, start: int, stop: int) -> None:
        self.start, self.stop = start, stop
        columns = {name: column.slice(start, stop - start) for name, column in records.columns.items()}
        if records.is_xml:
            lines = xml_lines(columns)
        else:
            lines = json_lines(columns, records.raw, records.omitted) if records.is_json else csv_lines(columns)
        self._bytes, self._starts = flat(lines)

    def between(self, start: int, stop: int) -> memoryview:
        return self._bytes[self._starts[start - self.start] : self._starts[stop - self.start]].data


def flat(text: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The bytes of a text column end to end, and where in them each row begins; the end is the last entry."""
    _, starts, data = text.buffers()
    if data is None or len(text) == 0:
        return np.zeros(0, np.uint8), np.zeros(len(text) + 1, np.int32)
    rows = np.frombuffer(starts, np.int32)[text.offset : text.offset + len(text) + 1]
    return np.frombuffer(data, np.uint8)[: rows[-1]], rows


def csv_lines(columns: Mapping[str, pa.Array]) -> pa.Array:
    """Rows as CSV lines with their line ends, quoted only where needed (RFC 4180)."""
    pieces: list[pa.Array | str] = []
    for column in columns.values():
        text = column.cast(pa.string()) if not pa.types.is_string(column.type) else _quoted(column)
        pieces += [pc.fill_null(text, ""), ","]
    pieces[-1] = "\n"
    return join(*pieces)


def _holds(text: pa.Array, characters: bytes) -> bool:
    """Whether one of the ASCII characters stands anywhere in the column; most columns have none."""
    held, starts = flat(text)
    return any((held[starts[0] :] == character).any() for character in characters)


def _quoted(text: pa.Array) -> pa.Array:
    if not _holds(text, b'",\n\r'):
        return text
    special = pc.fill_null(pc.match_substring_regex(text, '[",\n\r]'), False)
    return pc.if_else(special, join('"', pc.replace_substring(text, '"', '""'), '"'), text)


def json_lines(columns: Mapping[str, pa.Array], raw: frozenset[str], omitted: frozenset[str]) -> pa.Array:
    """Rows as JSON lines with their line ends, byte for byte what json.dumps writes without spaces."""
    pieces: list[pa.Array | str] = ["{"]
    for position, (name, column) in enumerate(columns.items()):
        key = f'{"," if position else ""}"{name}":'
        is_text = pa.types.is_string(column.type) and name not in raw
        value = join('"', escaped(column), '"') if is_text else column.cast(pa.string())
        if name in omitted:
            pieces.append(pc.fill_null(join(key, value), ""))
        else:
            pieces += [key, pc.fill_null(value, "null")]
    pieces.append("}\n")
    return join(*pieces)


def escaped(text: pa.Array) -> pa.Array:
    """Text as it stands inside a JSON string."""
    if not _holds(text, b'\\"\n'):
        return text
    for plain, safe in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        text = pc.replace_substring(text, plain, safe)
    return text


def xml_lines(columns: Mapping[str, pa.Array]) -> pa.Array:
    """Rows as `<row …/>` with their line ends, values as attributes; a null leaves its attribute out."""
    pieces: list[pa.Array | str] = ["  <row"]
    for name, column in columns.items():
        text = _attribute(column) if pa.types.is_string(column.type) else column.cast(pa.string())
        pieces.append(pc.fill_null(join(f' {name}="', text, '"'), ""))
    return join(*pieces, " />\r\n")


def _attribute(text: pa.Array) -> pa.Array:
    for plain, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), *_ENTITIES.items()):
        text = pc.replace_substring(text, plain, safe)
    return text


@contextmanager
def folder(out: Path) -> Iterator[Path]:
    """A temporary folder beside out that takes its place when the block ends well, else is removed.

    Raises: ValueError when out holds anything the simulator did not write; nothing is touched then.
    """
    refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    fresh, old = workshop / "fresh", workshop / "old"
    fresh.mkdir()
    try:
        yield fresh
        refuse_foreign(out)
        if out.exists():
            os.rename(out, old)
        try:
            os.rename(fresh, out)
        except OSError:
            if old.exists():
                os.rename(old, out)
            raise
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def refuse_foreign(out: Path) -> None:
    """Raises ValueError when out is a file, or a folder with anything but an earlier simulation."""
    if not out.exists():
        return
    if not out.is_dir():
        raise ValueError(f"{out} is a file; expected a folder to write to: choose another --out")
    held = {entry.name for entry in out.iterdir()}
    if held and (MARKER not in held or held - PARTS):
        foreign = sorted(held - PARTS) or sorted(held)
        raise ValueError(
            f"{out} holds files that no simulation wrote ({', '.join(foreign[:3])}); "
            "expected an empty folder or an earlier simulation: choose another --out or empty it"
        )
