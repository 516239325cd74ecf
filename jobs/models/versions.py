"""Actions of `scrm models`: list, compare, promote, roll back. Plain functions that return rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jobs.errors import ConfError
from jobs.models.segments import models

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.settings import Settings


def list_models(lake: Lake, settings: Settings) -> list[dict[str, Any]]:
    """One row per version, the newest first: its tags, its metrics, and whether it is the champion."""
    registry = models(lake.root, settings)
    return [
        {
            "model": registry.name,
            "version": its.number,
            "champion": its.is_champion,
            "created_at": its.created_at,
            "segments": int(its.metrics.get("segments", 0)),
            "persons": int(its.metrics.get("persons", 0)),
            "silhouette": its.metrics.get("silhouette"),
            "gate": its.tags.get("gate"),
        }
        for its in registry.versions()
    ]


def compare(lake: Lake, settings: Settings, numbers: Sequence[str] = ()) -> list[dict[str, Any]]:
    """One row per metric or parameter, one column per version.

    Args: numbers: versions; a single one is compared with the champion, none means all.
    Raises ConfError naming a version that does not exist.
    """
    found = models(lake.root, settings).versions()
    versions = {its.number: its for its in found}
    chosen = list(numbers) or sorted(versions, key=int)
    if len(chosen) == 1:
        chosen = [its.number for its in found if its.is_champion and its.number not in chosen] + chosen
    if unknown := [number for number in chosen if number not in versions]:
        raise ConfError(f"no version {', '.join(unknown)}; existing versions: {', '.join(versions) or 'none'}")
    columns: dict[str, dict[str, Any]] = {
        number: versions[number].metrics | versions[number].params | {"gate": versions[number].tags.get("gate")}
        for number in chosen
    }
    measures = sorted({measure for column in columns.values() for measure in column})
    return [
        {"measure": measure} | {f"version {number}": column.get(measure) for number, column in columns.items()}
        for measure in measures
    ]


def promote(lake: Lake, settings: Settings, number: str) -> list[dict[str, Any]]:
    """Makes a version the champion, whatever the gate decided; the next run scores with it.

    Returns: the rows of list_models. Raises ConfError where the version does not exist.
    """
    models(lake.root, settings).promote(number)
    _score_again(lake)
    return list_models(lake, settings)


def rollback(lake: Lake, settings: Settings) -> list[dict[str, Any]]:
    """Makes the previous champion the champion again; the next run scores with it.

    Returns: the rows of list_models. Raises ConfError where there is none.
    """
    models(lake.root, settings).rollback()
    _score_again(lake)
    return list_models(lake, settings)


def _score_again(lake: Lake) -> None:
    lake.delete("ops.progress", "job = 'segments'")
