"""A source's files: which exist, which are new, and their records as Arrow."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from jobs.errors import ConfError
from jobs.settings.sources import Source
from jobs.sources import formats
from jobs.sources.base import SplitOptions
from jobs.sources.splitting import foreign
from transformations.canonical.names import natural

_ROWS_A_BATCH = 50_000
_BYTES_A_BATCH = 32_000_000


@dataclass(frozen=True)
class Found:
    """A file of a source.

    Attributes:
        path: its path.
        file: its name relative to the folder that the pattern starts from: independent of that folder's location.
        bytes_count, modified_at_ns: size and modification time, to recognise a known file without reading it.
    """

    path: Path
    file: str
    bytes_count: int
    modified_at_ns: int


def find(source: Source, *, may_be_empty: bool = False) -> list[Found]:
    """The source's files in the order of their names. Raises ConfError where a path matches none, unless that is allowed."""
    found: dict[str, Found] = {}
    for pattern in source.path:
        root = _fixed_folder(pattern)
        paths = _matched(pattern)
        files = [path for path in paths if _is_file(path)]
        if not files and not may_be_empty:
            why = [_state(root), *filter(None, (_unreadable(path) or _no_file(pattern, path) for path in paths))]
            raise ConfError(
                f"{source.file}: key path matches no file: {pattern} ({'; '.join(why)}); "
                "fix the path, or set SCRM_DATA to the folder with the data"
            )
        for path in files:
            try:
                stat = path.stat()
            except FileNotFoundError:  # moved away meanwhile
                continue
            name = path.relative_to(root).as_posix()
            found[name] = Found(path.resolve(), name, stat.st_size, stat.st_mtime_ns)
    return [found[name] for name in sorted(found, key=natural)]


def unreadable(source: Source) -> list[str]:
    """What stands for a file and leads to none: broken links, paths that may not be looked at. A line each."""
    return [why for pattern in source.path for path in _matched(pattern) if (why := _unreadable(path))]


def no_files(source: Source) -> list[str]:
    """What is no file although it has the name of one, such as a folder orders.csv. A line each."""
    return [why for pattern in source.path for path in _matched(pattern) if (why := _no_file(pattern, path))]


def _matched(pattern: str) -> list[Path]:
    return sorted(Path(path) for path in glob.glob(pattern, recursive=True))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _unreadable(path: Path) -> str | None:
    try:
        path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            return f"{path} is a link to {os.readlink(path)}, which does not exist; restore that, or remove the link"
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}; allow it, or move it away"
    return None


def _no_file(pattern: str, path: Path) -> str | None:
    if not path.exists() or path.is_file():
        return None
    if not path.is_dir():
        return f"{path} is no regular file (a pipe or a device); move it away"
    has_ending = "." in Path(pattern).name  # *.csv means files; * and ** match folders as a matter of course
    return f"{path} is a folder; name the files in it ({pattern}/*), or move it away" if has_ending else None


def _state(folder: Path) -> str:
    if not folder.is_dir():
        return f"folder {folder} does not exist"
    return "the folder exists" if os.access(folder, os.R_OK | os.X_OK) else f"the folder {folder} may not be read"


def folders(source: Source) -> list[Path]:
    """The folders that the source's patterns start from."""
    return [_fixed_folder(pattern) for pattern in source.path]


def _fixed_folder(pattern: str) -> Path:
    """The folder of a glob before its first wildcard."""
    parts = Path(pattern).parts
    fixed = next((i for i, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
    return Path(*parts[:fixed])


def batch_id(source: str, path: Path) -> str:
    """sha256 over the source's name and the file's bytes: the same file is the same batch under any name."""
    stat = path.stat()
    return _hashed(source, path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=100_000)
def _hashed(source: str, path: Path, bytes_count: int, modified_at_ns: int) -> str:
    """A run checks several times whether a file is new: it is hashed only once, unless it changes."""
    digest = hashlib.sha256(source.encode() + b"\0")
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


BRONZE_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("batch_id", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("context", pa.string()),
        ("raw", pa.binary()),
        ("landed_at", pa.timestamp("us", tz="UTC")),
    ]
)


def records(
    source: Source, options: SplitOptions, files: Iterable[tuple[str, str, str]], landed_at: datetime
) -> Iterator[pa.RecordBatch]:
    """Records of files, given as (path, name, batch_id), as batches of BRONZE_SCHEMA."""
    format_ = formats.format_of(source)
    for path, file, batch in files:
        lines: list[int] = []
        contexts: list[str | None] = []
        raws: list[bytes] = []
        size = 0
        with Path(path).open("rb") as stream:
            for record in foreign.records(format_, stream, options):
                lines.append(record.line)
                contexts.append(record.context)
                raws.append(record.raw)
                size += len(record.raw) + len(record.context or "")
                if len(lines) >= _ROWS_A_BATCH or size >= _BYTES_A_BATCH:
                    yield _batch(source.name, batch, file, lines, contexts, raws, landed_at)
                    lines, contexts, raws, size = [], [], [], 0
        if lines:
            yield _batch(source.name, batch, file, lines, contexts, raws, landed_at)


def _batch(
    source: str, batch: str, file: str, lines: list[int], contexts: list[str | None], raws: list[bytes], at: datetime
) -> pa.RecordBatch:
    count = len(lines)
    arrays = [[source] * count, [batch] * count, [file] * count, lines, contexts, raws, [at] * count]
    return pa.RecordBatch.from_arrays(
        [pa.array(values, field.type) for values, field in zip(arrays, BRONZE_SCHEMA, strict=True)],
        schema=BRONZE_SCHEMA,
    )
