"""Pairs of customers for people to judge, as a CSV file, and what they decided."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Set
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.errors import ConfError
from jobs.lake import ops
from jobs.persons import opened
from jobs.persons.pairs import KEY, Pair, ordered
from jobs.quality.samples import neutral, plain

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

SHOWN = ("name", "email", "phone", "street", "city", "postcode", "birth_date")
ANSWER, JUDGE = "is_same", "judge"
_ANSWERS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "undo": None}


def write(lake: Lake, path: Path) -> int:
    """Writes the pairs that nobody has judged, the least certain first; how many. Raises ConfError where it cannot."""
    pairs = [row for row in lake.rows("silver.person_pairs") if row["band"] == "review"]
    columns = ("source", "customer_id", *SHOWN)
    customers = {
        (row["source"], row["customer_id"]): row for row in lake.arrow("silver.customers", columns).to_pylist()
    }
    header = [*KEY, "probability", "evidence", *(f"{side}_{name}" for name in SHOWN for side in ("left", "right"))]
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # spreadsheets know UTF-8 by its mark
            out = csv.writer(file)
            out.writerow([*header, ANSWER, JUDGE])
            for row in sorted(pairs, key=lambda row: (abs(row["probability"] - 0.5), *(row[name] for name in KEY))):
                sides = [
                    customers.get((row[f"{side}_source"], row[f"{side}_customer_id"]), {}) for side in ("left", "right")
                ]
                shown = [_shown(of.get(name)) for name in SHOWN for of in sides]
                cells = [*(row[name] for name in KEY), f"{row['probability']:.3f}", row["evidence"], *shown]
                out.writerow([*map(neutral, cells), "", ""])
    except OSError as error:
        raise ConfError(f"{path} cannot be written ({error.strerror})") from None
    return len(pairs)


def read(lake: Lake, path: Path, judge: str, now: datetime) -> int:
    """Reads decisions back; how many. The next run restates the persons that they touch.

    Args: judge: who decided, where the column judge is empty.
    Raises ConfError naming the line where an answer is none, a customer is not there, or a pair stands twice.
    """
    known = lake.arrow("silver.customers", ("source", "customer_id"))
    customers = set(zip(known["source"].to_pylist(), known["customer_id"].to_pylist(), strict=True))
    decisions: dict[Pair, Any] = {}
    for line, row in _rows(path):
        if not (row.get(ANSWER) or "").strip():
            continue
        pair = _pair(line, row, customers)
        if pair in decisions:
            raise ConfError(f"line {line}: this pair stands in the file twice; leave one of the two")
        decisions[pair] = _decision(line, row, pair, judge, now)
    ops.PERSON_DECISIONS.upsert(lake, decisions.values())
    return len(decisions)


def _pair(line: int, row: dict[str, str], customers: Set[tuple[str, str]]) -> Pair:
    one, other = (
        (plain(row.get(f"{side}_source") or ""), plain(row.get(f"{side}_customer_id") or ""))
        for side in ("left", "right")
    )
    for source, customer in (one, other):
        if (source, customer) not in customers:
            raise ConfError(
                f"line {line}: there is no customer {customer!r} of source {source!r}; IDs have to stay as they were written "
                "(spreadsheets drop leading zeros and round long numbers: import such columns as text)"
            )
    if one == other:
        raise ConfError(f"line {line}: both sides are the customer {one[1]!r} of {one[0]!r}")
    return ordered(one, other)


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
