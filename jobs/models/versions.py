"""Actions of `scrm models`: list, compare, promote, roll back. Plain functions that return rows.

Each takes the name of a model: segments, or tone (a company's corrections of it).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jobs.errors import ConfError
from jobs.lake.served_models import TONE
from jobs.models import segments, tone

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.models.tracking import Models, Version
    from jobs.settings import Settings


SEGMENTS = segments.MODEL
NAMES = (SEGMENTS, TONE)


def list_models(lake: Lake, settings: Settings, name: str = SEGMENTS) -> list[dict[str, Any]]:
    """One row per version, the newest first: its tags, its metrics, and whether it is the champion."""
    registry = _registry(lake, settings, name)
    return [
        {
            "model": registry.name,
            "version": its.number,
            "champion": its.is_champion,
            "created_at": its.created_at,
            **(_of_tone(its) if name == TONE else _of_segments(its)),
            "gate": its.tags.get("gate"),
        }
        for its in registry.versions()
    ]


def _of_segments(its: Version) -> dict[str, Any]:
    return {
        "segments": int(its.metrics.get("segments", 0)),
        "persons": int(its.metrics.get("persons", 0)),
        "silhouette": its.metrics.get("silhouette"),
    }


def _of_tone(its: Version) -> dict[str, Any]:
    return {"languages": int(its.metrics.get("languages", 0)), "base": its.params.get("base")}


def _registry(lake: Lake, settings: Settings, name: str) -> Models:
    return (tone if name == TONE else segments).models(lake.root, settings)


def compare(lake: Lake, settings: Settings, numbers: Sequence[str] = (), name: str = SEGMENTS) -> list[dict[str, Any]]:
    """One row per metric or parameter, one column per version.

    Args: numbers: versions; a single one is compared with the champion, none means all.
    Raises ConfError naming a version that does not exist.
    """
    found = _registry(lake, settings, name).versions()
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


def promote(lake: Lake, settings: Settings, number: str, name: str = SEGMENTS) -> list[dict[str, Any]]:
    """Makes a version the champion, whatever the gate decided; the next run scores with it.

    Returns: the rows of list_models. Raises ConfError where the version does not exist.
    """
    registry = _registry(lake, settings, name)
    registry.promote(number)
    _serve(lake, registry, number)
    return list_models(lake, settings, name)


def rollback(lake: Lake, settings: Settings, name: str = SEGMENTS) -> list[dict[str, Any]]:
    """Makes the previous champion the champion again; the next run scores with it.

    Returns: the rows of list_models. Raises ConfError where there is none.
    """
    registry = _registry(lake, settings, name)
    _serve(lake, registry, registry.rollback())
    return list_models(lake, settings, name)


def _serve(lake: Lake, registry: Models, number: str) -> None:
    """Makes the next run score with a version."""
    if registry.name == TONE:
        tone.serve(lake, number, registry.served(number).parameters)
    else:
        lake.delete("ops.progress", "job = 'segments'")
