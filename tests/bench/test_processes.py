"""A command's memory counts with that of its children, and a JVM among them is seen."""

import os
import shutil
import sys

import pytest

from bench import processes

HOLDING = "held = bytearray(80 << 20); import time; time.sleep(1.5)"
needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no /proc on this system")


def test_what_a_command_prints_and_its_exit_code_are_kept(tmp_path):
    log = tmp_path / "logs" / "log"
    ran = processes.run([sys.executable, "-c", "print('one\\ntwo'); raise SystemExit(5)"], os.environ, log)
    assert (ran.exit_code, processes.tail(log, 1)) == (5, "two")
    assert ran.seconds > 0


@needs_proc
def test_memory_of_children_is_added_up(tmp_path):
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDING!r}])"
    alone = processes.run([sys.executable, "-c", HOLDING], os.environ, tmp_path / "alone")
    both = processes.run([sys.executable, "-c", f"more = bytearray(80 << 20); {parent}"], os.environ, tmp_path / "both")
    assert 80 <= alone.peak_mib < 150
    assert 160 <= both.peak_mib < 250
    assert both.has_jvm is False


@needs_proc
def test_a_jvm_is_seen_below_the_command(tmp_path):
    java = tmp_path / "java"  # what a process is called is what its file is called
    shutil.copy(shutil.which("sleep"), java)
    ran = processes.run(
        [sys.executable, "-c", f"import subprocess; subprocess.run([{str(java)!r}, '1.5'])"],
        os.environ,
        tmp_path / "log",
    )
    assert ran.has_jvm is True
