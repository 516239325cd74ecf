"""Signals end a command at once, with one line, and whatever it had started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from runs import HEADER, SHOP, make_conf

ROOT = Path(__file__).resolve().parents[3]
LINE = "error: interrupted; the next run completes what was not finished\n"
WITH_JVM = """
import sys, threading, time, types
sys.argv[0] = "scrm"
from pathlib import Path
from jobs.cli import main, options
from jobs.engine import jvm, stderr
java_gateway = types.ModuleType("java_gateway")  # importing the real one takes seconds
sys.modules["pyspark"] = types.SimpleNamespace(java_gateway=java_gateway)

def command(conf):
    with stderr.to_file(Path("{log}")), jvm.watched():
        started = java_gateway.Popen(["sleep", "300"])  # in the place of a JVM that is starting
        print(started.pid, flush=True)
        {waits}

options.settings_of = command
sys.exit(main.main(["show", "silver.orders"]))
"""


def ended(command: list[str], number: signal.Signals, wait: float | None = None) -> tuple[int, str, str, str]:
    """A process that gets a signal after it printed a line, or after some seconds: code, that line, output, errors."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as child:
        line = child.stdout.readline() if wait is None else time.sleep(wait) or ""
        child.send_signal(number)
        out, errors = child.communicate(timeout=60)
    return child.returncode, line, out, errors


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=lambda value: str(value),
)
@pytest.mark.parametrize("waits", ["time.sleep(300)", "threading.Thread(target=time.sleep, args=(300,)).start()"])
def test_it_ends_with_one_line_and_what_it_started_ends_too(tmp_path, number, code, waits):
    program = WITH_JVM.format(log=tmp_path / "spark.log", waits=f"{waits}; time.sleep(300)")
    found, pid, out, errors = ended([sys.executable, "-c", program], number)
    assert (found, out, errors) == (code, "", LINE)
    assert (tmp_path / "spark.log").read_text() == ""  # not there, where the JVM's notices go
    assert not is_alive(int(pid))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str)
def test_the_embedded_engine_does_not_keep_signals_for_itself(tmp_path, number, code):
    program = f"""
import threading, time
from pathlib import Path
from jobs.cli import ending
from jobs.engine import embedded, sessions
ending.on_signals()
maker = threading.Thread(target=lambda: sessions.session(embedded.Options("1g"), Path({str(tmp_path / "log")!r})))
maker.start()  # jobs run in threads
maker.join()
print(embedded._made[0].folder, flush=True)
threading.Event().wait()
"""
    found, folder, out, errors = ended([sys.executable, "-c", program], number)
    assert (found, out, errors) == (code, "", LINE)
    assert not Path(folder.strip()).exists()


def test_a_signal_that_is_ignored_stays_so():
    program = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.argv[0] = 'scrm'; import jobs.cli; "
        "os.kill(os.getpid(), signal.SIGINT); print('goes on')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "goes on\n")


def test_another_program_that_imports_the_command_keeps_its_signals():
    program = "import signal, jobs.cli.main; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "True\n"


def java_processes(mark: str) -> list[str]:
    found = []
    for process in Path("/proc").iterdir():
        try:
            is_java = process.name.isdigit() and os.readlink(process / "exe").endswith("/java")
            if is_java and mark.encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:  # another's process, or one that has ended
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize("wait", [0.2, 4.0, 6.0, 8.0, 10.0])
def test_a_real_run_leaves_no_jvm_whenever_it_is_interrupted(tmp_path, wait):
    (tmp_path / "in.csv").write_text(HEADER + "o1,a1,1,2025-03-01 09:00:00,1.50,c1,DE\n")
    folder = make_conf(tmp_path, {"shop": SHOP.format(path=tmp_path / "in.csv")})
    command = ["env", f"MARK={tmp_path}", sys.executable, "-m", "jobs", "run", "--conf", str(folder)]
    code, _, out, errors = ended(command, signal.SIGINT, wait)
    assert (code, out) == (130, "")
    assert errors.endswith(LINE)
    assert "Traceback" not in errors
    assert java_processes(f"MARK={tmp_path}") == []
