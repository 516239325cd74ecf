"""Tables of an earlier release: they get the columns that their contracts have since then."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import deltalake

from jobs.lake import arrow
from jobs.lake.whole_files import write_whole
from transformations.contracts import CONTRACTS, Table, contract

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_LAYERS = ("silver", "gold", "ops", "quarantine", "withdrawn")
_MARK = ".contracts"
"""File in the lake with the hash of the contracts that its tables have."""


def complete(lake: Lake) -> None:
    """Adds the columns that tables of the lake lack, as nulls; the jobs, whose code has changed, fill them. Starts no JVM.

    Rows from before a column became part of the key are removed from tables that jobs make from scratch: they could not be found
    by it. Does nothing where the contracts are those of the last time.
    """
    mark, now = lake.root / _MARK, _hash()
    if mark.is_file() and mark.read_text(encoding="utf-8") == now:
        return
    for layer in _LAYERS:
        for name in lake.names(layer):
            if layer in ("quarantine", "withdrawn") or name in CONTRACTS:
                _complete(lake, contract(name))
    write_whole(mark, now)


def _complete(lake: Lake, table: Table) -> None:
    with lake.locked([table.name]):
        path = str(lake.path(table.name))
        lacking = set(table.names) - {field.name for field in deltalake.DeltaTable(path).schema().fields}
        if not lacking:
            return
        rows = arrow.undescribed(arrow.schema_of(table).empty_table())
        deltalake.write_deltalake(path, rows, mode="append", schema_mode="merge")
        if unknown := [f'"{key}" is null' for key in table.key if key in lacking]:
            lake.delete(table.name, " or ".join(unknown))


def _hash() -> str:
    shapes = [
        (name, [(field.name, field.type) for field in table.columns]) for name, table in sorted(CONTRACTS.items())
    ]
    return hashlib.sha256(repr(shapes).encode()).hexdigest()[:16]
