"""Judged texts that the shipped tone model is fitted on and measured with: UMSAB's tweets, and VADER's rated snippets."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from jobs.errors import ConfError
from transformations.text.tone_fitting import RATED_WEIGHT, STRONG_RATING, Judged, of_class, of_rating
from transformations.text.tone_model import CLASSES

UMSAB = {
    "arabic": "ar",
    "english": "en",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "italian": "it",
    "portuguese": "pt",
    "spanish": "es",
}
RATED = ("tweets", "amazonReviewSnippets", "movieReviewSnippets", "nytEditorialSnippets")


class Example(NamedTuple):
    """A judged text. label: a class, or a rating from -4 to 4."""

    origin: str
    language: str
    text: str
    label: str | float


def examples(folder: Path, *, held_out: bool) -> Iterator[Example]:
    """Texts to fit on, or those held out.

    UMSAB's train and validation parts; of VADER's sets the texts whose SHA-256 is even, and the others.
    Args: folder: holds `umsab` and `vader_icwsm2014`. Raises ConfError naming a file that is not there.
    """
    part = "val" if held_out else "train"
    for name, language in UMSAB.items():
        texts = _lines(folder / "umsab" / name / f"{part}_text.txt")
        labels = _lines(folder / "umsab" / name / f"{part}_labels.txt")
        for text, label in zip(texts, labels, strict=False):
            if label.strip():
                yield Example("umsab", language, text, CLASSES[int(label)])
    for name in RATED:
        for line in _lines(folder / "vader_icwsm2014" / f"{name}_GroundTruth.txt"):
            if line.strip():
                _, rating, text = line.split("\t", 2)
                if int(sha256(text.encode()).hexdigest(), 16) % 2 == held_out:
                    yield Example(name, "en", text, float(rating))


def judged(found: Iterator[Example]) -> list[Judged]:
    """The texts as the fit takes them."""
    return [
        Judged(one.text, one.language, of_class(one.label))
        if isinstance(one.label, str)
        else Judged(one.text, one.language, of_rating(one.label / STRONG_RATING), RATED_WEIGHT, one.origin)
        for one in found
    ]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise ConfError(f"{path}: {error.strerror}; name the folder that holds umsab and vader_icwsm2014") from None
