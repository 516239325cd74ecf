"""Columns that several families share."""

from __future__ import annotations

from transformations.contracts.fields.types import EPOCH, OF_THE_ROW, ONE_CURRENCY, SUM
from transformations.contracts.iso4217 import CODES
from transformations.contracts.model import Field

name = Field("name", "string", "Name of the person or thing.")
description = Field("description", "string", "Meaning, in words.")
kind = Field("kind", "string", "What kind of thing the row is.")
category = Field("category", "string", "Category path, its levels joined by /.")
channel = Field("channel", "string", "Where it happened: a shop, a platform, a forum.")
status = Field("status", "string", "State as the source names it.")
url = Field("url", "string", "Web address.")
title = Field("title", "string", "Title.")
text = Field("text", "string", "What was written, as plain text.")
email = Field(
    "email", "string", "E-mail address in lower case.", pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", severity="warn"
)
phone = Field("phone", "string", "Telephone number as the source writes it.")
city = Field("city", "string", "City.")
country = Field("country", "string", "Country as the source names it.")
language = Field("language", "string", "Language as an ISO 639-1 code; null where it is not known.")
created_at = Field("created_at", "timestamp", "When it was created, UTC.", minimum=EPOCH)
started_at = Field("started_at", "timestamp", "When it began, UTC.")
ended_at = Field("ended_at", "timestamp", "When it ended, UTC; null while it lasts.")
observed_at = Field("observed_at", "timestamp", "When the source was asked, UTC.")
currency = Field("currency", "string", "ISO 4217 code of the amounts of the row.", allowed=CODES)
amount = Field("amount", SUM, "Amount of money.", unit=OF_THE_ROW, caution=ONE_CURRENCY)
has_email_consent = Field(
    "has_email_consent", "boolean", "The person agreed to receive e-mail; null where the source does not say."
)
has_social_consent = Field(
    "has_social_consent",
    "boolean",
    "The person agreed to be known and addressed by their profiles on social software; null where the source does not say.",
)
is_seen_only = Field(
    "is_seen_only",
    "boolean",
    "No source describes it: the row says only that other tables name it. False where a source does.",
).derived_as("false")
last_seen_at = Field(
    "last_seen_at",
    "timestamp",
    "Latest time at which other tables name it, UTC; null where a source describes it, or none has a time.",
)
is_bot = Field("is_bot", "boolean", "The account is run by a program; null where the source does not say.")
objective = Field("objective", "string", "Kind of objective that it serves.")
