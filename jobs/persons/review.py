"""Pairs of records for people to judge, as a CSV file, and what they decided."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Set
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.errors import ConfError
from jobs.lake import ops
from jobs.persons import decisions, opened
from jobs.persons.pairs import KEY, Pair, Record, ordered
from jobs.quality.samples import neutral, plain

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

SHOWN = ("name", "email", "phone", "street", "city", "postcode", "birth_date")
_RECORD = ("kind", "place", "record_id")
ANSWER, JUDGE = "is_same", "judge"
_ANSWERS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "undo": None}


def write(lake: Lake, path: Path) -> int:
    """Writes the pairs that nobody has judged, the least certain first; how many. Raises ConfError where it cannot."""
    pairs = [row for row in lake.rows("silver.person_pairs") if row["band"] == "review"]
    records = _described(lake)
    header = [*KEY, "probability", "evidence", *(f"{side}_{name}" for name in SHOWN for side in ("left", "right"))]
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # spreadsheets know UTF-8 by its mark
            out = csv.writer(file)
            out.writerow([*header, ANSWER, JUDGE])
            for row in sorted(pairs, key=lambda row: (abs(row["probability"] - 0.5), *(row[name] for name in KEY))):
                keys = [tuple(row[f"{side}_{name}"] for name in _RECORD) for side in ("left", "right")]
                sides = [records.get(key, {}) for key in keys]
                shown = [_shown(of.get(name)) for name in SHOWN for of in sides]
                cells = [*(row[name] for name in KEY), f"{row['probability']:.3f}", row["evidence"], *shown]
                out.writerow([*map(neutral, cells), "", ""])
    except OSError as error:
        raise ConfError(f"{path} cannot be written ({error.strerror})") from None
    return len(pairs)


def read(lake: Lake, path: Path, judge: str, now: datetime) -> int:
    """Reads decisions back; how many. The next run restates the persons that they touch.

    Args: judge: who decided, where the column judge is empty.
    Raises ConfError naming the line where an answer is none, a record is not there, or a pair stands twice.
    """
    records = decisions.known(lake)
    found: dict[Pair, Any] = {}
    for line, row in _rows(path):
        if not (row.get(ANSWER) or "").strip():
            continue
        pair = _pair(line, row, records)
        if pair in found:
            raise ConfError(f"line {line}: this pair stands in the file twice; leave one of the two")
        found[pair] = _decision(line, row, pair, judge, now)
    ops.PERSON_DECISIONS.upsert(lake, found.values())
    return len(found)


def _pair(line: int, row: dict[str, str], records: Set[Record]) -> Pair:
    one, other = (_record(row, side) for side in ("left", "right"))
    for record in (one, other):
        if record not in records:
            kind, place, name = record
            raise ConfError(
                f"line {line}: there is no {kind} {name!r} of {place!r}; IDs have to stay as they were written "
                "(spreadsheets drop leading zeros and round long numbers: import such columns as text)"
            )
    if one == other:
        raise ConfError(f"line {line}: both sides are the {one[0]} {one[2]!r} of {one[1]!r}")
    return ordered(one, other)


def _record(row: dict[str, str], side: str) -> Record:
    kind, place, name = (plain(row.get(f"{side}_{name}") or "") for name in _RECORD)
    return kind, place, name


def _described(lake: Lake) -> dict[tuple[str, ...], dict[str, Any]]:
    """What is shown of each record: SHOWN, of a profile its name, address and location."""
    found: dict[tuple[str, ...], dict[str, Any]] = {
        ("customer", row["source"], row["customer_id"]): row
        for row in lake.arrow("silver.customers", ("source", "customer_id", *SHOWN)).to_pylist()
    }
    columns = ("channel", "profile_id", "display_name", "handle", "email", "location")
    for row in lake.arrow("silver.profiles", columns).to_pylist():
        shown = {"name": row["display_name"] or row["handle"], "email": row["email"], "city": row["location"]}
        found["profile", row["channel"], row["profile_id"]] = shown
    return found


def _decision(line: int, row: dict[str, str], pair: Pair, judge: str, now: datetime) -> Any:
    answer = row[ANSWER].strip().lower()
    if answer not in _ANSWERS:
        raise ConfError(
            f"line {line}: {ANSWER} is {row[ANSWER]!r}; expected yes, no, undo, or nothing where you cannot say"
        )
    decided = {"is_same": _ANSWERS[answer], "judge": (row.get(JUDGE) or "").strip() or judge, "judged_at": now}
    return dict(zip(KEY, pair, strict=True)) | decided


def _rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    with opened.csv_file(path) as file:
        rows = csv.DictReader(file)
        if missing := [name for name in (*KEY, ANSWER) if name not in (rows.fieldnames or ())]:
            raise ConfError(f"{path} has no column {missing[0]}; fill in a file that `scrm persons review --out` wrote")
        return [(rows.line_num, row) for row in rows]


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
