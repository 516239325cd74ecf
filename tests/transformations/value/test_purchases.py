from datetime import date
from decimal import Decimal

import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.engine import sessions
from transformations.value.purchases import HISTORY, purchase_history

SALES = "source string, customer_id string, currency string, day date, sale_lines bigint, unpriced_sales bigint, "
SALES += "sale_amount decimal(38,4)"
LINKS = "record_kind string, record_place string, linked_record_id string, person_id string, valid_to timestamp"


def _day(day: int) -> date:
    return date(2025, 1, day)


def _frame(spark: SparkSession, types: str, rows: list[tuple]):
    names = [part.split()[0] for part in types.split(", ")]
    kinds = {"date": pa.date32(), "bigint": pa.int64(), "decimal(38,4)": pa.decimal128(38, 4)}
    kinds["timestamp"] = pa.timestamp("us", tz="UTC")
    schema = pa.schema([(part.split()[0], kinds.get(part.split()[1], pa.string())) for part in types.split(", ")])
    return sessions.frame(
        spark, pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema), types
    )


def test_purchases_up_to_two_days(spark: SparkSession) -> None:
    sales = [
        ("c1", "EUR", 3, 1, 0, "10"),
        ("c1", "EUR", 9, 1, 0, "4"),
        ("c1", "EUR", 9, 1, 0, "2"),  # the same day in another channel
        ("c1", "USD", 12, 1, 0, "99"),  # a purchase day, of an amount that is not added
        ("c1", "EUR", 20, 0, 1, "0"),  # at a price that is not known
        ("c1", "EUR", 22, 1, 0, "5"),
        ("c1", "EUR", 29, 1, 0, "70"),  # after as_of_date
        ("c2", "EUR", 21, 1, 0, "8"),  # not yet a customer at the cut-off
    ]
    rows = [("erp", *row[:2], _day(row[2]), *row[3:5], Decimal(row[5])) for row in sales]
    links = [("customer", "erp", its, its.replace("c", "P"), None) for its in ("c1", "c2")]
    found = purchase_history(
        _frame(spark, SALES, rows),
        _frame(spark, LINKS, links),
        as_of_date=_day(25),
        cutoff_date=_day(12),
        recent_days=5,
        currency="EUR",
    )
    first, second = found.toArrow().cast(HISTORY).sort_by("person_id").to_pylist()
    assert first == {
        "person_id": "P1",
        "currency": "EUR",
        "first_day": _day(3),
        "last_day": _day(22),
        "days_count": 5,
        "monetary": Decimal(21),
        "repeat_amount": Decimal(11),
        "repeat_priced_days": 2,
        "early_last_day": _day(12),
        "early_days_count": 3,
        "early_monetary": Decimal(16),
        "early_repeat_amount": Decimal(6),
        "early_repeat_priced_days": 1,
        "recent_days_count": 1,  # from the 21st on
    }
    assert (second["early_last_day"], second["early_days_count"], second["repeat_amount"]) == (None, 0, None)
