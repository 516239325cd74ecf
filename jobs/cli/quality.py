"""scrm quality"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from jobs.cli import judging, objectives, options
from jobs.cli.console import grid_of, plain, say, show

if TYPE_CHECKING:
    from jobs.quality.published import Comparison
    from jobs.quality.report import Standing

_STATES = {"broken": "[red]broken[/]", "kept": "[green]within threshold[/]", "not_applicable": "[dim]not applicable[/]"}
"""State of an outcome -> how it is shown; what needs a person comes first."""
_SHOWN = 15
"""Rules that are shown at least, the worst first; broken ones are shown all."""
_TRENDS = {"better": "↑ better", "worse": "↓ worse", "same": "= same", "new": "new", None: ""}


@click.group(invoke_without_command=True)
@click.option("--table", metavar="TABLE", help="Only rules of this table.")
@click.option("--all", "is_all", is_flag=True, help="Also rules that every case satisfies.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the days of each rule.")
@click.option("--docs", "as_docs", is_flag=True, help="Build Great Expectations' Data Docs and an overview as HTML.")
@options.conf
@click.pass_context
def quality(
    context: click.Context, table: str | None, is_all: bool, as_json: bool, as_docs: bool, conf: str | None
) -> None:
    """Show which quality rules are broken. Says since when, where, and what to do."""
    if context.invoked_subcommand is not None:
        return
    from jobs.quality import report, samples

    lake, settings = options.lake_of(conf)
    if table:
        samples.of(table)
    if as_docs:
        from jobs.serving import quality_pages

        say(plain(str(quality_pages.build(lake, settings))))
        return
    found = [of for of in report.standings(lake, settings) if table in (None, of.outcome.table)]
    if as_json:
        click.echo(json.dumps(report.as_json(found), indent=1))
    else:
        _show(found, is_all=is_all or bool(table))


@quality.command()
@options.conf
def published(conf: str | None) -> int:
    """Compare the published file with the lake. Ends with 1 where they differ."""
    from jobs.publish import duckdb_file
    from jobs.publish.publish import PUBLISHED, rows_shown
    from jobs.quality import history, published

    lake, settings = options.lake_of(conf)
    least = settings.base.publish.min_group_size
    found = duckdb_file.compare(
        lake.published("published.scrm"), PUBLISHED, rows_shown(lake, least), examples=settings.base.quality.examples
    )
    published.keep(lake, history.today(settings, datetime.now(UTC)), found)
    return 0 if _show_published(found) else 1


quality.add_command(judging.sample)
quality.add_command(judging.judge)
quality.add_command(objectives.objectives)


def _show(found: Sequence[Standing], *, is_all: bool) -> None:
    """The worst rules first, with what to do, and how many more there are; every rule where `is_all`."""
    judged = [of for of in found if of.outcome.ratio is not None]
    if not judged:
        say("Nothing has been judged yet; `scrm run` judges what it loads.")
        return
    broken = sum(of.outcome.state == "broken" for of in judged)
    worst = sorted((of for of in judged if is_all or of.outcome.ratio != 1.0), key=_urgency)
    shown = worst if is_all else worst[: max(_SHOWN, broken)]
    clean = sum(of.outcome.ratio == 1.0 for of in judged)
    say(
        f"{len(judged):,} rules: {broken:,} broken, {len(judged) - broken - clean:,} within threshold, "
        f"{clean:,} satisfied by every case."
    )
    if shown:
        _show_rules(shown)
    advised = [of for of in shown if of.what_to_do]
    alike: dict[tuple[str, str], list[Standing]] = {}
    for of in advised:
        alike.setdefault((of.outcome.table, of.what_to_do), []).append(of)
    for group in alike.values():
        _show_advice(group)
    _show_rest(judged, shown)


def _urgency(of: Standing) -> tuple[object, ...]:
    from transformations.contracts import PROPERTIES

    o = of.outcome
    return list(_STATES).index(o.state), o.severity != "stop", o.ratio or 0.0, o.table, PROPERTIES.index(o.property)


def _show_rules(shown: Sequence[Standing]) -> None:
    from jobs.quality.report import kept, percent

    columns = ("rule", "property", "passing", "required", "cases", "state", "trend", "broken since")
    grid = grid_of("Quality", *columns, right=("passing", "required", "cases"))
    for of in shown:
        o = of.outcome
        since = of.broken_since.isoformat() if of.broken_since else ""
        figures = (kept(of), percent(o.threshold), f"{o.applicable:,}")
        grid.add_row(f"{o.table}.{o.code}", o.property, *figures, _STATES[o.state], _TRENDS[of.trend], since)
    show(grid)


def _show_advice(alike: list[Standing]) -> None:
    """What is wrong and where; once for rules of a table that are fixed alike, what to do."""
    for of in alike:
        o = of.outcome
        failing = f"{o.applicable - o.passing:,} of {o.applicable:,}"
        say(f"[bold]{o.table}.{o.code}[/] ({o.property}, {o.severity}): {plain(o.message)}: {failing}")
        if o.examples:
            say(f"  for example: {plain('; '.join(o.examples))}")
    say(f"  what to do:  {plain(alike[0].what_to_do)}")


def _show_rest(judged: Sequence[Standing], shown: Sequence[Standing]) -> None:
    from transformations.contracts import PROPERTIES

    clean = sum(of.outcome.ratio == 1.0 for of in judged) - sum(of.outcome.ratio == 1.0 for of in shown)
    within = len(judged) - len(shown) - clean
    rest = [f"{within:,} more are within their threshold"] if within else []
    rest += [f"{clean:,} more are satisfied by every case"] if clean else []
    if rest:
        say(f"Of the other rules {' and '.join(rest)}; --all lists them.")
    without = [name for name in PROPERTIES if not any(of.outcome.property == name for of in judged)]
    if without:
        say(f"No rule has been judged for: {', '.join(without)}")


def _show_published(found: dict[str, Comparison]) -> bool:
    """Tables in which file and lake differ; whether all are the same."""
    wrong = {name: of for name, of in found.items() if not of.is_same}
    if not wrong:
        rows = sum(of.same for of in found.values())
        say(f"The published file is equal to the lake: {len(found)} tables, {rows:,} rows.")
        return True
    columns = ("table", "same", "in either", "for example")
    grid = grid_of("Published file and lake differ", *columns, right=("same", "in either"))
    for name, of in wrong.items():
        grid.add_row(name, f"{of.same:,}", f"{of.either:,}", plain("; ".join(of.examples)))
    show(grid)
    say("`scrm publish` writes the file again.")
    return False
