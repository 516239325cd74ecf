"""Which rules `scrm quality` shows."""

from __future__ import annotations

import pytest

from expectations.gate import Outcome
from jobs.cli import quality
from jobs.quality.report import Standing


def standing(
    code: str, passing: int, threshold: float = 0.9, severity: str = "warn", applicable: int = 100
) -> Standing:
    outcome = Outcome(
        "silver.posts",
        code,
        "validity",
        severity,
        f"{code} is wrong",
        passing,
        applicable,
        threshold,  # type: ignore[arg-type]
    )
    return Standing(outcome, None, None, (), "look at it" if outcome.state == "broken" else "")


@pytest.fixture
def shown(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")

    def call(*found: Standing, is_all: bool = False) -> tuple[list[str], str]:
        quality._show(found, is_all=is_all)
        said = capsys.readouterr().out
        rows = [
            line.split()[0].removeprefix("silver.posts.")
            for line in said.splitlines()
            if "validity" in line and "%" in line
        ]
        return rows, said

    return call


def test_the_worst_come_first_and_the_rest_in_a_line(shown):
    within = [standing(f"within{place:02}", 95 - place % 3) for place in range(20)]
    broken = [standing("bad", 50), standing("worse", 10), standing("stops", 80, severity="stop")]
    clean = [standing("clean", 100), standing("nothing", 0, applicable=0)]
    rows, said = shown(*within, *clean, *broken)
    assert rows[:3] == ["stops", "worse", "bad"]
    assert len(rows) == 15
    assert rows[3:9] == ["within02", "within05", "within08", "within11", "within14", "within17"]
    assert "24 rules: 3 broken, 20 within threshold, 1 satisfied by every case." in said
    assert (
        "Of the other rules 8 more are within their threshold and 1 more are satisfied by every case; --all lists"
        in said
    )
    assert len(shown(*within, *clean, *broken, is_all=True)[0]) == 24


def test_every_broken_rule_is_shown(shown):
    rows, said = shown(*(standing(f"bad{place:02}", place) for place in range(20)))
    assert rows == [f"bad{place:02}" for place in range(20)]
    assert "Of the other rules" not in said
