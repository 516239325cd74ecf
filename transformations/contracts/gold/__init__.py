"""Gold: indicators, customers, network, and what is known about the data. Published to BI tools."""

from __future__ import annotations

from transformations.contracts.gold import about, customers, diffusion, engagement, indicators, models, network, text
from transformations.contracts.model import Table

TABLES: tuple[Table, ...] = (
    *indicators.TABLES,
    *customers.TABLES,
    *engagement.TABLES,
    *models.TABLES,
    *network.TABLES,
    *diffusion.TABLES,
    *text.TABLES,
    *about.TABLES,
)
