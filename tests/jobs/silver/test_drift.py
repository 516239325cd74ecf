"""Columns that conf maps and no record has are said, with what helps."""

from datetime import UTC, datetime
from pathlib import Path

from jobs.bronze import files
from jobs.job import Run
from jobs.lake import ops
from jobs.settings.sources import Source
from jobs.silver import drift

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def notes(lake, settings, folder: Path, columns: list[str]) -> list[str]:
    """What is said where the only record of a JSON file has these columns, and conf maps nr and day."""
    (folder / "a.json").write_text("{}")
    mapped = {"orders": {"columns": {"order_id": "nr", "ordered_at": "day"}}}
    of = {"name": "shop", "kind": "erp", "format": "json", "path": (str(folder / "a.json"),), "file": Path("shop.yaml")}
    shop = Source.model_validate({**of, "tables": mapped})
    said: list[str] = []
    run = Run("run-1", NOW, settings(), NOW, note=said.append)
    files.land(lake, run, shop)
    landed = ops.BATCHES.rows(lake, source="shop")
    drift.notice(lake, run, shop, landed, {row["batch_id"]: columns for row in landed}, has_header=False)
    return said


def test_a_list_further_down_in_an_object_is_written_out_first(quiet, settings, tmp_path):
    assert notes(quiet, settings, tmp_path, ["meta", "result"]) == [
        "shop: no record has the columns that shop.yaml maps: day, nr; they count as null. Where the records are a list further "
        "down in an object, write them out first, one a line: jq -c '.result.orders[]' FILE, with the keys that lead to the list"
    ]


def test_one_column_that_is_missing_is_no_sign_of_another_shape(quiet, settings, tmp_path):
    assert notes(quiet, settings, tmp_path, ["nr", "customer"]) == [
        "shop: no record has the columns that shop.yaml maps: day; they count as null"
    ]
