"""Organisations and staff: rules across rows."""

from __future__ import annotations

from transformations.contracts.silver.across.declaring import one_value

DOMAIN = one_value(
    "name_is_one_for_a_domain",
    "organisations with the same e-mail domain have different names",
    "silver.organisations",
    "source, email_domain",
    "if(email_domain is null, null, lower(trim(name)))",
)

MEMBER = one_value(
    "member_is_of_one_kind",
    "the same member has different values of member_kind",
    "silver.organisation_members",
    "source, channel, member_id",
    "member_kind",
)

DEPARTMENT = one_value(
    "email_has_one_department",
    "the same e-mail address is listed in several departments",
    "silver.staff",
    "lower(trim(email)) as address",
    "if(email is null, null, lower(trim(department)))",
)
