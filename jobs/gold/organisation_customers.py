"""Organisations and groups as customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from transformations.identity import organisations
from transformations.identity.touchpoints import LINK_COLUMNS

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="gold",
    group="interact",
    reads=("silver.organisations", "silver.organisation_members", "silver.person_links", "silver.person_roles"),
    writes=("gold.organisation_customers",),
    conf=("base.limits",),
)
def organisation_customers(lake: Lake, run: Run) -> None:
    """Finds which organisations and groups are customers through their members, and since when."""
    found = organisations.organisation_customers(
        lake.read("silver.organisations", organisations.ORGANISATION_COLUMNS),
        lake.read("silver.organisation_members", organisations.MEMBER_COLUMNS),
        lake.read("silver.person_links", LINK_COLUMNS),
        lake.read("silver.person_roles", ("person_id", "role", "valid_from")),
    )
    is_small = lake.are_few(run.settings.base.limits.in_memory_rows, "silver.organisation_members")
    lake.write("gold.organisation_customers", found, is_small=is_small)
