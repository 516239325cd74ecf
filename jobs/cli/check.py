"""scrm check"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jobs.cli import options
from jobs.cli.console import plain, say

if TYPE_CHECKING:
    from jobs.maintenance.machine import Finding


@click.command()
@options.conf
def check(conf: str | None) -> int:
    """Check this machine and conf. Says what is missing or wrong, and what to do."""
    from jobs.lake import open_lake
    from jobs.maintenance import machine
    from jobs.runner import preflight
    from jobs.sources import on_engine

    settings = options.settings_of(conf)
    code = _show(machine.findings(settings))
    preflight.check_settings(settings)
    on_engine.of_settings(settings)
    preflight.check_origins(settings.sources)
    preflight.check_columns(open_lake(settings), settings)
    return code


def _show(findings: list[Finding]) -> int:
    """Prints what is there and what is missing; 0 when everything required is there, else 2."""
    for finding in findings:
        mark = "[green]ok[/]     " if finding.is_good else "[red]missing[/]"
        say(f"{mark} {finding.name}: {plain(finding.found)}")
        if finding.remedy and not (finding.is_good and finding.is_needed):
            say(f"        {plain(finding.remedy)}")
    return 0 if all(finding.is_good for finding in findings if finding.is_needed) else 2
