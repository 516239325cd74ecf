"""Landing of files: what conf now cuts into records in another way is cut again, at once and only once."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.bronze import files
from jobs.job import Run
from jobs.settings.sources import Source
from jobs.sources import files as source_files

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def land(tmp_path, quiet, settings):
    """Lands tmp_path/in/*.csv with these keys of conf: land(header=…) -> notes of the run."""

    def run(**keys) -> list[str]:
        notes: list[str] = []
        of = {"kind": "erp", "format": "csv", "path": (str(tmp_path / "in" / "*.csv"),), "file": Path("shop.yaml")}
        mapped = {"orders": {"columns": {"order_id": "id"}}}
        shop = Source.model_validate({"name": "shop", "tables": mapped, **of, **keys})
        at = Run("run-1", NOW, settings(), NOW, note=notes.append)
        if files.has_new(quiet, at, shop):
            files.land(quiet, at, shop)
        return notes

    (tmp_path / "in").mkdir()
    return run


def records(lake) -> list[tuple]:
    rows = lake.rows("bronze.shop")
    return sorted((row["file"], row["line"], row["raw"], row["context"]) for row in rows)


def test_a_header_that_conf_names_later_is_applied_to_what_has_landed(tmp_path, quiet, land):
    (tmp_path / "in" / "a.csv").write_bytes(b"Report\nno;name\n1;x\n")
    assert land() == []
    assert [row[2] for row in records(quiet)] == [b"no;name", b"1;x"]
    assert land(header=2) == ["shop: files cut into records again, as shop.yaml now says: 1"]
    assert records(quiet) == [("a.csv", 1, b"1;x", "Report\x1eno;name")]
    assert [row["records_count"] for row in quiet.rows("ops.batches")] == [1]
    version = quiet.version("bronze.shop")
    assert land(header=2) == []
    assert quiet.version("bronze.shop") == version


def test_a_mapping_that_finds_the_header_is_applied_where_nothing_was_read(tmp_path, quiet, land):
    (tmp_path / "in" / "a.csv").write_bytes(b"Report;\nno;name\n1;x\n")
    land(delimiter=";")
    mapped = {"orders": {"columns": {"order_id": "no"}}}
    assert len(land(delimiter=";", tables=mapped)) == 1
    assert [row[2:] for row in records(quiet)] == [(b"1;x", "Report;\x1eno;name")]


def test_what_is_gone_or_changed_stays_as_it_was_landed(tmp_path, quiet, land):
    (tmp_path / "in" / "a.csv").write_bytes(b"id\n1\n")
    land()
    (tmp_path / "in" / "a.csv").unlink()
    (tmp_path / "in" / "b.csv").write_bytes(b"id\n2\n")
    land(header=1)
    assert [row[:3] for row in records(quiet)] == [("a.csv", 1, b"1"), ("b.csv", 1, b"2")]


def test_files_are_found_in_the_natural_order_of_their_names(tmp_path, land):
    names = ["export.csv", "export (1).csv", "export-2.csv", "export-10.csv"]
    for name in names:
        (tmp_path / "in" / name).write_bytes(f"id\n{name}\n".encode())
    of = {"name": "shop", "kind": "erp", "format": "csv", "path": (str(tmp_path / "in" / "*.csv"),), "file": Path("s")}
    assert [found.file for found in source_files.find(Source.model_validate(of))] == names


def test_a_packed_file_lands_as_one_record_as_it_is(tmp_path, quiet, land):
    data = gzip.compress(b"id\n" + b"\n".join(b"%d" % number for number in range(5_000)))
    (tmp_path / "in" / "a.csv").write_bytes(data)
    land(encoding="windows-1252")
    assert records(quiet) == [("a.csv", 1, data, None)]
