"""Roles of persons towards the company, with their time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake.accounts import own_on_engine
from transformations.identity import roles, touchpoints

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="persons",
    group="interact",
    reads=("silver.person_links", *dict.fromkeys((*touchpoints.TABLES, *roles.TABLES))),
    writes=("silver.person_roles",),
    conf=(
        "base.limits",
        "company.bot_profiles",
        "company.company_profiles",
        "company.competitors",
        "company.handles",
        "company.parties",
    ),
)
def person_roles(lake: Lake, run: Run) -> None:
    """Determines since when persons are consumers, customers, staff, partners, suppliers or competitors."""
    company = run.settings.company
    links = lake.read("silver.person_links", touchpoints.LINK_COLUMNS)
    touched = touchpoints.touchpoints(
        {name: lake.read(name, columns) for name, columns in touchpoints.TABLES.items()}, links
    )
    tables = {name: lake.read(name, columns) for name, columns in roles.TABLES.items()}
    known = roles.accounts_of(tables["silver.profiles"], links, own_on_engine(lake, company))
    most = run.settings.base.limits.in_memory_rows
    is_small = lake.are_few(most, "silver.person_links")
    with (
        lake.materialised(touched, is_small=lake.are_few(most, *touchpoints.TABLES)) as acts,
        lake.materialised(known, is_small=is_small) as accounts,
        lake.materialised(roles.addresses_of(tables, links), is_small=is_small) as addresses,
    ):
        found = roles.person_roles(
            tables,
            links,
            accounts,
            addresses,
            acts,
            rival_handles=[handle for competitor in company.competitors for handle in competitor.handles],
            parties=[
                roles.Party(party.role, party.email_domains, party.handles, party.organisations)
                for party in company.parties
            ],
        )
        lake.write("silver.person_roles", found, is_small=is_small)
