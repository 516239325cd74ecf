"""Accounts of the company and of bots, for jobs that work in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd


ACCOUNT_COLUMNS = ("channel", "profile_id", "handle", "is_company", "is_bot", "is_seen_only")
OWN_TYPES = "channel string, profile_id string, is_company boolean, is_bot boolean"
"""Columns of `own_accounts` on the engine."""


def own_accounts(
    profiles: pa.Table,
    *,
    company_profiles: Mapping[str, Sequence[str]],
    bot_profiles: Mapping[str, Sequence[str]],
    handles: Sequence[str],
) -> pa.Table:
    """Accounts of the company, of its staff and of bots.

    Args:
        profiles (ACCOUNT_COLUMNS of silver.profiles).
        company_profiles, bot_profiles: profile IDs or handles per channel that conf lists, with or without a profile row.
        handles: the company's handles on any channel, with or without @. The ID of an account that no source describes
            counts as its handle.
    Returns: one row per account that is one or both: channel, profile_id, is_company, is_bot; sorted.
    """
    import pandas as pd

    known = {handle.lstrip("@").lower() for handle in handles}
    flagged = profiles.select(list(ACCOUNT_COLUMNS)).to_pandas()
    for flag in ("is_company", "is_bot", "is_seen_only"):
        flagged[flag] = flagged[flag].astype("boolean").fillna(False).astype(bool)
    handle = public_names(flagged)
    flagged = flagged.drop(columns=["handle", "is_seen_only"])
    flagged["is_company"] |= handle.isin(known)
    place = pd.MultiIndex.from_arrays([flagged["channel"], handle])
    for flag, declaration in (("is_company", company_profiles), ("is_bot", bot_profiles)):
        named = [(channel, name.lstrip("@").lower()) for channel, names in declaration.items() for name in names]
        flagged[flag] |= place.isin(named)
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


def public_names(profiles: pd.DataFrame) -> pd.Series:
    """The handle of each account in lower case without @; of one that no source describes its ID. Null where unknown.

    Args: profiles: profile_id, handle, is_seen_only (boolean).
    """
    handle = profiles["handle"].astype("object")
    named = handle.where(handle.notna() | ~profiles["is_seen_only"], profiles["profile_id"])
    return named.str.lower().str.lstrip("@")
