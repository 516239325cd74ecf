"""What a picture shows: dots, lines, labels that do not overlap, and a legend, all in pixels."""

from __future__ import annotations

from dataclasses import dataclass, field

WIDTH, HEIGHT = 1500, 1100
PANEL = 360
"""Pixels at the right that the title and the legend have."""
MARGIN = 48
INK, SOFT, PALE, PAPER = "#1f2328", "#57606a", "#8c959f", "#ffffff"
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#3B3B3B")
"""Okabe and Ito 2008, without its yellow, which is faint on white: told apart with any colour vision. Labels name
communities as well: colour is never all there is."""
OTHERS = "#9aa0a6"


@dataclass(frozen=True)
class Dot:
    """key: what it stands for. title: shown when pointed at. group: its entry in the legend, -1 for none."""

    x: float
    y: float
    radius: float
    colour: str
    key: str
    title: str
    group: int = -1


@dataclass(frozen=True)
class Line:
    """start, end: places of two dots in the scene. opacity: 0 to 1."""

    start: int
    end: int
    width: float
    colour: str
    opacity: float


@dataclass(frozen=True)
class Label:
    """x, y: its middle. size: height of letters in pixels."""

    x: float
    y: float
    text: str
    size: int
    is_bold: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom; somewhat more than any common font needs."""
        half = 0.5 * self.size * (0.68 if self.is_bold else 0.61) * len(self.text) + 2
        return self.x - half, self.y - 0.62 * self.size, self.x + half, self.y + 0.62 * self.size


@dataclass(frozen=True)
class Entry:
    """A line of the legend: a dot of a colour and what it stands for."""

    colour: str
    text: str
    group: int


@dataclass
class Scene:
    title: str
    subtitle: str
    dots: list[Dot] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def place(self, text: str, dot: Dot, size: int, *, is_bold: bool = False, within: bool = False) -> bool:
        """Puts a label beside a dot, where it covers no other label; False where there is no room.

        Args: within: the middle of the dot comes first, where the text fits into it.
        """
        width = Label(0, 0, text, size, is_bold).box[2] * 2
        beside = dot.radius + width / 2 + 3
        above = dot.radius + 0.7 * size + 2
        places = [(0, -above), (0, above), (beside, 0), (-beside, 0)]
        places += [(side * beside * 0.8, lift * above) for lift in (-1, 1) for side in (1, -1)]
        places += [(0, -1.9 * above), (0, 1.9 * above)]
        if within and width < 1.9 * dot.radius:
            places.insert(0, (0, 0))
        for right, down in places:
            label = Label(dot.x + right, dot.y + down, text, size, is_bold)
            if self._is_free(label):
                self.labels.append(label)
                return True
        return False

    def _is_free(self, label: Label) -> bool:
        left, top, right, bottom = label.box
        if left < 4 or top < 4 or right > WIDTH - PANEL - 4 or bottom > HEIGHT - 4:
            return False
        boxes = (other.box for other in self.labels)
        return all(right <= its[0] or its[2] <= left or bottom <= its[1] or its[3] <= top for its in boxes)


def on_canvas(x: float, y: float) -> tuple[float, float]:
    """Pixels of a place of 0 to 1."""
    side = min(WIDTH - PANEL, HEIGHT) - 2 * MARGIN
    return (
        MARGIN + (WIDTH - PANEL - 2 * MARGIN - side) / 2 + x * side,
        MARGIN + (HEIGHT - 2 * MARGIN - side) / 2 + y * side,
    )


def shortened(text: str, most: int = 34) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1].rstrip(" ,") + "…"
