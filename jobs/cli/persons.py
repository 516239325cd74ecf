"""scrm persons"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from jobs.cli import options
from jobs.cli.console import grid_of, plain, say, show


@click.group()
def persons() -> None:
    """Judge, merge and split persons; measure linkage."""


@persons.command()
@click.option(
    "--out", metavar="FILE.csv", type=click.Path(), help="Write the pairs that nobody has judged to this file."
)
@click.option("--in", "filled", metavar="FILE.csv", type=click.Path(), help="Read a file that people have filled in.")
@click.option("--judge", metavar="NAME", default="", help="Who judged, where the column judge is empty.")
@options.conf
def review(out: str | None, filled: str | None, judge: str, conf: str | None) -> None:
    """Write pairs to judge as a CSV file, or read what was decided."""
    from jobs.persons import review as of

    if (out is None) == (filled is None):
        raise click.UsageError("say --out FILE.csv to write pairs, or --in FILE.csv to read decisions")
    lake, _ = options.lake_of(conf)
    if out is not None:
        count = of.write(lake, Path(out))
        say(
            f"Pairs to judge: {count:,}, in {plain(out)}"
            if count
            else f"No pair waits for a judgement; {plain(out)} has a header alone."
        )
        if count:
            say("In each row write yes or no under is_same; leave it empty where you cannot say. Save it as CSV, then:")
            say(f"  scrm persons review --in {plain(out)}")
        return
    assert filled is not None
    count = of.read(lake, Path(filled), judge or Path(filled).stem, datetime.now(UTC))
    say(f"Decisions kept: {count:,}; the next `scrm run` restates the persons that they touch.")
    say("undo under is_same takes a decision back.")


def _decision(name: str, is_same: bool | None, help_: str, said: str) -> None:
    """Adds a command that decides about two records."""

    @persons.command(name, help=help_)
    @click.argument("one")
    @click.argument("other")
    @click.option("--judge", metavar="NAME", default="", help="Who decides.")
    @options.conf
    def command(one: str, other: str, judge: str, conf: str | None) -> None:
        from jobs.persons.decisions import decide

        lake, _ = options.lake_of(conf)
        left, right = decide(lake, one, other, is_same, judge, datetime.now(UTC))
        say(
            f"{plain(':'.join(left))} and {plain(':'.join(right))}: {said}; the next `scrm run` restates what it touches."
        )


_RECORDS = (
    "ONE and OTHER are person IDs, or records as KIND:PLACE:ID (customer:erp:C0000001, profile:microblog:u0000001)."
)
_decision("merge", True, f"Make one person of two. {_RECORDS}", "one person from now on")
_decision("split", False, f"Make two persons of one. {_RECORDS} The later record goes.", "two persons from now on")
_decision("undo", None, f"Take a merge or a split back. {_RECORDS}", "nobody decides any more")


@persons.command()
@click.option("--on", "path", metavar="FILE.csv", type=click.Path(), required=True, help="Records, one a line.")
@click.option("--truth", metavar="COLUMN", required=True, help="Column that is the same for the records of a person.")
@click.option(
    "--column", "columns", metavar="COLUMN=ATTRIBUTE", multiple=True, help="What a column holds (name, city …)."
)
@click.option(
    "--at", "least", type=click.FloatRange(0, 1), default=0.9, metavar="P", show_default=True, help="Link from here on."
)
@click.option("--beside-splink", is_flag=True, help="Link by Splink's own training too.")
def evaluate(path: str, truth: str, columns: tuple[str, ...], least: float, beside_splink: bool) -> None:
    """Link the records of a file whose persons are known, and print precision, recall and F1."""
    from jobs.persons.evaluation import evaluate as measured

    given = {}
    for pair in columns:
        column, separator, attribute = pair.rpartition("=")
        if not separator:
            raise click.BadParameter(f"{pair!r}: expected COLUMN=ATTRIBUTE", param_hint="'--column'")
        given[column] = attribute
    found = measured(Path(path), truth, given, least, beside_splink=beside_splink)
    used = ", ".join(f"{column} as {name}" if column != name else column for column, name in found.used.items())
    say(f"{found.records:,} records; compared: {plain(used)}")
    if found.ignored:
        say(f"Not compared: {plain(', '.join(found.ignored))}")
    if found.undated:
        say(f"{found.undated:,} dates of birth are not compared: expected the year first, as in 1985-12-24.")
    if found.reason:
        say(f"Nothing is linked: {plain(found.reason)}.")
    numbers = ("found", "right", "there", "precision", "recall", "F1")
    grid = grid_of(f"Linked from {least:g} on", "pairs", *numbers, right=numbers)
    rows = [("linked", found.pairs), ("in one person", found.persons)]
    if found.splink:
        rows.append(("in one person, trained by Splink", found.splink[0]))
    for name, of in rows:
        shares = (f"{of.precision:.4f}", f"{of.recall:.4f}", f"{of.f1:.4f}")
        grid.add_row(name, f"{of.found:,}", f"{of.right:,}", f"{of.true:,}", *shares)
    show(grid)
    if found.splink_failure:
        say(plain(f"Splink's own training failed on these records: {found.splink_failure}"))
    if found.splink:
        say(f"{found.seconds:.1f} s, trained by Splink {found.splink[1]:.1f} s")
