"""A record's own columns beside the pipeline's: a source may call its columns anything, `source`, `line` and `raw` too.

A column of the source stands as `_own_<name>` beside coordinates and problems. Only expressions of conf see it by its own
name, and they see nothing else of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

OWN = "_own_"
_ASIDE = "_aside_"


def shown(rows: DataFrame) -> tuple[DataFrame, dict[str, str]]:
    """Rows with the records' own columns under their own names, and where other columns of these names are now.

    Returns: the rows, and column -> its new name for the columns that had to give way.
    """
    own = {name: name.removeprefix(OWN) for name in rows.columns if name.startswith(OWN)}
    aside = {name: f"{_ASIDE}{name}" for name in rows.columns if name in own.values() and name not in own}
    return _renamed(_renamed(rows, aside), own), aside


def evaluated(rows: DataFrame, values: Mapping[str, Column]) -> DataFrame:
    """Rows with further columns: expressions of conf, over the records' own columns and what stands beside them."""
    if not any(name.startswith(OWN) for name in rows.columns):
        return rows.select("*", *(value.alias(name) for name, value in values.items()))
    seen, aside = shown(rows)
    own = {name.removeprefix(OWN): name for name in rows.columns if name.startswith(OWN)}
    found = seen.select("*", *(value.alias(f"{_ASIDE}{name}") for name, value in values.items()))
    back = {given: name for name, given in aside.items()} | {f"{_ASIDE}{name}": name for name in values}
    return _renamed(_renamed(found, own), back)


def _renamed(rows: DataFrame, names: Mapping[str, str]) -> DataFrame:
    return rows.withColumnsRenamed(dict(names)) if names else rows
