"""From bronze to silver, for every source alike: parse, map, cast, flag, split, write, and account for each row."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import functions as F

from expectations import flags
from jobs.engine import sessions
from jobs.errors import ConfError, GateStopped
from jobs.job import Run
from jobs.lake import failures, ops
from jobs.lake.row_accounts import RowAccounts
from jobs.quality import records, row_checks
from jobs.settings.sources import Source
from jobs.silver import backlog, deletions, filling, minimal_rows, not_held, one_row, quarantine, unmapped, withdrawals
from jobs.silver.candidates import Parsed, all_candidates
from jobs.silver.parsing import parsed
from jobs.sources import expressions, formats
from transformations.canonical import own, partial, versions
from transformations.contracts import Table, contract
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from jobs.lake.computed import Computed
    from jobs.lake.tables import Lake


def load(lake: Lake, run: Run, job: str, tables: tuple[str, ...]) -> None:
    """Processes every batch that the job has not done: all of the batch's rows for these tables.

    Where that fails, each source is loaded on its own (from scratch, those that share keys), so that one whose records cannot
    be processed leaves the others loaded; its own rows stay as they were. Raises GateStopped before a table is written
    whose rows break a promise with severity stop.
    """
    pending = backlog.pending(lake, run, job, tables)
    if not pending:
        return
    try:
        _load_and_account(lake, run, job, tables, pending)
    except GateStopped:
        raise
    except Exception:
        parts = backlog.apart(pending, run.settings, tables)
        if len(parts) <= 1 or sessions.is_cancelled():
            raise
        _load_apart(lake, run, job, tables, parts)


def _load_apart(lake: Lake, run: Run, job: str, tables: tuple[str, ...], parts: list[backlog.Pending]) -> None:
    """Loads one part after the other. Raises ScrmError that names the sources that failed, when all have been tried."""
    failed: dict[str, Exception] = {}
    for part in parts:
        try:
            _load_and_account(lake, run, job, tables, part)
        except Exception as error:
            if sessions.is_cancelled():
                raise
            failed[", ".join(part.batches)] = error
    if failed and parts[0].is_full:
        run.note(f"{job}: what {'; '.join(failed)} gave to silver stays as it was; the other sources are loaded")
    failures.raise_for(lake.root, f"{run.run_id}.{job}", failed)


def _load_and_account(lake: Lake, run: Run, job: str, tables: tuple[str, ...], pending: backlog.Pending) -> None:
    """Loads what is pending; all batches where it turns out that only they can say what is current."""
    accounts = RowAccounts(lake)
    try:
        _load(lake, run, job, tables, pending, accounts)
    except withdrawals.NeedsAll:
        everything = backlog.pending(lake, run, job, tables, everything=True)
        if pending.is_apart:
            parts = backlog.apart(everything, run.settings, tables)
            everything = next(part for part in parts if pending.batches.keys() <= part.batches.keys())
        _load_and_account(lake, run, job, tables, everything)
        return
    except BaseException:
        accounts.save(is_complete=False)
        raise
    accounts.save()
    backlog.done(lake, run, job, pending)


def _load(
    lake: Lake, run: Run, job: str, tables: tuple[str, ...], pending: backlog.Pending, accounts: RowAccounts
) -> None:
    parts: list[Parsed] = []
    noticed: list[BatchRow] = []
    with ExitStack() as held:
        for source in run.each(pending.sources(run.settings), "read", lambda source: source.name):
            part, of_source = parsed(lake, run, source, pending, job, accounts)
            held.callback(part.rows.release)
            parts.append(part)
            noticed += of_source
        if noticed:
            ops.BATCHES.upsert(lake, noticed)
        records.judge(lake, run, [part.reading for part in parts if part.reading])
        for part in parts:  # what is stopped before has no rows yet
            batches = pending.batches[part.source.name]
            of_job = tuple(name for name in part.emitted if f"silver.{name}" in tables)
            accounts.open_tables(part.source, batches, part.counts, of_job)
        not_held.keep(lake, run, tables, parts, is_full=pending.is_full)
        with row_checks.judging(lake, run) as judgement:
            for name in run.each(tables, "write"):
                of_table = [part for part in parts if contract(name).short_name in part.emitted]
                if pending.is_full:
                    unmapped.forget(lake, run, contract(name), accounts)
                if of_table:
                    _load_table(lake, run, contract(name), of_table, judgement, accounts, pending)
        deletions.apply_along(lake, run.settings.sources, tables)
    minimal_rows.complete(lake, tables)
    filling.complete(lake, run, tables)
    read = {part.source.name: part.batches for part in parts}
    withdrawals.say_what_is_missing(lake, run, tables, {} if pending.is_full and run.full else read)


def _load_table(
    lake: Lake,
    run: Run,
    table: Table,
    parts: list[Parsed],
    judgement: row_checks.Judgement,
    accounts: RowAccounts,
    pending: backlog.Pending,
) -> None:
    rules = row_checks.row_rules(table, run)
    limits = run.settings.base.limits
    emitted = sum(part.emitted[table.short_name] for part in parts)
    bytes_count = sum(part.bytes_count for part in parts)
    is_small = emitted <= limits.in_memory_rows and bytes_count <= limits.in_memory_bytes
    ways = withdrawals.ways_of(run, table, parts)
    ranked = versions.ranked(flags.flagged(all_candidates(parts, table), rules), table, ways)
    computed = lake.computed(ranked, is_small=is_small)
    candidates = computed.part("not _is_left_out") if ways.left_out else computed
    try:
        batches = sorted({batch for part in parts for batch in part.batches})
        try:
            corrected = frozenset[str]().union(*(part.corrected for part in parts))
            counted = [_ended(row) for row in judgement.judge_rows(table, rules, candidates, corrected)]
            for part in parts:
                _judge_totals(table, part, candidates, judgement)
        except GateStopped:  # whoever has to fix them finds the refused rows in quarantine
            quarantine.keep_refused(lake, run, table, parts, candidates)
            raise
        for part in parts:
            one_row.say_what_differs(run, table, part.source, part.batches, candidates)
        is_partial = _is_partial(lake, table, parts)
        minimal_rows.make_way(lake, table, candidates)
        if pending.is_full or not lake.exists(table.name):
            scope = f"{table.given_rows} and {pending.rows_made}" if pending.is_full else None
            _write_first(lake, table, candidates, is_partial=is_partial, scope=scope)
            if ways.leave_marks:
                withdrawals.remember(lake, table, computed, None, pending.rows_made)
        else:
            withdrawals.check_numbers(lake, table, parts, computed)
            if ways.replaced:
                withdrawals.replace(lake, table, parts, computed)
            counted = _write_changes(lake, run, table, ways, computed, counted, is_partial=is_partial)
        withdrawals.say_what_goes_on(run, table, parts, computed)
        if any(row["quarantined"] for row in counted) or lake.exists(f"quarantine.{table.short_name}"):
            quarantine.keep_refused(lake, run, table, parts, candidates)
        for part in parts:
            if part.source.deletes == "missing_in_full_dump" and part.source.path:
                landed = backlog.landed(lake, part.source)
                keys = candidates.frame(["batch_id", *table.key])
                deletions.apply(lake, run, table, part.source, landed, keys, part.unreadable)
        accounts.close_table(table, batches, counted)
    finally:
        candidates.release()
        computed.release()


def _write_first(lake: Lake, table: Table, candidates: Computed, *, is_partial: bool, scope: str | None) -> None:
    """Writes the winners where nothing is there yet, or in place of the rows that `scope` (SQL) chooses."""
    rows: Any = candidates.where("_status = 'winner'", _written(table))
    if is_partial:
        flagged = candidates.frame()
        reports = "_reports and not _is_refused" if "_reports" in candidates.columns else "not _is_refused"
        winners = partial.completed(flagged.where("_status = 'winner'"), flagged.where(reports), None, table)
        rows = candidates.alike(winners.select(*_written(table)))
    if scope:
        lake.write(table.name, rows, scope=scope)
    else:
        lake.append(table.name, rows)


def _write_changes(
    lake: Lake,
    run: Run,
    table: Table,
    ways: versions.Ways,
    candidates: Computed,
    counted: list[dict[str, Any]],
    *,
    is_partial: bool,
) -> list[dict[str, Any]]:
    """Writes the winners that are newer than what is there, and removes what they withdraw.

    Returns: the terms of the row accounts. Raises NeedsAll before anything is written.
    """
    flagged = candidates.frame()
    current = withdrawals.stored(lake, table, ways)
    winners = flagged.where("_status in ('winner', 'left_out')" if ways.left_out else "_status = 'winner'")
    known = withdrawals.remembered(lake, table) if ways.leave_marks else None
    is_small = candidates.arrow is not None
    against = lake.computed(versions.against(winners, current, table, known, are_partial=is_partial), is_small=is_small)
    try:
        if ways.leave_marks:
            _stop_where_all_is_needed(run, table, against)
        counted = _restated(counted, against)
        has_changes = any(row["accepted"] > row["inserts"] for row in counted)
        if is_partial:
            merged = partial.merged(flagged, against.frame(), current, table)
            lake.upsert(table.name, candidates.alike(merged.select(*_written(table))))
        elif has_changes:
            lake.upsert(table.name, against.where(versions.CHANGED, _written(table)))
        else:
            lake.append(table.name, against.where(versions.CHANGED, _written(table)))
        if ways.left_out:
            withdrawals.withdraw(lake, table, against)
        if ways.leave_marks:
            withdrawals.remember(lake, table, candidates, against)
    finally:
        against.release()
    return counted


def _stop_where_all_is_needed(run: Run, table: Table, against: Computed) -> None:
    """Raises NeedsAll where only superseded rows could say what is current, or what went with a whole comes back with it."""
    takes_along = any(
        table.short_name == whole for source in run.settings.sources for *_, whole in formats.gone_with(source)
    )
    condition = "_needs_all or _revives" if takes_along else "_needs_all"
    (found,) = against.sql(f"select count(case when {condition} then 1 end) as n from rows")
    if found["n"]:
        raise withdrawals.NeedsAll


def _written(table: Table) -> list[str]:
    return [name for name in table.names if name != "run_id"]


def _is_partial(lake: Lake, table: Table, parts: list[Parsed]) -> bool:
    """Whether a row may leave open what others of its key tell."""
    if not partial.can_be(table):
        return False
    if any(formats.is_partial(part.source, table.short_name) for part in parts):
        return True
    kept = f"{partial.KEPT_IN} is not null"
    return lake.exists(table.name) and lake.arrow(table.name, table.key, where=kept, limit=1).num_rows > 0


def _judge_totals(table: Table, part: Parsed, candidates: Computed, judgement: row_checks.Judgement) -> None:
    """Holds the source's control totals over landed rows against the sums of what they became, accepted or refused."""
    for column, expression in part.source.control_totals.get(table.short_name, {}).items():
        readable, aside = own.shown(part.rows.frame().where(F.col("_problem").isNull()))
        of_batch = readable.groupBy(F.col(aside.get("batch_id", "batch_id")).alias("_batch"))
        landed = of_batch.agg(F.expr(expression).cast("decimal(38,4)").alias("_total")).collect()
        sums = candidates.sql(f"select batch_id, sum({column}) as total from rows group by batch_id")
        judgement.judge_totals(
            table,
            column,
            {row["_batch"]: row["_total"] for row in landed},
            {row["batch_id"]: row["total"] for row in sums},
            part.corrected,
        )


def _ended(status: dict[str, Any]) -> dict[str, Any]:
    """The terms of a batch's row account where the table was empty: every winner is accepted."""
    return {
        "batch_id": status["batch_id"],
        "accepted": status["winner"],
        "superseded": status["superseded"],
        "duplicate": status["duplicate"],
        "quarantined": status["refused"],
        "inserts": status["winner"],
    }


def _restated(counted: list[dict[str, Any]], against: Computed) -> list[dict[str, Any]]:
    """The terms where winners met what is there: some lose to it."""
    ends = {
        "accepted": "_status in ('insert', 'update', 'held')",
        "superseded": "_status = 'superseded'",
        "duplicate": "_status = 'duplicate'",
        "inserts": "_status = 'insert'",
    }
    counts = ", ".join(f"{flags.count_of(condition)} as {name}" for name, condition in ends.items())
    found = against.sql(f"select batch_id, {counts} from rows group by batch_id")
    met = {row["batch_id"]: row for row in found}
    none = {"accepted": 0, "superseded": 0, "duplicate": 0, "inserts": 0}
    restated = []
    for row in counted:
        of = met.get(row["batch_id"], none)
        restated.append(
            row
            | {
                "accepted": of["accepted"],
                "superseded": row["superseded"] + of["superseded"],
                "duplicate": row["duplicate"] + of["duplicate"],
                "inserts": of["inserts"],
            }
        )
    return restated


def check_expressions(lake: Lake, sources: Iterable[Source]) -> None:
    """Has Spark analyse every mapping on no rows, before anything is written. Raises ConfError naming file and key."""
    for source in sources:
        found = {key: text for key, text in expressions.of_source(source).items() if text.strip() != "_ordinal"}
        empty = sessions.frame(lake.spark, [], expressions.ddl_of(source))
        for key, expression in ({} if _is_analysed(empty, list(found.values())) else found).items():
            try:
                empty.selectExpr(expression)
            except (AnalysisException, ParseException) as error:
                reason = str(error).split("SQLSTATE")[0].split("\n")[0]
                raise ConfError(f"{source.file}: key {key} is {expression!r}: {reason}") from None


def _is_analysed(empty: Any, found: list[str]) -> bool:
    """Whether all expressions are right; an aggregate beside a plain column is asked for on its own."""
    try:
        empty.selectExpr(*found)
    except (AnalysisException, ParseException):
        return False
    return True
