"""A run's report as seconds by stage, and its failure as a wrong result."""

import json
import sys

import pytest

from bench import ours, places
from bench.errors import WrongResult

REPORT = {
    "seconds": 9.0,
    "jobs": [
        {"job": "land", "stage": "land", "state": "done", "seconds": 1.5, "rows_out": 70},
        {"job": "erp", "stage": "silver", "state": "done", "seconds": 4.0, "rows_out": 60},
        {"job": "social", "stage": "silver", "state": "up to date", "seconds": 2.25, "rows_out": None},
    ],
}


def test_seconds_by_stage_and_around_the_jobs():
    found = ours.stages(REPORT, 11.0)
    assert {name: seconds for name, seconds in found.items() if seconds} == {
        ours.AROUND: 2.0,
        "land": 1.5,
        "silver": 6.25,
    }
    assert list(found) == [ours.AROUND, "land", "silver", "enrich", "persons", "network", "models", "gold", "publish"]


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Puts a script in the place of scrm: command(lines) -> lake."""

    def make(code: str):
        path = tmp_path / "scrm"
        path.write_text(
            f"#!{sys.executable}\nimport json, os, pathlib, sys\nlake = pathlib.Path(os.environ['SCRM_LAKE'])\n{code}\n"
        )
        path.chmod(0o755)
        monkeypatch.setattr(places, "scrm", lambda: path)
        return tmp_path / "lake"

    return make


def test_a_run_is_what_its_newest_report_says(command, tmp_path, monkeypatch):
    monkeypatch.setenv("SCRM_CONF", "a conf of the user's own")
    lake = command(
        f"""
assert sys.argv[1:] == ["run", "--full"] and os.environ["SCRM_DATA"] == "there" and "SCRM_CONF" not in os.environ
(lake / "runs").mkdir(parents=True)
(lake / "runs" / "20250101T000000-aa.json").write_text("not this one")
(lake / "runs" / "20250102T000000-aa.json").write_text({json.dumps(REPORT)!r})
"""
    )
    found = ours.run(["--full"], {"SCRM_DATA": "there"}, lake, tmp_path / "log")
    assert (found.rows, found.states) == (70, {"done": 2, "up to date": 1})
    assert found.stages["silver"] == 6.25
    assert found.stages[ours.AROUND] == found.seconds - 9.0


def test_a_run_that_fails_has_no_time(command, tmp_path):
    lake = command("print('stopped by the gate'); sys.exit(3)")
    with pytest.raises(WrongResult, match=r"ended with 3.*\n.*stopped by the gate"):
        ours.run([], {}, lake, tmp_path / "log")
