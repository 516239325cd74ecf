"""scrm simulate"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.cli import bars
from jobs.cli.console import grid_of, number, plain, say, show
from jobs.cli.options import POSITIVE
from jobs.errors import ConfError

if TYPE_CHECKING:
    from jobs.simulate import Summary


@click.command()
@click.option("--out", metavar="DIR", required=True, type=click.Path(), help="Folder to write.")
@click.option("--customers", type=POSITIVE, default=300, metavar="N", show_default=True)
@click.option("--days", type=POSITIVE, default=120, metavar="D", show_default=True)
@click.option(
    "--seed", type=int, default=7, metavar="S", show_default=True, help="The same seed writes the same bytes."
)
@click.option(
    "--causes", is_flag=True, help="People leave, buy, come together and answer campaigns for planted reasons."
)
def simulate(out: str, customers: int, days: int, seed: int, causes: bool) -> None:
    """Write a made-up company with planted faults. The truth is beside it, in the folder truth."""
    from jobs.simulate import simulate

    with bars.progress() as shown:
        task = shown.add_task("simulate", total=None)

        def on_progress(text: str, done: int, total: int) -> None:
            shown.update(task, description=f"simulate: {text}", completed=done, total=total)

        try:
            summary = simulate(
                Path(out), customers=customers, days=days, seed=seed, causes=causes, on_progress=on_progress
            )
        except (ValueError, OSError) as error:
            raise ConfError(f"--out {out}: {error}") from None
    _show(out, summary)


def _show(out: str, summary: Summary) -> None:
    grid = grid_of(f"A made-up company in {out}", "what", "rows", right=("rows",))
    for name, count in summary.rows.items():
        grid.add_row(name, number(count))
    show(grid)
    say(f"What is true and which faults were planted: {plain(str(Path(out) / 'truth'))} (for tests; no job reads it)")
