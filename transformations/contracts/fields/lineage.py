"""Where a row came from, and why it was refused."""

from __future__ import annotations

from transformations.contracts.model import Field

source = Field(
    "source", "string", "Source of the row: `system` of its conf file, else the file's name.", is_required=True
)
batch_id = Field("batch_id", "string", "Landed batch: SHA-256 of the source and the file's bytes.", is_lineage=True)
run_id = Field("run_id", "string", "Run that wrote the row.", is_lineage=True)
file = Field("file", "string", "File of the record, relative to the source's folder.", is_lineage=True)
line = Field("line", "bigint", "Position of the record in its file.", unit="ordinal, starting at 1", is_lineage=True)
ordinal = Field(
    "ordinal",
    "int",
    "Position among the rows that one record produced for the table; -1 for a record that could not be parsed.",
    unit="ordinal, starting at 0",
    is_lineage=True,
)
context = Field(
    "context",
    "string",
    "What is needed from the file to read the record: the CSV header, the XML root; null where nothing is.",
)
raw = Field("raw", "binary", "Bytes of the record exactly as received, without the line end.")
message_key = Field("message_key", "binary", "Key of the message; null where the record is not from a topic.")
headers = Field(
    "headers",
    "array<struct<key:string,value:binary>>",
    "Headers of the message in their order; null where the record is not from a topic.",
)
sent_at = Field(
    "sent_at",
    "timestamp",
    "Timestamp of the message, UTC: when it was sent or when the broker received it; null where the record is not from a "
    "topic.",
)
landed_at = Field("landed_at", "timestamp", "When the record was landed, UTC.", is_lineage=True)
computed_at = Field("computed_at", "timestamp", "When the row was computed, UTC.", is_lineage=True)
source_record_id = Field(
    "source_record_id", "string", "ID of the record in its source: the columns of its key, joined by |."
)
source_version = Field(
    "source_version", "string", "Orders the versions of a record: the greater one is newer.", is_lineage=True
)
valid_from = Field(
    "valid_from",
    "timestamp",
    "Event time of this version, UTC: its deletion, its last edit or the table's event time; null where none is known.",
)
deleted_at = Field("deleted_at", "timestamp", "When the source deleted the record, UTC; null while it exists.")
value_versions = Field(
    "value_versions",
    "array<string>",
    "Versions of values that are older than the row (column=version), and of the newest complete row (*=version); null "
    "where the newest row is complete.",
    is_lineage=True,
)
flags = Field("flags", "array<string>", "Codes of the rules with severity warn that the row breaks.")

record_id = Field("record_id", "string", "Coordinates of the refused record: file#line.")
reasons = Field(
    "reasons",
    "array<struct<code:string,property:string,message:string>>",
    "Every rule that the row breaks: code, quality property and message.",
)
quarantined_at = Field("quarantined_at", "timestamp", "When the row was refused, UTC.", is_lineage=True)
