"""Who holds a lock keeps others out, be they processes or threads, until it lets go or dies."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from jobs.errors import ConfError
from jobs.lake import locks

HOLDER = """
import sys
from pathlib import Path
from jobs.lake import locks
with locks.held(Path(sys.argv[1]), ["silver.orders"]):
    print("holds", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock of silver.orders until its input ends."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "holds\n"
        yield process
        process.kill()


def _is_free(folder: Path, name: str = "silver.orders") -> bool:
    try:
        with locks.held_or_refused(folder, name, "held"):
            return True
    except ConfError:
        return False


def _waits(folder: Path, names: list[str], let_go) -> None:
    """Asserts that a thread gets these locks only once `let_go` was called."""
    with ThreadPoolExecutor(1) as pool:

        def hold() -> None:
            with locks.held(folder, names):
                pass

        waiting = pool.submit(hold)
        time.sleep(0.3)
        waited = not waiting.done()
        let_go()
        waiting.result(timeout=30)
        assert waited


def test_another_process_is_waited_for(other, tmp_path):
    assert not _is_free(tmp_path)
    _waits(tmp_path, ["gold.x", "silver.orders"], other.stdin.close)
    assert _is_free(tmp_path)


def test_it_is_said_that_another_process_is_waited_for_and_only_that(other, tmp_path):
    said = []

    def hold() -> None:
        with locks.held(tmp_path, ["gold.x", "silver.orders"], said.append):
            pass

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(hold)
        time.sleep(0.3)
        assert (waiting.done(), said) == (False, ["silver.orders"])
        other.stdin.close()
        waiting.result(timeout=30)
        with locks.held(tmp_path, ["gold.x"]):
            waiting = pool.submit(hold)
            time.sleep(0.3)  # a thread of this process waits for another: that is no other run
            assert (waiting.done(), said) == (False, ["silver.orders"])
        waiting.result(timeout=30)
    assert said == ["silver.orders"]


def test_a_killed_process_holds_nothing(other, tmp_path):
    _waits(tmp_path, ["silver.orders"], other.kill)
    assert _is_free(tmp_path)


def test_threads_of_one_process_exclude_each_other(tmp_path):
    inside, most = 0, 0
    counting = threading.Lock()

    def work(_: int) -> None:
        nonlocal inside, most
        with locks.held(tmp_path, ["silver.orders"]):
            with counting:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with counting:
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    assert most == 1


def test_a_thread_waits_for_another(tmp_path):
    held = ExitStack()
    held.enter_context(locks.held(tmp_path, ["silver.orders"]))
    _waits(tmp_path, ["silver.orders"], held.close)


def test_names_in_any_order_never_wait_crosswise(tmp_path):
    names = ["a", "b", "c"]

    def work(number: int) -> None:
        for _ in range(5):
            with locks.held(tmp_path, names if number % 2 else reversed(names)):
                time.sleep(0.001)

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(work, number) for number in range(6)]:
            done.result(timeout=60)


def test_a_thread_that_would_wait_for_itself_is_an_error(tmp_path):
    with (
        locks.held(tmp_path, ["silver.orders"]),
        pytest.raises(RuntimeError, match="Deadlock"),
        locks.held(tmp_path, ["gold.x", "silver.orders"]),
    ):
        raise AssertionError("held twice")
    assert _is_free(tmp_path)
    assert _is_free(tmp_path, "gold.x")


def test_a_name_given_twice_is_held_once(tmp_path):
    with locks.held(tmp_path / "not" / "there", ["silver.orders", "silver.orders"]):
        assert not _is_free(tmp_path / "not" / "there")


def test_an_error_inside_lets_go(tmp_path):
    with pytest.raises(ValueError, match="inside"), locks.held(tmp_path, ["silver.orders"]):
        raise ValueError("inside")
    assert _is_free(tmp_path)


def test_what_is_held_is_refused_with_the_message(tmp_path):
    with (
        locks.held_or_refused(tmp_path, "stream.web", "the first holds it"),
        pytest.raises(ConfError, match=r"^another stream of web runs$"),
        locks.held_or_refused(tmp_path, "stream.web", "another stream of web runs"),
    ):
        raise AssertionError("held twice")
    with locks.held_or_refused(tmp_path, "stream.web", "unused"):
        pass


def test_waiting_is_told_after_a_second(other, tmp_path, caplog):
    threading.Timer(3, other.stdin.close).start()
    with locks.held(tmp_path, ["silver.orders"]):
        pass
    (told,) = caplog.messages
    start, _, rest = told.partition(", which another run or thread holds: ")
    assert start == "waiting for the lock of silver.orders"
    assert rest.endswith(f" s so far ({tmp_path}/silver.orders.lock)")


def test_who_does_not_wait_is_told_nothing(tmp_path, caplog):
    with locks.held(tmp_path, ["silver.orders"]):
        pass
    assert caplog.messages == []


def test_the_line_goes_to_standard_error_where_nobody_sets_up_logging(other, tmp_path):
    told = (
        "from pathlib import Path; from jobs.lake import locks; locks.held(Path({!r}), ['silver.orders']).__enter__()"
    )
    waiting = subprocess.Popen(
        [sys.executable, "-c", told.format(str(tmp_path))], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with waiting:
        assert waiting.stderr.readline().startswith("waiting for the lock of silver.orders, which another run")
        waiting.kill()
