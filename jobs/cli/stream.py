"""scrm stream"""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from jobs.cli import options
from jobs.cli.console import notice, say
from jobs.cli.options import ManyValues

if TYPE_CHECKING:
    from jobs.runner.streaming import Cycle

_A_DAY = 86_400


@click.command(cls=ManyValues)
@click.option(
    "--source",
    "names",
    metavar="NAME...",
    multiple=True,
    shell_complete=options.sources,
    help="Only these; all topics and folders by default.",
)
@click.option(
    "--every",
    type=click.FloatRange(min=0, max=_A_DAY, min_open=True, max_open=True),
    default=10.0,
    metavar="SECONDS",
    show_default=True,
    help="How often to look for new records.",
)
@click.option("--once", is_flag=True, help="Process what is there now, then end.")
@options.conf
def stream(names: tuple[str, ...], every: float, once: bool, conf: str | None) -> int:
    """Land topics and watched folders continuously. What is landed is processed up to silver."""
    from jobs.lake import opening
    from jobs.lake.tables import Lake
    from jobs.runner.streaming import Streaming

    settings = options.settings_of(conf)
    lake = Lake(settings.base.lake.root, lambda: spark)
    stream = Streaming(settings, lake, names=names, every=every, on_cycle=_show, notice=notice)
    _stopped_by_signals(stream.stop)
    spark = opening.session(settings)
    return stream.once() if once else stream.run()


def _stopped_by_signals(stop: Callable[[], None]) -> None:
    """Ctrl-C and SIGTERM stop cleanly; a second one at once, as it would any other command."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def on_signal(number: int, frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        stop()

    for number in before:
        signal.signal(number, on_signal)


def _show(cycle: Cycle) -> None:
    """One line per cycle."""
    latency = "" if cycle.latency is None else f", latency {cycle.latency:,.1f} s"
    say(
        f"{cycle.at:%H:%M:%S} {', '.join(cycle.sources)}: landed {cycle.landed:,}, accepted {cycle.accepted:,}, "
        f"quarantined {cycle.quarantined:,}, {cycle.seconds:.1f} s{latency}"
    )
