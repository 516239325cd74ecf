"""Runs on the one session of all tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs import settings as conf
from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, RunReport, execute

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)

SHOP = """
kind: erp
format: csv
path: {path}
timezone: Europe/London
currency: GBP
tables:
  orders:
    one_row_per: [order_id]
    keep: first
    columns: {{order_id: order, customer_id: customer, ordered_at: at}}
  order_lines:
    columns: {{order_id: order, line_number: _ordinal, product_id: upper(trim(sku)), quantity: qty, unit_price: price}}
  customers:
    where: customer is not null
    one_row_per: [customer_id]
    columns: {{customer_id: customer, country: country}}
"""
HEADER = "order,sku,qty,at,price,customer,country\n"


@pytest.fixture
def run_conf(spark) -> Callable[..., tuple[RunReport, Lake]]:
    """Runs a conf folder: run_conf(folder, stages=(…), jobs=(…), full=False) -> (report, lake)."""

    def run(folder: Path, **choice) -> tuple[RunReport, Lake]:
        settings = conf.load(folder)
        lake = Lake(settings.base.lake.root, lambda: spark)
        now = choice.pop("now", NOW)
        stages = choice.pop("stages", ("land", "silver"))
        return execute(settings, Choice(stages=stages, **choice), clock=lambda: now, lake=lake), lake

    return run


@pytest.fixture
def shop(tmp_path, write_conf) -> Callable[..., Path]:
    """A shop's conf over tmp_path/in/*.csv; shop(name=text, …) writes the files first (bytes or text without header)."""

    def make(**files: str | bytes) -> Path:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content if isinstance(content, bytes) else (HEADER + content).encode()
            (folder / f"{name}.csv").write_bytes(data)
        return write_conf({"shop": SHOP.format(path=folder / "*.csv")})

    return make
