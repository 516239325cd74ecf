"""Bronze and quarantine: one shape for every source."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table


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
