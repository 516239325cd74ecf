"""Days on which indicators stand out or begin a new level."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jobs.job import Run, job
from transformations.indicators.changes import COUNTED, DIMENSIONS, VALUE_COLUMNS
from transformations.indicators.changes import indicator_changes as changes
from transformations.indicators.parts import is_in

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="gold",
    group="investigate",
    reads=("gold.indicator_values",),
    writes=("gold.indicator_changes",),
    conf=("company.timezone",),
    reads_as_of=True,
)
def indicator_changes(lake: Lake, run: Run) -> None:
    """Finds days on which indicators stand out from their level and weekday, and days on which a new level begins."""
    chosen = f"{is_in('indicator_id', COUNTED)} and {is_in('dimension', DIMENSIONS)}"
    values = lake.arrow(
        "gold.indicator_values", VALUE_COLUMNS, where=f"known_to is null and grain = 'day' and {chosen}"
    )
    until = run.as_of.astimezone(ZoneInfo(run.settings.company.timezone)).date()
    lake.write("gold.indicator_changes", changes(values, until))
