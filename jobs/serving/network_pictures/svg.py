"""A scene as SVG: text that any browser and editor shows, with nothing remote in it."""

from __future__ import annotations

import re
from html import escape

from jobs.serving.network_pictures.scene import HEIGHT, INK, PALE, PANEL, PAPER, SOFT, WIDTH, Dot, Label, Line, Scene

FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def quoted(text: str) -> str:
    """Text as XML shows it, without characters that XML does not know."""
    return escape(_CONTROL.sub("\ufffd", text), quote=True)


def svg(scene: Scene) -> str:
    """The scene as one SVG document."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{FONT}" role="img" aria-label="{quoted(scene.title)}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        '<g id="network">',
        *(_line(scene, line) for line in scene.lines),
        *(_dot(place, dot) for place, dot in enumerate(scene.dots)),
        *(_label(label) for label in scene.labels),
        "</g>",
        *_panel(scene),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _line(scene: Scene, line: Line) -> str:
    start, end = scene.dots[line.start], scene.dots[line.end]
    return (
        f'<line x1="{start.x:.1f}" y1="{start.y:.1f}" x2="{end.x:.1f}" y2="{end.y:.1f}" stroke="{line.colour}" '
        f'stroke-width="{line.width:.2f}" stroke-opacity="{line.opacity:.2f}" data-a="{line.start}" data-b="{line.end}"/>'
    )


def _dot(place: int, dot: Dot) -> str:
    return (
        f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.radius:.1f}" fill="{dot.colour}" stroke="{PAPER}" stroke-width="1" '
        f'data-n="{place}" data-g="{dot.group}"><title>{quoted(dot.title)}</title></circle>'
    )


def _label(label: Label) -> str:
    weight = ' font-weight="bold"' if label.is_bold else ""
    return (
        f'<text x="{label.x:.1f}" y="{label.y:.1f}" font-size="{label.size}" text-anchor="middle" dominant-baseline="central" '
        f'fill="{INK}" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"{weight} '
        f'pointer-events="none">{quoted(label.text)}</text>'
    )


def _panel(scene: Scene) -> list[str]:
    left, down = WIDTH - PANEL + 12, 56
    parts = [
        f'<rect x="{WIDTH - PANEL}" width="{PANEL}" height="{HEIGHT}" fill="{PAPER}"/>',
        f'<line x1="{WIDTH - PANEL}" y1="32" x2="{WIDTH - PANEL}" y2="{HEIGHT - 32}" stroke="#d0d7de"/>',
    ]
    for line in wrapped(scene.title, 26):
        parts.append(
            f'<text x="{left + 8}" y="{down}" font-size="22" font-weight="bold" fill="{INK}">{quoted(line)}</text>'
        )
        down += 28
    for line in wrapped(scene.subtitle, 44):
        parts.append(f'<text x="{left + 8}" y="{down}" font-size="14" fill="{SOFT}">{quoted(line)}</text>')
        down += 20
    down += 18
    for entry in scene.entries:
        parts.append(
            f'<g class="entry" data-g="{entry.group}"><circle cx="{left + 16}" cy="{down - 5}" r="8" fill="{entry.colour}"/>'
            f'<text x="{left + 34}" y="{down}" font-size="14" fill="{INK}">{quoted(entry.text)}</text></g>'
        )
        down += 27
    down += 16
    for note in scene.notes:
        for line in wrapped(note, 46):
            parts.append(f'<text x="{left + 8}" y="{down}" font-size="13" fill="{PALE}">{quoted(line)}</text>')
            down += 18
        down += 6
    return parts


def wrapped(text: str, most: int) -> list[str]:
    """Lines of at most so many characters, broken at spaces."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
