"""What `scrm publish` hands to the runner, and what it refuses before."""

from __future__ import annotations

import pytest

from jobs.cli import publish as command
from jobs.cli import run
from jobs.cli.main import main
from jobs.runner.execution import Choice
from jobs.settings.base import PublishSettings


@pytest.fixture
def asked(monkeypatch, quiet, settings, capsys):
    """Calls `scrm publish` with these targets in conf: exit code, what was handed on, what was said."""

    def call(*arguments: str, targets: tuple[str, ...] = ("duckdb",)):
        found = []
        of = settings()
        base = of.base.model_copy(update={"publish": PublishSettings(targets=targets)})
        of = of.model_copy(update={"base": base})
        monkeypatch.setattr(command.options, "lake_of", lambda conf: (quiet, of))
        monkeypatch.setattr(run, "executed", lambda settings, choice: found.append((settings, choice)))
        code = main(["publish", *arguments])
        return code, found, capsys.readouterr().err

    return call


def test_it_publishes_to_what_conf_or_the_call_names(asked, put):
    put("gold.segments", {"segment_id": "a", "model_version": "1"})
    for arguments, targets in (([], ("duckdb",)), (["--to", "duckdb"], ("duckdb",)), (["--to", "duckdb"], ())):
        code, [(settings, choice)], _ = asked(*arguments, targets=targets)
        assert (code, choice) == (0, Choice(jobs=("publish",), full=True))
        assert settings.base.publish.targets == ("duckdb",)
        assert settings.base.publish.min_group_size == 5


def test_nothing_to_publish_and_nowhere_to_is_wrong_usage(asked, put):
    code, found, said = asked()
    assert (code, found) == (2, [])
    assert "no table of gold has been written" in said
    assert "run `scrm run` first" in said
    put("gold.segments", {"segment_id": "a", "model_version": "1"})
    code, found, said = asked(targets=())
    assert (code, found) == (2, [])
    assert "key publish.targets is empty" in said


def test_a_target_that_is_not_there_is_refused(asked):
    code, found, said = asked("--to", "postgres")
    assert (code, found) == (2, [])
    assert "'postgres' is not 'duckdb'" in said
