"""What makes a table be judged again."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs import settings as conf
from jobs.job import Run
from jobs.lake import arrow, progress
from jobs.quality import judged
from transformations.contracts import contract

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"
COMPANY = """name: Alder
references:
- {name: codes, table: silver.customers, reference: '${WHERE}/codes.csv', on: {postcode: code}}
"""


def test_what_a_trusted_list_holds_makes_its_table_be_judged_again_and_how_its_place_is_written_does_not(
    write_conf, monkeypatch
):
    folder = write_conf({"shop": SHOP}, company=COMPANY)

    def mark(place: str, table: str = "silver.customers") -> str:
        monkeypatch.setenv("WHERE", place)
        return judged.mark(contract(table), Run("r", NOW, conf.load(folder), NOW))

    (folder / "a").mkdir()
    (folder / "a" / "codes.csv").write_text("code\n10115\n")
    before, others = mark("a"), mark("a", "silver.orders")
    assert mark("./a") == mark(str(folder / "a")) == before
    (folder / "a" / "codes.csv").write_text("code\n20095\n")
    assert mark("a") != before
    assert mark("a", "silver.orders") == others


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_runs_the_last_says_what_was_judged_in_whatever_order_their_rows_lie(lake, write_conf, order):
    table = contract("silver.taggings")
    lake.write(table.name, arrow.schema_of(table).empty_table())
    run = Run("run-2", NOW, conf.load(write_conf({"shop": SHOP})), NOW)
    assert [one.table for one in judged.waiting(lake, run, [table.name])] == [table]

    def rows(run_id: str, version: int, at: datetime) -> list[dict]:
        mark = judged.mark(table, run)
        inputs = judged._versions(lake, run, table)
        assert inputs[table.name] == 0
        of_run = {"run_id": run_id, "computed_at": at, "fingerprint": mark, "job": judged._JUDGES + table.name}
        return [of_run | {"input": name, "to_version": found + version} for name, found in inputs.items()]

    earlier, later = rows("run-1", -1, NOW - timedelta(days=1)), rows("run-2", 0, NOW)
    for part in (earlier, later)[::order]:
        progress.record(lake, part)
    assert judged.waiting(lake, run, [table.name]) == []
    for row in (changed := rows("run-3", -1, NOW + timedelta(days=1))):
        row["fingerprint"] = "another rule"
    progress.record(lake, changed)
    assert [one.table for one in judged.waiting(lake, run, [table.name])] == [table]


def test_a_version_that_came_while_its_table_was_judged_is_judged_as_well(lake, write_conf):
    table = contract("silver.taggings")
    lake.write(table.name, arrow.schema_of(table).empty_table())
    run = Run("run-2", NOW, conf.load(write_conf({"shop": SHOP})), NOW)
    waiting = judged.waiting(lake, run, [table.name])
    row = {name: None for name in table.names} | dict.fromkeys(table.key, "a")
    lake.upsert(table.name, [row])
    judged.done(lake, waiting)
    assert [one.table for one in judged.waiting(lake, run, [table.name])] == [table]
    judged.done(lake, judged.waiting(lake, run, [table.name]))
    assert judged.waiting(lake, run, [table.name]) == []
