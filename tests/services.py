"""Real services that tests start themselves, on loopback and with a password."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server of its own, with one user and one database, both named scrm."""

    programs: Path
    port: int
    password: str
    user: str = "scrm"
    database: str = "scrm"

    @property
    def url(self) -> str:
        return f"jdbc:postgresql://127.0.0.1:{self.port}/{self.database}"

    def sql(self, *statements: str) -> str:
        """Runs statements, one transaction each; returns what the last printed, values separated by |."""
        out = ""
        for statement in statements:
            command = [
                self.programs / "psql",
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                "127.0.0.1",
                "-p",
                str(self.port),
                "-U",
                self.user,
                "-d",
                self.database,
                "-c",
                statement,
            ]
            done = subprocess.run(
                command, env=os.environ | {"PGPASSWORD": self.password}, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            out = done.stdout.strip()
        return out


def find_postgres() -> Path:
    """The folder with initdb and pg_ctl. Skips where there is none."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places += [Path("/opt/homebrew/bin"), Path("/usr/local/pgsql/bin")]
    for place in places:
        if all((place / program).is_file() for program in ("initdb", "pg_ctl", "psql")):
            return place
    pytest.skip("no PostgreSQL here: install its server (initdb, pg_ctl and psql)")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server with an empty data folder; root starts it as the user postgres, for it refuses root."""
    programs = find_postgres()
    owner = _unprivileged() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="scrm-postgres-"))
    password = secrets.token_urlsafe(16)
    try:
        (folder / "password").write_text(password)
        if owner:
            for path in (folder, folder / "password"):
                os.chown(path, owner.pw_uid, owner.pw_gid)

        def run(*command: str | Path) -> None:
            done = subprocess.run(
                command,
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
                env=os.environ | {"HOME": str(folder), "LC_ALL": "C.UTF-8"},
            )
            if done.returncode:
                log = folder / "log"
                raise RuntimeError(f"{command[0]}: {done.stderr}{log.read_text() if log.exists() else ''}")

        data, port = folder / "data", _free_port()
        run(
            programs / "initdb",
            "-D",
            data,
            "-U",
            "scrm",
            "--pwfile",
            folder / "password",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--no-sync",
        )
        settings = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories='' -c fsync=off"
        run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", "60", "-o", settings, "start")
        try:
            server = Postgres(programs, port, password)
            first = Postgres(programs, port, password, database="postgres")
            first.sql("create database scrm")
            yield server
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.skip("no user postgres or nobody here, and PostgreSQL does not run as root")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """bin/kafka-local as a process of its own; what was sent outlives a stop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = _two_free_ports()
        self.servers = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        variables = os.environ | {"KAFKA_HOME": str(self._folder), "KAFKA_PORT": str(self.port)}
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "bin" / "kafka-local")], env=variables, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith("Kafka: 127.0.0.1:")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            assert self._process.wait(timeout=30) == 0
            self._process = None

    def topic(self, name: str, partitions: int = 1) -> str:
        from confluent_kafka.admin import NewTopic

        admin = self.admin()  # its answers end with it
        for future in admin.create_topics([NewTopic(name, partitions, 1)]).values():
            future.result(timeout=20)
        return name

    def admin(self) -> Any:
        from confluent_kafka.admin import AdminClient

        return AdminClient({"bootstrap.servers": self.servers})

    def send(self, topic: str, *values: bytes | None, **message: Any) -> None:
        """Sends messages in order; message: key, headers, partition of each."""
        from confluent_kafka import Producer

        problems: list[object] = []
        producer = Producer({"bootstrap.servers": self.servers, "linger.ms": 0})
        for value in values:
            producer.produce(topic, value, on_delivery=lambda error, _: error and problems.append(error), **message)
        assert producer.flush(20) == 0
        assert problems == []


def _two_free_ports() -> int:
    """A free port with a free one behind it, for the controller."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
