"""The expressions of conf for the engine that is chosen: Spark's as they are written, the embedded engine's if portable."""

from __future__ import annotations

import re
from contextlib import suppress

from jobs.errors import ConfError
from jobs.settings import Settings
from jobs.settings.sources import Source
from jobs.sources import expressions, given, portable
from transformations.contracts import contract

_CASTS = frozenset({("date", "timestamp"), ("timestamp", "date"), ("timestamp_ntz", "timestamp")})
"""Types that mapping reads out of one another by forms of its own."""
_SORTED = frozenset({"string", "tinyint", "smallint", "int", "bigint", "date", "timestamp", "timestamp_ntz", "boolean"})


def of_settings(settings: Settings) -> Settings:
    """The settings with every expression as the chosen engine computes it.

    Raises ConfError naming file, key and reason where the embedded engine may give something else than Spark.
    """
    if settings.base.engine == "spark":
        return settings
    return settings.model_copy(update={"sources": tuple(map(portable_source, settings.sources))})


def portable_source(source: Source) -> Source:
    """The source with its expressions as the embedded engine computes them with Spark's answers. Raises ConfError."""
    expressions.check(source)
    types = expressions.types_of(source)
    forms = {key: _form(source, key, text, types) for key, text in expressions.of_source(source).items()}
    tables = {}
    for name, mapping in source.tables.items():
        columns = {column: forms[f"tables.{name}.columns.{column}"] for column in mapping.columns}
        where = forms.get(f"tables.{name}.where", mapping.where)
        read = _portable_ones(given.of_columns(mapping), types, source.timezone)
        tables[name] = mapping.model_copy(update={"columns": columns, "where": where}).with_given(read)
    totals = {
        name: {column: forms[f"control_totals.{name}.{column}"] for column in of_table}
        for name, of_table in source.control_totals.items()
    }
    changed = {"tables": tables, "control_totals": totals, "version": forms.get("version", source.version)}
    return source.model_copy(update=changed)


def _form(source: Source, key: str, text: str, types: dict[str, str]) -> str:
    if text.strip() == "_ordinal":
        return text
    try:
        form, type_ = portable.typed(text, types, source.timezone)
        if key == "version":
            check_version(type_)
        elif (want := _wanted(key)) is not None:
            check_cast(type_, want)
    except portable.NotPortable as error:
        raise ConfError(
            f"{source.file}: key {key} is {text!r}: the embedded engine may give something else than Spark: {error}; "
            "write it otherwise (the documentation lists what an expression may use there), or set engine: spark"
        ) from None
    return form


def _portable_ones(conditions: dict[str, str], types: dict[str, str], timezone: str) -> dict[str, str]:
    """Conditions as the embedded engine computes them, but those over what is no text: it can always be read."""
    found = {}
    for column, condition in conditions.items():
        with suppress(portable.NotPortable):
            found[column] = portable.portable(condition, types, timezone)
    return found


def _wanted(key: str) -> str | None:
    """The type into which what an expression gives is cast; None where it is taken as it is."""
    parts = key.split(".")
    if parts[0] == "control_totals":
        return "decimal(38,4)"
    if parts[2] != "columns":
        return None
    table = contract(f"silver.{parts[1]}")
    return table.field(parts[3]).type if parts[3] in table.names else None  # a misspelt one is told of by its own check


def check_cast(have: str, want: str) -> None:
    """Raises NotPortable where the contract's type is read out of an expression's in another way than Spark's."""
    if have in (want, "string") or (have, want) in _CASTS:
        return
    step = f"try_cast({have}, {want})"
    rounds = have in ("double", "float") and re.match("decimal|string", want)
    if rounds or (step not in portable.steps() and not _of_decimals(have, want)):
        advice = "a text such as to_date gives" if want in ("date", "timestamp") else f"cast(… as {want})"
        raise portable.NotPortable(
            f"it is {have} and the column is {want}, which is not known to be read out of it as Spark does ({step}); "
            f"write text, or {advice}"
        )


def check_version(type_: str) -> None:
    """Raises NotPortable where a version of this type may sort otherwise than on Spark."""
    if type_ not in _SORTED and not type_.startswith("decimal"):
        raise portable.NotPortable(
            f"it is {type_}; a version is a text, a whole number, a decimal, a date or a time there"
        )


def _of_decimals(have: str, want: str) -> bool:
    return have.startswith("decimal") and want.startswith("decimal")
