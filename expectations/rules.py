"""The registry of rules: those that the contracts imply, those that they declare, and what conf changes.

A rule's full code is `<table>.<code>`, for example `silver.posts.created_at.required`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from transformations.canonical import patterns
from transformations.canonical.references import resolves
from transformations.contracts import Field, Rule, Severity, Table, TableRule

FRESH = "is_fresh"
UNIQUE = "key.unique"
_READABLE = "not array_contains(_uncastable, '{name}')"


@dataclass(frozen=True)
class Override:
    """What conf changes of one rule."""

    severity: Severity | None = None
    threshold: float | None = None


@dataclass(frozen=True)
class RuleContext:
    """What rules need to know about the run.

    Attributes:
        as_of: time of the run, UTC.
        timezone: time zone of the company.
        integrity_threshold, integrity_severity: for references that do not resolve.
        overrides: by full code.
        counted_to: instant up to which the age of data is counted, UTC; None: as_of.
        fresh_days: table -> source -> days after which the source's data are no longer fresh.
        competitors, objectives: names that conf declares, in lower case.
    """

    as_of: datetime
    timezone: str = "UTC"
    integrity_threshold: float = 0.95
    integrity_severity: Severity = "warn"
    overrides: Mapping[str, Override] = field(default_factory=dict)
    counted_to: datetime | None = None
    fresh_days: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    competitors: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()


def row_rules(table: Table, context: RuleContext) -> tuple[Rule, ...]:
    """Every row rule of a table, with placeholders filled in."""
    implied = [rule for column in table.columns if not column.is_lineage for rule in _implied(column, table)]
    declared = table.rules
    if "deleted_at" in table.names:
        declared = tuple(replace(rule, applies=_not_deleted(rule.applies)) for rule in declared)
    return tuple(_row_rule(rule, table, context) for rule in (*implied, *declared))


def table_rules(table: Table, context: RuleContext) -> tuple[TableRule, ...]:
    """Every rule about the written table as a whole: unique key, age of its data, and the contract's own."""
    fresh = (_fresh(table, context),) if _is_from_sources(table) else ()
    return tuple(_table_rule(rule, table, context) for rule in (_unique(table), *fresh, *table.table_rules))


def reference_rules(table: Table, context: RuleContext) -> tuple[Rule, ...]:
    """A rule for each reference of a table; it applies to written rows joined with `_<column>_resolves`."""
    return tuple(
        _row_rule(
            Rule(
                f"{column.name}.resolves",
                "integrity",
                context.integrity_severity,
                passes=resolves(column),
                applies=f"{resolves(column)} is not null",
                message=f"{column.name} refers to no row of {column.reference}",
                column=column.name,
                threshold=context.integrity_threshold,
            ),
            table,
            context,
        )
        for column in table.columns
        if column.reference
    )


def control_rules(table: Table, context: RuleContext) -> tuple[Rule, ...]:
    """A rule for each amount that a source may provide a control total for; a case is a batch."""
    return tuple(
        _row_rule(
            Rule(
                f"{column.name}.control_total",
                "accuracy",
                "warn",
                passes="true",
                column=column.name,
                message=f"the sum of {column.name} differs from the source's control total",
            ),
            table,
            context,
        )
        for column in table.columns
        if column.type.startswith("decimal")
    )


def all_rules(table: Table, context: RuleContext) -> tuple[Rule | TableRule, ...]:
    """Every rule of a table."""
    return (
        *row_rules(table, context),
        *control_rules(table, context),
        *reference_rules(table, context),
        *table_rules(table, context),
    )


def _hint(field: Field, table: Table) -> str:
    """How conf can read what a source writes in another notation."""
    if not _is_from_sources(table):
        return ""
    if field.type in ("timestamp", "date"):
        return f"; other notations need an expression in conf, such as to_{field.type}(COLUMN, 'dd/MM/yyyy')"
    if field.type.startswith("decimal") or field.type == "double":
        return "; a decimal comma needs replace(COLUMN, ',', '.') in conf"
    return ""


def _implied(field: Field, table: Table) -> list[Rule]:
    name = field.name
    readable = _READABLE.format(name=name)
    found = []
    if field.type not in ("string", "array<string>") and not _is_filled_in(field):
        found.append(
            Rule(
                f"{name}.readable",
                "validity",
                "quarantine",
                readable,
                f"{name} cannot be read as {field.type}{_hint(field, table)}",
                column=name,
            )
        )
    if (field.is_required or name in table.key) and not _is_filled_in(field):
        applies = "true" if field.type == "string" else readable
        if name not in table.key and "deleted_at" in table.names:
            applies = _not_deleted(applies)  # of a row that its source deleted, only the key is known
        found.append(
            Rule(
                f"{name}.required",
                "existence",
                "quarantine",
                f"{name} is not null",
                f"{name} is missing",
                applies=applies,
                column=name,
                kind="not_null" if applies == "true" else "row",
            )
        )
    if field.allowed:
        values = ", ".join(f"'{value}'" for value in field.allowed)
        shown = ", ".join(field.allowed[:12]) + (", …" if len(field.allowed) > 12 else "")
        found.append(
            Rule(
                f"{name}.allowed",
                "validity",
                field.severity,
                f"{name} in ({values})",
                f"{name} is not one of {shown}",
                applies=f"{name} is not null",
                column=name,
                kind="in_set",
            )
        )
    if field.minimum is not None or field.maximum is not None:
        limits = ((">=", field.minimum), ("<=", field.maximum))
        bounds = [f"{name} {operator} {limit}" for operator, limit in limits if limit is not None]
        expected = re.sub(r"\b(?:timestamp|date) ?(?=')", "", " and ".join(bounds))  # without the types of literals
        found.append(
            Rule(
                f"{name}.in_range",
                "validity",
                field.severity,
                " and ".join(bounds),
                f"{name} is out of range; expected {expected}",
                applies=f"{name} is not null",
                column=name,
            )
        )
    if _is_id(field, table):
        found += _about_ids(name)
    if field.pattern:
        found.append(
            Rule(
                f"{name}.format",
                "validity",
                field.severity,
                f"{name} rlike r'{patterns.portable(field.pattern, 'test')}'",
                f"{name} does not match the pattern {field.pattern}",
                applies=f"{name} is not null",
                column=name,
                kind="pattern",
            )
        )
    return found


_PLACEHOLDERS = (
    r"\N",
    "NULL",
    "Null",
    "null",
    "None",
    "none",
    "nan",
    "NaN",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "-",
    "--",
    "?",
    "(null)",
    "[null]",
    "<null>",
    "<NULL>",
    "undefined",
)
_DECIMAL = "^-?[0-9]+[.,]0+$"  # 17.0: what a table with a gap makes of 17
_LONG_DECIMAL = "^-?0*([0-9]{16,})[.,]0+$"
_FIRST_ROUNDED = "9007199254740992"  # 2^53: from it on, several whole numbers are the same double
_ROUNDED = "^-?[0-9](?:[.,][0-9]+[eE][+]?|[eE][+])[0-9]+$"  # 1.791405e+18: further digits are lost


def _is_id(field: Field, table: Table) -> bool:
    """Whether the column identifies the row, or refers to another one."""
    is_named = field.type == "string" and field.name.endswith("_id") and not _is_filled_in(field)
    return is_named and (field.name in table.key or field.reference is not None)


def _about_ids(name: str) -> list[Rule]:
    """Rules about an ID or a reference: numbers that were rounded on their way merge what they should tell apart."""
    values = ", ".join(map(literal, _PLACEHOLDERS))
    whole = f"regexp_extract({name}, '{_LONG_DECIMAL}', 1)"
    return [
        Rule(
            f"{name}.exact",
            "validity",
            "quarantine",
            f"(not ({name} like '%e%' or {name} like '%E%') or not {name} rlike '{_ROUNDED}') and "
            f"(not {name} like '%0' or length({whole}) < 16 or (length({whole}) = 16 and {whole} < '{_FIRST_ROUNDED}'))",
            f"{name} is a rounded number (in scientific notation, or a decimal of {_FIRST_ROUNDED} or more), not an ID; "
            "export it as text, or as a whole number",
            applies=f"{name} is not null",
            column=name,
        ),
        Rule(
            f"{name}.plausible",
            "validity",
            "warn",
            f"{name} not in ({values}) and (not {name} like '%0' or not {name} rlike '{_DECIMAL}')",
            f"{name} is a placeholder for no value (add it to null_values of the source) or a number with decimals (17.0), "
            "not an ID",
            applies=f"{name} is not null",
            column=name,
        ),
    ]


def _not_deleted(applies: str) -> str:
    """The condition, for rows that their source has not deleted."""
    return "deleted_at is null" if applies == "true" else f"({applies}) and deleted_at is null"


def _is_filled_in(field: Field) -> bool:
    """Whether the pipeline fills the column in itself."""
    return field.name in ("source", "source_record_id", "source_version", "valid_from", "flags")


def _unique(table: Table) -> TableRule:
    key = ", ".join(table.key)
    return TableRule(
        UNIQUE,
        "integrity",
        "stop",
        query=f"select {key} from {{{table.name}}} group by {key} having count(*) > 1",
        applicable=f"select count(*) from {{{table.name}}}",
        message=f"the key ({key}) is not unique",
    )


def _is_from_sources(table: Table) -> bool:
    """Whether the table has rows from sources."""
    return table.layer == "silver" and {"source", "batch_id", "valid_from"} <= set(table.names)


def _fresh(table: Table, context: RuleContext) -> TableRule:
    """The newest data of each source are not older than conf allows.

    Where every row has the time of an event, the newest event counts. Otherwise the landing of the newest batch with a row
    in the table counts: a list of customers that was sent yesterday is fresh, even if nobody has become a customer since.
    """
    days = context.fresh_days.get(table.name, {})
    newest, reads = newest_of(table)
    declared = ", ".join(f"({literal(source)}, {float(allowed)!r}D)" for source, allowed in sorted(days.items()))
    cases = f"""
        select d.source, d.fresh_days, n.newest
        from values {declared} as d(source, fresh_days) join ({newest}) n on n.source = d.source"""
    return TableRule(
        FRESH,
        "relevance",
        "warn",
        query=f"select * from ({cases}) where unix_timestamp(newest) < unix_timestamp({{counted_to}}) - fresh_days * 86400"
        if days
        else f"select source from {{{table.name}}} where false",
        applicable=f"select count(*) from ({cases})" if days else "select 0",
        message="the newest data of the source are older than its fresh_days",
        reads=reads if days else (),
    )


def newest_of(table: Table) -> tuple[str, tuple[str, ...]]:
    """SQL with source and time of its newest row in a table, and the tables that it reads besides that one."""
    if table.event_time and table.field(table.event_time).is_required:
        newest = f"max(cast({table.event_time} as timestamp))"
        return f"select source, {newest} as newest from {{{table.name}}} where deleted_at is null group by source", ()
    return (
        f"""
        select t.source, max(b.landed_at) as newest
        from (select distinct source, batch_id from {{{table.name}}} where deleted_at is null) t
        join {{ops.batches}} b on b.batch_id = t.batch_id group by t.source""",
        ("ops.batches",),
    )


def _row_rule(rule: Rule, table: Table, context: RuleContext) -> Rule:
    """The rule with its placeholders filled in and with the changes of conf."""
    override = context.overrides.get(f"{table.name}.{rule.code}", Override())
    return replace(
        rule,
        severity=override.severity or rule.severity,
        threshold=rule.threshold if override.threshold is None else override.threshold,
        passes=_filled(rule.passes, context),
        applies=_filled(rule.applies, context),
    )


def _table_rule(rule: TableRule, table: Table, context: RuleContext) -> TableRule:
    override = context.overrides.get(f"{table.name}.{rule.code}", Override())
    return replace(
        rule,
        severity=override.severity or rule.severity,
        threshold=rule.threshold if override.threshold is None else override.threshold,
        query=_filled(rule.query, context),
        applicable=_filled(rule.applicable, context),
        cases=_filled(rule.cases, context),
        broken=_filled(rule.broken, context),
    )


def _filled(sql: str, context: RuleContext) -> str:
    if "{" not in sql:  # most rules
        return sql
    filled = {
        "as_of": f"timestamp'{context.as_of:%Y-%m-%d %H:%M:%S}+00:00'",
        "counted_to": f"timestamp'{context.counted_to or context.as_of:%Y-%m-%d %H:%M:%S}+00:00'",
        "timezone": context.timezone,
        "competitors": _texts(context.competitors),
        "objectives": _texts(context.objectives),
    }
    for name, value in filled.items():
        sql = sql.replace(f"{{{name}}}", value)
    return sql


@cache
def _texts(values: tuple[str, ...]) -> str:
    return f"cast(array({', '.join(map(literal, values))}) as array<string>)"


def literal(text: str) -> str:
    """Text as a Spark SQL literal of letters, digits and escapes: nothing in it can end the literal or act as a placeholder.

    >>> literal("O'Neill {x}")
    "'O\\\\U00000027Neill \\\\U0000007bx\\\\U0000007d'"
    """
    escaped = (
        character
        if character.isascii() and (character.isalnum() or character in " _-.")
        else f"\\U{ord(character):08x}"
        for character in text
    )
    return f"'{''.join(escaped)}'"


def with_tables(sql: str, name_of: Callable[[str], str]) -> str:
    """SQL with each `{layer.name}` replaced by `name_of(layer.name)`.

    >>> with_tables("select * from {silver.orders}", lambda name: name.replace(".", "_"))
    'select * from silver_orders'
    """
    return re.sub(r"\{((?:silver|gold|ops)\.\w+)\}", lambda match: name_of(match[1]), sql)
