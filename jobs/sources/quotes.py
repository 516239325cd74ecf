"""Signs in SQL that the parser, or the embedded engine, reads otherwise than Spark: doubled quotes, a sign + before a value."""

from __future__ import annotations

import itertools
from typing import Any

from jobs.sources import literals


class NotPortable(ValueError):
    """Why an expression cannot be used on the embedded engine."""


def with_single_quotes(sql: str) -> str:
    """The SQL with doubled quotes in literals written by a backslash, which both engines read alike.

    Raises NotPortable where it does not parse, or is read otherwise than Spark does.
    """
    import sqlglot

    try:
        tokens = sqlglot.tokenize(sql, read="spark")
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        raise NotPortable(f"it does not parse: {str(error).splitlines()[0]}") from None
    for before, token in itertools.pairwise([None, *tokens]):
        if token.text.lower() in literals.MISREAD and token.token_type.name != "STRING":
            raise NotPortable(f"{token.text} is read as {literals.MISREAD[token.text.lower()]}, which is not the same")
        if token.text == "+" and _is_before_operand(before):
            raise NotPortable("a sign + before a text makes a number of it in Spark alone; leave it out, or cast")
    for one, following in reversed(list(itertools.pairwise(tokens))):
        if not (one.token_type.name.endswith("STRING") and following.token_type.name.endswith("STRING")):
            continue
        sign = sql[one.end]
        if one.end + 1 != following.start or sql[following.start] != sign or one.token_type != following.token_type:
            raise NotPortable("texts that follow each other are one in Spark alone; write them as one, or concat them")
        sql = f"{sql[: one.end]}\\{sign}{sql[following.start + 1 :]}"  # a doubled quote
    return sql


def _is_before_operand(token: Any) -> bool:
    """Whether what follows a token begins a value, so that + is its sign."""
    words = {
        "select",
        "where",
        "and",
        "or",
        "not",
        "when",
        "then",
        "else",
        "on",
        "by",
        "having",
        "between",
        "in",
        "like",
        "case",
    }
    return token is None or token.text in "(,+-*/%<>=||" or token.text.lower() in words | {"<=", ">=", "<>", "!=", "=="}
