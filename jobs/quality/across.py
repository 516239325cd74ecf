"""Counts and lists the broken cases of rules across rows and tables.

The engine does, or DuckDB in this process where all that a rule reads is small: a statement of Spark costs half a second,
whatever the size, and a lake has more than a hundred of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from expectations import rules as registry
from transformations.contracts import TableRule, contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection
    from pyspark.sql import DataFrame
    from sqlglot import exp

    from jobs.lake.tables import Lake

    Reader = Callable[[str, tuple[str, ...] | None], DataFrame]
    """Gives some columns of a table, all by default, with its deleted rows."""

Cases = tuple[int, int]
"""Cases that a rule speaks about, and those that break it."""


class Listed(NamedTuple):
    """Broken cases of a rule: how many there are, and the first of them, ordered by all their columns."""

    number: int
    first: list[dict[str, Any]]


class Across(Protocol):
    """Answers for some rules of one table, by code."""

    def counts(self, rules: Sequence[TableRule]) -> dict[str, Cases]: ...

    def listed(self, rules: Sequence[TableRule], limit: int) -> dict[str, Listed]: ...

    def release(self) -> None: ...


def across(lake: Lake, table: str, rules: Sequence[TableRule], read: Reader, most: int) -> Across:
    """Who answers for the rules of a table. Args: most: rows of all tables together up to which they are read into memory."""
    names = sorted({table, *(name for rule in rules for name in rule.reads)})
    if all(map(lake.is_small, names)) and lake.are_few(most, *names):
        return InMemory(lake, names, rules)
    return ByEngine(lake, names, read)


class ByEngine:
    """Asks the engine: one statement counts, one lists."""

    def __init__(self, lake: Lake, names: Sequence[str], read: Reader) -> None:
        self._lake = lake
        self._unseen, self._read = list(names), read

    def counts(self, rules: Sequence[TableRule]) -> dict[str, Cases]:
        counted = self._first([_both_counts(rule) for rule in rules])
        return {rule.code: (pair[0], pair[1]) for rule, pair in zip(rules, counted, strict=True)}

    def listed(self, rules: Sequence[TableRule], limit: int) -> dict[str, Listed]:
        self._make_views()
        texts = [registry.with_tables(rule.query, view_of) for rule in rules]
        columns = [[f"`{name}`" for name in self._lake.spark.sql(text).columns] for text in texts]
        answer = self._first(
            [
                f"(select count(*) from ({text})), (select collect_list(struct({', '.join(names)})) "
                f"from (select * from ({text}) order by {', '.join(names)} limit {limit}))"
                for text, names in zip(texts, columns, strict=True)
            ]
        )
        return {
            rule.code: Listed(number, [case.asDict() for case in first])
            for rule, number, first in zip(rules, answer[::2], answer[1::2], strict=True)
        }

    def release(self) -> None:
        """Holds nothing: views of one table serve the next."""

    def _first(self, asked: Sequence[str]) -> Sequence[Any]:
        if not asked:
            return ()
        self._make_views()
        answer = self._lake.spark.sql(f"select {', '.join(asked)}").first()
        assert answer is not None
        return answer

    def _make_views(self) -> None:
        while self._unseen:
            name = self._unseen.pop()
            self._read(name, None).createOrReplaceTempView(view_of(name))


class InMemory:
    """Asks DuckDB, of the columns that the rules name: each table is read once, when the first rule is asked for."""

    def __init__(self, lake: Lake, names: Sequence[str], rules: Sequence[TableRule]) -> None:
        self._lake, self._names, self._rules = lake, names, rules
        self._opened: DuckDBPyConnection | None = None

    def counts(self, rules: Sequence[TableRule]) -> dict[str, Cases]:
        found = {}
        for rule in rules:
            if rule.cases:
                applicable, broken = self._one(f"select count(*), count_if({rule.broken}) from ({rule.cases})")
            else:
                (applicable,), (broken,) = self._one(rule.applicable), self._one(_number_of(rule.query))
            found[rule.code] = (int(applicable), int(broken))
        return found

    def listed(self, rules: Sequence[TableRule], limit: int) -> dict[str, Listed]:
        found = {}
        for rule in rules:
            (number,) = self._one(_number_of(rule.query))
            cases = f"select * from ({_in_duckdb(rule.query)}) order by all nulls first limit {limit}"
            found[rule.code] = Listed(number, self._duckdb.sql(cases).to_arrow_table().to_pylist())
        return found

    def release(self) -> None:
        if self._opened is not None:
            self._opened.close()

    @property
    def _duckdb(self) -> DuckDBPyConnection:
        if self._opened is None:
            import duckdb

            self._opened = duckdb.connect(config={"threads": 1})
            self._opened.execute("set TimeZone = 'UTC'")
            words = set(re.findall(r"\w+", " ".join(f"{rule.query} {rule.applicable}" for rule in self._rules)))
            for name in self._names:
                table = contract(name)
                columns = [column for column in table.names if column in words] or table.key
                self._opened.register(view_of(name), self._lake.arrow(name, columns, with_deleted=True))
        return self._opened

    def _one(self, sql: str) -> tuple[Any, ...]:
        (answer,) = self._duckdb.execute(_in_duckdb(sql)).fetchall()
        return tuple(answer)


def _both_counts(rule: TableRule) -> str:
    """SQL for a pair: cases, and broken ones."""
    if rule.cases:
        counts = f"select struct(count(*), count_if({rule.broken})) from ({rule.cases})"
        return f"({registry.with_tables(counts, view_of)})"
    applicable, broken = (registry.with_tables(sql, view_of) for sql in (rule.applicable, _number_of(rule.query)))
    return f"struct(({applicable}), ({broken}))"


def _number_of(query: str) -> str:
    return f"select count(*) from ({query})"


def view_of(name: str) -> str:
    return name.replace(".", "__")


@lru_cache(maxsize=1_024)  # some texts hold the time of the run, and a stream has many runs
def _in_duckdb(sql: str) -> str:
    """Spark's SQL of a rule as DuckDB's. Raises where sqlglot knows that DuckDB has nothing of the kind."""
    import sqlglot

    text = _without_escapes(registry.with_tables(sql, view_of))
    tree = sqlglot.parse_one(text, read="spark")
    for node in reversed(list(tree.walk())):  # what lies within first
        if (changed := _as_duckdb_has_it(node)) is not node:
            node.replace(changed)
    return tree.sql("duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)


def _without_escapes(sql: str) -> str:
    r"""SQL with the characters that `rules.literal` writes as `\U...` themselves, which sqlglot would not read."""
    return re.sub(r"\\U([0-9a-f]{8})", lambda found: _quoted(chr(int(found[1], 16))), sql)


def _quoted(character: str) -> str:
    return f"\\{character}" if character in "'\\" else character


def _as_duckdb_has_it(node: exp.Expression) -> exp.Expression:
    """What sqlglot leaves as Spark has it, or takes for something else."""
    from sqlglot import exp

    match node:
        case exp.Any():
            return exp.LogicalOr(this=node.this.unnest())
        case exp.CountIf():  # of no rows it is null there
            return exp.Count(this=exp.If(this=node.this, true=exp.true()))
        case exp.StrToUnix():  # unix_timestamp of an instant: whole seconds
            return exp.cast(exp.func("floor", exp.func("epoch", node.this)), "bigint")
        case exp.AtTimeZone(this=exp.Cast() as instant):  # from_utc_timestamp
            return exp.AtTimeZone(this=instant.this, zone=node.args["zone"])
        case exp.Exists(expression=exp.Lambda() as condition):
            found = exp.ArrayFilter(this=node.this, expression=condition)
            return exp.GT(this=exp.func("len", found), expression=exp.Literal.number(0))
    return node
