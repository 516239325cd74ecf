"""Draws a stratified sample of a column for people to judge, as a CSV file that spreadsheets open."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from heapq import heappush, heapreplace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.errors import ConfError
from jobs.quality import catalogue
from transformations.contracts import Table, contract
from transformations.quality import sampling

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

FIXED = ("table", "column", "key", "mark", "stratum", "stratum_rows")
ANSWERS = ("is_right", "judged", "judge", "comment")
_LONGEST = 3000
_FEW = 12
_CONTEXT = 8
_TEXT_FIRST = ("title", "text", "url", "subject", "name", "display_name", "handle", "email", "city", "country")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sample:
    """A drawn sample. strata: rows and drawn rows of each."""

    path: Path
    column: str
    rows: int
    strata: dict[str, tuple[int, int]]
    without_value: int


def default_column(table: Table) -> str:
    """What is judged where no column is named: the first one with a domain of few values."""
    columns = catalogue.judgeable(table)
    for name in columns:
        field = table.field(name)
        if field.allowed or field.type == "boolean":
            return name
    if not columns:
        raise ConfError(f"{table.name} has no column that people could judge")
    return columns[0]


def draw(lake: Lake, table: Table, column: str | None, count: int, seed: int, path: Path, *, least: int = 5) -> Sample:
    """Writes a sample to `path`, which must not exist: someone's answers may stand there.

    Strata are the place (channel or source) and the value where it has few. Rows without a value are left out: nothing is
    said of them. Raises ConfError.
    """
    column = column or default_column(table)
    if column not in catalogue.judgeable(table):
        raise ConfError(f"--column {column}: people can judge {', '.join(catalogue.judgeable(table))} of {table.name}")
    if not lake.exists(table.name):
        raise ConfError(f"{table.name} has not been written yet in {lake.root}; run `scrm run` first")
    if path.exists():
        raise ConfError(f"{path} is there already and may hold answers; name another file with --out")
    beside = _beside(table, column)
    stratum_of = _strata(table, column, lake)
    sizes, firsts, without_value = _firsts(lake, table, column, beside, stratum_of, count, seed)
    if not sizes:
        raise ConfError(f"{table.name} has no row with a value of {column}")
    wanted = sampling.allocation(sizes, count, least)
    chosen = [(name, row) for name in sorted(sizes) for row in firsts[name][: wanted[name]]]
    chosen.sort(
        key=lambda one: sampling.place(seed + 1, key_of(table, one[1]))
    )  # a judge shall not see strata in blocks
    more = _posts(lake, table, [row for _, row in chosen])
    _write(path, table, column, beside, more, chosen, sizes)
    return Sample(
        path, column, len(chosen), {name: (sizes[name], wanted[name]) for name in sorted(sizes)}, without_value
    )


def _firsts(
    lake: Lake,
    table: Table,
    column: str,
    beside: Iterable[str],
    stratum_of: Callable[[dict[str, Any]], str],
    count: int,
    seed: int,
) -> tuple[dict[str, int], dict[str, list[dict[str, Any]]], int]:
    """Rows of each stratum, the first `count` of each in the drawn order, and how many rows have no value.

    The table streams by: at most `count` rows a stratum are held.
    """
    sizes: Counter[str] = Counter()
    held: dict[str, list[tuple[int, int, dict[str, Any]]]] = defaultdict(list)  # heaps: what comes last is on top
    without_value = 0
    named = list(dict.fromkeys([*table.key, column]))
    for batch in lake.stream(table.name, dict.fromkeys([*named, *beside])):
        for position, row in enumerate(batch.select(named).to_pylist()):
            if row[column] is None:
                without_value += 1
                continue
            name = stratum_of(row)
            sizes[name] += 1
            of, place = held[name], int(sampling.place(seed, key_of(table, row)), 16)
            if len(of) < count:
                heappush(of, (-place, sizes[name], batch.slice(position, 1).to_pylist()[0]))
            elif place < -of[0][0]:
                heapreplace(of, (-place, sizes[name], batch.slice(position, 1).to_pylist()[0]))
    firsts = {name: [row for _, _, row in sorted(of, reverse=True)] for name, of in held.items()}
    return dict(sizes), firsts, without_value


def key_of(table: Table, row: dict[str, Any]) -> str:
    """The row's key as a JSON list: text that no spreadsheet takes for a number or a date."""
    return json.dumps([text(row[name]) for name in table.key], ensure_ascii=False)


def mark_of(value: Any) -> str:
    """Tells whether a value is still the one that was shown, whatever a spreadsheet made of its cell."""
    return "m" + sha256(text(value).encode()).hexdigest()[:10]


def text(value: Any) -> str:
    """A value as a cell shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(text(item) for item in value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def neutral(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def plain(cell: str) -> str:
    """What `neutral` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RISKY) else cell


def _beside(table: Table, column: str) -> list[str]:
    """Columns that help to judge: those that say most first."""
    own = [name for name in catalogue.judgeable(table) if name != column]
    first = [name for name in _TEXT_FIRST if name in own]
    if first:
        return first[:_CONTEXT]
    return [] if _is_about_posts(table) else own[:_CONTEXT]


def _is_about_posts(table: Table) -> bool:
    return {"channel", "post_id"} <= set(table.key) and table.name != "silver.posts"


def _posts(lake: Lake, table: Table, rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """What the posts say that rows of another table are about."""
    if not _is_about_posts(table) or not lake.exists("silver.posts"):
        return {}
    ids = ", ".join("'" + str(row["post_id"]).replace("'", "''") + "'" for row in rows)
    columns = ["channel", "post_id", "title", "text", "url"]
    found = lake.arrow("silver.posts", columns, where=f"post_id in ({ids})").to_pylist()
    return {(post["channel"], post["post_id"]): post for post in found}


def _strata(table: Table, column: str, lake: Lake) -> Callable[[dict[str, Any]], str]:
    """Row -> name of its stratum."""
    place = next((name for name in ("channel", "source") if name in table.key), None)
    field = table.field(column)
    is_few = bool(field.allowed) or field.type == "boolean"
    if field.type == "string" and not is_few:
        is_few = _has_few(lake, table, column)

    def stratum(row: dict[str, Any]) -> str:
        parts = [text(row[place])] if place else []
        if is_few:
            parts.append(text(row[column]))
        elif field.is_array:
            parts.append("some" if row[column] else "none")
        return " / ".join(parts) or "all"

    return stratum


def _has_few(lake: Lake, table: Table, column: str) -> bool:
    """Whether a column has few values."""
    seen: set[Any] = set()
    for batch in lake.stream(table.name, [column]):
        seen.update(batch[column].unique().drop_null().to_pylist())
        if len(seen) > _FEW:
            return False
    return True


def _write(
    path: Path,
    table: Table,
    column: str,
    beside: Iterable[str],
    posts: dict[tuple[str, str], dict[str, Any]],
    chosen: Sequence[tuple[str, dict[str, Any]]],
    sizes: dict[str, int],
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    of_post = ["title", "text", "url"] if posts else []
    shown = [*of_post, *(name for name in beside if name not in of_post)]
    # With the mark at its head a spreadsheet knows that the file is UTF-8.
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*FIXED, *shown, "value", *ANSWERS])
        for stratum, row in chosen:
            post = posts.get((row.get("channel") or "", row.get("post_id") or ""), {})
            seen = [post.get(name) if name in of_post else row.get(name) for name in shown]
            cells = [
                table.name,
                column,
                key_of(table, row),
                mark_of(row[column]),
                stratum,
                str(sizes[stratum]),
                *(text(value)[:_LONGEST] for value in seen),
                text(row[column]),
                *("" for _ in ANSWERS),
            ]
            writer.writerow([neutral(cell) for cell in cells])


def default_path(lake: Lake, name: str, column: str) -> Path:
    return lake.root / "quality" / "samples" / f"{name}.{column}.csv"


def of(name: str) -> Table:
    """The table of a name. Raises ConfError."""
    try:
        return contract(name)
    except KeyError as error:
        raise ConfError(str(error.args[0])) from None
