"""scrm network"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.cli import options
from jobs.cli.console import console_of, grid_of, plain, say
from jobs.errors import ConfError, ScrmError, explained

if TYPE_CHECKING:
    from jobs.serving.network_pictures.scene import Scene
    from jobs.serving.network_pictures.view import Part

_PICTURES = (".png", ".svg", ".html")
_EXPORTS = (".graphml", ".gexf")


@click.group()
def network() -> None:
    """Draw the network, find ways through it, export it."""


@network.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option(
    "--period", default="all", show_default=True, help="A period of gold.network_summary: 2025-02, 2025-W07 …"
)
@click.option("--community", metavar="ID", help="Only the members of a community.")
@click.option("--person", metavar="ID", help="Only a person and who is connected with them.")
@click.option("--steps", type=click.IntRange(1, 3), default=1, show_default=True, help="How far, with --person.")
@click.option("--communities", is_flag=True, help="A dot per community, also where persons could be drawn.")
@click.option("--names", is_flag=True, help="Call persons by their names, not by the beginning of their ids.")
@options.conf
def draw(
    files: tuple[Path, ...],
    period: str,
    community: str | None,
    person: str | None,
    steps: int,
    communities: bool,
    names: bool,
    conf: str | None,
) -> None:
    """Draw the network to FILE: .png, .svg, or .html that can be zoomed and searched.

    The whole of a period is drawn person by person up to 1,500 persons, above it as communities.
    """
    _check(files, _PICTURES)
    if sum(map(bool, (community, person, communities))) > 1:
        raise click.UsageError("--community, --person and --communities exclude each other.")
    from jobs.serving.network_pictures import view

    part = _part(conf, period, names)
    if community:
        scene = view.community(part, community, period)
    elif person:
        scene = view.surroundings(part, person, steps, period)
    else:
        scene = view.communities(part, period) if communities else view.whole(part, period)
    for file in files:
        _write(file, _drawn(scene, file.suffix.lower()))


@network.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option(
    "--period", default="all", show_default=True, help="A period of gold.network_summary: 2025-02, 2025-W07 …"
)
@click.option("--names", is_flag=True, help="Label persons with their names, not with the beginning of their ids.")
@options.conf
def export(files: tuple[Path, ...], period: str, names: bool, conf: str | None) -> None:
    """Write the network to FILE: .graphml or .gexf, for Gephi and others."""
    _check(files, _EXPORTS)
    from jobs.serving.network_pictures import exports

    part = _part(conf, period, names)
    for file in files:
        text = exports.gexf(part) if file.suffix.lower() == ".gexf" else exports.graphml(part)
        _write(file, text.encode())


@network.command()
@click.argument("start", metavar="PERSON")
@click.argument("end", metavar="PERSON")
@click.option(
    "--period", default="all", show_default=True, help="A period of gold.network_summary: 2025-02, 2025-W07 …"
)
@options.conf
def way(start: str, end: str, period: str, conf: str | None) -> None:
    """Show over whom a PERSON can best be introduced to another.

    Of all ways through the network it is the one whose connections are strongest: the sum of 1 / weight is smallest.
    """
    from jobs.serving.network_pictures import ways

    steps = ways.between(_part(conf, period, names=True), start, end, period)
    if not steps:
        say(plain(f"No way leads from {start} to {end} in {period}: they are in different components."))
        return
    weight = "weight to the next"
    count = len(steps) - 1
    columns = ("person", "name", "community", "class", weight)
    grid = grid_of(f"{count} step{'' if count == 1 else 's'}, {period}", *columns, right=(weight,))
    for step in steps:
        to_next = "" if step.weight is None else f"{step.weight:,.2f}"
        grid.add_row(*map(plain, (step.person_id, step.name, step.community, step.authority_class, to_next)))
    console_of().print(grid)


def _check(files: tuple[Path, ...], endings: tuple[str, ...]) -> None:
    for file in files:
        if file.suffix.lower() not in endings:
            raise ConfError(f"{file}: expected a name that ends with {', '.join(endings)}")
        if not file.resolve().parent.is_dir():
            raise ConfError(f"{file}: there is no folder {file.resolve().parent}")


def _part(conf: str | None, period: str, names: bool) -> Part:
    from jobs.serving.network_pictures import reading

    lake, settings = options.lake_of(conf)
    return reading.part_of(lake, settings.base.network, period, with_names=names)


def _drawn(scene: Scene, ending: str) -> bytes:
    if ending == ".png":
        from jobs.serving.network_pictures import png

        return png.png(scene)
    if ending == ".svg":
        from jobs.serving.network_pictures import svg

        return svg.svg(scene).encode()
    from jobs.serving.network_pictures import html

    return html.html(scene).encode()


def _write(file: Path, content: bytes) -> None:
    aside = file.with_name(f".{file.name}.aside")
    try:
        aside.write_bytes(content)
        os.replace(aside, file)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise ScrmError(f"{file} cannot be written: {explained(error)}") from None
    say(f"{file}: {len(content):,} bytes")
