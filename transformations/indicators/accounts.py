"""Accounts that are not customers: the company's own and bots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def own_accounts(
    profiles: DataFrame,
    *,
    company_profiles: Mapping[str, Sequence[str]],
    bot_profiles: Mapping[str, Sequence[str]],
    handles: Sequence[str],
) -> DataFrame:
    """Accounts of the company, its staff and of programs.

    Args:
        profiles: silver.profiles; their flags count.
        company_profiles, bot_profiles: profile ids a channel that conf names, whether or not a profile row exists.
        handles: the company's handles on any channel, with or without @.
    Returns: one row an account that is one or both: channel, profile_id, is_company, is_bot.
    """
    known = [handle.lstrip("@").lower() for handle in handles]
    flagged = profiles.select(
        "channel",
        "profile_id",
        (F.coalesce("is_company", F.lit(False)) | F.coalesce(F.lower("handle").isin(known), F.lit(False))).alias(
            "is_company"
        ),
        F.coalesce("is_bot", F.lit(False)).alias("is_bot"),
    )
    declared = [
        (channel, profile_id, is_company, not is_company)
        for is_company, declaration in ((True, company_profiles), (False, bot_profiles))
        for channel, ids in declaration.items()
        for profile_id in ids
    ]
    if declared:
        schema = "channel string, profile_id string, is_company boolean, is_bot boolean"
        flagged = flagged.unionByName(profiles.sparkSession.createDataFrame(declared, schema))
    return (
        flagged.where("is_company or is_bot")
        .groupBy("channel", "profile_id")
        .agg(F.bool_or("is_company").alias("is_company"), F.bool_or("is_bot").alias("is_bot"))
    )
