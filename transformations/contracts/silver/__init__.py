"""Silver: the current state of everything that sources report, one row per key."""

from __future__ import annotations

from transformations.contracts.model import Table
from transformations.contracts.silver import enriched, erp, market, outreach, parties, social, support, web

TABLES: tuple[Table, ...] = (
    *erp.TABLES,
    *social.TABLES,
    *support.TABLES,
    *web.TABLES,
    *outreach.TABLES,
    *parties.TABLES,
    *market.TABLES,
    *enriched.TABLES,
)
