"""A Kafka broker of this machine's own, and lakes that read the same records from files and from topics."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobs import settings as conf
from jobs.engine import jars
from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, RunReport, execute

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
TABLES = ("silver.orders",)

SHOP = """
kind: erp
format: json
{place}
tables:
  orders:
    where: customer is not null
    columns: {{order_id: order, customer_id: customer, ordered_at: at, status: status}}
"""


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


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    try:
        jars.paths(("kafka", "kafka_broker"))
    except jars.JarError as error:
        pytest.skip(f"no broker to test with: {error}")
    found = Broker(tmp_path_factory.mktemp("kafka"))
    found.start()
    yield found
    found.stop()


@dataclass
class Place:
    """A conf folder with a lake beside it."""

    conf: Path
    lake: Lake

    def settings(self):
        return conf.load(self.conf)

    def run(self, *, stages: tuple[str, ...] = ("land", "silver"), **choice: Any) -> RunReport:
        return execute(self.settings(), Choice(stages=stages, **choice), clock=lambda: NOW, lake=self.lake)

    def good_run(self, **choice: Any) -> RunReport:
        report = self.run(**choice)
        assert (report.exit_code, report.message) == (0, "")
        return report

    def hashes(self, *tables: str) -> dict[str, tuple[int, int]]:
        return {name: self.lake.hash(name) for name in tables or TABLES}

    def versions(self) -> dict[str, int]:
        layers = ("bronze", "silver", "quarantine")
        names = [name for layer in layers for name in self.lake.names(layer)] + ["ops.batches"]
        return {name: self.lake.version(name) for name in names}


def make_place(folder: Path, spark, base: str = "", **sources: str) -> Place:
    """A conf folder with these sources (YAML), and its lake."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "company.yaml").write_text("name: Test company\nas_of: data\n")
    (folder / "base.yaml").write_text(f"lake: {{root: {folder / 'lake'}}}\n{base}")
    for source, text in sources.items():
        (folder / "sources" / f"{source}.yaml").write_text(text)
    return Place(folder, Lake(folder / "lake", lambda: spark))


@pytest.fixture
def place(tmp_path: Path, spark) -> Callable[..., Place]:
    """place("name", base="", shop=yaml text) -> a Place in a folder of that name."""
    return lambda name, base="", **sources: make_place(tmp_path / name, spark, base, **sources)


@pytest.fixture
def topic(broker: Broker, request: pytest.FixtureRequest) -> str:
    """A topic of the test's own with two partitions."""
    return broker.topic(request.node.name.replace("[", ".").replace("]", ""), partitions=2)


def from_topic(broker: Broker, topic: str, more: str = "", source: str = SHOP) -> str:
    """The shop as a topic. more: further keys of kafka."""
    return source.format(place=f"kafka: {{bootstrap_servers: '{broker.servers}', topic: {topic}{more}}}")


def from_files(folder: Path, source: str = SHOP) -> str:
    return source.format(place=f"path: {folder}/*.json")


def until(found: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Waits for something to become true, and gives it."""
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
    return value
