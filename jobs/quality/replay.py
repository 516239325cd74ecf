"""Refused rows, tried again: after a rule, a mapping or a reference was fixed, or a date has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.errors import ConfError
from transformations.canonical.names import did_you_mean

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


def tables(lake: Lake, table: str | None) -> tuple[str, ...]:
    """Quarantine tables to replay: that of `table` (of a silver table or a source), else all that hold rows.

    Raises ConfError where there is none of that name.
    """
    names = lake.names("quarantine")
    if table is None:
        return tuple(name for name in names if counts(lake, (name,))[name])
    short_name = table.split(".")[-1]
    name = f"quarantine.{short_name}"
    if name not in names:
        hint = did_you_mean(
            short_name, [one.split(".")[-1] for one in names], f"there are {', '.join(names) or 'no quarantined rows'}"
        )
        raise ConfError(f"nothing was refused of {table}{hint}")
    return (name,)


def counts(lake: Lake, names: tuple[str, ...]) -> dict[str, int]:
    """Rows in each quarantine table."""
    return {name: lake.sql("select count(*) as n from t", t=name).to_pylist()[0]["n"] for name in names}


def batches(lake: Lake, names: tuple[str, ...]) -> set[str]:
    """Batches that have rows in these quarantine tables."""
    found: set[str] = set()
    for name in names:
        rows = lake.sql("select distinct batch_id from t", t=name).to_pylist()
        found.update(row["batch_id"] for row in rows)
    return found
