from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.models.customer_value import customer_value
from jobs.models.evaluations import evaluate
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import contract

AS_OF = datetime(2025, 2, 28, 23, 30, tzinfo=UTC)  # 1 March in Berlin


def _write(lake: Lake, name: str, *rows: dict) -> None:
    lake.write(name, pa.Table.from_pylist(list(rows), arrow.schema_of(contract(name))))


def test_written_once_a_day(lake: Lake, tmp_path: Path) -> None:
    at = datetime(2025, 2, 19, 12, tzinfo=UTC)
    _write(
        lake,
        "silver.orders",
        {"source": "erp", "order_id": "1", "customer_id": "c", "ordered_at": at, "total_amount": Decimal(12)},
    )
    _write(
        lake,
        "silver.person_links",
        {"record_kind": "customer", "record_place": "erp", "linked_record_id": "c", "person_id": "A"},
    )
    company = Company(name="Acme", timezone="Europe/Berlin", currency="EUR")
    settings = Settings(folder=tmp_path, base=Base(lake=LakeSettings(root=tmp_path)), company=company, sources=())
    notes: list[str] = []
    run = Run("r1", AS_OF, settings, AS_OF, note=notes.append)
    customer_value(lake, run)
    (row,) = lake.rows("gold.customer_value")
    assert (row["person_id"], row["as_of_date"], row["recency_days"]) == ("A", date(2025, 3, 1), 10.0)
    assert (row["monetary"], row["currency"], row["recency_score"], row["monetary_score"]) == (12, "EUR", 5, 1)
    assert (row["clv"], row["value_missing_reason"]) == (None, "fewer than 50 persons with a purchase")
    (measured,) = evaluate(lake, "value")
    assert measured["not measured"] == "fewer than 50 persons with a purchase"
    assert notes == ["customer_value: lifetime values are null: fewer than 50 persons with a purchase"]
    version = lake.version("gold.customer_value")
    customer_value(lake, run)
    assert lake.version("gold.customer_value") == version
