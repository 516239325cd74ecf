"""Threads that import modules of one circle at once."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys, threading
sys.path.insert(0, sys.argv[1])
if sys.argv[2] == "in turn":
    from jobs.engine import imports
    imports.one_at_a_time()
    imports.one_at_a_time()  # again does no more
errors = []
def work(name):
    try:
        module = __import__(name)
        module.made + sys.modules["other" if name == "one" else "one"].made
    except BaseException as error:
        errors.append(repr(error))
threads = [threading.Thread(target=work, args=[name]) for name in ("one", "other")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(errors)
"""
MODULE = "import time; time.sleep(.2); import {other}; time.sleep(.2); made = 1\n"


@pytest.mark.parametrize(("way", "fails"), [("in turn", False), ("at once", True)])
def test_two_threads_import_modules_of_one_circle(tmp_path, way, fails):
    (tmp_path / "one.py").write_text(MODULE.format(other="other"))
    (tmp_path / "other.py").write_text(MODULE.format(other="one"))
    call = [sys.executable, "-c", SCRIPT, str(tmp_path), way]
    root = Path(__file__).parents[3]
    done = subprocess.run(call, capture_output=True, text=True, cwd=root, timeout=60, check=True)
    assert (done.stdout.strip() != "[]") is fails
