"""Persons: which records are theirs, and which value of an attribute applies."""

from __future__ import annotations

from dataclasses import replace

from transformations.contracts.fields.types import ORDINAL
from transformations.contracts.model import Field

person_id = Field(
    "person_id",
    "string",
    "One person across ERP and channels: keyed hash of the person's earliest record.",
    caution="Changes when records are merged or split: silver.person_id_changes lists the changes.",
)
record_kind = Field("record_kind", "string", "What the linked record is.", allowed=("customer", "profile", "ticket"))
record_place = Field("record_place", "string", "Source of the customer, or channel of the profile or ticket.")
linked_record_id = Field("linked_record_id", "string", "customer_id, profile_id or ticket_id of the linked record.")
method = Field(
    "method",
    "string",
    "How the link was found. given_id: the account names its customer. email: a shared address. same_email: a customer "
    "who shares the address of an earlier one. linkage: a customer whose name, address, dates and the like agree with those of "
    "another. judged: somebody decided so. seed: the person's first record.",
)
probability = Field(
    "probability", "double", "Probability that the link is right.", minimum="0", maximum="1", unit="probability 0 to 1"
)
valid_to = Field("valid_to", "timestamp", "When the link ended, UTC; null while it is valid.")
role = Field(
    "role",
    "string",
    "Role of the person towards the company.",
    allowed=("internal_customer", "external_customer", "consumer", "partner", "supplier", "competitor"),
)
customers_count = Field("customers_count", "bigint", "Customer records of the person.", unit="customer records")
profiles_count = Field("profiles_count", "bigint", "Profiles of the person.", unit="profiles")
first_seen_at = Field(
    "first_seen_at", "timestamp", "Time of the person's earliest record, UTC; null where no record has a time."
)

attribute = Field("attribute", "string", "Attribute of a person: name, email, phone, country …")
attribute_value = Field(
    "value", "string", "Current value, chosen by precedence of its source (survivorship in conf), then by freshness."
)
value_source = Field("value_source", "string", "Source or channel of the current value.")
value_record_id = Field("value_record_id", "string", "Record of that source that has the current value.")
sources_count = Field("sources_count", "bigint", "Sources and channels that have a value.", unit="sources")
values_count = Field(
    "values_count", "bigint", "Distinct values, ignoring case, spaces and punctuation of numbers.", unit="values"
)
other_values = Field("other_values", "array<string>", "Values of the other records as `source: value`.")
is_agreed = Field("is_agreed", "boolean", "All sources have the same value; null where only one source has a value.")
old_person_id = Field("old_person_id", "string", "Person that a record belonged to before.")
new_person_id = Field("new_person_id", "string", "Person that the record belongs to now.")
changed_at = Field("changed_at", "timestamp", "When the change was found, UTC.", is_lineage=True)
cause = Field("cause", "string", "Why the person changed.", allowed=("merged", "split", "renamed"))
left_kind = replace(record_kind, name="left_kind", description="What the first record is; first by kind, place and ID.")
left_place = Field("left_place", "string", "Source of the first record if it is a customer, else its channel.")
left_record_id = Field("left_record_id", "string", "ID of the first record.")
right_kind = replace(record_kind, name="right_kind", description="What the second record is.")
right_place = Field("right_place", "string", "Source of the second record if it is a customer, else its channel.")
right_record_id = Field("right_record_id", "string", "ID of the second record.")
evidence = Field("evidence", "string", "Attributes of the two that are the same, alike, and differ.")
band = Field(
    "band",
    "string",
    "link: one person, since the pair is likely enough. review: a person should look. judged_same, judged_different: somebody "
    "did.",
    allowed=("link", "review", "judged_same", "judged_different"),
)

role_ordinal = Field("role_ordinal", "int", "Which time the person has the role: 1 for the first.", unit=ORDINAL)
role_from = Field(
    "valid_from",
    "timestamp",
    "Since when the person has the role, UTC; null where that was before the person was first heard of, or no source tells.",
)
role_to = Field(
    "valid_to", "timestamp", "Until when the person had the role, UTC, that instant not included; null while it lasts."
)
