"""The data dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from transformations.contracts import CONTRACTS, contract

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(stage="gold", group="improve", writes=("gold.data_dictionary",))
def data_dictionary(lake: Lake, run: Run) -> None:
    """Lists every column of every table with meaning, unit and caution, from the contracts."""
    rows = [
        {
            "table_name": table.name,
            "column_name": field.name,
            "position": position,
            "column_type": field.type,
            "description": field.description,
            "unit": field.unit,
            "caution": field.caution,
            "is_key": field.name in table.key,
            "is_required": field.is_required or field.name in table.key,
            "table_description": table.description,
            "module": table.module or None,
        }
        for table in CONTRACTS.values()
        for position, field in enumerate(table.columns, start=1)
    ]
    schema = schema_of(contract("gold.data_dictionary"))
    lake.write("gold.data_dictionary", pa.Table.from_pylist(rows, schema=schema))
