"""Gold: indicators, customers, network, and what is known about the data. Published to BI tools."""

from __future__ import annotations

from transformations.contracts.gold import about, customers, indicators, network, text
from transformations.contracts.model import Table

TABLES: tuple[Table, ...] = (*indicators.TABLES, *customers.TABLES, *network.TABLES, *text.TABLES, *about.TABLES)
