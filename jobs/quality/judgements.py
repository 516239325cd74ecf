"""What people say of sampled values: read from the files they filled in, kept, and made an accuracy rule.

A judgement outlives the value it was about: where the judge wrote the right value, a value that a later model gives is
held against it again; where only right or wrong was said, it counts while the value stands.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from expectations.gate import Outcome
from jobs.errors import ConfError
from jobs.lake import ops
from jobs.quality import catalogue, samples
from jobs.settings import Settings
from transformations.contracts import CONTRACTS, Table
from transformations.contracts.ops_rows import JudgementRow
from transformations.quality import sampling

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_YES = {
    "yes",
    "y",
    "true",
    "t",
    "1",
    "1.0",
    "x",
    "ok",
    "right",
    "correct",
    "ja",
    "j",
    "wahr",
    "richtig",
    "oui",
    "vrai",
    "si",
    "sí",
}
_NO = {"no", "n", "false", "f", "0", "0.0", "wrong", "incorrect", "nein", "falsch", "non", "faux"}


@dataclass
class Reading:
    """What a file held.

    Attributes:
        judged: rows with an answer that counts. open: rows without one.
        gone: keys that are no more. changed: keys whose value is another now, and of which no right value was written.
        unclear: answers that cannot be used, with row and reason.
        rules: codes of the rules that the answers count for.
    """

    path: Path
    judged: int = 0
    open: int = 0
    gone: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    rules: set[tuple[str, str]] = field(default_factory=set)


def files(settings: Settings) -> list[Path]:
    """Judged samples that company.yaml names."""
    return [settings.folder / Path(path).expanduser() for path in settings.company.judged_samples]


def tables(lake: Lake) -> list[str]:
    """Tables of which rows have been judged."""
    return sorted({row["table_name"] for row in ops.JUDGEMENTS.rows(lake)})


def check(settings: Settings) -> None:
    """Raises ConfError where company.yaml names a file that is no judged sample."""
    for path in files(settings):
        for number, row in _rows(path):
            _check_place(path, number, row)


def read(lake: Lake, path: Path, judge: str, at: datetime) -> Reading:
    """Reads a filled-in sample and keeps its answers; those of the same judge about the same row are replaced.

    Raises ConfError where the file is no sample.
    """
    found = Reading(path)
    answered: list[tuple[int, dict[str, str]]] = []
    for number, row in _rows(path):
        if row["is_right"].strip() or row["judged"].strip():
            answered.append((number, row))
        else:
            found.open += 1
    asked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for number, row in answered:
        _check_place(path, number, row)
        asked[row["table"], row["column"]].add(row["key"])
    values = {of: _values(lake, *of, keys) for of, keys in asked.items()}
    kept: dict[tuple[str, ...], JudgementRow] = {}
    for number, row in answered:
        of = (row["table"], row["column"])
        answer = _answer(found, number, row, values[of])
        if answer:
            one: JudgementRow = {
                "table_name": of[0],
                "column_name": of[1],
                "row_key": row["key"],
                "stratum": row["stratum"],
                "judge": row["judge"].strip() or judge,
                "judged_at": at,
                **answer,
            }
            kept[(*of, row["key"], one["judge"])] = one
            found.rules.add((of[0], of[1] + catalogue.JUDGED))
    found.judged = len(kept)
    if kept:
        ops.JUDGEMENTS.upsert(lake, kept.values())
    return found


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows of a file with their numbers, whatever encoding and delimiter a spreadsheet saved it with."""
    if not path.is_file():
        raise ConfError(f"{path} does not exist; `scrm quality sample TABLE` writes one")
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = raw.decode("utf-16")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    wanted = {*samples.FIXED, "is_right", "judged", "judge"}
    missing = sorted(wanted - {name.strip() for name in rows.fieldnames or ()})
    if missing:
        raise ConfError(
            f"{path}: column {missing[0]} is missing; judge a file that `scrm quality sample` wrote, and leave "
            "its columns in place"
        )
    return [
        (number, {str(name).strip(): samples.plain(value or "") for name, value in row.items() if name})
        for number, row in enumerate(rows, start=2)
    ]


def _check_place(path: Path, number: int, row: dict[str, str]) -> None:
    table = CONTRACTS.get(row["table"])
    if table is None or row["column"] not in catalogue.judgeable(table):
        raise ConfError(f"{path}, row {number}: {row['table']}.{row['column']} is no column that people judge")
    try:
        key = json.loads(row["key"])
    except ValueError:
        key = None
    if not isinstance(key, list) or len(key) != len(table.key):
        raise ConfError(
            f"{path}, row {number}: key {row['key']!r} is none of {table.name}; leave that column as it was"
        )


class _Answer(TypedDict):
    """What a row says of its value, as ops.judgements keeps it."""

    stratum_rows: int
    value: str
    judged_value: str | None
    is_right: bool


def _answer(found: Reading, number: int, row: dict[str, str], values: dict[str, Any]) -> _Answer | None:
    """What a row says, or None with the reason noted."""
    said, right = row["is_right"].strip().casefold(), row["judged"].strip()
    if said and said not in _YES | _NO:
        found.unclear.append(f"row {number}: is_right is {row['is_right']!r}; write yes or no")
        return None
    if row["key"] not in values:
        found.gone.append(f"row {number}: {row['key']}")
        return None
    value = values[row["key"]]
    is_same = samples.mark_of(value) == row["mark"].strip()
    if not is_same and not right:
        found.changed.append(f"row {number}: {row['key']}: now {samples.text(value)!r}")
        return None
    try:
        size = int(float(row["stratum_rows"]))
    except ValueError:
        found.unclear.append(f"row {number}: stratum_rows is {row['stratum_rows']!r}; leave that column as it was")
        return None
    agrees = _same(value, right) if right else said in _YES
    if right and said and is_same and agrees != (said in _YES):
        found.unclear.append(f"row {number}: is_right is {row['is_right']!r}, but the right value written is {right!r}")
        return None
    return {"stratum_rows": size, "value": samples.text(value), "judged_value": right or None, "is_right": agrees}


def _same(value: Any, written: str) -> bool:
    """Whether a written right value is the table's: without regard to case, and to the order in a list."""
    if isinstance(value, bool):
        return (written.casefold() in _YES) == value if written.casefold() in _YES | _NO else False
    if isinstance(value, list):
        items = {part.strip().casefold() for part in written.split(",") if part.strip()} - {"none", "-"}
        return items == {samples.text(item).casefold() for item in value}
    shown = samples.text(value)
    if shown.casefold() == written.casefold():
        return True
    try:
        return float(shown) == float(written.replace(",", "."))
    except ValueError:
        return False


def _values(lake: Lake, name: str, column: str, keys: set[str]) -> dict[str, Any]:
    """Today's values of rows by key, those that stand."""
    if not lake.exists(name):
        return {}
    table = CONTRACTS[name]
    last = {str(json.loads(key)[-1]) for key in keys}
    where = None
    if table.field(table.key[-1]).type == "string":
        where = f"{table.key[-1]} in ({', '.join(_quoted(value) for value in sorted(last))})"
    rows = lake.arrow(name, dict.fromkeys([*table.key, column]), where=where).to_pylist()
    found = {samples.key_of(table, row): row[column] for row in rows}
    return {key: found[key] for key in keys if key in found}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# --- what it says of all rows -----------------------------------------------------------------------------------


def outcomes(lake: Lake, settings: Settings) -> list[Outcome]:
    """The rule of each column that was judged."""
    rows = ops.JUDGEMENTS.rows(lake)
    groups: dict[tuple[str, str], list[JudgementRow]] = defaultdict(list)
    for row in rows:
        groups[row["table_name"], row["column_name"]].append(row)
    found = []
    for (name, column), said in sorted(groups.items()):
        if name in CONTRACTS and column in catalogue.judgeable(CONTRACTS[name]):
            found.append(_outcome(lake, settings, CONTRACTS[name], column, said))
    return found


def _outcome(lake: Lake, settings: Settings, table: Table, column: str, said: list[JudgementRow]) -> Outcome:
    values = _values(lake, table.name, column, {row["row_key"] for row in said})
    votes: dict[str, list[bool]] = defaultdict(list)
    strata: dict[str, JudgementRow] = {}
    for row in said:
        verdict = _verdict(row, values)
        if verdict is not None:
            votes[row["row_key"]].append(verdict)
            strata[row["row_key"]] = row
    judged: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    wrong = []
    for key, given in sorted(votes.items()):
        right = 2 * sum(given) - len(given)
        if right == 0:
            continue  # the judges are at odds
        of = judged[strata[key]["stratum"]]
        of[0] = max(of[0], strata[key]["stratum_rows"])
        of[1] += 1
        of[2] += right > 0
        if right < 0:
            better = strata[key]["judged_value"]
            wrong.append(f"{key}: {samples.text(values[key])}" + (f", rather {better}" if better else ""))
    estimate = sampling.estimate([sampling.Stratum(*of) for of in judged.values()])
    (rule,) = (rule for rule in catalogue.judged_rules(table, settings) if rule.code == column + catalogue.JUDGED)
    return Outcome(
        table.name,
        rule.code,
        rule.property,
        rule.severity,
        rule.message,
        sum(of[2] for of in judged.values()),
        sum(of[1] for of in judged.values()),
        rule.threshold,
        tuple(wrong[: settings.base.quality.examples]),
        estimate.ratio if estimate else None,
        estimate.low if estimate else None,
        estimate.high if estimate else None,
    )


def _verdict(row: JudgementRow, values: dict[str, Any]) -> bool | None:
    """Whether today's value is right by a judgement; None where that cannot be told."""
    if row["row_key"] not in values:
        return None
    value = values[row["row_key"]]
    if samples.text(value) == row["value"]:
        return row["is_right"]
    return _same(value, row["judged_value"]) if row["judged_value"] else None
