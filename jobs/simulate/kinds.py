"""What a kind of fault is, and how kinds are said: what is done to a good record, to which, and what becomes of it.

jobs/simulate/faults/ names the kinds of each file, jobs/simulate/dirt.py plants them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate.write import Records

Good = Mapping[str, Records]
Values = dict[str, object]
Change = Callable[[Values, int, Good], None]
Among = Callable[[Good], pa.Array]


def unchanged(row: Values, number: int, good: Good) -> None:
    """Leaves a record as it is."""


def whole(line: bytes) -> bytes:
    """Leaves a record's bytes as they are."""
    return line


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Attributes:
        expected: what a pipeline does: quarantined (the row is refused), unparsable (the record is), duplicate (one of
            two equal ones is left), flagged (it is kept and reported).
        change: makes a good record's values faulty; hears the how-manieth of its kind it is, and all good records.
        spoil: makes its bytes faulty.
        way: add puts the faulty record beside the good ones under a key of its own, repeat under the good one's key,
            replace in the good one's place.
        among: which good records it can be made of.
        place: column with the thing that faults of the kind are about, each of another where there are enough; the record
            itself where it is empty.
        is_apart: no two faults of any file are about one place, however few there are.
    """

    name: str
    property: str
    expected: str
    change: Change = unchanged
    spoil: Callable[[bytes], bytes] = whole
    way: Literal["add", "repeat", "replace"] = "add"
    among: Among | None = None
    place: str = ""
    is_apart: bool = False


@dataclass(frozen=True)
class Source:
    """The faults of one of the company's files (or one a day).

    Attributes:
        records: its name among the simulated records.
        table: the table that the faults are of.
        key: columns of a record's key.
        fresh: the column that gets the next free id when a record is added, or how a key is made that no good record
            has; hears the how-manieth record it is that is added to the file.
        plain: leaves of an added record only what every record has.
    """

    records: str
    table: str
    key: tuple[str, ...]
    fresh: str | Change
    kinds: tuple[Kind, ...]
    plain: Change = unchanged


# --- Ways to make a kind ----------------------------------------------------------------------------------------


def set_to(**values: object) -> Change:
    """The values."""
    return lambda row, number, good: row.update(values)


def missing(name: str, among: Among | None = None, **values: object) -> Kind:
    """A record that lacks what it must have."""
    return Kind(name, "existence", "quarantined", set_to(**values), among=among)


def invalid(name: str, among: Among | None = None, **values: object) -> Kind:
    """A record with a value that is out of its domain, or cannot be read."""
    return Kind(name, "validity", "quarantined", set_to(**values), among=among)


def unparsable(name: str, spoil: Callable[[bytes], bytes], among: Among | None = None) -> Kind:
    """A record whose bytes cannot be read."""
    return Kind(name, "validity", "unparsable", spoil=spoil, among=among)


def repeated(name: str, among: Among | None = None) -> Kind:
    """A record that stands twice."""
    return Kind(name, "integrity", "duplicate", way="repeat", among=among)


def orphan(name: str, among: Among | None = None, **values: object) -> Kind:
    """A record that names what there is not."""
    return Kind(name, "integrity", "flagged", set_to(**values), among=among)


def unlike(name: str, change: Change, among: Among | None = None, place: str = "") -> Kind:
    """An added record that says otherwise than another place does."""
    return Kind(name, "consistency", "flagged", change, among=among, place=place)


def changed(name: str, property_: str, change: Change, among: Among | None = None, place: str = "") -> Kind:
    """A good record that is made wrong."""
    return Kind(name, property_, "flagged", change, way="replace", among=among, place=place)


def irrelevant(name: str, **values: object) -> Kind:
    """A record about what serves no objective."""
    return Kind(name, "relevance", "flagged", set_to(**values))


def of_order(*kinds: Kind) -> tuple[Kind, ...]:
    """Kinds of which no two may be about one order, which would hide each other."""
    return tuple(replace(kind, place="order_id", is_apart=True) for kind in kinds)


# --- What is done to a record -----------------------------------------------------------------------------------


def alternate(column: str, *choices: object) -> Change:
    """One value after another."""
    return lambda row, number, good: row.update({column: choices[number % len(choices)]})


def more(column: str, by: str) -> Change:
    """An amount that is off."""
    return lambda row, number, good: row.update({column: str(Decimal(str(row[column])) + Decimal(by))})


def somebody(**values: object) -> Change:
    """The values, and an e-mail address that nobody has."""
    return lambda row, number, good: row.update(values, email=f"somebody.else{number + 1}@example.com")


def other_name(row: Values, number: int, good: Good) -> None:
    """The name of somebody else."""
    row["name"] = f"Somebody Else {number + 1}"


def beside(column: str) -> Change:
    """A time within the good record's minute."""
    return lambda row, number, good: row.update(
        {column: re.sub(r":\d\dZ$", f":{number % 60:02d}.5Z", str(row[column]))}
    )


def before(column: str, days: int, hours: int = 0, **values: object) -> Change:
    """The values, and a time so much earlier."""

    def change(row: Values, number: int, good: Good) -> None:
        earlier = datetime.fromisoformat(str(row[column])) - timedelta(days=days, hours=hours)
        row.update(values, **{column: f"{earlier:%Y-%m-%dT%H:%M:%SZ}"})

    return change


def bad_bytes(line: bytes) -> bytes:
    """Puts half a character into the middle of the first long text."""
    at = line.index(b" ") + 1
    return line[:at] + b"\xc3\x28" + line[at:]


def cut(line: bytes) -> bytes:
    """The first two thirds, not ending within a character."""
    short = line[: len(line) * 2 // 3]
    return short.decode(errors="ignore").encode()


# --- Which records it is done to --------------------------------------------------------------------------------


def where(records: str, column: str, *values: object) -> Among:
    """Records with one of the values."""
    return lambda good: pc.is_in(good[records].columns[column], pa.array(values))


def lacking(records: str, column: str) -> Among:
    """Records without a value."""
    return lambda good: pc.is_null(good[records].columns[column])


def having(records: str, column: str) -> Among:
    """Records with a value."""
    return lambda good: pc.is_valid(good[records].columns[column])


def both(first: Among, *others: Among) -> Among:
    """Records that are among all of them."""

    def among(good: Good) -> pa.Array:
        mask = first(good)
        for other in others:
            mask = pc.and_(mask, other(good))
        return mask

    return among


def named_in(records: str, column: str, by: str, by_column: str, only: Among | None = None) -> Among:
    """Records whose value stands in another file's column, in the chosen rows of it."""

    def among(good: Good) -> pa.Array:
        named = good[by].columns[by_column]
        values = named.filter(only(good)) if only else named
        return pc.is_in(good[records].columns[column], values.drop_null(), skip_nulls=True)

    return among


def other_than(among: Among) -> Among:
    """The other records."""
    return lambda good: pc.invert(among(good))


def once(records: str, column: str, in_: str = "") -> Among:
    """Records whose value stands once in their file, or in another one's column of that name."""

    def among(good: Good) -> pa.Array:
        counts = pc.value_counts(good[in_ or records].columns[column].drop_null())
        once = counts.field("values").filter(pc.equal(counts.field("counts"), 1))
        return pc.is_in(good[records].columns[column], once, skip_nulls=True)

    return among
