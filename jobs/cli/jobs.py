"""scrm jobs"""

from __future__ import annotations

import json

import click

from jobs.cli.console import grid_of, show


@click.command("jobs")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with what each job reads and writes.")
def list_jobs(as_json: bool) -> None:
    """List every job with what it does and writes."""
    from jobs.runner import registry

    if as_json:
        click.echo(json.dumps(registry.as_json(), indent=1))
        return
    grid = grid_of("Jobs in the order of a run", "stage", "job", "what it does", "writes")
    for job in registry.all_jobs():
        grid.add_row(job.stage, job.name, job.description, _written(job.writes))
    show(grid)


def _written(names: tuple[str, ...]) -> str:
    """Tables that a job writes; that each of silver has a quarantine goes without saying."""
    return ", ".join(name for name in names if not name.startswith("quarantine."))
