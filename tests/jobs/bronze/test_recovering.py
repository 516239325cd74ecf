"""Bronze and its register disagree: nothing is removed from bronze, and what is lost is said. No JVM is started."""

from __future__ import annotations

import shutil

import pytest
from runs import HEADER, NOW, SHOP

from jobs import settings as conf
from jobs.bronze import land
from jobs.errors import ScrmError
from jobs.job import Run
from jobs.lake import ops
from jobs.silver import parsing

LINE = "{order},a1,2,2025-03-01 09:00:00,1.50,c1,UK\n"


def landing(settings, lake) -> list[str] | None:
    """Lands what is new. Returns the notes, or None where there is nothing to do."""
    notes: list[str] = []
    run = Run("r", NOW, settings, NOW, note=notes.append)
    if not land.has_new(lake, run):
        return None
    land.land(lake, run)
    return notes


@pytest.fixture
def shop(tmp_path, write_conf, quiet):
    """Lands two files, a day each; the first is gone afterwards. Returns the settings and the files' folder."""
    folder = tmp_path / "in"
    folder.mkdir()
    settings = conf.load(write_conf({"shop": SHOP.format(path=folder / "*.csv")}))
    for day in (1, 2):
        (folder / f"day{day}.csv").write_text(HEADER + LINE.format(order=day) * day)
        assert landing(settings, quiet) == []
    (folder / "day1.csv").unlink()
    return settings, folder


def registered(lake) -> dict[str, int]:
    return {row["file_version"]: row["records_count"] for row in ops.BATCHES.rows(lake)}


def test_a_lost_register_is_made_from_bronze_again(shop, quiet):
    settings, folder = shop
    before = quiet.rows("bronze.shop")
    shutil.rmtree(quiet.path("ops.batches"))
    (folder / "day3.csv").write_text(HEADER + LINE.format(order=3))
    notes = landing(settings, quiet)
    assert registered(quiet) == {"day1.csv": 1, "day2.csv": 2, "day3.csv": 1}
    assert len(quiet.rows("bronze.shop")) == len(before) + 1
    assert notes == ["shop: 2 batches (3 records) in bronze.shop were not in ops.batches; they are registered again"]
    assert landing(settings, quiet) is None


def test_a_landing_that_was_interrupted_before_it_was_registered_is_kept(shop, quiet):
    settings, _ = shop
    quiet.delete("ops.batches", "file = 'day2.csv'")
    landing(settings, quiet)
    assert registered(quiet) == {"day1.csv": 1, "day2.csv": 2}
    assert quiet.count("bronze.shop") == 3


def test_a_bronze_table_that_is_gone_is_landed_again_as_far_as_files_are_there(shop, quiet):
    settings, _ = shop
    shutil.rmtree(quiet.path("bronze.shop"))
    notes = landing(settings, quiet)
    assert registered(quiet) == {"day2.csv": 2}
    (note,) = notes
    assert note.startswith(
        "shop: bronze.shop is gone; what the source still has is landed again, but 1 of 2 files are no"
    )
    assert "day1.csv" in note


def test_silver_without_its_bronze_says_so_instead_of_being_emptied(shop, quiet):
    settings, _ = shop
    shutil.rmtree(quiet.path("bronze.shop"))
    run = Run("r", NOW, settings, NOW)
    with pytest.raises(ScrmError, match=r"bronze\.shop is gone, and 2 batches of it are registered"):
        parsing._records(quiet, run, settings.source("shop"), {}, ops.BATCHES.rows(quiet))
