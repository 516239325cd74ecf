"""Campaigns, their recipients, and lists of contacts."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table
from transformations.contracts.silver.across import outreach as across
from transformations.contracts.silver.common import LINEAGE, not_before, not_in_the_future

CAMPAIGNS = Table(
    "silver.campaigns",
    "Campaigns. One row per campaign.",
    key=("source", "campaign_id"),
    columns=(
        f.campaign_id.required(),
        f.name,
        f.medium,
        f.objective,
        f.begins_at,
        f.ends_at,
        f.budget,
        f.currency,
        *LINEAGE,
    ),
    rules=(not_before("ends_at", "begins_at"),),
    table_rules=(across.CAMPAIGN_BEGIN, across.OBJECTIVE),
    event_time="begins_at",
)

CAMPAIGN_TOUCHES = Table(
    "silver.campaign_touches",
    "Events of campaigns at their recipients: sent, opened, clicked … One row per event.",
    key=("source", "campaign_id", "touch_id"),
    columns=(
        f.campaign_id.required().references("silver.campaigns"),
        f.touch_id.required(),
        f.customer_id.references("silver.customers"),
        f.contact_id.references("silver.contacts"),
        f.email,
        f.kind.one_of(
            "sent", "delivered", "opened", "clicked", "converted", "bounced", "unsubscribed", "complained", "held_out"
        )
        .described("What happened; held_out: chosen by lot to be sent nothing, so that the effect can be told.")
        .required(),
        f.url,
        f.order_id.described("Order that resulted from it; null where none is known."),
        f.created_at.required(),
        *LINEAGE,
    ),
    rules=(not_in_the_future("created_at"),),
    table_rules=(across.TOUCHED,),
    event_time="created_at",
)

CONTACTS = Table(
    "silver.contacts",
    "Contact lists: people who may be written to. One row per contact.",
    key=("source", "contact_id"),
    columns=(
        f.contact_id.required(),
        f.name,
        f.email,
        f.phone,
        f.country,
        f.organisation_name,
        f.contact_list,
        f.has_email_consent,
        f.created_at,
        *LINEAGE,
    ),
    rules=(not_in_the_future("created_at"),),
    table_rules=(across.CONTACT_NAME,),
    event_time="created_at",
)

TABLES = (CAMPAIGNS, CAMPAIGN_TOUCHES, CONTACTS)
