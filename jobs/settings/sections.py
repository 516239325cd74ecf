"""The sections of conf that a job declares: it gets no others, and its fingerprint covers exactly these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from jobs.settings.loading import Settings
from jobs.settings.sources import Source


class Sections:
    """Conf as a job sees it: sections that it did not declare are refused, so that its fingerprint is complete."""

    def __init__(self, whole: Any, declared: tuple[str, ...], reader: str, path: str = "") -> None:
        self._whole, self._declared, self._reader, self._path = whole, declared, reader, path

    def __getattr__(self, name: str) -> Any:
        path = f"{self._path}{name}"
        if any(path == one or path.startswith(f"{one}.") for one in self._declared):
            return getattr(self._whole, name)
        if any(one.startswith(f"{path}.") for one in self._declared):
            return Sections(getattr(self._whole, name), self._declared, self._reader, f"{path}.")
        raise LookupError(f"{self._reader} reads the section {path} of conf without declaring it: @job(conf=…)")


def dumped(settings: Settings, declared: tuple[str, ...]) -> str:
    """The declared sections as JSON text: equal conf has equal text."""
    return json.dumps({name: _plain(_at(settings, name)) for name in sorted(declared)}, sort_keys=True, default=str)


def _at(settings: Settings, path: str) -> Any:
    found: Any = settings
    for name in path.split("."):
        found = getattr(found, name)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Source):
        return value.meaning()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Path):
        return ""  # the folder of conf has no effect
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value
