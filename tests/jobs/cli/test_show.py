"""Rows of a table, as `scrm show` prints them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from jobs.cli import show as command
from jobs.cli.main import main


@pytest.fixture
def shown(quiet, put, settings, monkeypatch, capsys):
    """Writes two products and shows them: shown(*arguments) -> exit code, lines, message."""
    product = {"source": "shop", "currency": "EUR", "run_id": "r1", "batch_id": "b1", "flags": []}
    put(
        "silver.products",
        product | {"product_id": "p1", "name": "[red] cup", "category": "cups", "list_price": Decimal("1.5")},
        product | {"product_id": "p2", "name": None},
        product | {"product_id": "gone", "name": "secret", "deleted_at": datetime(2025, 1, 1, tzinfo=UTC)},
    )
    monkeypatch.setattr(command.options, "lake_of", lambda conf: (quiet, settings()))

    def call(*arguments: str) -> tuple[int, list[str], str]:
        capsys.readouterr()
        code = main(["show", *arguments])
        shown = capsys.readouterr()
        return code, [" ".join(line.split()) for line in shown.out.splitlines() if line.strip()], shown.err

    return call


def test_one_block_per_row_without_columns_that_have_no_value(shown):
    code, lines, _ = shown("silver.products", "--where", "product_id = 'p1'")
    assert (code, lines[0]) == (0, "silver.products: 1 row")
    assert {"source shop", "product_id p1", "name [red] cup", "category cups", "currency EUR"} <= set(lines)
    assert not [line for line in lines if line.startswith("unit_cost")]


def test_few_columns_stand_side_by_side(shown):
    _, lines, _ = shown("silver.products", "--where", "product_id = 'p2'")
    assert lines[0] == "silver.products: 1 row"
    assert lines[1].split()[:2] == ["product_id", "currency"]
    assert lines[3].split()[:2] == ["p2", "EUR"]


def test_no_more_rows_than_asked_for(shown):
    assert shown("silver.products")[1][0] == "silver.products: 2 rows"
    assert shown("silver.products", "--limit", "1")[1][0] == "silver.products: 1 row"


def test_no_rows(shown):
    assert shown("silver.products", "--where", "product_id = 'p9'")[:2] == (0, ["silver.products: no rows"])


@pytest.mark.parametrize("condition", ["true", "true or true", "true -- ", "product_id <> 'p1' or product_id = 'p1'"])
def test_no_condition_shows_deleted_rows_or_more_than_the_limit(shown, condition):
    code, lines, _ = shown("silver.products", "--where", condition)
    assert (code, lines[0]) == (0, "silver.products: 2 rows")
    assert "secret" not in " ".join(lines)
    assert shown("silver.products", "--where", condition, "--limit", "1")[1][0] == "silver.products: 1 row"


@pytest.mark.parametrize("condition", ["true) or (true", "true) --", "true limit 9", "true; select 1"])
def test_a_condition_cannot_end_the_statement(shown, condition):
    code, lines, message = shown("silver.products", "--where", condition)
    assert (code, lines) == (2, [])
    assert f"error: --where {condition!r}: " in message


def test_a_condition_that_cannot_be_read_is_named(shown):
    code, _, message = shown("silver.products", "--where", "nonsense = 1")
    assert code == 2
    assert "error: --where 'nonsense = 1': " in message
    assert "nonsense" in message.split(": ", 2)[2]


def test_a_table_that_nothing_has_written_yet_is_named(shown):
    code, _, message = shown("gold.segments")
    assert code == 2
    assert "gold.segments has not been written yet in " in message
