"""What `scrm quarantine` shows, and which names of tables it takes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jobs.cli import quarantine as command
from jobs.cli.main import main

REFUSED = {
    "source": "shop",
    "batch_id": "b1",
    "file": "day1.csv",
    "line": 2,
    "ordinal": 0,
    "record_id": "day1.csv#2",
    "reasons": [{"code": "quantity.not_zero", "property": "validity", "message": "quantity is 0"}],
    "quarantined_at": datetime(2025, 3, 1, tzinfo=UTC),
}


@pytest.fixture
def asked(quiet, put, settings, monkeypatch, capsys):
    put("quarantine.order_lines", REFUSED)
    monkeypatch.setattr(command.options, "lake_of", lambda conf: (quiet, settings()))

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["quarantine", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.mark.parametrize("name", ["order_lines", "silver.order_lines", "quarantine.order_lines"])
def test_a_table_is_named_with_or_without_its_layer(asked, name):
    code, said, _ = asked("--table", name)
    assert code == 0
    assert "quantity.not_zero" in said
    assert "day1.csv#2" in said


def test_a_table_of_which_nothing_was_refused_is_empty(asked):
    assert asked("--table", "silver.posts")[:2] == (0, "The quarantine is empty for silver.posts.\n")


@pytest.mark.parametrize(
    ("name", "told"),
    [("order_line", "did you mean order_lines?"), ("silver.post", "did you mean silver.posts?"), ("x", "x")],
)
def test_a_misspelt_table_is_not_an_empty_one(asked, name, told):
    code, said, error = asked("--table", name)
    assert (code, said) == (2, "")
    assert f"no table or source {name}; " in error
    assert told in error
