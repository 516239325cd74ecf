"""Great Expectations suites, generated from the rules. Each expectation carries its rule's code in `meta`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from expectations.rules import with_tables
from transformations.contracts import Rule, Severity, Table, TableRule

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

_SEVERITY: dict[Severity, str] = {"quarantine": "warning", "warn": "info", "stop": "critical"}


def row_expectations(table: Table, rules: Sequence[Rule]) -> list[Any]:
    """Expectations about the flagged candidates of a table."""
    import great_expectations.expectations as gxe

    from expectations.custom import ExpectColumnValuesToSatisfy

    found = []
    for rule in rules:
        common = {"column": rule.column or table.key[-1], **_common(table, rule)}
        if rule.kind == "not_null" and rule.applies == "true":
            found.append(gxe.ExpectColumnValuesToNotBeNull(**common))
        elif rule.kind == "in_set":
            allowed = table.field(str(rule.column)).allowed
            found.append(gxe.ExpectColumnValuesToBeInSet(value_set=list(allowed), **common))
        elif rule.kind == "pattern":
            found.append(gxe.ExpectColumnValuesToMatchRegex(regex=str(table.field(str(rule.column)).pattern), **common))
        else:
            condition = f"not coalesce({rule.applies}, false) or coalesce({rule.passes}, true)"
            found.append(ExpectColumnValuesToSatisfy(condition=condition, **common))
    return found


def table_expectations(table: Table, rules: Sequence[TableRule], view_of: Callable[[str], str]) -> list[Any]:
    """Expectations about the written table. Other tables are read from the views that `view_of` names."""
    import great_expectations.expectations as gxe

    found: list[Any] = []
    for rule in rules:
        if rule.code == "key.unique":
            if len(table.key) == 1:
                found.append(gxe.ExpectColumnValuesToBeUnique(column=table.key[0], **_common(table, rule)))
            else:
                found.append(gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key), **_common(table, rule)))
            continue
        query = with_tables(rule.query, lambda name: "{batch}" if name == table.name else view_of(name))
        found.append(gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, **_common(table, rule)))
    return found


def _common(table: Table, rule: Rule | TableRule) -> dict[str, Any]:
    return {
        "severity": _SEVERITY[rule.severity],
        "description": rule.message,
        "meta": {"code": rule.code, "property": rule.property, "table": table.name},
    }
