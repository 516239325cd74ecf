"""`scrm quality` and its actions: docs, sample, judge, published, objectives."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.errors import ConfError

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.settings import Settings

Opener = Callable[[argparse.Namespace], "tuple[Lake, Settings]"]


def add(command: Callable[..., argparse.ArgumentParser], open_lake: Opener) -> None:
    """Adds the command. Args: command: as in jobs.cli; open_lake: gives lake and settings of what was chosen."""
    quality = command("quality", _with(open_lake, _show), "show the six properties of each table, and what to do")
    quality.add_argument("--table", metavar="T")
    quality.add_argument("--all", action="store_true", help="rules that every case keeps too")
    quality.add_argument("--json", action="store_true")
    quality.add_argument(
        "--docs", action="store_true", help="build Great Expectations' Data Docs and an overview, as HTML"
    )
    actions = quality.add_subparsers(metavar="ACTION")

    def action(name: str, function: Any, text: str) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=text, description=text)
        sub.set_defaults(function=_with(open_lake, function))
        sub.add_argument("--conf", metavar="DIR", default=argparse.SUPPRESS, help="as above")
        return sub

    sample = action("sample", _sample, "draw a sample of a column for people to judge, as a CSV file")
    sample.add_argument("sampled", metavar="TABLE")
    sample.add_argument("--n", type=int, default=200, metavar="N", help="rows to draw (200)")
    sample.add_argument("--column", metavar="C", help="column to judge; the first with few values by default")
    sample.add_argument(
        "--out", metavar="FILE", help="file to write; by default one in the lake's folder quality/samples"
    )
    sample.add_argument("--seed", type=int, default=7, metavar="S", help="the same seed draws the same rows (7)")
    judge = action("judge", _judge, "read a sample that people have filled in; its result is an accuracy rule")
    judge.add_argument("file", metavar="FILE.csv")
    judge.add_argument("--judge", metavar="NAME", default="", help="who judged, where the column judge is empty")
    action("published", _published, "hold the published file against the lake, row by row")
    action("objectives", _objectives, "say which data the objectives need, whether they are held, and what serves none")


def _with(open_lake: Opener, function: Any) -> Any:
    def called(options: argparse.Namespace) -> int:
        lake, settings = open_lake(options)
        return function(options, lake, settings) or 0

    return called


def _show(options: argparse.Namespace, lake: Lake, settings: Settings) -> None:
    from jobs.cli import show_quality
    from jobs.quality import report, samples

    if options.table:
        samples.of(options.table)
    if options.docs:
        from jobs.serving import quality_pages

        print(quality_pages.build(lake, settings))
        return
    found = [of for of in report.standings(lake, settings) if options.table in (None, of.outcome.table)]
    if options.json:
        print(json.dumps(report.as_json(found), indent=1))
    else:
        show_quality.quality(found, is_all=options.all or bool(options.table))


def _sample(options: argparse.Namespace, lake: Lake, settings: Settings) -> None:
    from jobs.cli import show_quality
    from jobs.quality import samples

    if options.n < 1:
        raise ConfError(f"--n {options.n}: draw at least one row")
    table = samples.of(options.sampled)
    column = options.column or samples.default_column(table)
    path = Path(options.out) if options.out else samples.default_path(lake, table.name, column)
    show_quality.sample(samples.draw(lake, table, column, options.n, options.seed, path), table.name)


def _judge(options: argparse.Namespace, lake: Lake, settings: Settings) -> None:
    from jobs.cli import show_quality
    from jobs.quality import history, judgements, report

    now = datetime.now(UTC)
    found = judgements.read(lake, Path(options.file), options.judge or Path(options.file).stem, now)
    judged = [(o, o.passing, o.applicable) for o in judgements.outcomes(lake, settings) if o.applicable]
    history.keep(lake, history.today(settings, now), judged)
    standings = [of for of in report.standings(lake, settings) if (of.outcome.table, of.outcome.code) in found.rules]
    show_quality.judged(found, standings)


def _published(options: argparse.Namespace, lake: Lake, settings: Settings) -> int:
    from jobs.cli import show_quality
    from jobs.publish import duckdb_file
    from jobs.publish.publish import PUBLISHED, rows_shown
    from jobs.quality import history, published

    least = settings.base.publish.min_group_size
    found = duckdb_file.compare(
        lake.published("published.scrm"), PUBLISHED, rows_shown(lake, least), examples=settings.base.quality.examples
    )
    published.keep(lake, history.today(settings, datetime.now(UTC)), found)
    return 0 if show_quality.published(found) else 1


def _objectives(options: argparse.Namespace, lake: Lake, settings: Settings) -> None:
    from jobs.cli import show_quality

    if not lake.exists("gold.objective_data"):
        raise ConfError(f"gold.objective_data has not been written yet in {lake.root}; run `scrm run` first")
    show_quality.objectives(lake.rows("gold.objective_data"), lake.rows("gold.data_reach"))
