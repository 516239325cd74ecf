"""Communities that come together and part: two merge, and later fall apart along another line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jobs.simulate import draw
from jobs.simulate.company import INTERESTS
from jobs.simulate.profiles import Accounts
from jobs.simulate.write import Records

MERGING = (INTERESTS.index("latte_art"), INTERESTS.index("cold_brew"))
MERGES_AT, PARTS_AT = 0.3, 0.7  # of the run, at the start of the month


def months_of(days: int) -> tuple[int, int]:
    """The first days of the months in which they merge, and part."""
    merges, parts = draw.month_starts(np.array([round(share * days) for share in (MERGES_AT, PARTS_AT)])).tolist()
    return merges, parts


def regrouped(seed: int, accounts: Accounts, days: int) -> Accounts:
    """The accounts, with the communities that they belong to later."""
    rng, one, other = draw.stream(seed, "communities"), *MERGING
    merges, parts = (day * draw.DAY_SECONDS for day in months_of(days))
    merged = np.where(accounts.community == other, one, accounts.community)
    apart = np.where((merged == one) & (rng.random(len(merged)) < 0.5), other, merged)
    return replace(accounts, later=((merges, merged), (parts, apart)))


def records(accounts: Accounts) -> Records:
    """truth/causes/communities.csv: the community of each person's microblog account, from which day on."""
    spans = [(max(begins, 0), groups) for begins, _, groups in accounts.spans]
    members = np.flatnonzero(accounts.community >= 0)
    day = np.repeat([int(begins) // draw.DAY_SECONDS for begins, _ in spans], len(members))
    return Records(
        "truth/causes/communities.csv",
        {
            "profile_id": accounts.profile_id.take(np.tile(members, len(spans))),
            "since": draw.dates(day),
            "community": draw.take(INTERESTS, np.concatenate([groups[members] for _, groups in spans])),
        },
    )
