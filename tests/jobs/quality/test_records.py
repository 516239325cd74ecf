"""Records that cannot be read are counted, said, and above a ratio a reason to stop."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.errors import GateStopped
from jobs.job import Run
from jobs.quality import records, report
from jobs.quality.records import Reading
from jobs.settings.sources import Source

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SHOP = Source(name="shop", kind="erp", format="csv", path=("x",), file=Path("shop.yaml"))
LATIN = [("invalid_text: the bytes are not valid utf-8", 90), ("malformed_csv: …", 10)]


def test_what_cannot_be_read_is_counted_and_said(quiet, settings):
    notes: list[str] = []
    of = settings().model_copy(update={"sources": (SHOP,)})
    run = Run("run-1", NOW, of, NOW, note=notes.append)
    records.judge(quiet, run, [Reading(SHOP, {"b1": (60, 20), "b2": (40, 0)}, LATIN)])
    assert notes == [
        "shop: 20 of 100 records cannot be read; most often (90): invalid_text: the bytes are not valid utf-8; in shop.yaml, "
        "set encoding to that of the files (windows-1252, iso-8859-1, utf-16) (scrm quarantine --table shop)"
    ]
    (outcome,) = [one for one in report.outcomes(quiet, of) if one.code == records.RULE]
    assert (outcome.table, outcome.property, outcome.passing, outcome.applicable) == (
        "bronze.shop",
        "validity",
        80,
        100,
    )
    (standing,) = [one for one in report.standings(quiet, of) if one.outcome.code == records.RULE]
    assert "scrm quarantine --table shop" in standing.what_to_do
    assert standing.broken_since


def test_a_source_that_is_lost_stops_and_a_small_one_is_said(quiet, settings):
    notes: list[str] = []
    run = Run("run-1", NOW, settings(), NOW, note=notes.append)
    with pytest.raises(
        GateStopped, match=r"shop: none of 100 records can be read; .*set encoding.*max_quarantined_ratio"
    ):
        records.judge(quiet, run, [Reading(SHOP, {"b1": (100, 100)}, LATIN)])
    records.judge(quiet, run, [Reading(SHOP, {"b1": (3, 3)}, LATIN)])
    assert len(notes) == 1
    assert notes[0].startswith("shop: none of 3 records can be read")


def test_empty_files_are_no_loss(quiet, settings):
    run = Run("run-1", NOW, settings(), NOW, note=pytest.fail)
    records.judge(quiet, run, [Reading(SHOP, {"b1": (0, 0)}, [("no_records: …", 1)])])
