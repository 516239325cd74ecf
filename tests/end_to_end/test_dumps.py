"""Full dumps of a database, one after the other: what a newer one no longer holds is deleted, and may come back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from runs import copied, good_run, make_conf

from jobs import settings
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.runner.execution import RunReport
from jobs.sources import dumps as full_dumps

CUSTOMERS = """
kind: erp
format: csv
path: {path}
deletes: missing_in_full_dump
tables:
  customers:
    columns: {{customer_id: id, name: name, email: email}}
"""
HEADER = "id,name,email\n"
ONE = HEADER + "c1,Ann,a@x.example\nc2,Ben,b@x.example\nc3,Cy,c@x.example\n"
TWO = HEADER + "c1,Ann,a@x.example\n,Nobody,\nc4,Di,d@x.example\n"
THREE = HEADER + "c1,Ann,a@x.example\nc2,Ben,b@x.example\n"
STEPS: dict[str, tuple[dict[int, str], ...]] = {
    "in_turn": ({1: ONE}, {2: TWO}, {3: THREE}),
    "together": ({1: ONE, 2: TWO, 3: THREE},),
    "reversed": ({3: THREE}, {1: ONE}, {2: TWO}),
    "broken": ({1: ONE, 2: TWO + "c9\n"},),
    "empty": ({1: ONE, 2: HEADER},),
    "again": ({1: ONE}, {2: TWO}, {3: ONE}),
}
"""Source -> the dumps that each of three runs finds new. A dump is as old as its number says."""


@dataclass(frozen=True)
class Dumped:
    """The lake after each of three runs."""

    conf: Path
    lakes: list[Lake]
    reports: list[RunReport]

    @property
    def lake(self) -> Lake:
        return self.lakes[-1]


@pytest.fixture(scope="module")
def dumped(tmp_path_factory, spark) -> Dumped:
    root = tmp_path_factory.mktemp("dumps")
    conf = make_conf(root, {name: CUSTOMERS.format(path=root / name / "*.csv") for name in STEPS})
    lake, found = Lake(root / "lake", lambda: spark), Dumped(conf, [], [])
    for step in range(3):
        for name, steps in STEPS.items():
            (root / name).mkdir(exist_ok=True)
            for number, content in steps[step].items() if step < len(steps) else ():
                path = root / name / f"customers_{number}.csv"
                path.write_text(content)
                os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
        found.reports.append(good_run(settings.load(conf), lake))
        found.lakes.append(copied(lake, root / f"after_{step}"))
    return found


def standing(lake: Lake, source: str) -> list[str]:
    rows = lake.arrow("silver.customers").to_pylist()
    return sorted(row["customer_id"] for row in rows if row["source"] == source)


def test_every_row_of_every_dump_is_accounted_for(dumped):
    assert [row_accounts.mistakes(lake) for lake in dumped.lakes] == [[], [], []]


def test_what_a_full_dump_no_longer_holds_is_deleted_and_may_come_back(dumped):
    assert [standing(lake, "in_turn") for lake in dumped.lakes] == [["c1", "c2", "c3"], ["c1", "c4"], ["c1", "c2"]]
    (gone,) = dumped.lakes[1].rows("silver.customers", "customer_id = 'c2' and source = 'in_turn'")
    assert (gone["name"], gone["email"]) == (None, None)


def test_dumps_landed_in_any_order_end_in_the_same_content(dumped):
    def rows(source: str) -> list[tuple]:
        found = dumped.lake.rows("silver.customers", f"source = '{source}'")
        return sorted((row["customer_id"], row["name"], row["email"], row["deleted_at"]) for row in found)

    assert rows("in_turn") == rows("together") == rows("reversed")
    gone = {customer_id: at.timestamp() for customer_id, _, _, at in rows("together") if at}
    assert gone == {"c3": 1_700_000_002, "c4": 1_700_000_003}  # as of the dump that followed their own


def test_a_dump_with_records_that_cannot_be_read_deletes_nothing_and_says_so(dumped):
    assert standing(dumped.lakes[0], "broken") == ["c1", "c2", "c3", "c4"]
    said = {note.partition(":")[0] for note in dumped.reports[0].notes if "as a full dump it deletes nothing" in note}
    assert said == {"broken", "empty"}


def test_an_empty_dump_deletes_nothing(dumped):
    assert standing(dumped.lakes[0], "empty") == ["c1", "c2", "c3"]


def test_a_dump_that_is_again_as_an_earlier_one_was_counts(dumped):
    assert standing(dumped.lake, "again") == ["c1", "c2", "c3"]
    (one,) = dumped.lake.rows("silver.customers", "customer_id = 'c2' and source = 'again'")
    assert (one["name"], one["deleted_at"]) == ("Ben", None)
    states = {
        row["file"]: (row["batch_state"], row["notice"]) for row in dumped.lake.rows("ops.batches", "source = 'again'")
    }
    assert states["customers_3.csv"] == ("landed", "the same bytes as customers_1.csv, again")


def test_the_same_dumps_once_more_change_nothing_and_all_from_bronze_ends_in_the_same_content(dumped, tmp_path):
    lake = copied(dumped.lake, tmp_path / "lake")
    version = lake.version("silver.customers")
    good_run(settings.load(dumped.conf), lake)
    assert lake.version("silver.customers") == version
    good_run(settings.load(dumped.conf), lake, full=True)
    assert lake.hash("silver.customers") == dumped.lake.hash("silver.customers")


def test_dumps_of_two_places_and_a_tenth_dump_are_told_apart():
    rows = [
        {"file": file, "file_version": file, "batch_id": file}
        for file in ("berlin/c_1.csv", "paris/c_1.csv", "paris/c_9.csv", "paris/c_10.csv")
    ]
    assert [row["file"] for row in full_dumps.newest(rows)] == ["berlin/c_1.csv", "paris/c_10.csv"]
