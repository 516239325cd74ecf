"""Whether records that conf takes for one row say the same: where they do not, the run says so once a table and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run
from jobs.settings.sources import Source
from transformations.contracts import Table

if TYPE_CHECKING:
    from jobs.lake.computed import Computed


def say_what_differs(run: Run, table: Table, source: Source, batches: list[str], candidates: Computed) -> None:
    """Notes how many rows (`one_row_per`) have several records in one file that differ, in which columns, and which counts.

    A record that leaves a value open does not differ: many exports have an order's fields on its first line only.
    Args: batches: of the source. candidates: rows of all sources, with `batch_id` and `_is_refused`.
    """
    of_table = source.tables.get(table.short_name)
    if of_table is None or not of_table.one_row_per or not batches:
        return
    compared = [name for name in of_table.columns if name not in table.key and not table.field(name).is_array]
    if not compared:
        return
    listed = ", ".join(f"'{batch}'" for batch in batches)
    answers = ", ".join(f"case when min({name}) <> max({name}) then 1 end as d_{name}" for name in compared)
    counts = ", ".join(f"count(d_{name}) as d_{name}" for name in compared)
    either = "coalesce(" + ", ".join(f"d_{name}" for name in compared) + ")"
    (found,) = candidates.sql(
        f"select count({either}) as n, {counts} from (select {answers} from rows where batch_id in ({listed}) "
        f"and not _is_refused group by batch_id, {', '.join(table.key)} having count(*) > 1) grouped"
    )
    if found["n"]:
        columns = ", ".join(name for name in compared if found[f"d_{name}"])
        run.note(
            f"{source.name}: {found['n']:,} rows of {table.name} have several records in one file that differ in {columns}; "
            f"one_row_per says that each is one row, and the {of_table.keep} of them counts (keep)"
        )
