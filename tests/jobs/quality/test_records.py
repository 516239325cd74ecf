"""Records that cannot be read are counted, said, and above a ratio a reason to stop."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from jobs.errors import GateStopped
from jobs.job import Run, Stream
from jobs.quality import records, report, row_checks
from jobs.quality.records import Reading
from jobs.settings.sources import Source
from transformations.contracts import contract

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


def test_what_to_try_with_a_platforms_file_is_nothing_that_its_format_lacks(quiet, settings):
    blog = Source(name="blog", kind="social", format="mastodon", path=("x",), file=Path("blog.yaml"))
    notes: list[str] = []
    run = Run("run-1", NOW, settings(), NOW, note=notes.append)
    reasons = ["invalid_text: a", "nul_byte: b", "not_this_format: c", "malformed_json: d", "packed_file: gzip"]
    for number, reason in enumerate(reasons):
        records.judge(quiet, run, [Reading(blog, {f"b{number}": (9, 1)}, [(reason, 1)])])
    assert [note.partition("in blog.yaml, ")[2].partition(" (scrm")[0] for note in notes] == [
        "see whether format is that of the files; they have to be UTF-8",
        "see whether format is that of the files, else ask who writes them",
        "see whether format is that of the files, and path leaves out other files",
        "see whether format is that of the files, and whether they are whole",
        "",
    ]


def test_a_source_that_is_lost_stops(quiet, settings):
    run = Run("run-1", NOW, settings(), NOW)
    records.judge(quiet, run, [Reading(SHOP, {"b1": (100, 0)}, [])])
    with pytest.raises(
        GateStopped, match=r"shop: none of 100 records can be read; .*set encoding.*max_quarantined_ratio"
    ):
        records.judge(quiet, run, [Reading(SHOP, {"b2": (100, 100)}, LATIN)])


def test_a_file_that_was_sent_again_stops_nothing_any_more(quiet, settings):
    of = settings().model_copy(update={"sources": (SHOP, SHOP.model_copy(update={"name": "other"}))})
    notes: list[str] = []
    run = Run("run-1", NOW, of, NOW, note=notes.append)
    records.judge(quiet, run, [Reading(SHOP, {"b1": (100, 100), "b2": (50, 0)}, LATIN, frozenset({"b1"}))])
    assert notes == [
        "shop: 100 records that files held before they were sent again stay unreadable and stop nothing "
        "(scrm quarantine --table shop)"
    ]
    (outcome,) = [one for one in report.outcomes(quiet, of) if one.code == records.RULE]
    assert (outcome.passing, outcome.applicable) == (50, 150)
    with pytest.raises(GateStopped, match="none of 100"):
        records.judge(quiet, run, [Reading(SHOP, {"b1": (10, 0), "b3": (100, 100)}, LATIN, frozenset({"b1"}))])


def test_the_only_source_stops_where_nothing_could_ever_be_read_however_small_it_is(quiet, settings):
    run = Run("run-1", NOW, settings().model_copy(update={"sources": (SHOP,)}), NOW)
    with pytest.raises(GateStopped, match=r"shop: none of 3 records can be read; .*set encoding.* has ever been read"):
        records.judge(quiet, run, [Reading(SHOP, {"b1": (3, 3)}, LATIN)])
    with pytest.raises(GateStopped, match="has ever been read"):  # run again, it is no better
        records.judge(quiet, run, [Reading(SHOP, {"b1": (3, 3), "b2": (1, 1)}, LATIN)])


def test_a_small_source_of_which_nothing_could_ever_be_read_is_a_fault_that_leaves_the_others_loaded(quiet, settings):
    faults: list[str] = []
    other = SHOP.model_copy(update={"name": "other"})
    of = settings().model_copy(update={"sources": (SHOP, other)})
    run = Run("run-1", NOW, of, NOW, note=pytest.fail, fault=faults.append)
    records.judge(quiet, run, [Reading(SHOP, {"b1": (3, 3)}, LATIN), Reading(other, {"b2": (3, 0)}, [])])
    (fault,) = faults
    assert fault.startswith("shop: none of 3 records can be read; ")
    assert "set encoding" in fault
    assert fault.endswith(
        "Nothing of it has ever been read: fix the source or its conf, then run again; the other sources are loaded"
    )


def test_a_small_broken_file_of_a_source_that_could_be_read_is_said(quiet, settings):
    notes: list[str] = []
    run = Run("run-1", NOW, settings(), NOW, note=notes.append)
    records.judge(quiet, run, [Reading(SHOP, {"b1": (3, 1)}, LATIN)])
    records.judge(quiet, run, [Reading(SHOP, {"b2": (3, 3)}, LATIN)])
    assert [note[:33] for note in notes] == ["shop: 1 of 3 records cannot be re", "shop: none of 3 records can be re"]


def test_a_stream_goes_on_after_a_first_record_that_cannot_be_read(quiet, settings):
    notes: list[str] = []
    run = Run("run-1", NOW, settings(), NOW, note=notes.append, stream=Stream(("shop",)))
    records.judge(quiet, run, [Reading(SHOP, {"b1": (1, 1)}, LATIN)])
    assert len(notes) == 1


def test_empty_files_are_no_loss(quiet, settings):
    run = Run("run-1", NOW, settings(), NOW, note=pytest.fail)
    records.judge(quiet, run, [Reading(SHOP, {"b1": (0, 0)}, [("no_records: …", 1)])])


def test_rows_refused_of_what_a_file_held_before_are_said_though_they_stop_nothing(settings, monkeypatch):
    notes: list[str] = []
    judgement = row_checks.Judgement(
        SimpleNamespace(root=Path()), Run("run-1", NOW, settings(), NOW, note=notes.append)
    )
    ends = {"winner": 0, "duplicate": 0, "superseded": 0}
    rows = [
        {"batch_id": "b1", "rows": 118, "refused": 118, **ends},
        {"batch_id": "b2", "rows": 1, "refused": 0, **ends},
    ]
    candidates = SimpleNamespace(sql=lambda _: rows, frame=lambda _: None)
    monkeypatch.setattr(row_checks.gate, "verdicts", lambda *_: [])
    monkeypatch.setattr(row_checks, "check_agreement", lambda *_: None)
    monkeypatch.setattr(row_checks.data_docs, "keep", lambda *_: None)
    judgement.judge_rows(contract("silver.order_lines"), (), candidates, {"b1"})
    assert notes == [
        "silver.order_lines: 118 rows that files held before they were sent again stay refused and stop nothing "
        "(scrm quarantine --table order_lines)"
    ]
