"""Runs of a conf folder, on a lake that the test holds."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, RunReport, execute
from jobs.settings import Settings
from jobs.silver.families import FAMILIES

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
FORUM = """
kind: social
format: json
path: {path}
channel: {channel}
service_type: forum
deletes: tombstones
tables:
  posts:
    columns: {{post_id: id, kind: "'post'", profile_id: author, text: text, created_at: at, edited_at: edited,
      deleted_at: deleted}}
"""
MICROBLOG = "kind: social\nformat: twitter\npath: {path}\nchannel: {channel}\nservice_type: microblog\n"
HEADER = "order,sku,qty,at,price,customer,country\n"


def run(settings: Settings, lake: Lake, now: datetime = NOW, **choice) -> RunReport:
    """Runs what Choice says of jobs and stages; without them what lands and loads.

    A load judges each of its rows. Silver as a whole is judged by the job silver_gate: a test that is about it says
    stages=("land", "silver").
    """
    if not choice.keys() & {"jobs", "stages"}:
        choice["jobs"] = ("land", *FAMILIES)
    return execute(settings, Choice(**choice), clock=lambda: now, lake=lake)


def good_run(settings: Settings, lake: Lake, now: datetime = NOW, **choice) -> RunReport:
    """The same, and it has to end well."""
    report = run(settings, lake, now, **choice)
    assert (report.exit_code, report.message) == (0, "")
    return report


def make_conf(
    root: Path, sources: dict[str, str], company: str = "name: Test company\nas_of: data\n", base: str = ""
) -> Path:
    """Writes root/conf with these sources (name -> YAML); the lake will be root/lake."""
    folder = root / "conf"
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "company.yaml").write_text(company, encoding="utf-8")
    (folder / "base.yaml").write_text(f"lake: {{root: {root / 'lake'}}}\n{base}", encoding="utf-8")
    for name, text in sources.items():
        (folder / "sources" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def copied(lake: Lake, root: Path) -> Lake:
    """A lake with the same content, to go on with: it costs milliseconds where a run costs seconds."""
    shutil.copytree(lake.root, root)
    return Lake(root, lambda: lake.spark)
