"""Great Expectations is imported once, however many threads ask for it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, threading
sys.setswitchinterval(1e-4)
from expectations import gx_import, suites
from transformations.contracts import contract

table, failed = contract("silver.orders"), []
threading.excepthook = lambda args: failed.append(args.exc_value)

def ask():
    suites.row_expectations(table, table.rules[:1])

threads = [threading.Thread(target=target) for target in (gx_import.imported, ask, ask)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(failed)
"""


def test_threads_that_ask_for_it_while_it_is_being_imported_wait():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
