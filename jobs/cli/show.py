"""scrm show"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from jobs.cli import conditions, options
from jobs.cli.console import cell, plain, say, show_rows
from jobs.cli.options import POSITIVE
from jobs.cli.streams import is_read
from jobs.errors import ConfError

if TYPE_CHECKING:
    import pyarrow as pa

    from transformations.contracts import Table

_SIDE_BY_SIDE = 8


@click.command("show")
@options.table
@click.option("--where", metavar="SQL", help="Only rows for which this holds: \"country = 'DE'\".")
@click.option("--limit", type=POSITIVE, default=20, metavar="N", show_default=True, help="Rows at most.")
@click.option(
    "--as-of", metavar="DATE", help="Only what was known when that day began; of tables that keep what they replaced."
)
@options.conf
def show_table(table: str, where: str | None, limit: int, as_of: str | None, conf: str | None) -> None:
    """Print some rows of a table."""
    of = options.contract_of(table)
    lake, settings = options.lake_of(conf)
    known = _known(of, options.day(as_of, ZoneInfo(settings.company.timezone), "--as-of"))
    if not lake.exists(of.name):
        raise ConfError(f"{of.name} has not been written yet in {lake.root}; run `scrm run` first")
    asked = [known, conditions.checked(where, of) if where else None]
    condition = " and ".join(f"({one})" for one in asked if one) or None
    try:
        rows = lake.arrow(of.name, where=condition, limit=limit)
    except Exception as error:
        if not where:
            raise
        raise ConfError(f"--where {where!r}: {str(error).splitlines()[0]}") from None
    _show(of, rows)


def _known(of: Table, at: datetime | None) -> str | None:
    """SQL: the rows that were known at an instant."""
    if at is None:
        return None
    if not {"known_from", "known_to"} <= set(of.names):
        raise ConfError(f"--as-of: {of.name} keeps no earlier rows; gold.indicator_values does")
    instant = f"timestamp '{at:%Y-%m-%dT%H:%M:%SZ}'"
    return f"known_from <= {instant} and (known_to is null or known_to > {instant})"


def _show(of: Table, found: pa.Table) -> None:
    """Rows side by side, or one block per row where they are wide. Columns without any value are left out."""
    count = "1 row" if found.num_rows == 1 else f"{found.num_rows:,} rows"
    if not found.num_rows:
        say(f"{of.name}: no rows")
        return
    shown = [name for name in of.names if found[name].null_count < found.num_rows]
    records = found.select(shown).to_pylist()
    if len(shown) <= _SIDE_BY_SIDE:
        show_rows(f"{of.name}: {count}", records)
        return
    say(f"[bold]{of.name}: {count}[/]")
    width = max(map(len, shown))
    for record in records:
        if not is_read():
            return
        say()
        for name, value in record.items():
            say(f"  [dim]{name:<{width}}[/]  {plain(cell(value))}")
