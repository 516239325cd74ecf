"""Rows of a table, as `scrm show` prints them."""

from __future__ import annotations

from datetime import UTC, date, datetime
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


def test_what_was_known_on_a_day(shown, put):
    key = {"grain": "all", "period_start": date(1970, 1, 1), "dimension": "all", "dimension_value": "all"}
    first, second = datetime(2025, 3, 1, 9, tzinfo=UTC), datetime(2025, 3, 2, tzinfo=UTC)
    row = key | {"indicator_id": "volume", "is_final": False, "unit": "posts"}
    put(
        "gold.indicator_values",
        row | {"value": 3.0, "known_from": first, "known_to": second},
        row | {"value": 4.0, "known_from": second},
    )

    def values(*arguments: str) -> list[str]:
        _, lines, _ = shown("gold.indicator_values", *arguments)
        return [line for line in lines if line.startswith("value ")]

    assert values() == ["value 3", "value 4"]
    assert values("--as-of", "2025-03-01") == []
    assert values("--as-of", "2025-03-02") == ["value 3"]  # the company's day begins at 23:00 UTC
    assert values("--as-of", "2025-03-03") == ["value 4"]
    assert values("--as-of", "2025-03-03", "--where", "value < 4 or value > 4") == []
    code, _, message = shown("gold.indicator_values", "--as-of", "March")
    assert (code, "error: --as-of March is not a valid date (YYYY-MM-DD)" in message) == (2, True)
    code, _, message = shown("silver.products", "--as-of", "2025-03-02")
    assert (code, "error: --as-of: silver.products keeps no earlier rows" in message) == (2, True)
