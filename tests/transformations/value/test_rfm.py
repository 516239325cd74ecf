from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession

from transformations.value.rfm import rfm, scored

AS_OF = date(2025, 3, 1)
SALES = (
    "source string, customer_id string, currency string, ordered_at timestamp, sale_lines bigint, "
    "sale_amount decimal(38,4)"
)
LINKS = "record_kind string, record_place string, linked_record_id string, person_id string, valid_to timestamp"


def _rfm(spark: SparkSession, sales: list[tuple], links: list[tuple]) -> dict[str, dict]:
    table = spark.createDataFrame([("erp", *row[:3], 1, Decimal(row[3])) for row in sales], SALES)
    linked = spark.createDataFrame(links, LINKS)
    rows = rfm(table, linked, as_of_date=AS_OF, timezone="Europe/Berlin", currency="EUR").collect()
    return {row["person_id"]: row.asDict() for row in rows}


def _at(day: int, hour: int = 12) -> datetime:
    return datetime(2025, 1, day, hour, tzinfo=UTC)


def _customer(customer: str, person: str, ended: datetime | None = None) -> tuple:
    return ("customer", "erp", customer, person, ended)


def test_recency_frequency_monetary_of_a_person(spark: SparkSession) -> None:
    sales = [
        ("c1", "EUR", _at(10), "5"), ("c1", "EUR", _at(10, 15), "7"),  # one day
        ("c2", "EUR", _at(11, 23), "1.5"),  # 12 January in Berlin
        ("c3", "EUR", _at(20), "9"),
    ]  # fmt: skip
    links = [
        _customer("c1", "A"),
        _customer("c2", "A"),
        _customer("c3", "B"),
        ("profile", "erp", "c3", "Z", None),
    ]
    rows = _rfm(spark, sales, links)
    assert set(rows) == {"A", "B"}
    a = rows["A"]
    assert (a["recency_days"], a["frequency_count"], a["monetary"]) == (48.0, 2, Decimal("13.5"))
    assert (a["tenure_days"], a["currency"], a["as_of_date"]) == (50.0, "EUR", AS_OF)


def test_links_that_ended_and_later_sales_do_not_count(spark: SparkSession) -> None:
    sales = [
        ("c1", "EUR", _at(10), "5"),
        ("c2", "EUR", _at(10), "5"),
        ("c1", "EUR", datetime(2025, 3, 2, tzinfo=UTC), "1"),
    ]
    rows = _rfm(spark, sales, [_customer("c1", "A"), _customer("c2", "A", _at(1))])
    assert rows["A"]["monetary"] == 5


def test_currencies_are_not_added(spark: SparkSession) -> None:
    sales = [
        ("c1", "EUR", _at(1), "5"), ("c1", "USD", _at(2), "70"), ("c1", "USD", _at(3), "70"),
        ("c2", "USD", _at(1), "1"), ("c2", "GBP", _at(2), "2"), ("c2", "GBP", _at(3), "2"),
    ]  # fmt: skip
    rows = _rfm(spark, sales, [_customer("c1", "A"), _customer("c2", "B")])
    assert (rows["A"]["monetary"], rows["A"]["currency"], rows["A"]["frequency_count"]) == (5, "EUR", 3)
    assert (rows["B"]["monetary"], rows["B"]["currency"]) == (4, "GBP")


def _persons(spark: SparkSession, recency: list, frequency: list, monetary: list) -> DataFrame:
    rows = [
        (str(i), float(r), int(f), Decimal(int(m)))
        for i, (r, f, m) in enumerate(zip(recency, frequency, monetary, strict=True))
    ]
    schema = "person_id string, recency_days double, frequency_count bigint, monetary decimal(38,4)"
    return spark.createDataFrame(rows, schema)


def test_scores_of_ten_persons(spark: SparkSession) -> None:
    ten = list(range(1, 11))
    rows = scored(_persons(spark, ten, [1, 1, 1, 1, 1, 1, 2, 2, 3, 9], ten)).collect()
    found = {int(row["person_id"]): row for row in rows}
    assert [found[i]["recency_score"] for i in range(10)] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [found[i]["monetary_score"] for i in range(10)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert [found[i]["frequency_score"] for i in range(10)] == [
        1,
        1,
        1,
        1,
        1,
        1,
        4,
        4,
        5,
        5,
    ]  # equal, so equal


def test_scores_agree_with_pandas(spark: SparkSession) -> None:
    random = np.random.default_rng(3)
    recency, frequency = random.integers(0, 400, 300), random.geometric(0.4, 300)
    monetary = random.integers(1, 10_000, 300)
    frame = pd.DataFrame({"recency": recency, "frequency": frequency, "monetary": monetary})
    cuts = frame.quantile([0.2, 0.4, 0.6, 0.8])
    exceeded = {name: sum((frame[name] > cut).astype(int) for cut in cuts[name]) for name in frame}
    found = {int(row["person_id"]): row for row in scored(_persons(spark, recency, frequency, monetary)).collect()}
    for i in range(300):
        expected = (5 - exceeded["recency"][i], 1 + exceeded["frequency"][i], 1 + exceeded["monetary"][i])
        assert (
            found[i]["recency_score"],
            found[i]["frequency_score"],
            found[i]["monetary_score"],
        ) == expected


def test_the_more_recent_sale_never_scores_lower(spark: SparkSession) -> None:
    sales = [(f"c{i}", "EUR", _at(1) + timedelta(days=i % 23), str(1 + i % 7)) for i in range(60)]
    rows = _rfm(spark, sales, [_customer(f"c{i}", f"P{i}") for i in range(60)]).values()
    ordered = sorted(rows, key=lambda row: row["recency_days"])
    scores = [row["recency_score"] for row in ordered]
    assert scores == sorted(scores, reverse=True)
    assert sum(row["monetary"] for row in rows) == sum(1 + i % 7 for i in range(60))
