"""The expressions of conf for the engine that is chosen: Spark's as they are written, the embedded engine's if portable."""

from __future__ import annotations

from jobs.errors import ConfError
from jobs.settings import Settings
from jobs.settings.sources import Source
from jobs.sources import expressions, portable


def of_settings(settings: Settings) -> Settings:
    """The settings with every expression as the chosen engine computes it.

    Raises ConfError naming file, key and reason where the embedded engine may give something else than Spark.
    """
    if getattr(settings.base, "engine", "spark") == "spark":
        return settings
    return settings.model_copy(update={"sources": tuple(map(portable_source, settings.sources))})


def portable_source(source: Source) -> Source:
    """The source with its expressions as the embedded engine computes them with Spark's answers. Raises ConfError."""
    expressions.check(source)
    types = expressions.types_of(source)
    forms = {key: _form(source, key, text, types) for key, text in expressions.of_source(source).items()}
    tables = {}
    for name, mapping in source.tables.items():
        given = {column: forms[f"tables.{name}.columns.{column}"] for column in mapping.columns}
        where = forms.get(f"tables.{name}.where", mapping.where)
        tables[name] = mapping.model_copy(update={"columns": given, "where": where})
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
        return portable.portable(text, types, source.timezone)
    except portable.NotPortable as error:
        raise ConfError(
            f"{source.file}: key {key} is {text!r}: the embedded engine may give something else than Spark: {error}; "
            "write it otherwise (the documentation lists what an expression may use there), or set engine: spark"
        ) from None
