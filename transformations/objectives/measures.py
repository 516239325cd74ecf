"""What objectives of customers, communities and segments are measured by: columns of the tables of profitability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Measure:
    """A measure that adds up over months and persons. Attributes: is_count: it counts events, one at a time."""

    unit: str
    better: Literal["up", "down"] = "up"
    is_count: bool = False


MONEY = "money"
MEASURES: Mapping[str, Measure] = {
    "revenue": Measure(MONEY),
    "contribution": Measure(MONEY),
    "service_cost": Measure(MONEY, "down"),
    "acquisition_cost": Measure(MONEY, "down"),
    "campaign_cost": Measure(MONEY, "down"),
    "orders_count": Measure("orders", is_count=True),
    "new_products": Measure("products", is_count=True),
    "image_reach": Measure("people reached, positive less negative"),
    "replies_saved": Measure("replies", is_count=True),
    "ideas_raised": Measure("posts", is_count=True),
    "ideas_taken_up": Measure("ideas", is_count=True),
    "referred_orders": Measure("orders", is_count=True),
}
