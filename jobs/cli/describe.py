"""scrm describe"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from jobs.cli import options
from jobs.cli.console import grid_of, plain, say, show

if TYPE_CHECKING:
    from transformations.contracts import Table


@click.command()
@options.table
def describe(table: str) -> None:
    """Explain a table: its columns and its rules."""
    of = options.contract_of(table)
    say(f"[bold]{of.name}[/]: {plain(of.description)}")
    say(f"Key: {', '.join(of.key)}")
    _show_columns(of)
    if of.name in ("silver.post_metrics", "silver.profile_metrics"):
        _show_formats(of)
    _show_rules(of)


def _show_columns(of: Table) -> None:
    grid = grid_of("Columns", "column", "type", "required", "meaning")
    for field in of.columns:
        is_needed = field.is_required or field.name in of.key
        meaning = plain(field.description)
        meaning += f" [dim]Unit: {plain(field.unit)}.[/]" if field.unit else ""
        meaning += f" [yellow]{plain(field.caution)}[/]" if field.caution else ""
        meaning += f" [dim]{plain(field.made_by)}[/]" if field.made_by else ""
        grid.add_row(field.name, field.type, "yes" if is_needed else "", meaning)
    show(grid)


def _show_formats(of: Table) -> None:
    """Which platforms measure what."""
    from jobs.sources import formats

    measured = formats.metrics(of.short_name)
    tables = {name: formats.named(name).get(of.short_name, ()) for name in formats.names()}
    grid = grid_of("Formats with each metric (others leave it null)", "column", "formats")
    for column in (field.name for field in of.columns if field.name in measured):
        grid.add_row(column, ", ".join(name for name, columns in tables.items() if column in columns))
    show(grid)


def _show_rules(of: Table) -> None:
    from expectations import by_hand, rules

    context = rules.RuleContext(datetime.now().astimezone())
    added = [rule for rule in by_hand.load(by_hand.files([by_hand.SHIPPED])) if rule.table == of.name]
    grid = grid_of("Rules", "code", "property", "severity", "what is wrong when it is broken")
    for rule in (*rules.all_rules(of, context), *added):
        grid.add_row(f"{of.name}.{rule.code}", rule.property, rule.severity, plain(rule.message))
    show(grid)
