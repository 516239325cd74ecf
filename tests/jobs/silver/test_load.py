"""What a silver job loads where one of its sources fails."""

from datetime import UTC, datetime

import pytest

from jobs import settings as conf
from jobs.errors import GateStopped, ScrmError
from jobs.job import Run
from jobs.silver import backlog, load

NOW = datetime(2026, 1, 15, tzinfo=UTC)
SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"
BATCHES = {name: [{"batch_id": name}] for name in ("bad", "fine", "good")}


@pytest.fixture
def loaded(quiet, write_conf, monkeypatch):
    """Loads three sources, of which the source `bad` raises this: sources that were loaded, and those that are done."""

    def of(error: Exception, *, is_full: bool = False) -> tuple[list[str], list[str], Exception]:
        tried, done = [], []

        def each(lake, run, job, tables, pending, accounts) -> None:
            if "bad" in pending.batches:
                raise error
            tried.extend(pending.batches)

        monkeypatch.setattr(backlog, "pending", lambda *of: backlog.Pending(dict(BATCHES), is_full, {}))
        monkeypatch.setattr(backlog, "done", lambda lake, run, job, pending: done.extend(pending.batches))
        monkeypatch.setattr(load, "_load", each)
        settings = conf.load(write_conf(dict.fromkeys(BATCHES, SHOP)))
        with pytest.raises(Exception) as raised:
            load.load(quiet, Run("r1", NOW, settings, NOW), "erp", ("silver.customers",))
        return tried, done, raised.value

    return of


def test_a_source_whose_records_cannot_be_processed_leaves_the_others_loaded(loaded, quiet):
    tried, done, error = loaded(ValueError("overflow\nmore"))
    assert tried == done == ["fine", "good"]
    assert type(error) is ScrmError
    assert str(error) == f"bad: ValueError: overflow (the whole trace: {quiet.root}/runs/r1.erp.bad.log)"


def test_so_it_does_where_all_is_made_from_scratch(loaded):
    tried, done, error = loaded(ScrmError("bronze.bad is gone"), is_full=True)
    assert tried == done == ["fine", "good"]
    assert str(error) == "bronze.bad is gone"


def test_what_the_gate_stops_is_not_tried_in_parts(loaded):
    assert loaded(GateStopped("a rule is broken"))[:2] == ([], [])


def test_after_ctrl_c_nothing_is_tried_again(loaded, monkeypatch):
    monkeypatch.setattr(load.sessions, "is_cancelled", lambda: True)
    assert loaded(ValueError("cancelled"))[:2] == ([], [])


def test_nor_is_the_next_part_once_ctrl_c_came_meanwhile(loaded, monkeypatch):
    answers = iter((False, True))
    monkeypatch.setattr(load.sessions, "is_cancelled", lambda: next(answers))
    assert loaded(ValueError("cancelled"))[:2] == ([], [])
