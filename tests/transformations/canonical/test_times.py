"""Texts as instants and days, and expressions that make times out of text."""

from datetime import UTC, date, datetime

import pytest

from jobs.engine import sessions
from jobs.sources import portable
from transformations.canonical import times

BERLIN = "Europe/Berlin"
IN_SUMMER = datetime(2024, 6, 30, 21, 30, tzinfo=UTC)


def read(spark, texts, timezone=BERLIN, how=times.instant):
    rows = sessions.frame(spark, [(text,) for text in texts], "text string").coalesce(1)
    found = [row["found"] for row in rows.selectExpr(f"{how('text', timezone)} as found").collect()]
    return [each.astimezone(UTC) if isinstance(each, datetime) else each for each in found]


SAME = [
    "2024-06-30 23:30:00",  # local
    "2024-06-30T23:30",
    "2024-06-30t23:30:00,000",
    "2024-06-30\u00a023:30",
    "2024-06-30 23:30:00+02",
    "2024-06-30 23:30+02",
    "2024-06-30 23:30:00 +0200",
    "2024-06-30 23:30:00.000000+02:00",
    "2024-06-30T23:30:00+0200",
    "2024-06-30 21:30:00 UTC",
    "2024-06-30 21:30:00 utc",
    "2024-06-30T21:30:00z",
    "2024-06-30 21:30:00 -0000",
    "2024-06-30 21:30 +0000",
    "2024-06-30 23:30:00 GMT+0200",
    "2024-06-30 23:30:00 GMT+2",
    "2024-06-30 23:30:00 UTC+02:00",
    "2024-06-30 19:30:00 UTC\u221202:00",
    "2024-06-30 23:30:00 CEST",
    "2024-06-30 23:30:00 MESZ",
    "2024-06-30 17:30:00.0 EDT",
    "2024-06-30 14:30 PDT",
    "2024-06-30 17:30:00 America/New_York",
    "2024-06-30T17:30:00.000 America/New_York",
    "2024-06-30T23:30:00+02:00[Europe/Berlin]",
    "2024-06-30T23:30:00[Europe/Berlin]",
    "2024-06-30 23:30:00 GMT+0200 (CEST)",
    "2024-06-30 11:30:00 PM",
    "2024-06-30 11:30 p.m.",
    "2024-06-30 11:30\u202fPM",
    "2024-06-30 9:30 PM UTC",
    "2024-06-30 11:30:00 p.m. +02",
    "Sun, 30 Jun 2024 23:30:00 +0200",
    "sun, 30 jun 2024 21:30 gmt",
    "30 June 2024 23:30",
    "30-Jun-24 23:30:00",
    "Sun, 30 Jun 2024 11:30 PM",
    "Sun, 30 Jun 2024 17:30:00 EDT",
    "Sun Jun 30 21:30:00 +0000 2024",
    "Sun Jun 30 23:30:00 CEST 2024",
    "Sun Jun 30 23:30:00 2024",
    "Jun 30, 2024 11:30 PM",
    "June 30, 2024, 11:30:00 p.m.",
    "Sunday, June 30, 2024 23:30",
    "Sun Jun 30 2024 23:30:00 GMT+0200 (Central European Summer Time)",
]
REFUSED = [
    "2024-06-30 23:30:00 IST",  # India, Ireland or Israel
    "2024-06-30 23:30:00 Nowhere/Town",
    "2024-06-30 23:30:00 +25:00",
    "2024-06-30 23:30:00 A",
    "2024-06-30 23:30:00 PM",
    "2024-06-30 0:30 AM",
    "2024-06-30 23:30:00 yesterday",
    "2024-06-30 23:30:00[]",
    "2024-06-30 24:30:00",
    "2024-02-30",
    "T23:30:00",
    "23:30",
    "20240630",
    "1719783000",
    "30/06/2024 23:30",
    "Sun, 30 Jun 2024 23:30:00 IST",
    "Sun, 31 Jun 2024 23:30:00 +0200",
    "30 Jum 2024 23:30",
    "01-02-24",  # 2024-02-01, 2024-01-02 or 2001-02-24
    "01-02-24T10:00:00Z",
    "05-06-24 10:00",
    "31-12-23",
    "24-06-30",
    "1-2-24 10:00 PM",
    "24-Jun-30T10:00",
    "30-Jun-24Z",
    "30-Jun-24T10:00",
    "Sun Jun 30 23:30:00 +0200",
    "Sun Jun 30 2023 23:30:00 2024",
    "",
    None,
]


def test_a_zone_is_honoured_in_every_notation(spark):
    found = read(spark, SAME)
    assert {text: each for text, each in zip(SAME, found, strict=True) if each != IN_SUMMER} == {}


def test_what_is_no_time_or_names_an_unknown_zone_is_refused(spark):
    assert {text: each for text, each in zip(REFUSED, read(spark, REFUSED), strict=True) if each is not None} == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-06-30 12:30 AM", datetime(2024, 6, 29, 22, 30, tzinfo=UTC)),
        ("2024-06-30 12:30 PM", datetime(2024, 6, 30, 10, 30, tzinfo=UTC)),
        ("2024-06-30Z", datetime(2024, 6, 30, tzinfo=UTC)),
        ("2024-06-30", datetime(2024, 6, 29, 22, tzinfo=UTC)),
        ("2024", datetime(2023, 12, 31, 23, tzinfo=UTC)),
        ("2024-03-31 02:30:00", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),  # never occurred: 03:30 summer time
        ("2024-10-27 02:30:00", datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),  # occurred twice: the earlier one
        ("1 Jan 2024", datetime(2023, 12, 31, 23, tzinfo=UTC)),
        ("30-Jun-24", datetime(2024, 6, 29, 22, tzinfo=UTC)),
        ("30-Jun-74", datetime(1974, 6, 29, 23, tzinfo=UTC)),
        ("1-Dec-2024", datetime(2024, 11, 30, 23, tzinfo=UTC)),
        ("Sun, 27 Oct 2024 02:30:00 CET", datetime(2024, 10, 27, 1, 30, tzinfo=UTC)),
        ("2024-10-27 02:30:00 CET", datetime(2024, 10, 27, 1, 30, tzinfo=UTC)),
        ("2024-06-30 23:30:00.123456789Z", datetime(2024, 6, 30, 23, 30, 0, 123456, tzinfo=UTC)),
    ],
)
def test_halves_of_the_day_days_alone_and_changes_of_clocks(spark, text, expected):
    assert read(spark, [text]) == [expected]


def test_a_day_is_the_day_in_the_zone(spark):
    assert read(spark, ["31-12-23", "31-Dec-23"], how=times.day) == [None, date(2023, 12, 31)]
    texts = ["2024-06-30", "2024-06-30T23:30:00Z", "2024-06-30 23:30", "1980-05-03T00:00:00.000Z", "2024-06-30 foo"]
    expected = [date(2024, 6, 30), date(2024, 7, 1), date(2024, 6, 30), date(1980, 5, 3), None]
    assert read(spark, texts, how=times.day) == expected


REFUSED_THERE = {
    "make_timestamp(2024, 2, 1, 0, 0, 0)",
    "timestamp_micros(1706774400000000)",
    "timestamp_seconds(1706774400)",
    "from_unixtime(1706774400)",
    "unix_timestamp(day, 'dd/MM/yyyy')",
    "date_trunc('day', timestamp_seconds(1706800000))",
    "to_timestamp(day, 'dd/MM/yyyy') >= timestamp_seconds(1706774400)",
    "to_timestamp(day, 'dd/MM/yyyy') = '2024-02-01'",
}
"""By the embedded engine, of a source in this zone."""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("to_timestamp(day, 'dd/MM/yyyy')", datetime(2024, 2, 1, 8, tzinfo=UTC)),
        ("to_date(day, 'dd/MM/yyyy')", date(2024, 2, 1)),
        ("cast(iso as timestamp)", datetime(2024, 2, 1, 8, tzinfo=UTC)),
        ("cast(iso || 'T00:00:00+01:00' as timestamp)", datetime(2024, 1, 31, 23, tzinfo=UTC)),
        ("make_timestamp(2024, 2, 1, 0, 0, 0)", datetime(2024, 2, 1, 8, tzinfo=UTC)),
        ("timestamp'2024-02-01 00:00:00'", datetime(2024, 2, 1, 8, tzinfo=UTC)),
        ("timestamp_micros(1706774400000000)", datetime(2024, 2, 1, 8, tzinfo=UTC)),
        ("timestamp_seconds(1706774400)", datetime(2024, 2, 1, 8, tzinfo=UTC)),
        ("from_unixtime(1706774400)", "2024-02-01 00:00:00"),  # text: local like any other
        ("unix_timestamp(day, 'dd/MM/yyyy')", 1706774400),
        ("date_trunc('day', timestamp_seconds(1706800000))", datetime(2024, 2, 1, 8, tzinfo=UTC)),
        ("to_timestamp(day, 'dd/MM/yyyy') >= timestamp_seconds(1706774400)", True),
        ("to_timestamp(day, 'dd/MM/yyyy') = '2024-02-01'", True),
    ],
)
def test_times_made_out_of_text_are_local_and_epochs_are_instants(spark, expression, expected):
    rows = sessions.frame(spark, [("01/02/2024", "2024-02-01")], "day string, iso string")
    if sessions.is_embedded(spark):
        try:
            expression = portable.portable(expression, timezone="America/Los_Angeles")
        except portable.NotPortable:  # conf that has it is refused there
            assert expression in REFUSED_THERE
            return
    with times.local_to(rows, "America/Los_Angeles") as settled:
        made = settled(rows.selectExpr(f"{expression} as found"))
    (row,) = made.selectExpr("found").collect()
    found = row["found"].astimezone(UTC) if isinstance(row["found"], datetime) else row["found"]
    assert found == expected
    assert spark.conf.get("spark.sql.session.timeZone") == "UTC"
