"""How a rule across rows and tables is declared."""

from __future__ import annotations

from transformations.contracts.model import Property, TableRule


def rule(
    code: str,
    message: str,
    cases: str,
    broken: str,
    reads: tuple[str, ...] = (),
    threshold: float = 1.0,
    property: Property = "consistency",
) -> TableRule:
    return TableRule(
        code,
        property,
        "warn",
        query=f"select * from ({cases}) where {broken}",
        applicable=f"select count(*) from ({cases})",
        message=message,
        reads=reads,
        threshold=threshold,
        cases=cases,
        broken=broken,
    )


def one_value(code: str, message: str, table: str, key: str, value: str) -> TableRule:
    """The same thing has the same value in every row about it. Args: key: columns; or one expression `as` its name."""
    expression = key.split(" as ")[0]
    return rule(
        code,
        message,
        cases=f"""
            select {key}, min({value}) one_value, max({value}) other_value from {{{table}}}
            where deleted_at is null and {value} is not null group by {expression}""",
        broken="one_value <> other_value",
    )
