"""The order of jobs, how many run at once, and what ends them."""

import signal
import threading
import time
from collections.abc import Callable

import pytest

from jobs.engine import side_by_side

LONG = 20  # seconds after which a job that waits for another gives up


def run(graph: dict[str, tuple[str, ...]], work: Callable[[str], str], workers: int, **others) -> dict[str, str]:
    """Runs a graph whose jobs are one function of their name; what comes after a result `stop` does not start."""
    given = {"goes_on": lambda result: result != "stop", **others}
    return side_by_side.run(graph, lambda name: lambda: work(name), workers=workers, **given)


@pytest.mark.parametrize("workers", [0, 1, 2, 9])
def test_a_job_starts_when_those_before_it_have_ended_and_results_go_by_name(workers):
    graph = {"report": ("persons", "network"), "network": ("load",), "persons": ("load",), "load": ()}
    told = []

    def work(name: str) -> str:
        told.append(("starts", name))
        time.sleep(0.01)
        told.append(("ends", name))
        return name.upper()

    assert run(graph, work, workers) == {name: name.upper() for name in graph}
    for name, before in graph.items():
        for other in before:
            assert told.index(("ends", other)) < told.index(("starts", name))
    assert len(told) == 2 * len(graph)


def test_a_job_does_not_wait_for_others_that_it_reads_nothing_of():
    is_last_done = threading.Event()

    def work(name: str) -> str:
        if name == "long":
            return "waited" if is_last_done.wait(LONG) else "nobody came"
        if name == "last":
            is_last_done.set()
        return name

    results = run({"long": (), "short": (), "last": ("short",)}, work, workers=2)
    assert results == {"long": "waited", "short": "short", "last": "last"}


def test_as_many_run_at_once_as_there_are_workers_and_no_more_are_made_ready():
    pair, lock = threading.Barrier(2), threading.Lock()
    running, most = 0, []

    def start(name: str) -> Callable[[], None]:
        nonlocal running
        with lock:
            running += 1
            most.append(running)

        def work() -> None:
            nonlocal running
            pair.wait(LONG)  # breaks where nothing else runs
            time.sleep(0.05)
            with lock:
                running -= 1

        return work

    assert len(side_by_side.run(dict.fromkeys("abcdef", ()), start, lambda _: True, workers=2)) == 6
    assert max(most) == 2


def test_one_worker_is_the_calling_thread_and_goes_by_name():
    graph = {"c": (), "b": ("a",), "a": (), "d": ("c",)}
    here = threading.current_thread()
    told = []

    def work(name: str) -> str:
        told.append(name)
        return "here" if threading.current_thread() is here else "elsewhere"

    assert run(graph, work, workers=1) == dict.fromkeys(graph, "here")
    assert told == ["a", "c", "b", "d"]
    assert set(run(graph, work, workers=2).values()) == {"elsewhere"}


def test_what_makes_a_job_ready_runs_in_the_calling_thread():
    threads = []

    def start(name: str) -> Callable[[], str]:
        threads.append(threading.current_thread())
        return lambda: name

    side_by_side.run({"a": (), "b": ("a",)}, start, lambda _: True, workers=2)
    assert threads == [threading.current_thread()] * 2


@pytest.mark.parametrize("workers", [1, 2, 9])
def test_after_a_result_that_does_not_go_on_only_what_comes_after_it_is_left_out(workers):
    graph = {"bad": (), "long": (), "next": (), "of_bad": ("bad",), "of_both": ("bad", "long"), "last": ("of_bad",)}
    graph["of_long"] = ("long",)
    results = run(graph, lambda name: "stop" if name == "bad" else name, workers=workers)
    assert results == {"bad": "stop", "long": "long", "next": "next", "of_long": "of_long"}


def test_nothing_gives_no_results():
    assert run({}, lambda name: name, workers=1) == run({}, lambda name: name, workers=2) == {}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_in_a_job_reaches_the_caller_when_what_runs_has_ended(workers):
    told = []

    def work(name: str) -> str:
        if name == "bad":
            raise ValueError("no such column")
        time.sleep(0.1)
        told.append(name)
        return name

    with pytest.raises(ValueError, match="no such column"):
        run({"bad": (), "long": (), "next": (), "of_bad": ("bad",)}, work, workers)
    assert told == (["long"] if workers == 2 else [])


def test_on_ctrl_c_what_runs_is_told_and_waited_for():
    is_told, told = threading.Event(), []

    def work(name: str) -> str:
        if name == "ctrl_c":
            time.sleep(0.2)  # until the caller waits
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        told.append((name, is_told.wait(LONG)))
        return name

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # Spark has its own
    try:
        with pytest.raises(KeyboardInterrupt):
            run({"long": (), "ctrl_c": (), "next": ()}, work, workers=2, on_interrupt=is_told.set)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert sorted(told) == [("ctrl_c", True), ("long", True)]
