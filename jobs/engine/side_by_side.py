"""Runs work side by side in threads, in an order that a graph tells: the jobs of a stage, the checks of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from typing import TypeVar

Result = TypeVar("Result")


def run(
    graph: Mapping[str, Iterable[str]],
    start: Callable[[str], Callable[[], Result]],
    goes_on: Callable[[Result], bool],
    workers: int,
    on_interrupt: Callable[[], None] = lambda: None,
) -> dict[str, Result]:
    """Runs what a graph names, in its order. What comes after a result that does not go on is left out.

    Args:
        graph: name -> names that have to end before it.
        start: called in this thread when a name's turn comes; gives what is then run in a thread of its own.
        goes_on: whether what comes after a result may start. What does not come after it starts in any case.
        workers: how many run at once; with 1 all run in this thread, one after the other.
        on_interrupt: called on Ctrl-C; it makes what runs end soon, since it is waited for.
    Returns: results by name, of those that ran.
    """
    order = TopologicalSorter({name: sorted(before) for name, before in sorted(graph.items())})
    order.prepare()
    results: dict[str, Result] = {}
    waiting: list[str] = []
    running: dict[Future[Result], str] = {}
    with ThreadPoolExecutor(max(workers, 1), thread_name_prefix="job") as pool:
        while order.is_active():
            waiting += sorted(order.get_ready())
            while waiting and len(running) < max(workers, 1):
                name = waiting.pop(0)
                work = start(name)
                running[_done(work) if workers <= 1 else pool.submit(work)] = name
            if not running:
                break
            try:
                done = wait(running, return_when=FIRST_COMPLETED).done
            except KeyboardInterrupt:
                on_interrupt()
                raise
            for ended in done:
                name = running.pop(ended)
                results[name] = ended.result()
                if goes_on(results[name]):
                    order.done(name)
    return results


def _done(work: Callable[[], Result]) -> Future[Result]:
    future: Future[Result] = Future()
    future.set_result(work())
    return future
