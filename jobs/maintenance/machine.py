"""Checks whether this machine has what scrm-iris needs."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

from jobs.engine import embedded, jars, java
from jobs.errors import ConfError
from jobs.persons import identity_key
from jobs.settings import Settings

_GIB_NEEDED = 1.0
"""Free space that a run can do with: less fills up while Spark sorts, or when a table is rewritten."""
_SHOWN_WHOLE = 10


@dataclass(frozen=True)
class Finding:
    """One requirement. remedy: what to do where it is missing."""

    name: str
    found: str
    is_good: bool
    remedy: str = ""
    is_needed: bool = True


def findings(settings: Settings) -> list[Finding]:
    """What the chosen engine needs, the lake's folder and optional parts, each with how to get it."""
    engine = [_packages()] if settings.base.engine == "embedded" else [_java(), _jars(settings)]
    return [*engine, _lake(settings), _identity_key(settings)]


def _packages() -> Finding:
    try:
        embedded.check_installed()
    except ConfError as error:
        return Finding("embedded engine", "missing", False, str(error))
    return Finding("embedded engine", "its Python packages are installed", True)


def _java() -> Finding:
    try:
        found = java.find_java()
    except java.JavaMissing as error:
        return Finding("Java", "missing", False, str(error))
    return Finding("Java", f"{found.version} in {found.home}", True)


def _jars(settings: Settings) -> Finding:
    try:
        paths = jars.paths(settings.jar_groups)
    except jars.JarError as error:
        return Finding("jars", "missing", False, str(error))
    return Finding("jars", f"{len(paths)} in {jars.folder()}", True)


def _lake(settings: Settings) -> Finding:
    root = settings.base.lake.root.resolve()
    there = next(folder for folder in (root, *root.parents) if folder.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        return Finding(
            "lake", str(root), False, f"{there} is not writable; set SCRM_LAKE or lake.root to a writable folder"
        )
    free = shutil.disk_usage(there).free / 2**30
    return Finding(
        "lake",
        f"{root} ({free:.0f} GiB free)" if free >= _SHOWN_WHOLE else f"{root} ({free:.2f} GiB free)",
        free >= _GIB_NEEDED,
        f"expected {_GIB_NEEDED:g} GiB or more: free some space, or set SCRM_LAKE or lake.root to a folder on a larger disk",
    )


def _identity_key(settings: Settings) -> Finding:
    name = settings.base.identity.key_variable
    try:
        is_given = identity_key.given(settings.base.identity) is not None
    except ConfError as error:
        return Finding("key of person IDs", f"{name} cannot be used", False, str(error))
    if is_given:
        return Finding("key of person IDs", f"from {name}", True, is_needed=False)
    return Finding(
        "key of person IDs", "created once in the lake", True, f"set {name} to share IDs between lakes", False
    )
