"""How values and lines are printed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from jobs.cli import console


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "true"),
        (b"a\xffb", "a\\xffb"),
        (datetime(2025, 3, 1, 9, 30, tzinfo=UTC), "2025-03-01 09:30:00Z"),
        (date(2025, 3, 1), "2025-03-01"),
        (Decimal("12.5000"), "12.5"),
        (Decimal("1000.0000"), "1000"),
        (0.123456789, "0.123457"),
        (["a", None, Decimal("1.50")], "a, , 1.5"),
        ("text", "text"),
    ],
)
def test_a_cell(value, shown):
    assert console.cell(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (0, "0"), (12345, "12,345"), (1234.5, "1,234.50"), (0.0284, "0.028")]
)
def test_a_number(value, shown):
    assert console.number(value) == shown


def test_a_pipe_gets_wide_lines_and_no_markup_is_read_in_values(capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    console.show_rows("Rows", [{"name": "[red]plain[/]", "long": "x" * 100}])
    line = capsys.readouterr().out.splitlines()[4]
    assert line.split() == ["[red]plain[/]", "x" * 100]


def test_names_are_not_broken_however_narrow_the_terminal_is(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    rule, reason = "silver.post_enrichments.posts_are_about_what_is_monitored", "[b].is_a_code_of_its_own"
    rows = [{"rule": rule, "reason": reason, "what": "many words that may be broken between them " * 2, "n": 3}]
    console.show_rows("Rows", rows)
    said = capsys.readouterr().out
    assert rule in said
    assert reason in said
    assert " ".join(said.split()).count("between") == 2


def test_lines_are_not_wrapped_and_errors_go_to_standard_error(capsys):
    console.say("a" * 300)
    console.notice("[b] " + "n" * 300)
    console.error("e" * 300)
    assert capsys.readouterr() == ("a" * 300 + "\n", "[b] " + "n" * 300 + "\nerror: " + "e" * 300 + "\n")
