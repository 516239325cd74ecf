"""Lands new records of every source in bronze, byte for byte, and registers them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, cast

from jobs.bronze import recovering
from jobs.engine.sessions import is_cancelled
from jobs.errors import ConfError
from jobs.job import Run, job
from jobs.lake import failures
from jobs.settings.sources import Source

if TYPE_CHECKING:
    from jobs.bronze.samples import Sample
    from jobs.lake.tables import Lake

_WAYS = {"path": "files", "feed": "feeds", "jdbc": "jdbc", "kafka": "kafka.landing"}
"""Key of conf with the location of records -> module of this package that lands them."""


class Way(Protocol):
    """A way of landing: a module of this package with these functions."""

    def has_new(self, lake: Lake, run: Run, source: Source) -> bool:
        """Whether there may be something to land; starts no JVM."""
        ...

    def land(self, lake: Lake, run: Run, source: Source) -> None:
        """Appends new records to bronze.<source>, and then registers them in ops.batches."""
        ...

    def sample(self, lake: Lake, run: Run, source: Source, limit: int) -> Sample:
        """The source's first records, whatever has landed. Writes nothing, neither here nor at the source.

        Raises ScrmError with what to do where nothing can be read.
        """
        ...


def way_of(source: Source) -> Way:
    module = next(module for key, module in _WAYS.items() if getattr(source, key))
    return cast(Way, importlib.import_module(f"jobs.bronze.{module}"))


def has_new(lake: Lake, run: Run) -> bool:
    """Whether any source has content that is not registered. Starts no JVM. Raises ConfError."""
    return any(_may_have_new(lake, run, source) for source in run.landed_sources())


def _may_have_new(lake: Lake, run: Run, source: Source) -> bool:
    try:
        return recovering.is_needed(lake, source) or way_of(source).has_new(lake, run, source)
    except ConfError:
        raise
    except Exception:  # landing meets the error too, and reports it beside what the other sources give
        return True


@job(
    stage="land", group="gather", writes=("bronze.*", "ops.batches", "ops.row_accounts", "ops.polls"), has_work=has_new
)
def land(lake: Lake, run: Run) -> None:
    """Lands new records of every source, verbatim, with coordinates.

    A source that fails leaves the others landed; the job ends with what it said.
    """
    failed: dict[str, Exception] = {}
    for source in run.each(run.landed_sources(), "land", lambda source: source.name):
        way = way_of(source)
        try:
            recovering.recover(lake, run, source)
            if way.has_new(lake, run, source):
                way.land(lake, run, source)
        except Exception as error:
            if is_cancelled():
                raise
            failed[source.name] = error
    failures.raise_for(lake.root, f"{run.run_id}.land", failed)
