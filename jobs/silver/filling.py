"""Values that a source leaves to the row that it references: prices that stand in the product file alone.

conf says which (`fill` of a table). They are read from the tables as they are once all of a job's tables are written, so it
does not matter which file landed first, and a corrected product restates the rows that it filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from jobs.job import Run
from jobs.settings.sources import Source
from transformations.canonical import filling
from transformations.contracts import Table, contract

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


def complete(lake: Lake, run: Run, tables: tuple[str, ...]) -> None:
    """Fills what conf leaves to referenced rows in these tables."""
    for name in tables:
        table = contract(name)
        wanted = of_table(run.settings.sources, table)
        targets = {given.table: filling.reference_to(table, given.table) for given in wanted}
        there = {target: column for target, column in targets.items() if lake.exists(target)}
        if not there or not lake.exists(name):
            continue
        rows = lake.read(name)
        for target, column in there.items():
            of_target = [given for given in wanted if given.table == target]
            rows = filling.with_values(rows, table, column, lake.read(target), contract(target), of_target)
        changed = filling.filled(rows, table, [given for given in wanted if given.table in there])
        lake.upsert(name, changed.toArrow() if lake.is_small(name) else changed)


def of_table(sources: Iterable[Source], table: Table) -> list[filling.Filling]:
    """What conf leaves to other tables: of all sources of a system, whichever file says so."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for source in sources:
        mapping = source.tables.get(table.short_name)
        for column, given in (mapping.fill if mapping else {}).items():
            target, _, theirs = given.partition(".")
            found.setdefault((column, f"silver.{target}", theirs), set()).add(source.origin)
    return [filling.Filling(*key, tuple(sorted(origins))) for key, origins in sorted(found.items())]


def problem(table: Table, fill: Mapping[str, str]) -> str | None:
    """Why a table cannot be filled so: the key below `fill`, and what is wrong; None where it can."""
    for column, given in fill.items():
        if filling.FILLED not in table.names:
            return f"{column}: rows of {table.name} cannot be filled from others; leave fill out"
        if column not in table.content_columns or column in table.key:
            return f"{column}: {table.name} has no such column to fill; it has {', '.join(table.content_columns)}"
        target, _, theirs = given.partition(".")
        known = filling.references_of(table)
        if target not in known:
            return (
                f"{column} is {given!r}; expected TABLE.COLUMN of a table that the rows reference: {', '.join(known)}"
            )
        of = contract(f"silver.{target}")
        fitting = [
            field.name for field in of.columns if field.type == table.field(column).type and not field.is_lineage
        ]
        if theirs not in fitting:
            return f"{column} is {given!r}; expected one of {', '.join(f'{target}.{name}' for name in fitting)}"
    return None
