"""The catalogue of indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from transformations.contracts import contract
from transformations.indicators.definitions import INDICATORS

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(stage="gold", group="improve", writes=("gold.indicator_catalogue",))
def indicator_catalogue(lake: Lake, run: Run) -> None:
    """Lists definition, formula, unit and purpose of every indicator."""
    schema = schema_of(contract("gold.indicator_catalogue"))
    rows = pa.Table.from_pylist([indicator.row() for indicator in INDICATORS], schema=schema)
    lake.write("gold.indicator_catalogue", rows)
