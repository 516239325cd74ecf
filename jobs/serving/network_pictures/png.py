"""A scene as PNG."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.serving.network_pictures.scene import HEIGHT, INK, PALE, PANEL, PAPER, SOFT, WIDTH, Scene
from jobs.serving.network_pictures.svg import wrapped

if TYPE_CHECKING:
    from PIL import ImageDraw

_FINER = 2  # drawn so many times larger and then made smaller: lines without stairs


def png(scene: Scene) -> bytes:
    """The scene as the bytes of a PNG file."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), PAPER)
    draw = ImageDraw.Draw(image, "RGBA")
    for line in scene.lines:
        start, end = scene.dots[line.start], scene.dots[line.end]
        width = max(1, round(line.width * _FINER))
        draw.line(_scaled(start.x, start.y, end.x, end.y), _rgba(line.colour, line.opacity), width)
    for dot in scene.dots:
        _disc(draw, dot.x, dot.y, dot.radius + 0.7, PAPER)
        _disc(draw, dot.x, dot.y, dot.radius, dot.colour)
    for label in scene.labels:
        draw.text(
            _scaled(label.x, label.y),
            label.text,
            INK,
            _font(label.size, label.is_bold),
            anchor="mm",
            stroke_width=2 * _FINER,
            stroke_fill=PAPER,
        )
    _panel(draw, scene)
    written = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()


def _panel(draw: ImageDraw.ImageDraw, scene: Scene) -> None:
    left, down = WIDTH - PANEL + 20, 56
    draw.rectangle(_scaled(WIDTH - PANEL, 0, WIDTH, HEIGHT), PAPER)
    draw.line(_scaled(WIDTH - PANEL, 32, WIDTH - PANEL, HEIGHT - 32), "#d0d7de", _FINER)
    for line in wrapped(scene.title, 26):
        draw.text(_scaled(left, down), line, INK, _font(20, True), anchor="ls")
        down += 28
    for line in wrapped(scene.subtitle, 44):
        draw.text(_scaled(left, down), line, SOFT, _font(13), anchor="ls")
        down += 20
    down += 18
    for entry in scene.entries:
        _disc(draw, left + 8, down - 5, 8, entry.colour)
        draw.text(_scaled(left + 26, down), entry.text, INK, _font(13), anchor="ls")
        down += 27
    down += 16
    for note in scene.notes:
        for line in wrapped(note, 46):
            draw.text(_scaled(left, down), line, PALE, _font(12), anchor="ls")
            down += 18
        down += 6


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    draw.ellipse(_scaled(x - radius, y - radius, x + radius, y + radius), colour)


@cache
def _font(size: int, is_bold: bool = False) -> Any:
    """DejaVu Sans, which matplotlib carries: it has Latin, Greek, Cyrillic and more letters than Pillow's own font."""
    import matplotlib
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if is_bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name, size * _FINER)


def _scaled(*numbers: float) -> tuple[Any, ...]:
    return tuple(number * _FINER for number in numbers)


def _rgba(colour: str, opacity: float) -> tuple[int, int, int, int]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue, round(255 * opacity)
