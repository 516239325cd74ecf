"""One DuckDB file: written aside, checked, and replaced atomically. A reader sees either the old file or the new one."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from jobs.errors import ScrmError
from jobs.quality.published import Comparison
from transformations.contracts import Table

_ASIDE = ".aside"
_TYPES = {
    "string": "varchar",
    "bigint": "bigint",
    "int": "integer",
    "double": "double",
    "boolean": "boolean",
    "binary": "blob",
    "date": "date",
    "timestamp": "timestamp",
}
_CURRENT = "create view gold.current_indicator_values as select * from gold.indicator_values where known_to is null"


@dataclass(frozen=True)
class Content:
    """Content of a published table: number of rows, and the sum of their hashes over the contract's content columns."""

    rows_count: int
    hash_sum: int


@dataclass(frozen=True)
class Outcome:
    """Result of a publication.

    Attributes:
        is_new: the file was replaced; False where the existing one had the same content.
        rows: published rows per table.
        left_out: number of rows of small groups that are left out.
        altered: tables of the previous file whose content was changed after they had been published.
        compared: comparison of each table with the lake: of the file in place, or of the refused one.
        is_refused: the new file differs from the lake; the file in place is untouched.
    """

    is_new: bool
    rows: dict[str, int]
    left_out: int
    altered: tuple[str, ...]
    compared: dict[str, Comparison]
    is_refused: bool = False


def write(
    path: Path,
    tables: Iterable[Table],
    read: Callable[[Table], tuple[pa.Table, int]],
    *,
    run_id: str,
    published_at: datetime,
    examples: int = 3,
) -> Outcome:
    """Publishes tables into the schema gold of a DuckDB file.

    The new file is opened as a reader would open it and compared with the lake, which is read again, before and after it
    is put in place. A file that differs is not put in place.

    Args:
        read: returns the rows of a table to publish (timestamps without a time zone), and the number of rows in the lake.
        examples: number of keys to name of rows that differ.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in path.parent.glob(f".{path.name}.*{_ASIDE}*"):
        leftover.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_ASIDE, dir=path.parent)
    os.close(handle)
    aside = Path(name)
    aside.unlink()  # DuckDB creates its file itself
    try:
        tables = list(tables)
        rows, left_out = _fill(aside, tables, read, run_id, published_at)
        altered = _altered(path, tables)
        compared = compare(aside, tables, read, examples=examples)
        if not all(one.is_same for one in compared.values()):
            return Outcome(False, rows, left_out, altered, compared, is_refused=True)
        is_new = bool(altered) or not path.exists() or _fingerprint(path) != _fingerprint(aside)
        if is_new:
            _put_in_place(aside, path)
    finally:
        for file in (aside, aside.with_name(aside.name + ".wal")):
            file.unlink(missing_ok=True)
    return Outcome(is_new, rows, left_out, altered, compare(path, tables, read, examples=examples))


def compare(
    path: Path, tables: Iterable[Table], read: Callable[[Table], tuple[pa.Table, int]], *, examples: int = 3
) -> dict[str, Comparison]:
    """Compares a published file with the lake over the contract's content columns; row by row where hashes differ.

    Args: read: as in `write`. A table that is missing in the file counts as empty.
    Raises: ScrmError where the file does not exist or is not a DuckDB file.
    """
    if not path.is_file():
        raise ScrmError(f"{path} does not exist; `scrm publish` writes it")
    found = {}
    with duckdb.connect() as memory:
        try:
            memory.execute(f"attach {_quoted(str(path))} as file (read_only)")
        except duckdb.Error as error:
            raise ScrmError(
                f"{path} cannot be read: {str(error).splitlines()[0]}; `scrm publish` replaces it"
            ) from None
        for table in tables:
            rows, _ = read(table)
            memory.register("lake_rows", rows)
            found[table.name] = _compared(memory, table, examples)
            memory.unregister("lake_rows")
    return found


def _compared(memory: duckdb.DuckDBPyConnection, table: Table, examples: int) -> Comparison:
    columns = ", ".join(f'"{name}"' for name in table.content_columns)
    of_lake = f"(select {columns} from lake_rows)"
    of_file = f"(select {columns} from file.{table.name})"
    held = _content(memory, "lake_rows", table)
    try:
        if _content(memory, f"file.{table.name}", table) == held:
            return Comparison(held.rows_count, held.rows_count)
        if others := _other_types(memory, of_lake, of_file):
            ((more,),) = memory.execute(f"select count(*) from {of_file}").fetchall()
            return Comparison(0, held.rows_count + more, others[:examples])
        ((missing,),) = memory.execute(f"select count(*) from ({of_lake} except all {of_file})").fetchall()
        ((more,),) = memory.execute(f"select count(*) from ({of_file} except all {of_lake})").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):  # the table or a column is missing
        of_file, missing, more = f"(select {columns} from lake_rows where false)", held.rows_count, 0
    shown: list[str] = []
    keys = ", ".join(f'"{key}"' for key in table.key)
    for one, other, where in ((of_lake, of_file, "only in the lake"), (of_file, of_lake, "only in the file")):
        if len(shown) < examples and (missing or more):
            query = f"select {keys} from ({one} except all {other}) order by all limit {examples - len(shown)}"
            shown += [
                f"{', '.join(map(str, key))} {where} or different there" for key in memory.execute(query).fetchall()
            ]
    return Comparison(held.rows_count - missing, held.rows_count + more, tuple(shown))


def _other_types(memory: duckdb.DuckDBPyConnection, of_lake: str, of_file: str) -> tuple[str, ...]:
    """Columns whose type in the file differs."""
    lake, file = (memory.execute(f"describe {of}").fetchall() for of in (of_lake, of_file))
    return tuple(
        f"{name} is {theirs} in the file and {ours} in the lake"
        for (name, ours, *_), (_, theirs, *_) in zip(lake, file, strict=True)
        if ours != theirs
    )


def _fill(
    aside: Path, tables: list[Table], read: Callable[[Table], tuple[pa.Table, int]], run_id: str, published_at: datetime
) -> tuple[dict[str, int], int]:
    written: dict[str, int] = {}
    left_out = 0
    with duckdb.connect(str(aside)) as file, duckdb.connect() as memory:
        file.execute("begin")  # one commit: each of some hundred comments would be one of its own
        file.execute("create schema gold")
        file.execute("create schema meta")
        file.execute(
            "create table meta.published (table_name varchar, rows_count bigint, left_out_count bigint, "
            "hash_sum hugeint, declared varchar, run_id varchar, published_at timestamp)"
        )
        for table in tables:
            rows, in_lake = read(table)
            memory.register("rows", rows)
            content = _content(memory, "rows", table)
            memory.unregister("rows")
            hidden = in_lake - content.rows_count
            written[table.name], left_out = content.rows_count, left_out + hidden
            _create(file, table)
            file.register("rows", rows)
            keys = ", ".join(f'"{key}"' for key in table.key)
            file.execute(f"insert into {table.name} by name select * from rows order by {keys}")
            file.unregister("rows")
            file.execute(
                "insert into meta.published values (?, ?, ?, ?, ?, ?, ?)",
                [
                    table.name,
                    content.rows_count,
                    hidden,
                    content.hash_sum,
                    _declared(table),
                    run_id,
                    published_at.replace(tzinfo=None),
                ],
            )
        if any(table.name == "gold.indicator_values" for table in tables):
            file.execute(_CURRENT)
        file.execute("commit")
        file.execute("checkpoint")
    return written, left_out


def _create(file: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(
        f'"{field.name}" {_type(field.type)}{" not null" if field.name in table.key else ""}' for field in table.columns
    )
    file.execute(f"create table {table.name} ({columns})")
    meaning = f"{table.description} Key: {', '.join(table.key)}."
    file.execute(f"comment on table {table.name} is {_quoted(meaning)}")
    for field in table.columns:
        file.execute(f'comment on column {table.name}."{field.name}" is {_quoted(field.comment)}')


def _declared(table: Table) -> str:
    """The table's contract as text: a file published with another contract is replaced."""
    return "\n".join([table.ddl, table.description, *(field.comment for field in table.columns)])


def _type(spark: str) -> str:
    if array := re.fullmatch(r"array<(.+)>", spark):
        return _type(array[1]) + "[]"
    if struct := re.fullmatch(r"struct<(.+)>", spark):
        parts = (part.split(":") for part in struct[1].split(","))
        return "struct(" + ", ".join(f'"{name}" {_type(kind)}' for name, kind in parts) + ")"
    return _TYPES.get(spark, spark)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _content(connection: duckdb.DuckDBPyConnection, place: str, table: Table) -> Content:
    columns = ", ".join(f'"{name}"' for name in table.content_columns)
    # portable: DuckDB runs it
    query = f"select count(*), coalesce(sum(hash({columns})::hugeint), 0)::hugeint from {place}"
    ((count, total),) = connection.execute(query).fetchall()
    return Content(int(count), int(total))


def _altered(path: Path, tables: list[Table]) -> tuple[str, ...]:
    """Tables of the file in place whose content differs from what was published."""
    recorded = _fingerprint(path) if path.exists() else None
    if recorded is None:
        return ()
    written = {name: (Content(int(rows), int(total)), declared) for name, rows, total, declared in recorded}
    found = []
    with duckdb.connect(str(path), read_only=True) as file:
        for table in tables:
            content, declared = written.get(table.name, (None, None))
            if content is None or declared != _declared(table):
                continue  # not published before, or with another contract: the file is replaced
            try:
                is_same = _content(file, table.name, table) == content
            except duckdb.Error:
                is_same = False
            if not is_same:
                found.append(table.name)
    return tuple(found)


def _fingerprint(path: Path) -> list[tuple] | None:
    """The content that a file records about itself; None where it is not one of ours or cannot be read."""
    try:
        with duckdb.connect(str(path), read_only=True) as file:
            return file.execute(
                "select table_name, rows_count, hash_sum, declared from meta.published order by all"
            ).fetchall()
    except duckdb.Error:
        return None


def _put_in_place(aside: Path, path: Path) -> None:
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(aside, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
