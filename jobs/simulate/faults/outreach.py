"""What can be wrong of campaigns, contacts and newsletters."""

from __future__ import annotations

import pyarrow.compute as pc

from jobs.simulate.faults.nothing import FUTURE, LONG_AGO
from jobs.simulate.kinds import (
    Good,
    Kind,
    Source,
    Values,
    before,
    beside,
    changed,
    cut,
    invalid,
    irrelevant,
    missing,
    named_in,
    orphan,
    other_name,
    repeated,
    somebody,
    unlike,
    unparsable,
    where,
)


def _not_agreed(row: Values, number: int, good: Good) -> None:
    """A read by somebody who wants no mail."""
    contacts = good["contacts"].columns
    unwilling = contacts["contact_id"].filter(pc.equal(contacts["consent"], "false"))
    row["reader"] = unwilling[number % len(unwilling)].as_py()


SOURCES = (
    Source(
        "campaigns",
        "campaigns",
        ("campaign_id",),
        "campaign_id",
        (
            missing("campaign_without_id", campaign_id=None),
            invalid("campaign_ends_before_it_begins", ends_at=LONG_AGO),
            invalid("campaign_paid_in_nothing_known", currency="Taler"),
            irrelevant("campaign_for_no_objective", objective="world_peace", budget="0.00"),
            repeated("duplicate_campaign"),
        ),
    ),
    Source(
        "campaign_touches",
        "campaign_touches",
        ("campaign_id", "touch_id"),
        "touch_id",
        (
            changed(
                "touch_at_another_address", "consistency", somebody(), where("campaign_touches", "kind", "delivered")
            ),
            Kind(
                "touch_before_its_campaign",
                "consistency",
                "flagged",
                before("created_at", days=5, customer_id=None, contact_id=None, email=None),
                among=where("campaign_touches", "kind", "sent"),
                place="campaign_id",
            ),
            missing("touch_without_date", created_at=None),
            invalid("touch_of_unknown_kind", kind="teleported"),
            orphan("touch_of_no_campaign", campaign_id="CMP-999", kind="complained", order_id=None),
            repeated("duplicate_touch"),
        ),
    ),
    Source(
        "contacts",
        "contacts",
        ("contact_id",),
        "contact_id",
        (
            changed(
                "customer_by_another_name",
                "consistency",
                other_name,
                named_in("contacts", "email", "customers", "email"),
            ),
            missing("contact_without_id", contact_id=None),
            invalid("consent_in_doubt", consent="perhaps"),
            invalid("contact_from_the_future", since=FUTURE),
            repeated("duplicate_contact"),
        ),
    ),
    Source(
        "content_reads",
        "content_reads",
        ("issue", "reader", "at"),
        beside("at"),
        (
            unlike("reader_who_wants_no_mail", _not_agreed),
            missing("read_by_nobody", reader=None),
            invalid("read_before_there_was_mail", at=LONG_AGO),
            unparsable("truncated_read", cut),
            repeated("duplicate_read"),
        ),
    ),
)
