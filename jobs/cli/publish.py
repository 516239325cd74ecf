"""scrm publish"""

from __future__ import annotations

import click

from jobs.cli import options, run


@click.command()
@click.option("--to", type=click.Choice(["duckdb"]), default="duckdb", show_default=True, help="What to publish to.")
@options.conf
def publish(to: str, conf: str | None) -> int:
    """Publish gold tables to a DuckDB file. Also where nothing has changed."""
    from jobs.runner.execution import Choice

    return run.executed(options.settings_of(conf), Choice(jobs=("publish",), full=True))
