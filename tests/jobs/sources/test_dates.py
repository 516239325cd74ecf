"""Times in platforms' payloads."""

from datetime import UTC, datetime

import pytest

from jobs.sources import dates

IN_SUMMER = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 01 Jul 2024 01:30:00 +0200",
        "Mon, 1 Jul 2024 01:30 +0200",
        "01 July 2024 01:30:00 CEST",
        "Sun, 30 Jun 2024 23:30:00 GMT",
        "Sun, 30 Jun 2024 23:30:00 -0000",
        "Sun, 30 Jun 24 19:30:00 EDT",
        "30-Jun-2024 23:30:00 UT",
        "Sun, 30 Jun 2024 11:30 PM UTC",
        "Sun Jun 30 23:30:00 +0000 2024",
        "Mon Jul 01 2024 01:30:00 GMT+0200 (Central European Summer Time)",
        "2024-06-30T23:30:00Z",
        "2024-07-01 01:30:00+02",
        "2024-07-01T01:30:00+02:00[Europe/Berlin]",
        "2024-06-30 19:30:00 America/New_York",
        "20240630233000",
    ],
)
def test_one_reader_for_all_notations(text):
    assert dates.read(text) == IN_SUMMER
    assert dates.instant(dates.text(text)) == IN_SUMMER


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 01 Jul 2024 01:30:00 XYZ",
        "Mon, 32 Jul 2024 01:30:00 GMT",
        "yesterday",
        "Mon, 01 Juli 2024",
        "17:30",
        "1719",
    ],
)
def test_what_cannot_be_read_is_passed_on(text):
    assert dates.read(text) is None
    assert dates.text(text) == text


def test_a_time_without_a_zone_stays_without_one():
    assert dates.text("Mon, 01 Jul 2024 01:30:00") == "2024-07-01T01:30:00"
    assert dates.utc("2010-07-19T19:12:12.510") == "2010-07-19T19:12:12.510Z"
    assert dates.utc("2010-07-19T19:12:12Z") == "2010-07-19T19:12:12Z"


@pytest.mark.parametrize(
    ("client", "service", "expected"),
    [
        ("2026-11-26T13:30:00Z", "2026-11-27T13:30:00Z", "2026-11-26T13:30:00Z"),
        ("2030-01-01T00:00:00Z", "2026-11-27T13:30:00Z", "2026-11-27T13:30:00Z"),
        ("9999-12-31T23:59:59Z", "2026-11-27T13:30:00Z", "2026-11-27T13:30:00Z"),
        ("0001-01-01T00:00:00Z", "2026-11-27T13:30:00Z", "2026-11-27T13:30:00Z"),
        ("0000-00-00T00:00:00Z", "2026-11-27T13:30:00Z", "2026-11-27T13:30:00Z"),
        ("2014-05-28T12:00:12Z", "2026-11-27T13:30:00Z", "2014-05-28T12:00:12Z"),
        ("2026-11-27T14:00:00+02:00", "2026-11-27T13:30:00Z", "2026-11-27T14:00:00+02:00"),
        ("soon", "2026-11-27T13:30:00Z", "soon"),
        (None, "2026-11-27T13:30:00Z", "2026-11-27T13:30:00Z"),
        ("0001-01-01T00:00:00Z", None, "0001-01-01T00:00:00Z"),
        (None, None, None),
    ],
)
def test_the_earlier_of_the_clients_and_the_services_time_counts(client, service, expected):
    assert dates.earlier(client, service) == expected


def test_changes_after_creation_and_the_latest_of_times():
    assert dates.later("2024-07-01T01:00:00+02:00", "2024-06-30T23:30:00Z") is None
    assert dates.later("2024-07-01T02:00:00+02:00", "2024-06-30T23:30:00Z") == "2024-07-01T02:00:00+02:00"
    assert dates.latest(["2024-07-01T01:00:00+02:00", None, "2024-06-30T23:30:00Z"]) == "2024-06-30T23:30:00Z"


def test_seconds_and_milliseconds_since_1970():
    assert dates.epoch("1719790200") == dates.epoch(1719790200000, 1000) == "2024-06-30T23:30:00+00:00"
    assert dates.epoch("soon") == "soon"
