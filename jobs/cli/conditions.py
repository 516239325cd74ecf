"""Conditions that people write on the command line: they choose rows, and can do nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.errors import ConfError
from transformations.canonical.names import did_you_mean

if TYPE_CHECKING:
    from transformations.contracts import Table


def checked(text: str, table: Table) -> str:
    """The condition, ready to stand in brackets in a statement.

    Raises ConfError where it is anything but one condition over columns of the table: a second statement, a limit, an order,
    a subquery, a bracket that ends the statement's own.
    """
    import sqlglot
    from sqlglot import exp

    asked = f"--where {text!r}"
    try:
        statements = sqlglot.parse(f"select 1 where {text}\n", read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        told = error.errors[0] if getattr(error, "errors", None) else {}
        reason = told.get("description") or str(error).splitlines()[0]
        if "<class" in reason:  # a part of an operator is missing
            reason = f"incomplete at {told.get('highlight') or text!r}"
        raise ConfError(f"{asked}: {reason}") from None
    found = statements[0]
    is_condition = (
        len(statements) == 1
        and isinstance(found, exp.Select)
        and {name for name, value in found.args.items() if value} == {"expressions", "where"}
        and list(found.find_all(exp.Query)) == [found]
    )
    if not is_condition:
        raise ConfError(f"{asked}: expected one condition over columns of {table.name}, for example \"country = 'DE'\"")
    for column in found.find_all(exp.Column):
        first = column.parts[0]
        name = first.name if first.args.get("quoted") else first.name.lower()
        if name not in table.names:
            hint = did_you_mean(name, table.names, f"it has {', '.join(table.names)}")
            raise ConfError(f"{asked}: {table.name} has no column {name}{hint}")
    return f"{text}\n"  # a comment at its end comments out nothing of the statement
