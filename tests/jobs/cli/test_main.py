"""The command as people and schedulers meet it: quick to start, exit codes, wrong usage, completion, pipes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.cli import main as command
from jobs.cli import options
from jobs.cli.main import main
from jobs.errors import ConfError, GateStopped, ScrmError

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {
    "pyspark",
    "pyarrow",
    "deltalake",
    "pydantic",
    "great_expectations",
    "mlflow",
    "pandas",
    "scipy",
    "duckdb",
    "rich",
}
COMMANDS = [
    "check",
    "simulate",
    "run",
    "stream",
    "jobs",
    "tables",
    "describe",
    "show",
    "quality",
    "quarantine",
    "replay",
    "source",
    "models",
    "persons",
    "network",
    "publish",
]


def called(*arguments: str, python: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m jobs …` in a process of its own."""
    return in_process(*python, "-m", "jobs", *arguments, **environment)


def in_process(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = os.environ | environment
    return subprocess.run([sys.executable, *arguments], cwd=cwd, env=variables, capture_output=True, text=True)


def imported(*arguments: str) -> set[str]:
    """Packages that a call imports."""
    done = called(*arguments, python=("-X", "importtime"))
    assert done.returncode == 0, done.stderr
    names = set(re.findall(r"^import time:.*\| +([a-z_]+)", done.stderr, re.MULTILINE))
    assert {"jobs", "click"} <= names  # it is read rightly
    return names


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["quality", "judge", "--help"]], ids=" ".join)
def test_help_imports_nothing_heavy(arguments):
    assert imported(*arguments) & HEAVY == set()


def test_listing_jobs_imports_no_library_that_only_their_work_needs():
    assert imported("jobs") & {"pandas", "scipy", "sqlglot", "requests", "great_expectations", "mlflow"} == set()


def test_listing_tables_imports_nothing_heavy_but_what_prints():
    assert imported("tables") & HEAVY == {"rich"}


def test_help_lists_every_command_in_the_order_of_work(capsys):
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out.split("Commands:\n")[1].split("\n\n")[0]
    assert re.findall(r"^  ([a-z]+) +\S", listed, re.MULTILINE) == COMMANDS
    assert "..." not in listed  # no description is cut off


def paths(group=command.scrm, *before: str):
    for name, of in group.commands.items():
        yield [*before, name]
        if hasattr(of, "commands"):
            yield from paths(of, *before, name)


@pytest.mark.parametrize("path", paths(), ids=" ".join)
def test_every_command_has_help(path, capsys):
    assert main([*path, "--help"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Usage: scrm {' '.join(path)} ")
    assert main([*path, "-h"]) == 0
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rnu"], "No such command 'rnu'. Did you mean 'run'?"),
        (["run", "--ful"], "No such option '--ful'. Did you mean '--full'?"),
        (["models", "prmote"], "No such command 'prmote'. Did you mean 'promote'?"),
        (["models", "promote"], "Missing argument 'VERSION'"),
        (["models", "promote", "latest"], "'latest' is not a valid integer"),
        (["simulate"], "Missing option '--out'"),
        (["simulate", "--out", "x", "--days", "0"], "0 is not in the range x>=1"),
        (["stream", "--every", "86400"], "86400.0 is not in the range 0<x<86400"),
        (["show"], "Missing argument 'TABLE'"),
        (["show", "silver.post"], "no table silver.post; did you mean silver.posts?"),
        (["describe", "nonsense"], "no table nonsense; `scrm tables` lists them"),
        (["publish", "--to", "paper"], "'paper' is not 'duckdb'"),
        (["source", "check", "--records", "0", "x"], "0 is not in the range x>=1"),
        (["quality", "sample", "silver.posts", "--n", "0"], "0 is not in the range x>=1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_says_what_is_wrong_and_ends_with_2(arguments, told, capsys):
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[-1].startswith("error: ")
    assert told in shown.err


def test_without_a_command_it_shows_help_and_ends_with_2(capsys):
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        (ScrmError("a job failed"), 1, "error: a job failed"),
        (ConfError("[bold] is not markup"), 2, "error: [bold] is not markup"),
        (GateStopped("a rule is broken"), 3, "error: a rule is broken"),
        (KeyboardInterrupt(), 130, "error: interrupted; the next run completes what was not finished"),
    ],
)
def test_exit_codes(raised, code, told, monkeypatch, capsys):
    def fail(*_):
        raise raised

    monkeypatch.setattr(options, "settings_of", fail)
    assert main(["run"]) == code
    assert told in capsys.readouterr().err


def test_the_exit_code_is_that_of_the_command(monkeypatch, settings):
    monkeypatch.setattr(options, "settings_of", lambda conf: settings())
    monkeypatch.setattr(command.run, "executed", lambda settings, choice: 3)
    assert main(["run"]) == 3


def test_a_reader_that_leaves_a_pipe_is_no_error():
    """Output that fills the pipe, and output so short that only the end of the process writes it."""
    for arguments in (["jobs", "--json"], ["--help"]):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, "-m", "jobs", *arguments], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, ""), arguments


PRINTS_AND_FAILS = """
import sys
from jobs.cli import console, main, run
def executed(settings, choice):
    for _ in range(2):
        console.say("x" * 100_000)  # more than a pipe holds
        console.notice("y" * 100_000)
        console.show_rows("Rows", [{"name": "z"}])
    return 3
run.executed = executed
run.options.settings_of = lambda conf: type("S", (), {"company": type("C", (), {"timezone": "UTC"})})
sys.exit(main.main(["run"]))
"""


@pytest.mark.parametrize("both", [False, True], ids=["output", "output and errors"])
def test_a_reader_that_leaves_a_pipe_leaves_the_exit_code_of_a_run(both):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", PRINTS_AND_FAILS]
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=writer if both else subprocess.DEVNULL)
    os.close(writer)
    assert done.returncode == 3


def test_python_m_jobs_and_the_file_that_spark_submit_takes_do_the_same(tmp_path):
    by_module = called("tables")
    by_file = in_process(ROOT / "jobs" / "__main__.py", "tables", cwd=tmp_path)
    assert by_module.returncode == by_file.returncode == 0
    assert by_module.stdout == by_file.stdout
    assert "silver.posts" in by_module.stdout
    assert called("tabels").returncode == 2


def completed(words: str) -> list[str]:
    """What bash completes the last word to."""
    typed = words.split(" ")
    done = called(_SCRM_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(typed) - 1))
    assert (done.returncode, done.stderr) == (0, "")
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("scrm re", ["replay"]),
        ("scrm describe silver.post_", ["silver.post_metrics", "silver.post_enrichments"]),
        ("scrm run customer", ["customer_value", "customer_360"]),
        ("scrm run --stage p", ["persons", "publish"]),
        ("scrm source check erp_c", ["erp_costs", "erp_customers"]),
        ("scrm models ro", ["rollback"]),
    ],
)
def test_the_shell_completes_names(words, found):
    assert completed(words) == found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_what_the_shell_sources(shell):
    done = called("--completion", shell)
    assert done.returncode == 0
    assert f"_SCRM_COMPLETE={shell}_complete" in done.stdout


def test_the_version_is_that_of_the_project():
    (version,) = re.findall(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert called("--version").stdout.strip() == version


WAITS = """
import sys
from jobs.cli import main, options
options.settings_of = lambda conf: print("here", flush=True) or sys.stdin.read()
sys.exit(main.main(["run"]))
"""


def test_ctrl_c_ends_with_130():
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    child = subprocess.Popen([sys.executable, "-c", WAITS], cwd=ROOT, text=True, **pipes)
    assert child.stdout is not None
    assert child.stdout.readline() == "here\n"
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 130
    assert told == "error: interrupted; the next run completes what was not finished\n"
