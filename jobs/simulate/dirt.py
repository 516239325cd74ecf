"""Plants faults: a known number of each kind, none upon another, each recorded with file and record.

Faulty records are added beside the good ones, which stay as they are; so what a pipeline accepts is the clean data again.
Where the fault is that a good record says otherwise than another place, the record is changed; such a fault passes a
pipeline, flagged, as references to nothing do.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.faults import SOURCES
from jobs.simulate.kinds import Good, Kind, Source, Values
from jobs.simulate.write import Changes, Records

_RATE = 1 / 2_500  # faults of a kind for each good record, at least two


@dataclass(frozen=True)
class Fault:
    """One planted fault. record counts a file's data records from 1; key joins the key's parts, as the file has them, by |."""

    kind: str
    property: str
    source_file: str
    record: int
    table: str
    key: str
    expected: str  # quarantined, duplicate, unparsable or flagged


class Planter:
    """Collects faults and the changes that put them into the files."""

    def __init__(self, seed: int, good: Good) -> None:
        self._seed = seed
        self._good = good
        self.changes: dict[str, Changes] = defaultdict(Changes)
        self.faults: list[Fault] = []
        self._added: Counter[str] = Counter()
        self._last: dict[tuple[str, str], object] = {}
        self._held: dict[str, set[object]] = defaultdict(set)  # places that a fault is about, by column or file

    def plant(self) -> None:
        """Plants every kind. Raises: ValueError when the data are too few to keep faults apart."""
        for source in SOURCES:
            records = self._good[source.records]
            for kind in source.kinds:
                number = max(2, round(len(records) * _RATE))
                for place, row in enumerate(self._hosts(source, kind, number)):
                    if kind.way == "replace":
                        self._replace(source, kind, row, place)
                    else:
                        self._add(source, kind, row, place)

    def _hosts(self, source: Source, kind: Kind, number: int) -> list[int]:
        """Good records to make a kind of, each of another place; where that is not needed, records are taken again."""
        records = self._good[source.records]
        rows = np.arange(len(records))
        if kind.among:
            rows = rows[pc.fill_null(kind.among(self._good), False).to_numpy(zero_copy_only=False)]
        rows = draw.stream(self._seed, f"dirt {kind.name}").permutation(rows)
        held = self._held[source.records]
        places = self._held[kind.place if kind.is_apart else f"{source.records}.{kind.place}"]
        chosen: list[int] = []
        for row in rows.tolist():
            place = records.columns[kind.place][row].as_py() if kind.place else None
            if len(chosen) < number and row not in held and (not kind.place or place not in places):
                chosen.append(row)
                held.add(row)
                places.add(place)
            elif len(chosen) == number:
                break
        if len(chosen) < number and kind.way != "replace" and not kind.is_apart:
            left = [row for row in rows.tolist() if row not in self.changes[source.records].replaced]
            chosen += (left * number)[: number - len(chosen)]
        if len(chosen) < number:
            raise ValueError(
                f"too few {source.records} to keep planted faults apart; ask for more customers, days or orders, "
                "or for no dirt"
            )
        return chosen

    def _add(self, source: Source, kind: Kind, row: int, place: int) -> None:
        """A faulty copy of a good record at its file's end, under a key of its own unless it repeats the record."""
        records = self._good[source.records]
        values = records.values(row)
        if kind.way == "add":
            self._added[source.records] += 1
            number = self._added[source.records]
            source.plain(values, number, self._good)
            if isinstance(source.fresh, str):
                values[source.fresh] = _following(self._greatest(source.records, source.fresh), number)
            else:
                source.fresh(values, number, self._good)
        kind.change(values, place, self._good)
        day = None if records.days is None else int(records.days[row])
        added = self.changes[source.records].added.setdefault(day, [])
        added.append(kind.spoil(records.line(values)))
        name, last = records.place(_last_row(records, row))
        self._record(source, kind, name, last + len(added), values)

    def _replace(self, source: Source, kind: Kind, row: int, place: int) -> None:
        records = self._good[source.records]
        values = records.values(row)
        kind.change(values, place, self._good)
        self.changes[source.records].replaced[row] = records.line(values)
        self._record(source, kind, *records.place(row), values)

    def _record(self, source: Source, kind: Kind, name: str, record: int, values: Values) -> None:
        parts = (values.get(column) for column in source.key)
        key = "|".join("" if part is None else str(part) for part in parts)
        self.faults.append(Fault(kind.name, kind.property, name, record, source.table, key, kind.expected))

    def _greatest(self, records: str, column: str) -> object:
        """The greatest id of the good records."""
        if (records, column) not in self._last:
            ids = self._good[records].columns[column]
            numbers = (
                pc.replace_substring_regex(ids, r"^\D*", "").cast(pa.int64()) if pa.types.is_string(ids.type) else ids
            )
            self._last[records, column] = ids[pc.index(numbers, pc.max(numbers)).as_py()].as_py()
        return self._last[records, column]


def _following(last: object, number: int) -> object:
    """The how-manieth id after one: C0000301 after C0000300."""
    if isinstance(last, int):
        return last + number
    name, digits = re.fullmatch(r"(\D*)(\d+)", str(last)).groups()  # type: ignore[union-attr]
    return f"{name}{int(digits) + number:0{len(digits)}d}"


def _last_row(records: Records, row: int) -> int:
    """The last row of a row's file."""
    if records.days is None:
        return len(records) - 1
    return int(np.searchsorted(records.days, records.days[row], side="right")) - 1


def fault_records(faults: Sequence[Fault]) -> Records:
    """truth/dirt.csv: a row a fault."""
    names = list(Fault.__dataclass_fields__)
    return Records(
        "truth/dirt.csv", {name: pa.array([getattr(f, name) for f in faults], _type(name)) for name in names}
    )


def _type(name: str) -> pa.DataType:
    return pa.int64() if name == "record" else pa.string()


def counts(faults: Sequence[Fault], by: str = "kind") -> dict[str, int]:
    """Faults by kind or another of their fields."""
    return dict(sorted(Counter(getattr(fault, by) for fault in faults).items()))
