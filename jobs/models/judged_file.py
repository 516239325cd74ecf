"""Reads a CSV file of judged texts: a column of texts, one of labels, and one of languages or none."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import ConfError
from transformations.text.language import language_of, normalised_code
from transformations.text.tone_model import CLASSES, covers

TONES = {name: name for name in CLASSES} | {"neg": "negative", "neu": "neutral", "pos": "positive", "mixed": "neutral"}
_SURE = 0.7  # of a detected language
_NEAR_ZERO = 0.05  # of the largest absolute number: neutral, as VADER's authors have it for its own scores


@dataclass(frozen=True)
class JudgedFile:
    """Judged texts.

    Attributes:
        texts, languages, labels: one each a text; a language is None where it is not known; a label is a class.
        numbers: the labels as given where they are numbers, else empty.
        skipped: rows without a text or label.
        meaning: how labels were read, in words.
    """

    texts: list[str]
    languages: list[str | None]
    labels: list[str]
    numbers: list[float]
    skipped: int
    meaning: str


def read(
    path: Path, text: str, label: str, language: str | None = None, names: Mapping[str, str] = TONES
) -> JudgedFile:
    """Reads a file.

    Args: text, label, language: names of columns; without a language it is detected. names: label in lower case -> class; with
        the tones, numbers are labels too.
    Raises ConfError naming the file and a column, or a label that is none.
    """
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.DictReader(line.replace("\0", " ") for line in file)
            columns = reader.fieldnames or []
            for column in filter(None, (text, label, language)):
                if column not in columns:
                    raise ConfError(f"{path} has no column {column}; its columns are {', '.join(columns) or 'none'}")
            rows = list(reader)
    except OSError as error:
        raise ConfError(f"{path}: {error.strerror}") from None
    except csv.Error as error:
        raise ConfError(f"{path} cannot be read as CSV: {error}") from None
    full = [row for row in rows if (row[text] or "").strip() and (row[label] or "").strip()]
    if not full:
        raise ConfError(f"{path} has no row with a text in {text} and a label in {label}")
    texts = [str(row[text]) for row in full]
    if language:
        languages = [_code(row[language]) for row in full]
    else:
        languages, most = _detected(texts)
    labels, numbers, meaning = _labels([str(row[label]).strip() for row in full], path, names)
    if not language:
        meaning += f"; languages are detected, and where that is not sure taken to be {most or 'unknown'}, as most are"
    return JudgedFile(texts, languages, labels, numbers, len(rows) - len(full), meaning)


def _detected(texts: list[str]) -> tuple[list[str | None], str | None]:
    """Languages of texts, and the most frequent one, which those of short or mixed texts are taken to be."""
    found = [language_of(text) for text in texts]
    sure = [code if code and (confidence or 0) >= _SURE and covers(code) else None for code, confidence in found]
    most = Counter(filter(None, sure)).most_common(1)
    main = most[0][0] if most else None
    return [code or main for code in sure], main


def _code(value: str | None) -> str | None:
    """An ISO 639-1 code of a code or an English name of a language."""
    if code := normalised_code(value):
        return code
    import pycountry

    found = pycountry.languages.get(name=(value or "").strip().title())
    return getattr(found, "alpha_2", None)


def _labels(given: list[str], path: Path, names: Mapping[str, str]) -> tuple[list[str], list[float], str]:
    numbers = [_number(value) for value in given]
    if names is TONES and all(number is not None for number in numbers):
        found = [number for number in numbers if number is not None]
        return *_of_numbers(found), _meaning(found)
    labels = [names.get(value.lower()) for value in given]
    if unknown := sorted({value for value, name in zip(given, labels, strict=True) if name is None}):
        known = ", ".join(dict.fromkeys(names.values())) + (", or numbers throughout" if names is TONES else "")
        raise ConfError(f"{path}: labels are {known}; found {', '.join(map(repr, unknown[:5]))}")
    return [name for name in labels if name], [], "labels are classes"


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _of_numbers(numbers: list[float]) -> tuple[list[str], list[float]]:
    if _are_indices(numbers):
        return [CLASSES[int(number)] for number in numbers], [number - 1 for number in numbers]
    centre, near = _centre(numbers)
    names = ["neutral" if abs(n - centre) < near else CLASSES[2 if n > centre else 0] for n in numbers]
    return names, numbers


def _are_indices(numbers: list[float]) -> bool:
    return set(numbers) == {0, 1, 2}


def _centre(numbers: list[float]) -> tuple[float, float]:
    """The neutral number, and how near to it is neutral."""
    if min(numbers) >= 1 and max(numbers) <= 5 and all(n == int(n) for n in numbers):
        return 3, 0.5
    return 0, _NEAR_ZERO * max(map(abs, numbers), default=1) or 1


def _meaning(numbers: list[float]) -> str:
    if _are_indices(numbers):
        return "labels 0, 1, 2 are read as negative, neutral, positive"
    centre, near = _centre(numbers)
    if centre == 3:
        return "labels are read as stars: 1 and 2 negative, 3 neutral, 4 and 5 positive"
    return f"labels are read as ratings: below {-near:.3g} negative, from {near:.3g} on positive"
