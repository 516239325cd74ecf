"""Persons across ERP, channels and support."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from jobs.job import Run, job
from jobs.lake.accounts import own_accounts_of
from jobs.lake.arrow import schema_of
from jobs.persons import identity_key as secret
from jobs.persons import pairs
from transformations.contracts import contract
from transformations.identity import attributes

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_CUSTOMER = attributes.CUSTOMER_COLUMNS
_PROFILE = (
    "source",
    "channel",
    "profile_id",
    "handle",
    "display_name",
    "location",
    "email",
    "customer_id",
    "is_seen_only",
    "valid_from",
)
_TICKET = ("source", "channel", "ticket_id", "customer_id", "email", "valid_from")
_WRITTEN = schema_of(contract("silver.person_pairs"))
_PAIRS = pa.schema([field for field in _WRITTEN if field.name != "run_id"])


@job(
    stage="persons",
    group="interact",
    reads=("silver.customers", "silver.profiles", "silver.tickets", "ops.person_decisions"),
    writes=(
        "silver.persons",
        "silver.person_links",
        "silver.person_pairs",
        "silver.person_id_changes",
        "silver.person_attributes",
    ),
    conf=(
        "base.identity",
        "base.survivorship",
        "company.bot_profiles",
        "company.company_profiles",
        "company.competitors",
        "company.handles",
    ),
    marks=lambda settings: (secret.mark(settings),),
)
def persons(lake: Lake, run: Run) -> None:
    """Links records to persons by exact keys and by likeness, with changed IDs and the current value of each attribute.

    Changes are written before the links that they were derived from: a run that ends in between finds them again.
    """
    from transformations.identity.changes import all_moves  # these two bring pandas and SciPy
    from transformations.identity.persons import resolve

    company = run.settings.company
    own = own_accounts_of(lake, company)
    customers, profiles, tickets = (
        lake.arrow(name, columns)
        for name, columns in (
            ("silver.customers", _CUSTOMER),
            ("silver.profiles", _PROFILE),
            ("silver.tickets", _TICKET),
        )
    )
    ours = zip(own["channel"].to_pylist(), own["profile_id"].to_pylist(), strict=True)
    others = _without(profiles, set(ours))
    compared = pairs.pairs(lake, run, customers, others)
    resolved = resolve(
        customers,
        profiles,
        tickets,
        key=secret.identity_key(lake.root, run.settings.base.identity),
        own=own.filter(own["is_company"]),
        rival_handles=[handle for competitor in company.competitors for handle in competitor.handles],
        not_a_key=run.settings.base.identity.not_a_key,
        likely=pairs.linking(compared),
        apart=pairs.different(compared),
    )
    if parted := pairs.still_apart(compared, resolved.links):
        run.note(
            "persons: pairs that were judged to be one person and stay apart, as other judgements are against it "
            f"({len(parted)}); the first: {' '.join(parted[0])}"
        )
    moves = all_moves(
        lake.arrow("silver.person_id_changes"), lake.arrow("silver.person_links"), resolved.links, run.started_at
    )
    current = attributes.person_attributes(
        customers, profiles, tickets, _of_attributes(resolved.links), run.settings.base.survivorship.precedence()
    )
    lake.write("silver.person_pairs", pa.Table.from_pylist(compared, _PAIRS))
    lake.write("silver.person_id_changes", moves)
    lake.write("silver.person_attributes", current)
    lake.write("silver.persons", attributes.with_current_values(resolved.persons, current))
    lake.write("silver.person_links", resolved.links)


def _without(profiles: pa.Table, accounts: set[tuple[str, str]]) -> pa.Table:
    """Profiles but these accounts."""
    keys = zip(profiles["channel"].to_pylist(), profiles["profile_id"].to_pylist(), strict=True)
    return profiles.filter(pa.array([key not in accounts for key in keys], pa.bool_()))


def _of_attributes(links: pa.Table) -> pa.Table:
    """Links of records that tell a person's attributes: a ticket that names its customer tells whom it is for."""
    is_for_customer = pc.and_(pc.equal(links["record_kind"], "ticket"), pc.equal(links["method"], "given_id"))
    return links.filter(pc.invert(is_for_customer)).select(attributes.LINK_COLUMNS)
