"""Conversations on all channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake.accounts import own_accounts_of
from transformations.social import conversations as talk

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="persons",
    group="interact",
    reads=(
        "silver.posts",
        "silver.profiles",
        "silver.interactions",
        "silver.tickets",
        "silver.ticket_events",
        "silver.persons",
        "silver.person_links",
    ),
    writes=("silver.conversations",),
    conf=("company.bot_profiles", "company.company_profiles", "company.handles"),
)
def conversations(lake: Lake, run: Run) -> None:
    """Derives conversations from threads and tickets: who began, who took part, who answered."""
    company = run.settings.company
    own = own_accounts_of(lake, company)
    found = talk.conversations(
        lake.arrow("silver.posts", talk.POST_COLUMNS, with_deleted=True),
        lake.arrow("silver.interactions", talk.MENTION_COLUMNS, where="kind = 'mention'"),
        lake.arrow("silver.tickets", talk.TICKET_COLUMNS, with_deleted=True),
        lake.arrow("silver.ticket_events", talk.EVENT_COLUMNS),
        own=own,
        links=lake.arrow("silver.person_links", talk.LINK_COLUMNS),
        persons=lake.arrow("silver.persons", ("person_id", "role")),
    )
    lake.write("silver.conversations", found)
