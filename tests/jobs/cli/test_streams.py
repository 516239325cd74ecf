"""Output as people meet it: a pipe that nobody reads, a full disk, a terminal that knows only ASCII, no terminal at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.cli import streams

ROOT = Path(__file__).resolve().parents[3]
ENDS_WITH = """
import sys
from jobs.cli import console, main
def command(arguments):
    for _ in range(500):
        console.say("äöü – " * 20)
    console.notice("noticed")
    return {code}
main._called = command
sys.exit(main.main([]))
"""


def called(code: int, shell: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command that prints much and ends with a code, in a shell that does something with its output."""
    command = ["bash", "-c", f'"$0" -c "$1" {shell}', sys.executable, ENDS_WITH.format(code=code)]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)


@pytest.mark.parametrize("code", [0, 1, 3])
@pytest.mark.parametrize(
    "shell", ["| true; exit ${PIPESTATUS[0]}", ">&-", "2>&-", "2>&1 | true; exit ${PIPESTATUS[0]}"]
)
def test_the_code_is_that_of_the_command_whoever_reads(code, shell):
    done = called(code, shell)
    assert done.returncode == code
    assert done.stderr in ("", "noticed\n")


@pytest.mark.parametrize(("code", "ends_with"), [(0, 1), (2, 2)])
def test_output_that_cannot_be_written_ends_with_one_message(code, ends_with):
    done = called(code, "> /dev/full")
    assert done.returncode == ends_with
    assert done.stderr == "noticed\nerror: the output cannot be written: No space left on device\n"


def test_errors_that_cannot_be_written_end_with_1():
    assert called(0, "2> /dev/full").returncode == 1


def test_a_terminal_that_knows_only_ascii_gets_every_value():
    done = called(0, "", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "noticed\n")
    assert done.stdout.splitlines()[0].startswith("\\xe4\\xf6\\xfc - \\xe4")


def test_what_a_test_or_notebook_puts_in_the_place_of_output_stays(capsys):
    with streams.robust() as written:
        print("ä")
    assert capsys.readouterr().out == "ä\n"
    assert written.error is None
    assert streams.is_read()
