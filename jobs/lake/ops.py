"""The ops tables with the types of their rows: what is read and written is checked by mypy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from transformations.contracts import ops_rows

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

Row = TypeVar("Row", bound=Mapping[str, Any])


class OpsTable(Generic[Row]):
    """An ops table of a lake, by the type of its rows."""

    def __init__(self, row: type[Row]) -> None:
        (self.name,) = (name for name, of in ops_rows.ROWS.items() if of is row)

    def rows(self, lake: Lake, where: str | None = None, **equal: str) -> list[Row]:
        """The rows that a SQL condition chooses, or those with these values; all of them without either. Starts no JVM."""
        if where is not None:
            return cast(list[Row], lake.rows(self.name, where))
        chosen = [row for row in lake.held(self.name) if all(row[column] == value for column, value in equal.items())]
        return cast(list[Row], [dict(row) for row in chosen])

    def upsert(self, lake: Lake, rows: Iterable[Row]) -> None:
        """Inserts rows by key, and replaces those whose content differs."""
        lake.upsert(self.name, cast(list[dict[str, Any]], list(rows)))


BATCHES = OpsTable(ops_rows.BatchRow)
POLLS = OpsTable(ops_rows.PollRow)
PROGRESS = OpsTable(ops_rows.ProgressRow)
ROW_ACCOUNTS = OpsTable(ops_rows.RowAccountRow)
RULE_COUNTS = OpsTable(ops_rows.RuleCountRow)
RULE_HISTORY = OpsTable(ops_rows.RuleHistoryRow)
PUBLICATIONS = OpsTable(ops_rows.PublicationRow)
JUDGEMENTS = OpsTable(ops_rows.JudgementRow)
PERSON_DECISIONS = OpsTable(ops_rows.PersonDecisionRow)
RUNS = OpsTable(ops_rows.RunRow)
SERVED_MODELS = OpsTable(ops_rows.ServedModelRow)
