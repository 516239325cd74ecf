"""Bronze, quarantine, and what is remembered of withdrawn keys: one shape for every source or table."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Field, Table


def bronze_table(source: str) -> Table:
    """The bronze table of a source: its records, verbatim, with coordinates."""
    return Table(
        f"bronze.{source}",
        f"Records of {source} exactly as received. One row per record.",
        key=("batch_id", "line"),
        columns=(
            f.source,
            f.batch_id,
            f.file,
            f.line,
            f.context,
            f.raw,
            f.landed_at,
            f.message_key,
            f.headers,
            f.sent_at,
        ),
    )


def quarantine_table(name: str) -> Table:
    """The quarantine of a source (records that could not be parsed) or of a silver table (refused rows)."""
    return Table(
        f"quarantine.{name}",
        f"Records and rows refused for {name}, with every reason and the record's bytes. One row per refused row.",
        key=("batch_id", "line", "ordinal"),
        columns=(
            f.source,
            f.batch_id,
            f.file,
            f.line,
            f.ordinal,
            f.record_id,
            f.reasons,
            f.context,
            f.raw,
            f.run_id,
            f.quarantined_at,
        ),
    )


def withdrawn_table(table: Table) -> Table:
    """What is remembered of keys of a silver table that the table itself does not show."""
    key = tuple(table.field(name) for name in table.key)
    return Table(
        f"withdrawn.{table.short_name}",
        f"What decides about rows of {table.name} that land later: deletions, versions that `where` leaves out, and rows "
        "that are later than the newest version. One row per key and kind.",
        key=(*table.key, "mark_kind"),
        columns=(
            *key,
            Field(
                "mark_kind",
                "string",
                "deleted: the source reported its deletion; left_out: its newest version is left out by `where`; older: a "
                "version that is not the newest tells of a later time.",
                allowed=("deleted", "left_out", "older"),
            ),
            f.source_version,
            Field("told_at", "timestamp", "When it was deleted, or the latest time that the version tells of, UTC."),
            f.batch_id,
            f.run_id,
        ),
    )
