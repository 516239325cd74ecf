"""What `scrm quality` prints."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from jobs.cli.show import console_of, grid_of
from jobs.quality.report import kept, percent
from transformations.contracts import PROPERTIES

if TYPE_CHECKING:
    from jobs.quality.judgements import Reading
    from jobs.quality.published import Comparison
    from jobs.quality.report import Standing
    from jobs.quality.samples import Sample

_COLOURS = {"broken": "red", "kept": "green", "not_applicable": "dim"}
_TRENDS = {"better": "↑ better", "worse": "↓ worse", "same": "= same", "new": "new", None: ""}
_STATES = {"broken": 0, "kept": 1, "not_applicable": 2}


def quality(found: Sequence[Standing], *, is_all: bool) -> None:
    """Every rule that some case breaks, what stops first, with what to do; the others too where `is_all`."""
    console = console_of()
    speaking = [of for of in found if of.outcome.ratio is not None]
    if not speaking:
        console.print("Nothing has been judged yet; `scrm run` judges what it loads.")
        return
    shown = [of for of in speaking if is_all or of.outcome.ratio != 1.0]
    shown.sort(
        key=lambda of: (
            _STATES[of.outcome.state],
            of.outcome.severity != "stop",
            of.outcome.table,
            PROPERTIES.index(of.outcome.property),
            of.outcome.ratio or 0.0,
        )
    )
    broken = sum(of.outcome.state == "broken" for of in speaking)
    clean = sum(of.outcome.ratio == 1.0 for of in speaking)
    console.print(
        f"{len(speaking):,} rules have been judged: {broken:,} broken, {len(speaking) - broken - clean:,} kept as "
        f"far as they must be, {clean:,} kept by every case."
    )
    if shown:
        columns = ("rule", "property", "kept", "must", "cases", "state", "trend", "broken since")
        grid = grid_of("Quality", *columns, right=("kept", "must", "cases"))
        for of in shown:
            o = of.outcome
            since = of.broken_since.isoformat() if of.broken_since else ""
            grid.add_row(
                f"{o.table}.{o.code}",
                o.property,
                kept(of),
                percent(o.threshold),
                f"{o.applicable:,}",
                f"[{_COLOURS[o.state]}]{o.state}[/]",
                _TRENDS[of.trend],
                since,
            )
        console.print(grid)
    advised = [of for of in shown if of.what_to_do]
    for _, group in groupby(advised, key=lambda of: (of.outcome.table, of.what_to_do)):
        _explain(list(group))
    rest = len(speaking) - len(shown)
    if rest:
        console.print(f"{rest:,} more rules are kept by every case: --all lists them.")
    without = [name for name in PROPERTIES if not any(of.outcome.property == name for of in speaking)]
    if without:
        console.print(f"Nothing applied for: {', '.join(without)}")


def _explain(alike: list[Standing]) -> None:
    """What is wrong, where, and what to do: said once for rules of a table that are mended alike."""
    console = console_of()
    for of in alike:
        o = of.outcome
        missed = o.applicable - o.passing
        said = f"{escape(o.message)}: {missed:,} of {o.applicable:,}"
        console.print(f"[bold]{o.table}.{o.code}[/] ({o.property}, {o.severity}): {said}", soft_wrap=True)
        if o.examples:
            console.print(f"  for example: {escape('; '.join(o.examples))}", soft_wrap=True)
    console.print(f"  what to do:  {escape(alike[0].what_to_do)}", soft_wrap=True)


def sample(drawn: Sample, table: str) -> None:
    """What was drawn, and what to do with it."""
    console = console_of()
    grid = grid_of(f"A sample of {table}.{drawn.column}", "stratum", "rows", "drawn", right=("rows", "drawn"))
    for name, (rows, count) in drawn.strata.items():
        grid.add_row(escape(name), f"{rows:,}", f"{count:,}")
    console.print(grid)
    if drawn.without_value:
        console.print(f"{drawn.without_value:,} rows without a value are left out: nothing is said of them.")
    console.print(
        f"{drawn.rows:,} rows in {drawn.path}\nOpen it in a spreadsheet. In each row write yes or no under is_right, or the "
        "right value under judged; leave what you cannot tell. Save it as CSV, then:\n"
        f"  scrm quality judge {drawn.path}",
        soft_wrap=True,
    )


def judged(found: Reading, standings: Sequence[Standing]) -> None:
    """What was read, what could not be used and why, and what the rules say now."""
    console = console_of()
    console.print(f"{found.path}: {found.judged:,} judgements read, {found.open:,} rows still open.", soft_wrap=True)
    for title, lines in (
        ("rows that are no more", found.gone),
        ("values that are others now, and no right value was written", found.changed),
        ("answers that cannot be used", found.unclear),
    ):
        if lines:
            console.print(f"[yellow]{len(lines):,} {title}:[/]")
            for line in lines[:20]:
                console.print(f"  {escape(line)}", soft_wrap=True)
            if len(lines) > 20:
                console.print(f"  … and {len(lines) - 20:,} more")
    for of in standings:
        o = of.outcome
        said = f"{kept(of)} right, of {o.applicable:,} judged" if o.applicable else "nothing judged yet"
        console.print(f"{o.table}.{o.code}: {said}; must be {percent(o.threshold)}: {o.state}", soft_wrap=True)


def published(found: dict[str, Comparison]) -> bool:
    """Tables of which file and lake differ; whether all are the same."""
    console = console_of()
    wrong = {name: of for name, of in found.items() if of.same != of.either}
    if not wrong:
        console.print(
            f"The published file holds what the lake shows: {len(found)} tables, "
            f"{sum(of.same for of in found.values()):,} rows."
        )
        return True
    grid = grid_of(
        "Published file and lake differ", "table", "same", "in either", "for example", right=("same", "in either")
    )
    for name, of in wrong.items():
        grid.add_row(name, f"{of.same:,}", f"{of.either:,}", escape("; ".join(of.examples)))
    console.print(grid)
    console.print("`scrm publish` writes the file anew.")
    return False


def objectives(needs: Sequence[dict[str, Any]], reach: Sequence[dict[str, Any]]) -> None:
    """What each objective's indicator needs and whether it is held; what serves no objective."""
    console = console_of()
    if not needs:
        console.print("company.yaml declares no objective with an indicator.")
    colours = {"held": "green", "obtainable": "yellow", "absent": "red"}
    grid = grid_of(
        "What the objectives need",
        "objective",
        "indicator",
        "attribute",
        "state",
        "filled",
        "period",
        "source",
        right=("filled",),
    )
    for row in sorted(needs, key=lambda row: (row["objective_id"], row["table_name"], row["column_name"])):
        period = f"{row['held_from']} to {row['held_to']}" if row["held_from"] else ""
        where = {
            "held": ", ".join(row["held_sources"] or ()),
            "obtainable": "could come from " + ", ".join(row["obtainable_sources"] or ()),
            "absent": "none declared; formats with it: "
            + (", ".join(row["possible_formats"] or ()) or "a mapping in conf"),
        }[row["data_state"]]
        grid.add_row(
            row["objective_id"],
            row["indicator_id"],
            f"{row['table_name']}.{row['column_name']}",
            f"[{colours[row['data_state']]}]{row['data_state']}[/]",
            percent(row["filled_ratio"]),
            period,
            escape(where),
        )
    if needs:
        console.print(grid)
    unused: dict[tuple[str, str], list[str]] = {}
    for row in reach:
        if not row["reaches_objective"]:
            unused.setdefault((row["source"], row["table_name"]), []).append(row["column_name"])
    grid = grid_of("Attributes that serve no objective", "source", "table", "attributes")
    for (source, table), columns in sorted(unused.items()):
        grid.add_row(source, table, ", ".join(sorted(columns)))
    if unused:
        console.print(grid)
