"""The company's sources beside its ERP and social software, put together: records, truth and totals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jobs.simulate import market, outreach, parties
from jobs.simulate.orders import Orders
from jobs.simulate.people import Customers
from jobs.simulate.profiles import Accounts, Persons
from jobs.simulate.support import Tickets
from jobs.simulate.write import Records


@dataclass(frozen=True)
class Corporate:
    """records: by table. truth: what was planted. totals: figures of the records, known exactly."""

    records: dict[str, Records]
    truth: tuple[Records, ...]
    totals: dict[str, object]


def corporate(
    seed: int,
    days: int,
    people: Customers,
    sold: Orders,
    known: Persons,
    accounts: Accounts,
    asked: Tickets,
    *,
    tells_lots: bool = False,
    sudden: np.ndarray | None = None,
) -> Corporate:
    """Draws surveys, campaigns, contacts, newsletter, staff, organisations, use of products and competitors.

    tells_lots: as for `mailings`. sudden: as for `usage_records`.
    """
    given = outreach.responses(seed, sold, asked, days)
    listed = outreach.contacts(seed, people, known)
    mailed = outreach.mailings(seed, people, listed, sold, days, tells_lots=tells_lots)
    read = outreach.reads(seed, listed, days)
    staff, staff_truth = parties.staff(seed, len(people), days)
    groups = parties.organisations(seed, people, accounts, days)
    prices, releases, market_truth = market.market(seed, days)
    records = {
        "survey_responses": outreach.response_records(given, sold, people),
        "contacts": outreach.contact_records(listed),
        "campaigns": outreach.campaign_records(mailed, people),
        "campaign_touches": outreach.touch_records(mailed, people, listed, sold),
        "content_reads": outreach.read_records(read, listed),
        "staff": staff,
        "organisations": parties.organisation_records(groups),
        "organisation_members": parties.member_records(groups, people, accounts),
        "product_usage": parties.usage_records(seed, sold, people, days, sudden),
        "competitor_prices": prices,
        "competitor_releases": releases,
    }
    touches = dict(zip(outreach.KINDS, np.bincount(mailed.kind, minlength=len(outreach.KINDS)).tolist(), strict=True))
    if not tells_lots:
        del touches["held_out"]
    return Corporate(
        records=records,
        truth=(
            outreach.response_truth(given, sold, people),
            outreach.contact_truth(listed, people),
            outreach.campaign_truth(mailed, people, listed),
            outreach.issue_truth(read),
            staff_truth,
            parties.organisation_truth(groups),
            market_truth,
        ),
        totals={
            "rows": {table: len(found) for table, found in records.items()},
            "surveys": outreach.response_totals(given),
            "touches": touches,
        },
    )
