"""Patterns of Spark SQL in a form that Java and Rust read alike.

Java's classes `\\d`, `\\s` and `\\w` know ASCII alone, Rust's all of Unicode; `.` stops at other ends of lines; `(?i)` folds
other letters. Each has a form that both read alike. Rust has no lookaround and no backreferences.
"""

from __future__ import annotations

import re
from typing import Literal

Use = Literal["test", "replace", "extract", "every", "split"]

_CLASSES = {"d": "0-9", "s": " \\t\\n\\x0B\\f\\r", "w": "a-zA-Z_0-9"}
_ENDS = "\\n\\r\\u0085\\u2028\\u2029"
_ANY = f"[^{_ENDS}]"
END = "(\\r\\n|[\\n\\r\\u0085\\u2028\\u2029])?\\z"
"""What Java's `$` stands for, with the end of line as a group: Rust's is the end of the text alone."""
_PUNCTUATION = frozenset(".^$*+?()[]{}|\\/-\"'#&~ %@!,:;<>=_`")
_CONTROLS = frozenset("tnrf")


def portable(pattern: str, use: Use) -> str:
    """The pattern in a form that both engines read as Java does.

    Args: use: what is done with it; every: all that it matches is given or counted. An end `$` has no such form where the
        end of a line before it would be part of the answer, nor a match of nothing where text is replaced, split or counted.
    Raises ValueError with the reason where it has none.

    >>> portable("(?i)ab\\\\d", "test")
    '[aA][bB][0-9]'
    """
    text, fold = (pattern[4:], True) if pattern.startswith("(?i)") else (pattern, False)
    out: list[str] = []
    place = 0
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            piece, place = _escape(text, place, within=False)
            out.append(piece)
        elif sign == "[":
            piece, place = _bracket(text, place, fold)
            out.append(piece)
        elif sign == "(":
            if text.startswith("(?", place) and not text.startswith("(?:", place):
                raise ValueError(f"{text[place : place + 4]} has no meaning that both engines share")
            out.append("(")
            place += 1
            if text.startswith("?:", place):
                out.append("?:")
                place += 2
        elif sign == ".":
            out.append(_ANY)
            place += 1
        elif sign == "$":
            out.append(_end(text, place, use))
            place += 1
        elif sign == "{":
            found = re.match(r"\{[0-9]+(?:,[0-9]*)?\}", text[place:])
            if not found:
                raise ValueError("a brace that is no number of times is written as [{]")
            out.append(found[0])
            place += len(found[0])
        else:
            out.append(_folded(sign, within=False) if fold else sign)
            place += 1
        if place < len(text) and text[place] == "+" and out and out[-1][-1:] in ("*", "+", "?", "}") and sign in "*+?{":
            raise ValueError("a possessive quantifier is Java's alone")
    found_pattern = "".join(out)
    if use == "split" and _matches_nothing(text):
        raise ValueError("it splits between letters, which Rust does at the ends as well")
    if use in ("replace", "every") and _matches_nothing(text):
        raise ValueError("it also matches nothing, which the engines do at different places")
    return found_pattern


def check_replacement(text: str) -> None:
    """Raises ValueError where a replacement is read differently."""
    if "\\" in text:
        raise ValueError("a backslash in the replacement")
    if re.search(r"\$(?![0-9](?![A-Za-z0-9_]))", text):
        raise ValueError("a group in the replacement is written as $1, and no letter, digit or _ may follow it")


def _matches_nothing(pattern: str) -> bool:
    try:
        return re.search(pattern, "") is not None
    except re.error:
        raise ValueError("it is no pattern that can be read") from None


def _escape(text: str, place: int, *, within: bool) -> tuple[str, int]:
    """A backslash and what it stands for, and where it ends."""
    of = text[place + 1 : place + 2]
    if of in _CLASSES and of:
        return (_CLASSES[of] if within else f"[{_CLASSES[of]}]"), place + 2
    if of.lower() in _CLASSES and of and not within:
        return f"[^{_CLASSES[of.lower()]}]", place + 2
    if of in _PUNCTUATION or of in _CONTROLS:
        if not of:
            raise ValueError("it ends in a backslash")
        return f"\\{of}" if of not in " %@!,:;<>=_`\"'/" else of, place + 2
    if of.isdigit():
        raise ValueError("it refers back to a group, which Rust cannot")
    raise ValueError(f"\\{of} is not read alike by both engines")


def _bracket(text: str, place: int, fold: bool) -> tuple[str, int]:
    """A class of letters, and where it ends."""
    out = ["["]
    place += 1
    if text[place : place + 1] == "^":
        out.append("^")
        place += 1
    start = place
    while place < len(text) and text[place] != "]":
        sign = text[place]
        if sign == "[" or text.startswith("&&", place):
            raise ValueError("a class within a class is not read alike by both engines; write \\[ for the sign")
        if sign == "\\":
            is_class = text[place + 1 : place + 2] in _CLASSES
            piece, place = _escape(text, place, within=True)
            out.append(piece)
            if not is_class and re.match(r"-[^\]]", text[place:]):
                raise ValueError("a range of letters that begins at one with a backslash")
            continue
        if re.match(r"-\\", text[place + 1 :]):
            raise ValueError("a range of letters that ends at one with a backslash")
        following = re.match(r"-([^\]\\\[])", text[place + 1 :])
        if following:
            out.append(_folded_range(sign, following[1]) if fold else f"{_in_class(sign)}-{_in_class(following[1])}")
            place += 3
            continue
        out.append(_folded(sign, within=True) if fold else _in_class(sign))
        place += 1
    if place == start or place >= len(text):
        raise ValueError("a class that is empty or has no end; write \\] for the sign")
    out.append("]")
    return "".join(out), place + 1


def _in_class(sign: str) -> str:
    """A sign within a class: - ~ & may be read as operators there."""
    return f"\\{sign}" if sign in "-~&" else sign


def _folded(letter: str, *, within: bool) -> str:
    """A letter in both cases, of ASCII alone as Java folds."""
    if not (letter.isascii() and letter.isalpha()):
        return letter if not within or letter != "-" else "\\-"
    both = f"{letter.lower()}{letter.upper()}"
    return both if within else f"[{both}]"


def _folded_range(first: str, last: str) -> str:
    if (first.islower() and last.islower()) or (first.isupper() and last.isupper()):
        return f"{first.lower()}-{last.lower()}{first.upper()}-{last.upper()}"
    if first.isdigit() and last.isdigit():
        return f"{first}-{last}"
    raise ValueError(f"[{first}-{last}] with (?i)")


def _end(text: str, place: int, use: Use) -> str:
    if place != len(text) - 1 or ("|" in text and use != "test"):
        raise ValueError("$ stands at the end of a pattern without |; elsewhere the engines read it differently")
    if use in ("split", "every"):
        raise ValueError(
            "$ where text is split, or where the whole match is given or counted; regexp_extract gives a group before it"
        )
    return END


def groups(pattern: str) -> int:
    """How many groups a pattern has."""
    return re.compile(pattern.replace("\\z", "$")).groups
