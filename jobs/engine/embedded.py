"""The embedded engine: Spark Connect served from inside this process by pysail, without a JVM.

Its server has no authentication: whoever is on the machine can connect while it runs. It listens on 127.0.0.1 alone.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import getpass
import importlib.util
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.engine import stderr
from jobs.engine.spark import MEANING
from jobs.errors import ConfError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

NEEDED = ("pysail", "grpc", "grpc_status", "google.rpc", "zstandard")
"""Modules that it needs beside those of every run."""

SESSION_SECONDS = 24 * 3600
"""Idle seconds after which the server forgets a session; it is then made again."""

_BY_FILE_BYTES = 1 << 20
"""Rows larger than this are handed over as a file: a plan holds its rows as often as it reads them, a message 128 MiB at most."""

_PREFIX, _IN_USE = "scrm-embedded-", "in_use"
_NEW_SECONDS = 60
"""A folder younger than this may not have its lock yet."""

_SIGNAL_ACTION_BYTES = 512
"""More than any system's record of a signal's action has."""

_one_at_a_time = threading.RLock()
_made: list[_Server] = []
_handed_over: list[Path] = []
_folders: list[Path] = []
"""What servers keep in files, of those that failed to start too."""


@dataclass(frozen=True)
class Options:
    """memory: of all that is computed at once, such as 4g; joins and sums spill what is more, some steps fail with an error."""

    memory: str


class _Server:
    """The server of this process, and the sessions that were made on it."""

    def __init__(self, options: Options, log: Path) -> None:
        self.options = options
        remove_abandoned(Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._in_use = (self.folder / _IN_USE).open("w")
        fcntl.flock(self._in_use, fcntl.LOCK_EX)
        if not _folders:
            atexit.register(_close)
        _folders.append(self.folder)
        os.environ.update(_environment(options, self.folder))
        stderr.goes_to(log)
        from pysail.spark import SparkConnectServer

        on_interrupt = _signal_action()
        self._server = SparkConnectServer("127.0.0.1", 0)
        self._server.start(background=True)
        host, port = self._server.listening_address
        self.address = f"sc://{host}:{port}"
        self.sessions: weakref.WeakSet[Any] = weakref.WeakSet()
        self.main = self.session()
        _signal_action(on_interrupt)  # the server has taken Ctrl-C for itself: Python would not hear of it

    def session(self) -> SparkSession:
        from pyspark.sql.connect.session import SparkSession as Remote

        made: Any = Remote.builder.remote(self.address).create()
        for key, value in MEANING.items():
            made.conf.set(key, value)
        made.client.close = _stay_open
        self.sessions.add(made)
        return made


def _stay_open() -> None:
    """In place of a client's `close`, which `_close` calls when all is done.

    A session that is collected as garbage closes its client, and that ends the threads which the clients of all sessions share.
    In one of these threads, where garbage may be collected as well, it would wait for itself, for ever.
    """


def spark_session(options: Options, log: Path) -> SparkSession:
    """The session of this process, made by the first call (2 to 4 s), and again where the server has forgotten it.

    Args: log: file for the server's own lines.
    Raises ConfError where a package is missing, with the way to get it.
    """
    with _one_at_a_time:
        if not _made:
            check_installed()
            os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"  # functions build columns of Spark Connect
            logging.getLogger("pyspark.sql.connect").setLevel(logging.CRITICAL + 1)  # errors are raised as well
            _made.append(_Server(options, log))
        elif not is_alive(_made[0].main):
            _made[0].main = _made[0].session()
        return _made[0].main


def _signal_action(action: ctypes.Array[ctypes.c_char] | None = None) -> ctypes.Array[ctypes.c_char]:
    """What the system calls on Ctrl-C, as its own record; given one, it is put back. In any thread, unlike signal.signal."""
    libc, held = ctypes.CDLL(None), ctypes.create_string_buffer(_SIGNAL_ACTION_BYTES)
    libc.sigaction(int(signal.SIGINT), action, held)
    return held


def another() -> SparkSession:
    """A session of its own: its views and settings meet no other's."""
    return _made[0].session()


def cancel_jobs() -> None:
    """Ends what all sessions of this process are computing."""
    for session in list(_made[0].sessions) if _made else ():
        with contextlib.suppress(Exception):  # one that has ended computes nothing
            session.interruptAll()


def remove_abandoned(temporary: Path) -> None:
    """Deletes folders of servers whose process was killed: nobody holds the lock in them any more."""
    for folder in temporary.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # held, gone meanwhile, or another user's
            if time.time() - folder.stat().st_mtime < _NEW_SECONDS:
                continue
            with (folder / _IN_USE).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


def discard() -> None:
    """Deletes what the server of this process keeps in files."""
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


def _close() -> None:
    """Ends the clients before Python does: a frame that is deleted later would wait for an answer for ever."""
    for server in _made:
        for session in list(server.sessions):
            with contextlib.suppress(Exception):
                type(session.client).close(session.client)
    discard()


def other_users() -> list[str]:
    """Users who are logged in on this machine beside the one of this process, sorted; empty where nobody can say."""
    try:
        lines = subprocess.run(["who"], capture_output=True, text=True, timeout=5).stdout.splitlines()
        own = getpass.getuser()
    except (OSError, KeyError, subprocess.SubprocessError):
        return []
    return sorted({line.split()[0] for line in lines if line.strip()} - {own})


def frame(session: SparkSession, rows: pa.Table | Sequence[tuple], types: str | None = None) -> DataFrame:
    """Rows as a DataFrame. Args: types: DDL of the columns; Arrow has its own."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    if not isinstance(rows, pa.Table):
        return session.createDataFrame(list(rows), types)
    if not rows.num_rows:
        return session.createDataFrame([], types or from_arrow_schema(rows.schema))
    if rows.nbytes <= _BY_FILE_BYTES:
        return session.createDataFrame(rows, types) if types else session.createDataFrame(rows)
    import pyarrow.parquet as pq

    path = _made[0].folder / f"{uuid.uuid4().hex}.parquet"
    schema = to_arrow_schema(session.createDataFrame([], types).schema) if types else rows.schema
    pq.write_table(rows.cast(schema), path, compression="zstd")
    _handed_over.append(path)
    return scanned(session.read.parquet(str(path)))  # the file stays: views may read it for long


def scanned(rows: DataFrame) -> DataFrame:
    """Rows of files such that no filter is taken into their reading: one with a lambda (`exists(tags, t -> ...)`) fails there."""
    return rows.coalesce(os.cpu_count() or 1)


def forget_frames() -> None:
    """Removes the files of all rows that were handed over: for who knows that nothing reads them any more."""
    while _handed_over:
        _handed_over.pop().unlink(missing_ok=True)


def is_alive(session: Any) -> bool:
    """Whether the server still knows a session."""
    try:
        session.conf.get("spark.sql.session.timeZone")
    except Exception:
        return False
    return True


def check_installed() -> None:
    """Raises ConfError where a package is missing, with the way to get it."""
    missing = [name for name in NEEDED if not _is_installed(name)]
    if missing:
        raise ConfError(
            f"the embedded engine needs the Python packages of `make setup ENGINE=embedded` (missing: {', '.join(missing)}); "
            "install them, or set engine: spark"
        )


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # a package above it is missing
        return False


def _environment(options: Options, folder: Path) -> dict[str, str]:
    return {
        "SAIL_RUNTIME__MEMORY_POOL__TYPE": "fair",
        "SAIL_RUNTIME__MEMORY_POOL__FAIR__MAX_SIZE": str(_bytes(options.memory)),
        "SAIL_RUNTIME__TEMPORARY_FILES__PATHS": f'["{folder}"]',
        "SAIL_OPTIMIZER__PREFER_HASH_JOIN": "false",  # a hash join that does not fit fails, a sorted one spills
        "SAIL_EXECUTION__CHECKPOINT__PATH": (folder / "checkpoints").as_uri(),
        "SAIL_SPARK__SESSION_TIMEOUT_SECS": str(SESSION_SECONDS),
        "RUST_LOG": os.environ.get("RUST_LOG", "warn"),
    }


def _bytes(size: str) -> int:
    return int(size[:-1]) << {"k": 10, "m": 20, "g": 30, "t": 40}[size[-1].lower()]
