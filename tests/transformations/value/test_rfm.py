from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.engine import sessions
from transformations.value.purchases import HISTORY, LINK_COLUMNS, purchase_history
from transformations.value.rfm import rfm, scored

AS_OF = date(2025, 3, 1)
SALES = pa.schema(
    [
        ("source", pa.string()),
        ("customer_id", pa.string()),
        ("currency", pa.string()),
        ("day", pa.date32()),
        ("sale_lines", pa.int64()),
        ("unpriced_sales", pa.int64()),
        ("sale_amount", pa.decimal128(38, 4)),
    ]
)
LINKS = pa.schema([(name, pa.string()) for name in LINK_COLUMNS[:-1]] + [("valid_to", pa.timestamp("us", tz="UTC"))])

SALES_DDL = (
    "source string, customer_id string, currency string, day date, sale_lines bigint, unpriced_sales bigint, "
    "sale_amount decimal(38,4)"
)
LINKS_DDL = ", ".join(f"{name} string" for name in LINK_COLUMNS[:-1]) + ", valid_to timestamp"


def _table(rows: list[tuple], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def _rfm(spark: SparkSession, sales: list[tuple], links: list[tuple]) -> dict[str, dict]:
    table = _table([("erp", *row[:3], *_lines(row[3])) for row in sales], SALES)
    history = purchase_history(
        sessions.frame(spark, table, SALES_DDL),
        sessions.frame(spark, _table(links, LINKS), LINKS_DDL),
        as_of_date=AS_OF,
        cutoff_date=AS_OF,
        recent_days=1,
        currency="EUR",
    )
    rows = rfm(history.toArrow().cast(HISTORY), as_of_date=AS_OF).to_pylist()
    return {row["person_id"]: row for row in rows}


def _lines(amount: str | None) -> tuple:
    return (1, 0, Decimal(amount)) if amount else (0, 1, Decimal(0))


def _day(day: int) -> date:
    return date(2025, 1, day)


def _customer(customer: str, person: str, ended: datetime | None = None) -> tuple:
    return ("customer", "erp", customer, person, ended)


def test_recency_frequency_monetary_of_a_person(spark: SparkSession) -> None:
    sales = [("c1", "EUR", _day(10), "12"), ("c2", "EUR", _day(12), "1.5"), ("c3", "EUR", _day(20), "9")]
    links = [_customer("c1", "A"), _customer("c2", "A"), _customer("c3", "B"), ("profile", "erp", "c3", "Z", None)]
    rows = _rfm(spark, sales, links)
    assert set(rows) == {"A", "B"}
    a = rows["A"]
    assert (a["recency_days"], a["frequency_count"], a["monetary"]) == (48.0, 2, Decimal("13.5"))
    assert (a["tenure_days"], a["currency"], a["as_of_date"]) == (50.0, "EUR", AS_OF)


def test_links_that_ended_and_later_sales_do_not_count(spark: SparkSession) -> None:
    sales = [
        ("c1", "EUR", _day(10), "5"),
        ("c2", "EUR", _day(10), "5"),
        ("c1", "EUR", datetime(2025, 3, 2, tzinfo=UTC), "1"),
    ]
    rows = _rfm(spark, sales, [_customer("c1", "A"), _customer("c2", "A", datetime(2025, 1, 1, tzinfo=UTC))])
    assert rows["A"]["monetary"] == 5


def test_currencies_are_not_added(spark: SparkSession) -> None:
    sales = [
        ("c1", "EUR", _day(1), "5"),
        ("c1", "USD", _day(2), "70"),
        ("c1", "USD", _day(3), "70"),
        ("c2", "USD", _day(1), "1"),
        ("c2", "GBP", _day(2), "2"),
        ("c2", "GBP", _day(3), "2"),
    ]
    rows = _rfm(spark, sales, [_customer("c1", "A"), _customer("c2", "B")])
    assert (rows["A"]["monetary"], rows["A"]["currency"], rows["A"]["frequency_count"]) == (5, "EUR", 3)
    assert (rows["B"]["monetary"], rows["B"]["currency"]) == (4, "GBP")


def test_what_was_bought_at_unknown_prices_counts_but_has_no_value(spark: SparkSession) -> None:
    sales = [("c1", "EUR", _day(10), None), ("c1", "EUR", _day(12), None), ("c2", "EUR", _day(1), "4")]
    rows = _rfm(spark, sales, [_customer("c1", "A"), _customer("c2", "B")])
    assert (rows["A"]["frequency_count"], rows["A"]["monetary"], rows["A"]["monetary_score"]) == (2, None, None)
    assert (rows["B"]["monetary"], rows["B"]["monetary_score"]) == (4, 1)


def _scores(recency: Sequence, frequency: Sequence, monetary: Sequence) -> list[tuple]:
    table = pa.table(
        {
            "person_id": [f"{i:03d}" for i in range(len(recency))],
            "recency_days": pa.array(recency, pa.float64()),
            "frequency_count": pa.array(frequency, pa.int64()),
            "monetary": pa.array([Decimal(int(its)) for its in monetary], pa.decimal128(38, 4)),
        }
    )
    names = ("recency_score", "frequency_score", "monetary_score")
    return [tuple(row[name] for name in names) for row in scored(table).to_pylist()]


def test_scores_of_ten_persons() -> None:
    ten = list(range(1, 11))
    recency, frequency, monetary = zip(*_scores(ten, [1, 1, 1, 1, 1, 1, 2, 2, 3, 9], ten), strict=True)
    assert recency == (5, 5, 4, 4, 3, 3, 2, 2, 1, 1)
    assert monetary == (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)
    assert frequency == (1, 1, 1, 1, 1, 1, 4, 4, 5, 5)  # equal, so equal


def test_scores_agree_with_pandas() -> None:
    random = np.random.default_rng(3)
    recency, frequency = random.integers(0, 400, 300), random.geometric(0.4, 300)
    monetary = random.integers(1, 10_000, 300)
    frame = pd.DataFrame({"recency": recency, "frequency": frequency, "monetary": monetary})
    cuts = frame.quantile([0.2, 0.4, 0.6, 0.8])
    exceeded = {name: sum((frame[name] > cut).astype(int) for cut in cuts[name]) for name in frame}
    expected = zip(5 - exceeded["recency"], 1 + exceeded["frequency"], 1 + exceeded["monetary"], strict=True)
    assert _scores(recency, frequency, monetary) == list(expected)


def test_the_more_recent_sale_never_scores_lower(spark: SparkSession) -> None:
    sales = [(f"c{i}", "EUR", _day(1) + timedelta(days=i % 23), str(1 + i % 7)) for i in range(60)]
    rows = _rfm(spark, sales, [_customer(f"c{i}", f"P{i}") for i in range(60)]).values()
    ordered = sorted(rows, key=lambda row: row["recency_days"])
    scores = [row["recency_score"] for row in ordered]
    assert scores == sorted(scores, reverse=True)
    assert sum(row["monetary"] for row in rows) == sum(1 + i % 7 for i in range(60))
