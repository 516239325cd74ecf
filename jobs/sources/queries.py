"""Queries of rules by hand on the embedded engine: refused where they may give something else than on Spark.

A query is run as it is written: what has another form there is refused, not rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jobs.sources.portable import Reader, Types, steps
from jobs.sources.quotes import NotPortable, with_single_quotes

_OTHERWISE = (
    "write casts of text as try_cast, patterns without classes such as \\d, (?i) and $, and places in a text as numbers"
)
_SEVERAL = "text or something else, by table"
_READ = frozenset({"expressions", "from_", "joins", "where", "group", "having", "order", "distinct", "with_", "kind"})
"""Clauses that are looked at; a query with others is refused."""
_GROUPS = frozenset({"expressions"})


def merged(tables: Iterable[Types]) -> dict[str, str]:
    """Types of the columns of several tables, by name; a name with several types has none that a step could use."""
    found: dict[str, str] = {}
    for types in tables:
        for name, type_ in types.items():
            found[name] = type_ if found.get(name, type_) == type_ else _SEVERAL
    return found


def check_query(query: str, types: Types) -> None:
    """Raises NotPortable where a query over tables may give something else on the embedded engine.

    Args: types: of the tables' columns.
    """
    import sqlglot
    from sqlglot import exp

    if with_single_quotes(query) != query:
        raise NotPortable("a doubled quote in a text loses one there; write \\' or \\\"")
    try:
        tree = sqlglot.parse_one(query, read="spark")
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        raise NotPortable(f"it does not parse: {str(error).splitlines()[0]}") from None
    if tree.find(exp.Window, exp.Pivot, exp.Lateral, exp.Unnest, exp.TableSample):
        raise NotPortable("windows, pivots, samples and what makes rows are not held against Spark")
    named = _with_names_of_its_own(tree, types)
    for select in tree.find_all(exp.Select):
        _check_clauses(select)
        for part in _parts(select):
            _type_of(part, named)
    for union in tree.find_all(exp.SetOperation):
        if isinstance(union, exp.Intersect) and not union.args.get("distinct"):
            raise NotPortable("intersect all counts rows otherwise there")
        _check_set(union, named)


def _check_clauses(select: Any) -> None:
    from sqlglot import exp

    other = sorted(name.strip("_") for name, value in select.args.items() if value and name not in _READ)
    group = select.args.get("group")
    other += sorted(name for name, value in group.args.items() if value and name not in _GROUPS) if group else []
    other += ["join … using" for join in select.args.get("joins") or () if join.args.get("using")]
    other += ["* except" for star in select.find_all(exp.Star) if any(star.args.values())]
    if other:
        raise NotPortable(f"{', '.join(other)} is not held against Spark in queries")


def _parts(select: Any) -> Iterator[Any]:
    """Everything in a query that is computed, without those of queries within it."""
    from sqlglot import exp

    args = select.args
    yield from select.expressions
    yield from (join.args["on"] for join in args.get("joins") or () if join.args.get("on") is not None)
    yield from (clause.this for name in ("where", "having") if (clause := args.get(name)))
    for name in ("group", "order"):
        for one in args[name].expressions if args.get(name) else ():
            if isinstance(one, exp.Cube | exp.Rollup | exp.GroupingSets):
                raise NotPortable("grouping sets are not held against Spark in queries")
            yield one.this if isinstance(one, exp.Ordered) else one


def _type_of(part: Any, types: Types) -> str:
    from sqlglot import exp

    one = part.this if isinstance(part, exp.Alias) else part
    if isinstance(one, exp.Star) or (isinstance(one, exp.Column) and isinstance(one.this, exp.Star)):
        return "*"
    reader = Reader(types, "UTC", steps(), knows_all=True)
    type_ = reader.type_of(one)
    if reader.rewritten:
        raise NotPortable(f"{one.sql('spark')} has another form there; {_OTHERWISE}")
    return type_


def _with_names_of_its_own(tree: Any, types: Types) -> dict[str, str]:
    """The types with those of what the query names itself (`… as x`)."""
    from sqlglot import exp

    known = {name.lower(): type_ for name, type_ in types.items()}
    aliases = [one for one in tree.find_all(exp.Alias) if isinstance(one.parent, exp.Select)]
    waiting = {id(one): one for one in aliases}
    while waiting:
        found = {}
        for key, one in waiting.items():
            try:
                found[key] = _type_of(one.copy(), known)
            except NotPortable as error:
                reason = error
        if not found:
            raise reason
        for key, type_ in found.items():
            known = merged([known, {waiting.pop(key).alias.lower(): type_}])
    return known


def _check_set(union: Any, types: Types) -> None:
    """Raises NotPortable where a union and the like make columns of several types one."""
    sides = [side.unnest() for side in (union.this, union.expression)]
    kinds = [[_type_of(one, types) for one in side.selects] for side in sides]
    if kinds[0] != kinds[1]:
        raise NotPortable("what a union puts together has several types; cast them")
