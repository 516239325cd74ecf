"""What `scrm run` hands to the runner."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from jobs.cli import run as command
from jobs.cli.main import main
from jobs.errors import ConfError
from jobs.runner.execution import Choice


@pytest.fixture
def chosen(monkeypatch, settings):
    """The choice that a call of scrm results in."""

    def call(*arguments: str) -> Choice:
        found = []
        monkeypatch.setattr(command.options, "settings_of", lambda conf: settings())
        monkeypatch.setattr(command, "executed", lambda settings, choice: found.append(choice))
        assert main(arguments) == 0
        return found[0]

    return call


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run"], Choice()),
        (["run", "erp", "web", "--full"], Choice(jobs=("erp", "web"), full=True)),
        (["run", "--stage", "land", "silver"], Choice(stages=("land", "silver"))),
        (
            ["run", "--from", "2025-03-01", "--to", "2025-07-01"],  # midnight in Berlin, winter and summer
            Choice(start=datetime(2025, 2, 28, 23, tzinfo=UTC), end=datetime(2025, 6, 30, 22, tzinfo=UTC)),
        ),
        (["run", "--as-of", "2025-07-01"], Choice(as_of=datetime(2025, 6, 30, 22, tzinfo=UTC))),
    ],
)
def test_what_is_chosen(arguments, expected, chosen, monkeypatch):
    assert chosen(*arguments) == expected


@pytest.mark.parametrize("text", ["2025-02-30", "01.03.2025", "yesterday", ""])
@pytest.mark.parametrize("option", ["--as-of", "--from", "--to"])
def test_what_is_no_date_is_refused(text, option, monkeypatch, settings, capsys):
    monkeypatch.setattr(command.options, "settings_of", lambda conf: settings())
    assert main(["run", option, text]) == 2
    assert f"{option} {text} is not a valid date (YYYY-MM-DD)" in capsys.readouterr().err


def test_a_day_that_begins_before_the_calendar_is_refused():
    with pytest.raises(ConfError, match="--as-of 0001-01-01 is not a valid date"):
        command.options.day("0001-01-01", ZoneInfo("Asia/Tokyo"), "--as-of")


def test_the_display_counts_the_jobs_that_are_chosen(monkeypatch, settings):
    counted = []

    def running(count):
        counted.append(count)
        raise ConfError("enough")

    monkeypatch.setattr(command.bars, "running", running)
    for choice, count in ((Choice(stages=("silver",)), 9), (Choice(jobs=("land", "publish")), 2)):
        with pytest.raises(ConfError, match="enough"):
            command.executed(settings(), choice)
        assert counted.pop() == count
