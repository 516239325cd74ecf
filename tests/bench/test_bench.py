"""The command: which measurements there are, and how it ends."""

import importlib

import pytest

from bench import __main__ as command
from bench.contest import Contest, ratios
from bench.errors import BenchError, WrongResult


@pytest.fixture
def ran(monkeypatch):
    """Puts nothing in the place of each measurement; gives what was asked of them and takes what they return."""
    asked: list[tuple[str, object]] = []
    codes = dict.fromkeys(command.MEASUREMENTS, 0)
    for name in command.MEASUREMENTS:
        module = importlib.import_module(f"bench.{name}")

        def run(options, name=name):
            asked.append((name, options))
            if isinstance(codes[name], Exception):
                raise codes[name]
            return codes[name]

        monkeypatch.setattr(module, "run", run)
    return asked, codes


def test_without_a_name_all_run_with_their_defaults(ran):
    asked, codes = ran
    codes["checks"] = 3
    assert command.main([]) == 3
    names = ["checks", "pipeline", "increment", "engines", "network", "customers", "indicators", "causes"]
    assert [name for name, _ in asked] == names
    assert [options.repeats for _, options in asked[:5]] == [3, 1, 1, 1, 3]
    assert asked[5][1].customers == [1_000_000]
    assert (asked[7][1].customers, asked[7][1].days, asked[7][1].engine) == (2_000, 365, "embedded")
    assert asked[1][1].scales == [1, 4]


def test_a_name_runs_it_alone_with_its_options(ran):
    asked, _ = ran
    assert command.main(["pipeline", "--scales", "1", "16", "--only", "ours"]) == 0
    ((name, options),) = asked
    assert (name, options.scales, options.only, options.keep) == ("pipeline", [1, 16], "ours", False)


@pytest.mark.parametrize(("error", "code"), [(BenchError("no data"), 2), (WrongResult("3 is not 2"), 1)])
def test_an_error_ends_the_command_with_its_code(ran, capsys, error, code):
    asked, codes = ran
    codes["checks"] = error
    assert command.main([]) == code
    assert [name for name, _ in asked] == ["checks"]
    assert f"error: checks: {error}" in capsys.readouterr().err


def test_a_contest_that_peers_end_otherwise_has_no_ratio():
    contest = Contest("adding", lambda: 4, {"right": lambda: 4}, {"right": 1e-9})
    (ratio,) = ratios(contest, 2)
    assert (ratio.stage, ratio.peer, ratio.goal) == ("adding", "right", 1e-9)
    assert len(ratio.ours) == len(ratio.theirs) == 2
    with pytest.raises(WrongResult, match="adding: wrong found something else"):
        ratios(Contest("adding", lambda: 4, {"wrong": lambda: 5}, {}), 1)
