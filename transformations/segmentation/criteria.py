"""What levels 2 and 3 of the segments can be formed by.

Source: the types of segmentation and the criteria of value of SCRM-IRIS (Chalmeta and Orenga-Roglá).
"""

from __future__ import annotations

from typing import Literal, get_args

Characteristic = Literal["attitudinal", "behavioural", "demographic", "loyalty"]
Criterion = Literal[
    "profitability",
    "growth_potential",
    "volume",
    "competitive_positioning",
    "access_to_market_knowledge",
    "market_share_goals",
    "margin_levels",
    "level_of_technology",
    "resources_and_capabilities",
    "compatibility_of_strategies",
    "channel_of_distribution",
    "buying_behaviour",
]
TYPES: tuple[Characteristic, ...] = get_args(Characteristic)
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
