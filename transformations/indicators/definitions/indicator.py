"""What is declared of an indicator, and what several themes need for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ALL_GRAINS = ("all", "month", "week", "day")
LONG_GRAINS = ("all", "month")
"""Grains of what speaks of persons and is not counted by day: with weeks, days would be needed as well."""


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """An indicator as in gold.indicator_catalogue.

    Attributes:
        aggregation: how the value follows from its parts: the numerator itself (sum, distinct), numerator /
            denominator (ratio), or a quantile of the values that the parts add up.
        caution: what it cannot tell, or how it misleads.
        interval: how its 95 % confidence interval is computed; None where it has none.
        needs: attributes that sources have to provide for it, `layer.table.column`.
        is_zero_of_nothing: where there are no rows at all its value is 0, not unknown.
        persons_in: the indicator that names its family: all of a family are left out of what is published where a group
            speaks of few persons (persons_count of the values). Empty where it speaks of no persons, or of what they said in
            public.
        is_none_beside: the group (none) of a dimension is no part of all: both together are the denominator, which is
            known.
        denominator_of: the indicator whose total its denominator is: where that group is not published, nor is any of
            its period here. Empty where none is.
    """

    indicator_id: str
    name: str
    definition: str
    formula: str
    unit: str
    aggregation: Literal["sum", "ratio", "quantile", "distinct"]
    dimensions: tuple[str, ...]
    better: Literal["up", "down"]
    process: str
    objective: str
    source_tables: tuple[str, ...]
    needs: tuple[str, ...]
    caution: str
    grains: tuple[str, ...] = ALL_GRAINS
    interval: Literal["wilson", "difference", "quantile"] | None = None
    is_zero_of_nothing: bool = False
    persons_in: str = ""
    is_none_beside: bool = False
    denominator_of: str = ""

    def row(self) -> dict[str, Any]:
        """Its row of gold.indicator_catalogue."""
        return {
            "indicator_id": self.indicator_id,
            "name": self.name,
            "definition": self.definition,
            "formula": self.formula,
            "unit": self.unit,
            "aggregation": self.aggregation,
            "grains": list(self.grains),
            "dimensions": list(self.dimensions),
            "better": self.better,
            "source_tables": list(self.source_tables),
            "process": self.process,
            "objective": self.objective,
            "caution": self.caution,
        }
