"""scrm models"""

from __future__ import annotations

from typing import Any

import click

from jobs.cli import options
from jobs.cli.console import say, show_rows

EVALUATED = ("value", "churn", "offers")


@click.group(invoke_without_command=True)
@options.conf
@click.pass_context
def models(context: click.Context, conf: str | None) -> None:
    """List, compare, evaluate, promote or roll back models."""
    if context.invoked_subcommand is None:
        _list(conf)


@models.command("list")
@options.conf
def list_models(conf: str | None) -> None:
    """List the versions, the newest first."""
    _list(conf)


@models.command()
@click.argument("version", type=int, required=False)
@options.conf
def compare(version: int | None, conf: str | None) -> None:
    """Put versions side by side: all of them, or VERSION and the champion."""
    from jobs.models import versions

    numbers = [] if version is None else [str(version)]
    _show("Versions compared", versions.compare(*options.lake_of(conf), numbers))


@models.command()
@click.argument("model", type=click.Choice(EVALUATED))
@options.conf
def evaluate(model: str, conf: str | None) -> None:
    """Show how well MODEL forecast what it had not seen, beside naive forecasts, as the last run measured it."""
    from jobs.models import evaluations

    lake, _ = options.lake_of(conf)
    found = evaluations.evaluate(lake, model)
    if not found:
        say(f"Nothing has been measured of {model} yet; `scrm run --stage models` does.")
        return
    show_rows(f"{model} on held-out data", found)


@models.command()
@click.argument("version", type=int)
@options.conf
def promote(version: int, conf: str | None) -> None:
    """Make VERSION the champion; the next run scores with it."""
    from jobs.models import versions

    _show("Versions", versions.promote(*options.lake_of(conf), str(version)))


@models.command()
@options.conf
def rollback(conf: str | None) -> None:
    """Make the previous champion the champion again."""
    from jobs.models import versions

    _show("Versions", versions.rollback(*options.lake_of(conf)))


def _list(conf: str | None) -> None:
    from jobs.models import versions

    _show("Versions", versions.list_models(*options.lake_of(conf)))


def _show(title: str, found: list[dict[str, Any]]) -> None:
    if not found:
        say("No model yet; `scrm run --stage models` fits the first.")
        return
    show_rows(title, found)
