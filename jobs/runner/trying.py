"""What only Spark can say of conf, asked before anything is written: time zones, patterns, references, expectations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pyspark.errors import PySparkException
from pyspark.sql import functions as F

from expectations import rules, suites
from expectations.by_hand import ByHand, ByHandError
from jobs.engine import sessions
from jobs.errors import ConfError
from jobs.job import Run
from jobs.quality import agreement, catalogue
from jobs.sources import expressions, portable, queries
from transformations.canonical import patterns
from transformations.contracts import CONTRACTS, Table, contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

_WITH_PATTERNS = ("regexp", "rlike", "split", "to_timestamp", "to_date", "date_format", "unix", "str_to_map")
"""Parts of the names of functions whose patterns Spark reads only when it evaluates them."""


def check(lake: Lake, run: Run) -> None:
    """Raises ConfError naming file and key. Evaluates on one row of empty strings, and analyses on no rows."""
    _check_zones(lake, run)
    _check_patterns(lake, run)
    _check_references(lake, run)
    _check_by_hand(lake, run)


def _check_zones(lake: Lake, run: Run) -> None:
    """Python may know zones that this Java does not, and the other way about."""
    keys = {source.timezone: f"{source.file}: key timezone" for source in run.settings.sources}
    keys[run.settings.company.timezone] = f"{run.settings.folder / 'company.yaml'}: key timezone"
    shifts = {zone: f"to_utc_timestamp(timestamp'2025-01-01 00:00:00', '{zone}')" for zone in sorted(keys)}
    for zone, reason in _refused(lake.spark.range(1), shifts):
        raise ConfError(
            f"{keys[zone]} is {zone!r}: Java does not know this time zone ({reason}); name another one for it"
        )


def _check_patterns(lake: Lake, run: Run) -> None:
    for source in run.settings.sources:
        found = {
            key: text
            for key, text in expressions.of_source(source).items()
            if not key.startswith("control_totals.") and any(part in text.lower() for part in _WITH_PATTERNS)
        }
        if not found:
            continue
        empty = sessions.frame(lake.spark, [], expressions.ddl_of(source))
        row = lake.spark.range(1).select(
            *(
                F.lit("").cast(field.dataType).alias(field.name)
                if field.dataType.simpleString() == "string"
                else F.lit(None).cast(field.dataType).alias(field.name)
                for field in empty.schema.fields
            )
        )
        for key, reason in _refused(row, found):
            raise ConfError(f"{source.file}: key {key} is {found[key]!r}: {reason}")


def _check_references(lake: Lake, run: Run) -> None:
    for one in run.settings.references:
        rows = _empty(lake, contract(one.table))
        named = agreement.key_of(one, run.settings)
        asked = {f"{named}.{one.name}.on": text for text in one.on} | {f"{named}.{one.name}.where": one.where}
        for key, text in asked.items():
            reason = _reason(rows.selectExpr, text)
            if reason:
                raise ConfError(f"{key} is {text!r}: {reason}")


def _check_by_hand(lake: Lake, run: Run) -> None:
    """Expectations of the conf folder: those that are shipped are tested."""
    of_conf = [
        one
        for table in CONTRACTS.values()
        for one in catalogue.by_hand_of(table, run.settings, run.started_at)
        if one.file.is_relative_to(run.settings.folder)
    ]
    for one in of_conf:
        try:
            suites.by_hand_expectations(contract(one.table), [one], lambda name: name)
        except ByHandError as error:
            raise ConfError(str(error)) from None
        if run.settings.base.engine == "embedded":
            _check_portable(one)
        if query := one.kwargs.get("unexpected_rows_query"):
            _check_query(lake, one, str(query))


def _check_portable(one: ByHand) -> None:
    """Raises ConfError where the embedded engine may judge otherwise than Spark."""
    query = str(one.kwargs.get("unexpected_rows_query", ""))
    tables = (suites.tables_of(query) | {one.table}) & set(CONTRACTS)
    types = queries.merged({field.name: field.type for field in contract(name).columns} for name in sorted(tables))
    regexes = [*one.kwargs.get("regex_list", ())]
    if "regex" in one.kwargs:
        regexes.append(one.kwargs["regex"])
    try:
        if query:
            queries.check_query(rules.with_tables(query, _view).replace("{batch}", _view(one.table)), types)
        if condition := one.kwargs.get("row_condition"):
            queries.check_query(f"select * from {_view(one.table)} where {condition}", types)
        for regex in map(str, regexes):
            if (form := patterns.portable(regex, "test")) != regex:
                raise portable.NotPortable(f"the pattern {regex!r} is written {form!r} there")
    except ValueError as error:
        raise ConfError(
            f"{one.file}: {one.code}: the embedded engine may judge otherwise than Spark: {error}; "
            "write it otherwise, or set engine: spark"
        ) from None


def _check_query(lake: Lake, one: ByHand, query: str) -> None:
    names = suites.tables_of(query) | {one.table}
    for name in sorted(names):
        if name not in CONTRACTS:
            raise ConfError(f"{one.file}: {one.code}: no table {name}; `scrm tables` lists them")
        _empty(lake, contract(name)).createOrReplaceTempView(_view(name))
    text = rules.with_tables(query, _view).replace("{batch}", _view(one.table))
    if reason := _reason(lake.spark.sql, text):
        raise ConfError(f"{one.file}: {one.code}: unexpected_rows_query: {reason}")


def _view(name: str) -> str:
    return "tried_" + name.replace(".", "_")


def _empty(lake: Lake, table: Table) -> DataFrame:
    return sessions.frame(lake.spark, [], table.ddl)


def _refused(rows: DataFrame, asked: dict[str, str]) -> Iterable[tuple[str, str]]:
    """Expressions, by key, that cannot be evaluated over rows, with the reason. One question where all of them can."""
    if not asked or not _reason(_evaluated, rows, *asked.values()):
        return
    for key, text in asked.items():
        if reason := _reason(_evaluated, rows, text):
            yield key, reason


def _evaluated(rows: DataFrame, *texts: str) -> None:
    rows.selectExpr(*texts).collect()


def _reason(question: Callable[..., object], *arguments: object) -> str:
    """Why Spark refuses to answer, in a line; empty where it does answer."""
    try:
        question(*arguments)
    except PySparkException as error:
        return str(error).split("SQLSTATE")[0].strip().splitlines()[0][:300]
    except Exception as error:  # Java's own exceptions about patterns and zones come as they are
        lines = [line for line in str(error).splitlines() if "Exception" in line or "Illegal" in line] or [str(error)]
        return lines[0].rpartition("Exception: ")[2][:300]
    return ""
