"""What `scrm source check` prints."""

from __future__ import annotations

from rich.markup import escape

from jobs.cli.show import console_of, grid_of
from jobs.runner.trial import Trial


def trial(found: Trial) -> None:
    """What a source's first records would become: mapping, nulls, refusals."""
    console = console_of()
    console.print(
        f"[bold]{found.source}[/] ({found.format}, {escape(found.origin)}): the first {found.records:,} records, "
        f"{found.records - found.unreadable:,} readable. Nothing was landed.",
        soft_wrap=True,
    )
    for note in found.notes:
        console.print(escape(note), soft_wrap=True)
    if not found.records:
        console.print("There is nothing to try yet.")
        return
    for table in found.tables:
        title = f"{table.table}: {table.rows:,} rows, {table.refused:,} would be refused"
        if table.warned:
            title += f", {table.warned:,} kept with a warning"
        grid = grid_of(title, "column", "type", "filled with", "null", "for example", right=("null",))
        for column in table.columns:
            share = f"{column.nulls / table.rows:.0%}" if table.rows and column.nulls else ""
            grid.add_row(column.name, column.type, escape(column.mapping), share, escape(", ".join(column.examples)))
        console.print(grid)
        if table.unfilled:
            console.print(f"  not filled: {', '.join(table.unfilled)}\n", soft_wrap=True)
    if found.unmapped:
        console.print(f"Columns of the source that nothing maps: {', '.join(found.unmapped)}\n", soft_wrap=True)
    if not found.reasons:
        console.print("Every record can be read and every row keeps every rule.")
        return
    grid = grid_of(
        "What would be kept aside, and why",
        "where",
        "code",
        "property",
        "rows",
        "message",
        "for example",
        right=("rows",),
    )
    for one in found.reasons:
        grid.add_row(one.place, one.code, one.property, f"{one.rows:,}", escape(one.message), ", ".join(one.examples))
    console.print(grid)
