"""The company's own accounts and bots, as jobs of several stages need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.lake.computed import frame_of
from transformations.identity.accounts import ACCOUNT_COLUMNS, OWN_TYPES, own_accounts

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake
    from jobs.settings.company import Company


def own_accounts_of(lake: Lake, company: Company) -> pa.Table:
    """`own_accounts` of silver.profiles. A job that calls it declares conf company.bot_profiles, company_profiles, handles."""
    return own_accounts(
        lake.arrow("silver.profiles", ACCOUNT_COLUMNS),
        company_profiles=company.company_profiles,
        bot_profiles=company.bot_profiles,
        handles=company.handles,
    )


def own_on_engine(lake: Lake, company: Company) -> DataFrame:
    """As `own_accounts_of`, on the engine: columns OWN_TYPES."""
    return frame_of(lake.spark, own_accounts_of(lake, company), OWN_TYPES)
