"""Records that cannot be read: a rule of their source, said at the end of the run, and above a ratio a reason to stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from expectations.gate import Outcome
from jobs.errors import GateStopped
from jobs.job import Run
from jobs.lake import ops
from jobs.quality import history
from jobs.settings import Settings
from jobs.settings.sources import Source
from jobs.sources import formats

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

RULE = "records.readable"
EMPTY = ("empty_file", "no_records")
"""Codes of what stands for a file without records: nothing of it is lost."""

_TRY = {
    "invalid_text": "set encoding to that of the files (windows-1252, iso-8859-1, utf-16)",
    "nul_byte": "set encoding: utf-16 if the files are, else ask who writes them",
    "malformed_csv": "see whether delimiter, escape or header has to be set",
    "not_this_format": "see whether format, header, delimiter or sheet has to be set, and path leaves out other files",
    "malformed_json": "see whether format and encoding are those of the files",
}
_TRY_OF_PLATFORMS = {
    "invalid_text": "see whether format is that of the files; they have to be UTF-8",
    "nul_byte": "see whether format is that of the files, else ask who writes them",
    "not_this_format": "see whether format is that of the files, and path leaves out other files",
    "malformed_json": "see whether format is that of the files, and whether they are whole",
}
"""Of formats that map by themselves, whose files have no delimiter, header or sheet."""

_FIX = (
    "fix its conf, or send the files again under their names, then run again; "
    "to go on without those records, allow a higher ratio"
)
_NEVER_READ = "Nothing of it has ever been read: fix the source or its conf, then run again"


@dataclass(frozen=True)
class Reading:
    """How the records of a source could be read.

    Attributes:
        batches: batch_id -> records, and those that cannot be read; what stands for an empty file is none.
        reasons: `code: explanation` and how often, most often first; those of corrected batches are left out.
        corrected: batches whose file was sent again with other content: they count, and stop nothing.
    """

    source: Source
    batches: Mapping[str, tuple[int, int]]
    reasons: Sequence[tuple[str, int]]
    corrected: frozenset[str] = frozenset()

    @property
    def current(self) -> Reading:
        """The same of the files as they are now."""
        return replace(self, batches={name: of for name, of in self.batches.items() if name not in self.corrected})

    @property
    def records(self) -> int:
        return sum(records for records, _ in self.batches.values())

    @property
    def unreadable(self) -> int:
        return sum(unreadable for _, unreadable in self.batches.values())


def judge(lake: Lake, run: Run, found: Sequence[Reading]) -> None:
    """Keeps how many records could be read, and notes those that could not, of earlier contents of files apart.

    Raises GateStopped where more of a source's records cannot be read than quality.max_quarantined_ratio allows; of fewer
    than quality.min_rows_to_stop records, only where conf has no other source. A small source of which nothing could ever be
    read leaves the others loaded, and the run ends with 1: its conf is not that of its files. A small broken file of one that
    could be read before is noted, and so is what a stream brings: more may follow.
    """
    if not found:
        return
    at, now = run.started_at, [of.current for of in found]
    never = [] if run.stream else [of for of in now if of.records == of.unreadable > 0 and not _was_read(lake, of)]
    ops.RULE_COUNTS.upsert(
        lake,
        [
            {
                "batch_id": batch,
                "table_name": f"bronze.{of.source.name}",
                "rule": RULE,
                "applicable": records,
                "passing": records - unreadable,
                "computed_at": at,
            }
            for of in found
            for batch, (records, unreadable) in of.batches.items()
        ],
    )
    judged = [(of, of.records - of.unreadable, of.records) for of in found if of.records]
    days = [(outcome(of.source.name, passing, records), passing, records) for of, passing, records in judged]
    history.keep(lake, history.today(run.settings, at), days)
    quality = run.settings.base.quality
    lost = [
        of
        for of in now
        if of.records >= quality.min_rows_to_stop and of.unreadable > quality.max_quarantined_ratio * of.records
    ]
    if lost:
        raise GateStopped(
            "; ".join(_said(of) for of in lost) + f". More than quality.max_quarantined_ratio allows "
            f"({quality.max_quarantined_ratio:.0%}): {_FIX}"
        )
    if never and len(run.settings.sources) == 1:
        raise GateStopped(f"{_said(never[0])}. {_NEVER_READ}")
    for of in never:
        run.fault(f"{_said(of)}. {_NEVER_READ}; the other sources are loaded")
    for of in now:
        if of.unreadable and of not in never:
            run.note(_said(of))
    for of in found:
        if before := of.unreadable - of.current.unreadable:
            run.note(
                f"{of.source.name}: {before:,} records that files held before they were sent again stay unreadable and stop "
                f"nothing (scrm quarantine --table {of.source.name})"
            )


def _was_read(lake: Lake, of: Reading) -> bool:
    """Whether records of the source's other batches could be read."""
    if not lake.exists(ops.RULE_COUNTS.name):
        return False
    where = f"table_name = 'bronze.{of.source.name}' and rule = '{RULE}' and passing > 0"
    return any(row["batch_id"] not in of.batches for row in ops.RULE_COUNTS.rows(lake, where))


def _said(of: Reading) -> str:
    """How many records cannot be read, why, and what to try."""
    reason, count = next(
        ((text, count) for text, count in of.reasons if text.partition(":")[0] not in EMPTY), ("unknown", 0)
    )
    hints = _TRY if formats.platform_of(of.source) is None else _TRY_OF_PLATFORMS
    what = hints.get(reason.partition(":")[0])
    share = "none of" if of.unreadable == of.records else f"{of.unreadable:,} of"
    can = "can" if of.unreadable == of.records else "cannot"
    hint = f"; in {of.source.file.name}, {what}" if what else ""
    return (
        f"{of.source.name}: {share} {of.records:,} records {can} be read; most often ({count:,}): {reason}{hint} "
        f"(scrm quarantine --table {of.source.name})"
    )


def outcome(source: str, passing: int, applicable: int) -> Outcome:
    """The rule about a source's records."""
    message = "records cannot be read"
    return Outcome(f"bronze.{source}", RULE, "validity", "warn", message, passing, applicable, 1.0)


def outcomes(sums: Mapping[tuple[str, str], tuple[int, int]], settings: Settings) -> list[Outcome]:
    """What has been judged of each source's records. Args: sums: (table, rule) -> passing and applicable cases."""
    names = [source.name for source in settings.sources if (f"bronze.{source.name}", RULE) in sums]
    return [outcome(name, *sums[f"bronze.{name}", RULE]) for name in sorted(names)]
