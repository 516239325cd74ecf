"""What code a result rests on: a hash of the modules that a module imports, however far down."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_OURS = r"(?:jobs|expectations|transformations)"
_IMPORT = re.compile(
    rf"^[ ]*(?:from ({_OURS}(?:\.\w+)*) import (\([^)]*\)|[^\n#]*)|import ({_OURS}(?:\.\w+)*))", re.MULTILINE
)
_FOR_TYPES = re.compile(r"^if TYPE_CHECKING:\n(?:[ ]+.*\n|\n)+", re.MULTILINE)


_DECIDES_NOTHING = ("jobs.engine", "jobs.lake.failures", "jobs.lake.handles", "jobs.lake.locks")
"""What starts Spark, tells of errors, keeps tables open and locks them: no result depends on it."""


def code_hash(*modules: str, without: Iterable[str] = ()) -> str:
    """Hash of these modules and of all of ours that they import: other code may give other results.

    Args: without: further packages or modules that decide nothing of the result.
    """
    return _hash(modules, (*_DECIDES_NOTHING, *without))


@cache
def _hash(modules: tuple[str, ...], without: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in sorted(closure(modules, without)):
        digest.update(name.encode() + b"\0" + _content(name) + b"\0")
    return digest.hexdigest()[:16]


def closure(modules: Iterable[str], without: Iterable[str] = ()) -> set[str]:
    """The modules and, however far down, those of ours that they import (imports for type checkers are left out)."""
    excluded = tuple(without)
    found: set[str] = set()
    waiting = [name for name in modules if _file(name)]
    while waiting:
        name = waiting.pop()
        if name in found or any(name == one or name.startswith(f"{one}.") for one in excluded):
            continue
        found.add(name)
        waiting += _imported(name)
    return found


@cache
def _imported(name: str) -> tuple[str, ...]:
    found: list[str] = []
    for module, names, plain in _IMPORT.findall(_FOR_TYPES.sub("", _content(name).decode())):
        found.append(module or plain)
        for part in names.strip("()").split(","):
            imported = f"{module}.{part.split(' as ')[0].strip()}"
            if part.strip() and _file(imported):
                found.append(imported)
    return tuple(name for name in dict.fromkeys(found) if _file(name))


@cache
def _file(name: str) -> Path | None:
    """The file of a module of ours."""
    path = _ROOT.joinpath(*name.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


@cache
def _content(name: str) -> bytes:
    file = _file(name)
    return file.read_bytes() if file else b""
