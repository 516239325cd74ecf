"""Gold: indicators, customers, network, and what is known about the data. Published to BI tools."""

from __future__ import annotations

from transformations.contracts.gold import (
    about,
    customers,
    diffusion,
    effects,
    engagement,
    indicators,
    models,
    network,
    objectives,
    participation,
    profits,
    text,
)
from transformations.contracts.model import Table

TABLES: tuple[Table, ...] = (
    *indicators.TABLES,
    *effects.TABLES,
    *customers.TABLES,
    *engagement.TABLES,
    *models.TABLES,
    *profits.TABLES,
    *objectives.TABLES,
    *network.TABLES,
    *diffusion.TABLES,
    *participation.TABLES,
    *text.TABLES,
    *about.TABLES,
)
