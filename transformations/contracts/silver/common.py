"""What silver tables share: columns of lineage, and rules about time."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Field, Rule

LINEAGE: tuple[Field, ...] = (
    f.source,
    f.source_record_id,
    f.source_version,
    f.valid_from,
    f.deleted_at,
    f.flags,
    f.batch_id,
    f.run_id,
)

FROM_POSTS = "derived:posts"
"""`source` of rows that are derived from silver.posts; no source can have this name."""

SEEN: tuple[Field, ...] = (
    f.is_seen_only,
    f.first_seen_at.described(
        "Earliest time at which other tables name it, UTC; null where a source describes it, or none has a time."
    ),
    f.last_seen_at,
)
"""Columns of tables that also hold what other tables name and no source describes."""

SEEN_ONLY = "(seen only)"
"""`source` of the minimal rows of things that other tables name and no source describes; no file of a source is called so."""


def not_in_the_future(column: str) -> Rule:
    return Rule(
        f"{column}.not_in_the_future",
        "validity",
        "quarantine",
        passes=f"{column} < {{as_of}} + interval 1 day",
        message=f"{column} is more than one day after the time of the run",
        column=column,
    )


def not_before(later: str, earlier: str) -> Rule:
    return Rule(
        f"{later}.not_before_{earlier}",
        "validity",
        "quarantine",
        passes=f"{later} >= {earlier}",
        message=f"{later} is before {earlier}",
        column=later,
    )
