"""Organisations, groups and their members, and the company's staff."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table
from transformations.contracts.silver.across import parties as across
from transformations.contracts.silver.common import LINEAGE, not_before

ORGANISATIONS = Table(
    "silver.organisations",
    "Companies, schools and groups that people belong to. One row per organisation.",
    key=("source", "organisation_id"),
    columns=(
        f.organisation_id.required(),
        f.name,
        f.kind.one_of("company", "school", "group", "public_body", "other"),
        f.channel,
        f.url,
        f.country,
        f.email_domain,
        f.created_at,
        *LINEAGE,
    ),
    table_rules=(across.DOMAIN,),
    event_time="created_at",
)

ORGANISATION_MEMBERS = Table(
    "silver.organisation_members",
    "Members of the organisations. One row per organisation, member and role.",
    key=("source", "organisation_id", "member_kind", "member_id", "member_role"),
    columns=(
        f.organisation_id.required().references("silver.organisations"),
        f.member_kind.required(),
        f.member_id.required(),
        f.channel,
        f.member_role.required().derived_as("'member'"),
        f.joined_at,
        f.left_at,
        *LINEAGE,
    ),
    rules=(not_before("left_at", "joined_at"),),
    table_rules=(across.MEMBER,),
    event_time="joined_at",
)

STAFF = Table(
    "silver.staff",
    "Staff of the company. One row per member of staff.",
    key=("source", "staff_id"),
    columns=(f.staff_id.required(), f.name, f.email, f.department, f.joined_at, f.left_at, *LINEAGE),
    rules=(not_before("left_at", "joined_at"),),
    table_rules=(across.DEPARTMENT,),
    event_time="joined_at",
)

TABLES = (ORGANISATIONS, ORGANISATION_MEMBERS, STAFF)
