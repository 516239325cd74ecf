"""scrm publish"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jobs.cli import options, run
from jobs.errors import ConfError

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.settings import Settings


@click.command()
@click.option(
    "--to", type=click.Choice(["duckdb"]), help="What to publish to; by default publish.targets of base.yaml."
)
@options.conf
def publish(to: str | None, conf: str | None) -> int:
    """Publish gold tables to a DuckDB file. Also where nothing has changed."""
    from jobs.runner.execution import Choice

    lake, settings = options.lake_of(conf)
    _check_gold(lake)
    return run.executed(_publishing_to(settings, to), Choice(jobs=("publish",), full=True))


def _check_gold(lake: Lake) -> None:
    """A file without any table of gold would look like a company without customers."""
    if not lake.names("gold"):
        raise ConfError(
            f"there is nothing to publish: no table of gold has been written in {lake.root}; run `scrm run` first"
        )


def _publishing_to(settings: Settings, to: str | None) -> Settings:
    """Settings with the target that was asked for."""
    of = settings.base.publish
    if not to and not of.targets:
        raise ConfError("base.yaml: key publish.targets is empty: name a target there, or with --to duckdb")
    chosen = of.model_copy(update={"targets": (to,) if to else of.targets})
    return settings.model_copy(update={"base": settings.base.model_copy(update={"publish": chosen})})
