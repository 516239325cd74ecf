"""Small files of the lake: each is there as a whole or not at all, also where the disk is full or the machine stops."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def write_whole(path: Path, content: str) -> None:
    """Writes a file aside and puts it in place. Raises OSError, and leaves what was in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with draft.open("x", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
