"""Pages of the documentation that are generated."""

import importlib
import re
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_of_tables_shows_unit_and_caution(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    page = importlib.import_module("reference").tables_page()
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| used_seconds |")]
    assert rows == [
        [
            "| used_seconds",
            "double",
            "How long it was used; null where the source does not measure it.",
            "seconds",
            " |",
        ]
    ]
    (amount,) = {
        line.split(" | ")[2]
        for line in page.splitlines()
        if line.startswith("| amount | decimal(38,4) | ") and "quantity" in line
    }
    assert amount.endswith(
        "Where a source does not map it: quantity \\* unit_price - coalesce(discount, 0). Its sign is turned where is_return "
        "and amount > 0."
    )
    sys.modules.pop("reference")


def test_paths_on_the_page_of_changes_exist():
    root = DOCS.parent
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_.A-Z]*|[a-z]+\.toml)`", (DOCS / "where.md").read_text())
    assert len(named) > 30
    assert [
        path
        for path in named
        if not any(word.isupper() for word in re.split(r"[/.]", path)) and not (root / path).exists()
    ] == []
