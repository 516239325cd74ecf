"""Lakes that read the same records from files and from topics."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import runs
from services import Broker

from jobs import settings as conf
from jobs.lake.tables import Lake
from jobs.runner.execution import RunReport

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


@dataclass
class Place:
    """A conf folder with a lake beside it."""

    conf: Path
    lake: Lake

    def settings(self):
        return conf.load(self.conf)

    def run(self, **choice: Any) -> RunReport:
        """See runs.run."""
        return runs.run(self.settings(), self.lake, **choice)

    def good_run(self, **choice: Any) -> RunReport:
        return runs.good_run(self.settings(), self.lake, **choice)

    def hashes(self, *tables: str) -> dict[str, tuple[int, int]]:
        return {name: self.lake.hash(name) for name in tables or TABLES}

    def versions(self) -> dict[str, int]:
        layers = ("bronze", "silver", "quarantine")
        names = [name for layer in layers for name in self.lake.names(layer)] + ["ops.batches"]
        return {name: self.lake.version(name) for name in names}


def make_place(folder: Path, spark, base: str = "", **sources: str) -> Place:
    """A conf folder with these sources (YAML), and its lake."""
    conf_folder = runs.make_conf(folder, sources, base=base)
    return Place(conf_folder, Lake(folder / "lake", lambda: spark))


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
