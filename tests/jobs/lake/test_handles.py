"""Which folders are a table, and what is left of a first write that met a full disk."""

from __future__ import annotations

import pytest

from jobs.errors import ScrmError
from jobs.lake import ops

FIRST = "_delta_log/00000000000000000000.json"
ROW = {"job": "j", "input": "i", "done_batch_id": "", "run_id": "r", "to_version": 1, "fingerprint": "f"}


@pytest.fixture(params=["no log", "log without a commit", "empty commit", "staged commit", "a file"])
def remains(request, quiet):
    """What an interrupted first write of ops.progress may have left."""
    path = quiet.path("ops.progress")
    path.parent.mkdir(parents=True)
    if request.param == "a file":
        return quiet
    (path / "_delta_log").mkdir(parents=True)
    (path / "part-0.parquet").write_bytes(b"PAR1")
    if request.param == "no log":
        (path / "_delta_log").rmdir()
    elif request.param == "empty commit":
        (path / FIRST).touch()
    elif request.param == "staged commit":
        (path / "_delta_log" / ".tmp").mkdir()
        (path / "_delta_log" / f"{FIRST}#1".rpartition("/")[2]).write_bytes(b"{")
    return quiet


def test_remains_are_no_table_and_the_next_write_begins_from_scratch(remains):
    assert not remains.exists("ops.progress")
    assert remains.version("ops.progress") == -1
    assert remains.names("ops") == []
    assert ops.PROGRESS.rows(remains) == []
    ops.PROGRESS.upsert(remains, [ROW])
    assert [row["job"] for row in ops.PROGRESS.rows(remains)] == ["j"]


def test_an_append_begins_from_scratch_too(remains):
    ops.PROGRESS.upsert(remains, [ROW])
    rows = remains.arrow("ops.progress")
    remains.path("ops.progress").rename(remains.root / "aside")
    (remains.path("ops.progress") / "_delta_log").mkdir(parents=True)
    (remains.path("ops.progress") / FIRST).touch()
    remains.append_arrow("ops.progress", rows)
    assert remains.count("ops.progress") == 1


def test_a_table_whose_first_commits_were_cleared_away_is_one(quiet):
    log = quiet.path("ops.progress") / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000010.checkpoint.parquet").write_bytes(b"PAR1")
    assert quiet.exists("ops.progress")


def test_a_damaged_log_names_the_table_and_the_way_out(quiet):
    ops.PROGRESS.upsert(quiet, [ROW])
    (quiet.path("ops.progress") / FIRST).write_text("{garbage")
    fresh = quiet.isolated()
    fresh._handles._open.clear()
    with pytest.raises(
        ScrmError, match=r"^ops\.progress is damaged \(.*/ops/progress\): move that folder away and run"
    ):
        ops.PROGRESS.rows(fresh)


def test_a_log_that_is_damaged_while_the_table_is_open_does_too(quiet):
    ops.PROGRESS.upsert(quiet, [ROW])
    assert quiet.version("ops.progress") == 0
    (quiet.path("ops.progress") / FIRST.replace("0.json", "1.json")).write_text("{garbage")
    with pytest.raises(ScrmError, match=r"^ops\.progress is damaged"):
        quiet.version("ops.progress")


@pytest.mark.parametrize("damage", ["gone", "garbage", "empty"])
@pytest.mark.parametrize("read", ["rows", "sql"])
def test_a_damaged_data_file_does_too(quiet, damage, read):
    ops.PROGRESS.upsert(quiet, [ROW])
    for path in quiet.path("ops.progress").glob("*.parquet"):
        path.unlink() if damage == "gone" else path.write_bytes(b"x" * 300 if damage == "garbage" else b"")
    join = {"query": "select t.job from t join u on t.job = u.job", "t": "ops.progress", "u": "ops.progress"}
    with pytest.raises(ScrmError, match=r"^ops\.progress is damaged"):
        quiet.sql(**join) if read == "sql" else quiet.rows("ops.progress")


def test_a_question_that_does_not_fit_the_table_is_no_damage(quiet):
    ops.PROGRESS.upsert(quiet, [ROW])
    with pytest.raises(Exception, match="nope") as found:
        quiet.arrow("ops.progress", where="nope = 1")
    assert not isinstance(found.value, ScrmError)
