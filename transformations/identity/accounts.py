"""Accounts of the company and of bots, for jobs that work in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa


def own_accounts(
    profiles: pa.Table,
    *,
    company_profiles: Mapping[str, Sequence[str]],
    bot_profiles: Mapping[str, Sequence[str]],
    handles: Sequence[str],
) -> pa.Table:
    """Accounts of the company, of its staff and of bots.

    Args:
        profiles (silver.profiles: channel, profile_id, handle, is_company, is_bot).
        company_profiles, bot_profiles: profile IDs per channel that conf lists, with or without a profile row.
        handles: the company's handles on any channel, with or without @.
    Returns: one row per account that is one or both: channel, profile_id, is_company, is_bot; sorted.
    """
    import pandas as pd

    known = {handle.lstrip("@").lower() for handle in handles}
    flagged = profiles.select(["channel", "profile_id", "handle", "is_company", "is_bot"]).to_pandas()
    for flag in ("is_company", "is_bot"):
        flagged[flag] = flagged[flag].astype("boolean").fillna(False).astype(bool)
    flagged["is_company"] |= flagged.pop("handle").astype("object").str.lower().isin(known)
    declared = [
        (channel, profile_id, is_company, not is_company)
        for is_company, declaration in ((True, company_profiles), (False, bot_profiles))
        for channel, ids in declaration.items()
        for profile_id in ids
    ]
    rows = [tuple(row) for row in flagged[flagged["is_company"] | flagged["is_bot"]].itertuples(index=False)]
    found = pd.DataFrame(rows + declared, columns=["channel", "profile_id", "is_company", "is_bot"])
    found = found.groupby(["channel", "profile_id"], sort=True)[["is_company", "is_bot"]].any().reset_index()
    schema = pa.schema(
        [("channel", pa.string()), ("profile_id", pa.string()), ("is_company", pa.bool_()), ("is_bot", pa.bool_())]
    )
    return pa.Table.from_pandas(found, schema=schema, preserve_index=False)
