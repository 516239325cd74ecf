"""Keys of base.yaml about objectives: lengths of their periods, and rules that derive them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from jobs.settings.types import Strict
from transformations.objectives.measures import MEASURES

ObjectiveKind = Literal[
    "image", "design_collaboration", "cross_marketing", "cross_selling", "up_selling", "lower_marketing_cost"
]
Horizon = Literal["short", "medium", "long"]
Level = Literal["high", "low"]


def _measure(name: str) -> str:
    if name not in MEASURES:
        raise ValueError(f"no such measure; measures are {', '.join(MEASURES)}")
    return name


class Horizons(Strict):
    """Months of a period; periods are counted from the beginning of the year."""

    short: Literal[1, 2, 3, 4, 6, 12] = 3
    medium: Literal[1, 2, 3, 4, 6, 12] = 6
    long: Literal[1, 2, 3, 4, 6, 12] = 12


class ObjectiveRule(Strict):
    """What is wanted of subjects with such a profitability and potential.

    change: by which share the measure is to become better than in the period before. least: and by so much at least.
    """

    profitability: Level
    potential: Level
    horizon: Horizon
    kind: ObjectiveKind
    measure: Annotated[str, AfterValidator(_measure)]
    change: float = Field(default=0.0, ge=0, le=10)
    least: float = Field(default=0.0, ge=0)
    strategy: str | None = None


class ObjectiveSettings(Strict):
    horizons: Horizons = Horizons()
    rules: tuple[ObjectiveRule, ...] = ()

    @model_validator(mode="after")
    def _one_of_each(self) -> ObjectiveSettings:
        cells = [(rule.profitability, rule.potential, rule.horizon) for rule in self.rules]
        if twice := sorted({cell for cell in cells if cells.count(cell) > 1}):
            raise ValueError(f"more than one rule for {', '.join('/'.join(cell) for cell in twice)}")
        return self
