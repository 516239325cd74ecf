from collections.abc import Callable
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.value.contacts import CONTACTS, TABLES, contacts
from transformations.value.purchases import LINK_COLUMNS


def _at(day: int, hour: int = 12) -> datetime:
    return datetime(2025, 3, day, hour, tzinfo=UTC)


@pytest.fixture
def frame(spark: SparkSession) -> Callable[..., DataFrame]:
    def made(name: str, columns: tuple[str, ...], *rows: tuple) -> DataFrame:
        table = contract(name)
        schema = pa.schema([(its, arrow.type_of(table.field(its).type)) for its in columns])
        found = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema)
        return sessions.frame(spark, found, ", ".join(f"{its} {table.field(its).type}" for its in columns))

    return made


def test_what_people_did_by_two_days(frame) -> None:
    rows = {
        "silver.posts": [
            ("m", "1", "u", _at(1)),
            ("m", "2", "u", _at(9)),
            ("m", "3", "u", _at(20)),
            ("m", "4", "x", _at(1)),
        ],
        "silver.post_enrichments": [("m", "1", "negative"), ("m", "2", "positive"), ("m", "3", None)],
        "silver.web_sessions": [("c1", _at(10, 23)), ("c2", _at(3)), (None, _at(3))],
        "silver.tickets": [
            ("s", "t1", _at(2), _at(12)),
            ("s", "t2", _at(4), _at(13)),
            ("s", "t3", _at(6), _at(7)),
            ("mail", "t1", _at(5), None),  # of a channel that never tells what became of a ticket
        ],
        "silver.ticket_events": [
            ("s", "t1", "replied", "customer", _at(2, 13)),  # no answer
            ("s", "t1", "replied", "agent", _at(3)),
            ("s", "t2", "replied", "agent", _at(4, 13)),
            ("s", "t2", "solved", "agent", _at(5)),
            ("s", "t2", "reopened", "customer", _at(11)),
            ("s", "t2", "solved", "agent", _at(13)),
            ("s", "t3", "replied", "agent", _at(6, 14)),
            ("s", "t3", "replied", "agent", _at(9)),  # not the first
        ],
    }
    links = [
        ("profile", "m", "u", "A", None),
        ("customer", "erp", "c1", "A", None),
        ("customer", "erp", "c2", "A", None),
        ("customer", "shop", "c2", "B", None),  # c2 is somebody else's ID too
        ("ticket", "s", "t1", "A", None),
        ("ticket", "s", "t2", "B", None),
        ("ticket", "s", "t3", "A", None),
        ("ticket", "mail", "t1", "B", None),
        ("profile", "m", "x", "B", _at(2)),  # ended
    ]
    found = contacts(
        {name: frame(name, columns, *rows[name]) for name, columns in TABLES.items()},
        frame("silver.person_links", LINK_COLUMNS, *links),
        days=(date(2025, 3, 10), date(2025, 3, 31)),
        recent_days=5,
        timezone="Europe/Berlin",
    )
    by_key = {(row["person_id"], row["until"].day): row for row in found.toArrow().cast(CONTACTS).to_pylist()}
    assert set(by_key) == {("A", 10), ("A", 31), ("B", 10), ("B", 31)}
    early, late = by_key["A", 10], by_key["A", 31]
    assert (early["posts"], early["recent_posts"], early["positive_posts"], early["negative_posts"]) == (2, 1, 1, 1)
    assert (late["posts"], late["recent_posts"], late["last_post"]) == (3, 0, date(2025, 3, 20))
    assert (early["visits"], late["visits"], late["last_visit"]) == (0, 1, date(2025, 3, 11))  # midnight in Berlin
    assert (early["last_negative_post"], late["last_negative_post"]) == (date(2025, 3, 1), date(2025, 3, 1))
    assert (early["tickets"], early["open_tickets"], late["open_tickets"]) == (2, 1, 0)
    # t1 is open by the 10th, and waited for a day, longer than three in four of 1, 2 and 24 hours; t2 comes back on the 11th
    assert [(row["last_ticket"], row["last_bad_ticket"]) for row in (early, late)] == [
        (date(2025, 3, 6), date(2025, 3, 2))
    ] * 2
    assert [by_key["B", day]["last_bad_ticket"] for day in (10, 31)] == [None, date(2025, 3, 4)]
    assert (by_key["B", 10]["tickets"], by_key["B", 10]["open_tickets"], by_key["B", 31]["posts"]) == (2, 0, 0)


def test_posts_alone_have_no_tickets(frame) -> None:
    rows = {"silver.posts": [("m", "1", "u", _at(1))]}
    found = contacts(
        {name: frame(name, columns, *rows.get(name, ())) for name, columns in TABLES.items()},
        frame("silver.person_links", LINK_COLUMNS, ("profile", "m", "u", "A", None)),
        days=(date(2025, 3, 10),),
        recent_days=5,
        timezone="UTC",
    )
    (row,) = found.toArrow().cast(CONTACTS).to_pylist()
    assert (row["posts"], row["tickets"], row["open_tickets"]) == (1, 0, 0)
    assert (row["last_post"], row["last_ticket"], row["last_bad_ticket"]) == (date(2025, 3, 1), None, None)
