"""Great Expectations suites, generated from the rules. Each expectation carries its rule's code in `meta`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from expectations import gx_import
from expectations.rules import with_tables
from transformations.canonical import patterns
from transformations.contracts import Rule, Severity, Table, TableRule

if TYPE_CHECKING:
    from expectations.by_hand import ByHand

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

_LISTED = 40
"""Values of a domain up to which the core's expectation is used: it hands each value to Spark on its own."""

SEVERITY: dict[Severity, str] = {"quarantine": "warning", "warn": "info", "stop": "critical"}


def row_expectations(table: Table, rules: Sequence[Rule]) -> list[Any]:
    """Expectations about the flagged candidates of a table."""
    gx_import.imported()
    import great_expectations.expectations as gxe

    from expectations.custom import ExpectColumnValuesToSatisfy

    found = []
    for rule in rules:
        common = {"column": rule.column or table.key[-1], **_common(table, rule)}
        if rule.kind == "not_null" and rule.applies == "true":
            found.append(gxe.ExpectColumnValuesToNotBeNull(**common))
        elif rule.kind == "in_set" and len(table.field(str(rule.column)).allowed) <= _LISTED:
            allowed = table.field(str(rule.column)).allowed
            found.append(gxe.ExpectColumnValuesToBeInSet(value_set=list(allowed), **common))
        elif rule.kind == "pattern":
            found.append(
                gxe.ExpectColumnValuesToMatchRegex(
                    regex=patterns.portable(str(table.field(str(rule.column)).pattern), "test"), **common
                )
            )
        else:
            # Null counts as satisfied.
            condition = rule.passes if rule.applies == "true" else f"not ({rule.applies}) or ({rule.passes})"
            found.append(ExpectColumnValuesToSatisfy(condition=condition, **common))
    return found


def table_expectations(table: Table, rules: Sequence[TableRule]) -> list[Any]:
    """Expectations about the written table as a whole.

    What spans rows or tables is counted for all rules in one pass: `broken_column` holds how many cases break a rule, and
    must be 0.
    """
    gx_import.imported()
    from expectations.custom import ExpectNoBrokenCases

    return [
        ExpectNoBrokenCases(column=broken_column(rule), query=" ".join(rule.query.split()), **_common(table, rule))
        for rule in rules
    ]


def broken_column(rule: TableRule) -> str:
    """Name of the column that holds how many cases break a rule about the table as a whole."""
    return f"_broken_{re.sub(r'[^a-z0-9]', '_', rule.code)}"


def by_hand_expectations(table: Table, given: Sequence[ByHand], view_of: Callable[[str], str]) -> list[Any]:
    """Expectations added by hand for a table. `mostly` is left out: our own threshold judges the counts.

    Raises: ByHandError naming the file where Great Expectations does not have the expectation or refuses its kwargs.
    """
    gx_import.imported()
    import great_expectations.expectations  # noqa: F401  (registers the core's)
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    from expectations.by_hand import ByHandError

    found = []
    for one in given:
        kwargs = {key: value for key, value in one.kwargs.items() if key != "mostly"}
        if query := kwargs.get("unexpected_rows_query"):
            kwargs["unexpected_rows_query"] = _of_batch(str(query), table, view_of)
        try:
            made = ExpectationConfiguration(type=one.type, kwargs=kwargs, **_common(table, one)).to_domain_obj()
        except Exception as error:  # raised for unknown names and for missing or wrong kwargs, as different classes
            raise ByHandError(f"{one.file}: {one.code}: {one.type}: {_reason(error)}") from None
        found.append(made)
    return found


def tables_of(sql: str) -> set[str]:
    """Tables that SQL refers to as `{layer.name}`.

    >>> sorted(tables_of("select 1 from {silver.posts} join {ops.batches}"))
    ['ops.batches', 'silver.posts']
    """
    found: list[str] = []

    def note(name: str) -> str:
        found.append(name)
        return name

    with_tables(sql, note)
    return set(found)


def _of_batch(query: str, table: Table, view_of: Callable[[str], str]) -> str:
    return with_tables(query, lambda name: "{batch}" if name == table.name else view_of(name))


def _reason(error: Exception) -> str:
    return "; ".join(line.strip() for line in str(error).splitlines() if line.strip())[:300]


def _common(table: Table, rule: Rule | TableRule | ByHand) -> dict[str, Any]:
    return {
        "severity": SEVERITY[rule.severity],
        "description": rule.message,
        "meta": {
            "code": rule.code,
            "property": rule.property,
            "severity": rule.severity,
            "threshold": rule.threshold,
            "table": table.name,
        },
    }
