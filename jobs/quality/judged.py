"""Which tables have been judged as they are: one is judged again when it, what its rules read, or a rule has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from expectations import rules, suites
from jobs.job import Run
from jobs.lake import ops, progress
from jobs.lake.fingerprints import code_hash
from jobs.quality import agreement, catalogue
from transformations.contracts import CONTRACTS, Table, contract

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

# Contracts declare rules, which count one by one: a column's description has no table judged again.
_DECIDES_NO_VERDICT = ("expectations.data_docs", "jobs.quality.judged", "jobs.settings", "transformations.contracts")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def is_judged(run: Run, table: Table) -> bool:
    """Whether a table is judged as a whole once it is written.

    Of gold those are judged of which contract, people or references say more than their key, which is checked at the
    write.
    """
    if table.layer != "gold" or table.table_rules:
        return table.layer in ("silver", "gold")
    return bool(catalogue.by_hand_of(table, run.settings, run.started_at) or agreement.of_table(table, run.settings))


@dataclass(frozen=True)
class Waiting:
    """A table that has to be judged, with what it and the tables that its rules read are now.

    Attributes:
        versions: version of each of these tables. Another process may write one while it is judged: it is then new.
    """

    table: Table
    versions: dict[str, int]
    mark: str


def waiting(lake: Lake, run: Run, names: Sequence[str]) -> list[Waiting]:
    """Those of these tables that exist and have to be judged, and tables judged earlier whose rules read one of these."""
    marks = {
        (row["job"], row["input"]): (row["to_version"], row["fingerprint"])
        for row in sorted(ops.PROGRESS.rows(lake), key=lambda row: row["computed_at"])
        if row["job"].startswith(_JUDGES)
    }
    earlier = {job.removeprefix(_JUDGES) for job, _ in marks} - set(names)
    earlier = {name for name in earlier if name in CONTRACTS and _reads(run, contract(name)) & set(names)}
    tables = [contract(name) for name in (*names, *sorted(earlier)) if name in CONTRACTS and lake.exists(name)]
    found = [Waiting(table, _versions(lake, run, table), mark(table, run)) for table in tables if is_judged(run, table)]
    return [
        one
        for one in found
        if (run.full and one.table.name in names)
        or any(
            marks.get((_JUDGES + one.table.name, name)) != (version, one.mark) for name, version in one.versions.items()
        )
    ]


def done(lake: Lake, judged: Sequence[Waiting]) -> None:
    """Records that these tables have been judged as they were when they were found waiting."""
    progress.record(
        lake,
        [
            {"job": _JUDGES + one.table.name, "input": name, "to_version": version, "fingerprint": one.mark}
            for one in judged
            for name, version in one.versions.items()
        ],
    )


def mark(table: Table, run: Run) -> str:
    """Hash of all that decides how a table is judged: its rules, files that they rest on, and the day that age counts to."""
    of = catalogue.context(run.settings, run.started_at, run.as_of)
    at_epoch, later = (_declared(table, run, replace(of, as_of=day, counted_to=day)) for day in (_EPOCH, run.as_of))
    counts_to_a_day = at_epoch != later
    parts = (
        at_epoch,
        catalogue.files_mark(run.settings, {table.name}),
        f"{run.as_of:%Y-%m-%d}" if counts_to_a_day or of.fresh_days.get(table.name) else "",
        str(run.settings.base.quality.examples),
        code_hash("jobs.quality.table_checks", without=_DECIDES_NO_VERDICT),
    )
    return sha256("\0".join(parts).encode()).hexdigest()[:16]


_JUDGES = "judge "


def _declared(table: Table, run: Run, of: rules.RuleContext) -> str:
    found = (
        rules.reference_rules(table, of),
        rules.table_rules(table, of),
        catalogue.by_hand_of(table, run.settings, _EPOCH),
        [one.model_dump_json() for one in agreement.of_table(table, run.settings)],
    )
    return repr([repr(part).replace(str(run.settings.folder), "") for part in found])


def _versions(lake: Lake, run: Run, table: Table) -> dict[str, int]:
    """Version of the table and of each other that its rules read."""
    return {name: lake.version(name) for name in sorted({table.name} | _reads(run, table))}


def _reads(run: Run, table: Table) -> set[str]:
    """Tables that the rules of a table read besides itself."""
    of = catalogue.context(run.settings, run.started_at, run.as_of)
    names = {str(column.reference) for column in table.columns if column.reference}
    names |= {name for rule in rules.table_rules(table, of) for name in rule.reads if not name.startswith("ops.")}
    names |= {one.reference for one in agreement.of_table(table, run.settings) if one.reference in CONTRACTS}
    for one in catalogue.by_hand_of(table, run.settings, run.started_at):
        names |= suites.tables_of(str(one.kwargs.get("unexpected_rows_query", "")))
    return names - {table.name}
