"""What the embedded engine may be asked: derived from probes that both engines answer alike.

A probe's outermost step is what it proves: the steps within it have probes of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from probes.running import ERROR, Answer, Theme
from sqlglot import exp

from jobs.sources import forms, portable

Ask = Callable[[Theme, Sequence[str]], list[Answer]]
FOR_CODE = ("windows",)
"""Themes of what our own code uses and conf cannot."""


def derived(
    themes: Sequence[Theme], expected: dict[str, list[Answer]], ask: Ask, known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Steps that are shown to give Spark's answers -> type.

    Args: expected: theme -> Spark's answers. ask: asks the embedded engine. known: steps to begin with; what follows from
        all probes follows from itself.
    """
    known = dict(known or {})
    bad: set[str] = set()
    asked: dict[tuple[str, str], Answer] = {}
    while True:
        found: dict[str, str] = {}
        for theme in themes:
            if theme.name in FOR_CODE:
                continue
            taken = [_taken(theme, probe["sql"], known) for probe in theme.probes]
            texts = [each[1] for each in taken if each and (theme.name, each[1]) not in asked]
            asked |= {(theme.name, text): answer for text, answer in zip(texts, ask(theme, texts), strict=True)}
            for _probe, each, answer in zip(theme.probes, taken, expected[theme.name], strict=True):
                if each is None or answer == ERROR:
                    continue
                key, text = each
                if theme.zone != "UTC":
                    if not portable.is_zoned(key, answer[0]):
                        continue
                    key = portable.LOCAL + key
                if same(answer, asked[theme.name, text]):
                    if found.setdefault(key, answer[0]) != answer[0]:
                        bad.add(key)
                else:
                    bad.add(key)
        found = {key: type_ for key, type_ in found.items() if key not in bad}
        if found == known:
            return known
        known = found


def _taken(theme: Theme, sql: str, known: dict[str, str]) -> tuple[str, str] | None:
    """The outermost step of a probe and what to ask for it; None while a step within it is not known."""
    reader = portable.Reader(theme.types, theme.zone, known)
    try:
        holder = portable.held(sql)
        root = holder.this
        while isinstance(root, exp.Paren):
            root = root.this
        if isinstance(root, exp.Column | exp.Literal | exp.Null | exp.Boolean | exp.Alias):
            return None
        if forms.of(root, reader.type_of) is not None:
            return None  # what a form gives is asked for every probe
        reader.prepare(root)
        key, _ = reader.step(root)
        return key, portable.written(holder.this)
    except ValueError:
        return None


def same(one: Answer, other: Answer) -> bool:
    return json.dumps(one) == json.dumps(other)


def verdict(theme: Theme, sql: str) -> tuple[str, str]:
    """same, rewritten or refused, and what the embedded engine is asked."""
    try:
        text = portable.portable(sql, theme.types, theme.zone)
    except portable.NotPortable:
        return "refused", sql
    return ("same" if portable.is_respelled(sql, theme.types) else "rewritten"), text


def lines(steps: dict[str, str]) -> str:
    """The text of portable.txt."""
    head = "# What the embedded engine computes as Spark does; `python -m tests.probes` writes it from what both answer alike.\n"
    return head + "".join(f"{key} -> {steps[key]}\n" for key in sorted(steps))
