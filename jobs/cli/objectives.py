"""scrm quality objectives"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from jobs.cli import options
from jobs.cli.console import grid_of, plain, say, show
from jobs.errors import ConfError

_STATES = {"held": "[green]held[/]", "obtainable": "[yellow]obtainable[/]", "absent": "[red]absent[/]"}


@click.command()
@options.conf
def objectives(conf: str | None) -> None:
    """Show which data the objectives need. Also which data serve no objective."""
    lake, _ = options.lake_of(conf)
    if not lake.exists("gold.objective_data"):
        raise ConfError(f"gold.objective_data has not been written yet in {lake.root}; run `scrm run` first")
    _show_needs(lake.rows("gold.objective_data"))
    _show_unused(lake.rows("gold.data_reach"))


def _show_needs(needs: Sequence[dict[str, Any]]) -> None:
    from jobs.quality.report import percent

    if not needs:
        say("company.yaml declares no objective with an indicator.")
        return
    columns = ("objective", "indicator", "attribute", "state", "filled", "period", "source")
    grid = grid_of("What the objectives need", *columns, right=("filled",))
    for row in sorted(needs, key=lambda row: (row["objective_id"], row["table_name"], row["column_name"])):
        attribute = f"{row['table_name']}.{row['column_name']}"
        period = f"{row['held_from']} to {row['held_to']}" if row["held_from"] else ""
        measured = (_STATES[row["data_state"]], percent(row["filled_ratio"]), period, plain(_source(row)))
        grid.add_row(row["objective_id"], row["indicator_id"], attribute, *measured)
    show(grid)


def _source(need: dict[str, Any]) -> str:
    """Where an attribute comes from, or could come from."""
    if need["data_state"] == "held":
        return ", ".join(need["held_sources"] or ())
    if need["data_state"] == "obtainable":
        return "could come from " + ", ".join(need["obtainable_sources"] or ())
    return "no source; formats with it: " + (", ".join(need["possible_formats"] or ()) or "none, map it in conf")


def _show_unused(reach: Sequence[dict[str, Any]]) -> None:
    unused: dict[tuple[str, str], list[str]] = {}
    for row in reach:
        if not row["reaches_objective"]:
            unused.setdefault((row["source"], row["table_name"]), []).append(row["column_name"])
    if not unused:
        return
    grid = grid_of("Attributes that serve no objective", "source", "table", "attributes")
    for (source, table), columns in sorted(unused.items()):
        grid.add_row(source, table, ", ".join(sorted(columns)))
    show(grid)
