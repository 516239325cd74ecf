"""What conf no longer maps leaves silver; bronze keeps it, and it comes back with its mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run
from jobs.lake.arrow import schema_of
from jobs.lake.row_accounts import RowAccounts
from jobs.sources import formats
from transformations.contracts import Table

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


def forget(lake: Lake, run: Run, table: Table, accounts: RowAccounts) -> None:
    """Removes what sources that no longer fill the table gave to it: accounts, counts of rules, refused rows.

    Where no source fills it any more, also its rows; otherwise the rows that are written take their place.
    """
    filling = {source.name for source in run.settings.sources if table.short_name in formats.tables_of(source)}
    gone = accounts.forget(table, filling)
    if gone:
        batches = ", ".join(f"'{batch}'" for batch in sorted(gone))
        lake.delete("ops.rule_counts", f"table_name = '{table.name}' and batch_id in ({batches})")
    aside = f"quarantine.{table.short_name}"
    names = ", ".join(f"'{name}'" for name in sorted(filling)) or "''"
    others = f"source not in ({names})"
    if lake.exists(aside) and lake.arrow(aside, ("source",), where=others, limit=1).num_rows:
        lake.delete(aside, others)
    if not filling and lake.exists(table.name):
        lake.write(table.name, schema_of(table).empty_table(), scope=table.given_rows)
