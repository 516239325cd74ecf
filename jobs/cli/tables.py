"""scrm tables"""

from __future__ import annotations

import click

from jobs.cli.console import grid_of, show


@click.command("tables")
def list_tables() -> None:
    """List every table with its key and what a row is."""
    from transformations.contracts import CONTRACTS

    grid = grid_of("Tables", "table", "key", "description")
    for table in CONTRACTS.values():
        grid.add_row(table.name, ", ".join(table.key), table.description)
    show(grid)
