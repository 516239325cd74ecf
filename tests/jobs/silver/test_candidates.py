"""A source's rows for a table: times are read in the source's time zone, whatever they are made of."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.engine import sessions
from jobs.errors import ConfError
from jobs.settings.sources import Source
from jobs.silver.candidates import candidates_of
from jobs.sources import expressions, reading
from jobs.sources.base import SplitOptions
from transformations.contracts import contract

DDL = (
    "source string, batch_id string, file string, line bigint, context string, raw binary, landed_at timestamp, "
    "_file string"
)


def rows(spark, source, table, *raws):
    records = sessions.frame(
        spark,
        [
            ("s", "b", "f", line, None, raw.encode(), datetime(2026, 1, 1, tzinfo=UTC), "f")
            for line, raw in enumerate(raws)
        ],
        DDL,
    ).coalesce(1)
    parsed = reading.parsed(source, records, SplitOptions(), [])
    return [row.asDict() for row in candidates_of(source, parsed, contract(f"silver.{table}")).collect()]


def source(**more):
    return Source(**{"name": "s", "kind": "erp", "path": ("x",), "file": Path("conf/sources/s.yaml"), **more})


def test_expressions_where_and_version_are_local_to_the_source(spark):
    shop = source(
        format="json",
        timezone="America/Los_Angeles",
        currency="USD",
        version="to_timestamp(day, 'dd/MM/yyyy')",
        tables={
            "orders": {
                "where": "to_timestamp(day, 'dd/MM/yyyy') >= timestamp_seconds(1706774400)",  # 1 February there
                "columns": {"order_id": "id", "ordered_at": "to_timestamp(day, 'dd/MM/yyyy')", "customer_id": "'c'"},
            }
        },
    )
    days = ["31/01/2024", "01/02/2024", "29/02/2024"]
    found = rows(spark, shop, "orders", *(json.dumps({"id": day, "day": day}) for day in days))
    assert [(row["order_id"], row["ordered_at"].astimezone(UTC)) for row in found] == [
        ("01/02/2024", datetime(2024, 2, 1, 8, tzinfo=UTC)),
        ("29/02/2024", datetime(2024, 2, 29, 8, tzinfo=UTC)),
    ]
    assert found[0]["source_version"].startswith("2024-02-01T08:00:00")  # UTC: versions of all sources compare


def test_times_of_platforms_are_read_once_and_those_in_utc_stay_so(spark):
    feed = source(format="feed", kind="social", channel="c", service_type="syndication", timezone="Europe/Berlin")
    item = "<item><guid>{0}</guid><title>{0}</title><pubDate>{1}</pubDate></item>"
    dates = {
        "zone": "Mon, 01 Jul 2024 01:30:00 CEST",
        "none": "Mon, 01 Jul 2024 01:30:00",
        "minus": "Sun, 30 Jun 2024 23:30:00 -0000",
    }
    found = rows(
        spark,
        feed,
        "posts",
        *(item.format(*each) for each in dates.items()),
        item.format("odd", "1 Jul 2024 01:30 XYZ"),
    )
    instant = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
    assert {row["post_id"]: row["created_at"] and row["created_at"].astimezone(UTC) for row in found} == {
        **dict.fromkeys(dates, instant),
        "odd": None,
    }
    assert {row["post_id"]: row["_uncastable"] for row in found}["odd"] == ["created_at"]


def test_a_second_shift_of_a_time_is_refused():
    columns = {"order_id": "id", "ordered_at": "to_utc_timestamp(to_timestamp(day, 'dd/MM/yyyy'), 'Europe/Berlin')"}
    shop = source(format="json", timezone="Europe/Berlin", tables={"orders": {"columns": columns}})
    with pytest.raises(
        ConfError, match=r"tables\.orders\.columns\.ordered_at .* to_utc_timestamp would shift them again"
    ):
        expressions.check(shop)
    expressions.check(shop.model_copy(update={"timezone": "UTC"}))


def test_of_two_states_of_a_post_the_later_edit_is_newer_whatever_line_it_stands_in(spark):
    network = source(format="mastodon", kind="social", channel="c", service_type="microblog")
    status = {
        "id": "1",
        "created_at": "2024-06-01T10:00:00.000Z",
        "edited_at": None,
        "content": "<p>first</p>",
        "account": {"id": "7", "acct": "ann"},
    }
    edits = [
        status | {"edited_at": "2024-06-03T10:00:00.000Z", "content": "<p>third</p>"},
        status,
        status | {"edited_at": "2024-06-02T12:00:00.000+02:00", "content": "<p>second</p>"},
    ]
    found = rows(spark, network, "posts", *map(json.dumps, edits))
    assert [row["text"] for row in sorted(found, key=lambda row: row["source_version"])] == ["first", "second", "third"]


def test_a_deletion_without_a_time_is_one_as_of_landing(spark):
    network = source(format="mastodon", kind="social", channel="c", service_type="microblog")
    (gone,) = rows(spark, network, "posts", json.dumps({"event": "delete", "payload": "108244351339069440"}))
    assert (gone["post_id"], gone["deleted_at"].astimezone(UTC)) == (
        "108244351339069440",
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert gone["_uncastable"] == []
