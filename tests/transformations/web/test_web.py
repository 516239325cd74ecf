"""Views and sessions out of a few literal events."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.engine.sessions import frame as framed
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.web.events import in_sessions
from transformations.web.sessions import web_sessions
from transformations.web.views import page_views

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
EVENTS = contract("silver.web_events")
BEATS = {"heartbeat_seconds": 10, "min_visit_seconds": 5}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def events(spark: SparkSession):
    """events({…}, …): a page_view at noon in session s of visitor v, unless it says otherwise; ids count up from e0."""

    def make(*rows: dict) -> DataFrame:
        default = {
            "source": "shop",
            "event_name": "page_view",
            "occurred_at": NOON,
            "visitor_id": "v",
            "session_id": "s",
            "view_id": "p1",
        }
        full = [{"event_id": f"e{place}", **default, **row} for place, row in enumerate(rows)]
        table = pa.Table.from_pylist(full, arrow.schema_of(EVENTS))
        return framed(spark, table, EVENTS.ddl)

    return make


def kept(events: DataFrame) -> DataFrame:
    return in_sessions(events, max_session_days=3, days_late_allowed=3)


def views(events: DataFrame) -> list[dict]:
    rows = page_views(kept(events), **BEATS).toArrow().to_pylist()
    return sorted(rows, key=lambda row: (row["session_id"], row["view_number"]))


def sessions(events: DataFrame) -> list[dict]:
    return sorted(web_sessions(kept(events), **BEATS).toArrow().to_pylist(), key=lambda row: row["session_id"])


def ping(seconds: float, **other) -> dict:
    return {"event_name": "page_ping", "occurred_at": at(seconds), "device_created_at": at(seconds), **other}


def test_what_does_not_count(events) -> None:
    days = timedelta(days=1)
    found = kept(
        events(
            {"event_id": "first"},
            {"event_id": "no session", "session_id": None},
            {"event_id": "a program", "is_bot": True},
            {"event_id": "at last in time", "occurred_at": NOON, "collected_at": NOON + 3 * days},
            {"event_id": "too late", "occurred_at": NOON, "collected_at": NOON + 3 * days + timedelta(seconds=1)},
            {"event_id": "session too long", "occurred_at": NOON + 3 * days + timedelta(seconds=1)},
            {"event_id": "of another session", "session_id": "t", "occurred_at": NOON + 4 * days},
        )
    )
    assert {row["event_id"] for row in found.collect()} == {"first", "at last in time", "of another session"}


def test_a_session_has_the_visitor_that_it_began_with(events) -> None:
    found = kept(
        events(
            {"visitor_id": "b", "occurred_at": at(2)},
            {"visitor_id": "a", "occurred_at": at(3)},
            {"visitor_id": None, "occurred_at": at(1)},
        )
    )
    assert {row["visitor_id"] for row in found.collect()} == {"b"}


def test_a_view_is_the_first_of_its_id_and_ends_with_its_last_ping(events) -> None:
    first, second = views(
        events(
            {"occurred_at": at(1.9), "page_url": "again", "user_id": "u"},
            {"occurred_at": at(0.9), "page_url": "/a", "page_title": "A", "referrer_url": "/from", "app_id": "shop"},
            {"event_name": "link_click", "occurred_at": at(90)},
            ping(15.2),
            ping(61),
            {"view_id": "p2", "occurred_at": at(70), "page_url": "/b"},
            {"view_id": None, "page_url": "of no view"},
            ping(80, view_id="never seen"),
            ping(99, session_id="t"),
        )
    )
    assert first == {
        "source": "shop",
        "view_id": "p1",
        "session_id": "s",
        "visitor_id": "v",
        "user_id": None,
        "app_id": "shop",
        "page_url": "/a",
        "page_title": "A",
        "referrer_url": "/from",
        "started_at": at(0.9),
        "ended_at": at(61),
        "view_number": 1,
        "engaged_seconds": 15.0,
        "absolute_seconds": 61.0,
        "scroll_depth_ratio": None,
    }
    assert (second["view_id"], second["view_number"], second["page_url"]) == ("p2", 2, "/b")
    assert (second["ended_at"], second["engaged_seconds"], second["absolute_seconds"]) == (at(70), 0.0, 0.0)


@pytest.mark.parametrize(
    ("pings", "seconds"), [([], 0.0), ([5], 5.0), ([5, 9.9], 5.0), ([5, 10], 15.0), ([5, 15, 25, 300], 35.0)]
)
def test_engaged_time_counts_heartbeats_with_a_ping(events, pings: list[float], seconds: float) -> None:
    (view,) = views(events({}, *(ping(second) for second in pings)))
    assert view["engaged_seconds"] == seconds


def test_heartbeats_go_by_the_devices_clock(events) -> None:
    late = ping(5) | {"occurred_at": at(12)}
    (view,) = views(events({}, ping(8), late))
    assert (view["engaged_seconds"], view["ended_at"]) == (5.0, at(12))


SCROLLED = {
    "never scrolled: the window shows a part": ([(None, 500, 2000)], 0.25),
    "scrolled, and the window shows more below": ([(None, 500, 2000), (800, 500, 2000), (300, 500, 2000)], 0.65),
    "the page grew": ([(None, 500, 500), (500, 500, 4000)], 0.25),
    "past the end": ([(None, 500, 2000), (5000, 500, 2000)], 1.0),
    "before the beginning": ([(None, 500, 2000), (-80, 500, 2000)], 0.25),
    "to the hundredth": ([(None, 333, 1000)], 0.33),
    "a page without a height": ([(None, 500, 0)], None),
    "nothing measured": ([(None, None, None)], None),
    "no window": ([(100, None, 1000)], None),
}


def test_scroll_depth(events) -> None:
    rows = [
        {
            "view_id": what,
            "event_name": "page_ping" if place else "page_view",
            "scrolled_pixels": scrolled,
            "window_pixels": window,
            "page_pixels": page,
        }
        for what, (seen, _) in SCROLLED.items()
        for place, (scrolled, window, page) in enumerate(seen)
    ]
    clicked = {"view_id": "nothing measured", "event_name": "link_click", "window_pixels": 9, "page_pixels": 10}
    found = {view["view_id"]: view["scroll_depth_ratio"] for view in views(events(*rows, clicked))}
    assert found == {what: ratio for what, (_, ratio) in SCROLLED.items()}


def test_a_session(events) -> None:
    (session,) = sessions(
        events(
            {"event_name": "consent", "occurred_at": at(-2), "page_url": "/banner", "view_id": "p1", "country": "FR"},
            {
                "occurred_at": at(0.5),
                "page_url": "/a",
                "user_id": None,
                "traffic_source": "mail",
                "referrer_url": "/from",
                "session_number": 4,
                "country": "DE",
                "network_user_id": "n",
                "device_kind": "Phone",
            },
            ping(6),
            ping(17),
            {"occurred_at": at(20), "page_url": "/b", "view_id": "p2", "user_id": "u", "traffic_source": "none"},
            ping(26, view_id="p2"),
            {
                "event_name": "transaction",
                "occurred_at": at(40),
                "view_id": None,
                "is_conversion": True,
                "page_url": "/c",
            },
        )
    )
    assert {key: value for key, value in session.items() if value is not None} == {
        "source": "shop",
        "session_id": "s",
        "visitor_id": "v",
        "network_user_id": "n",
        "known_user_id": "u",
        "session_number": 4,
        "started_at": at(-2),
        "ended_at": at(40),
        "landing_url": "/a",
        "exit_url": "/b",
        "referrer_url": "/from",
        "traffic_source": "mail",
        "country": "DE",
        "device_kind": "Phone",
        "views_count": 2,
        "events_count": 7,
        "engaged_seconds": 20.0,
        "absolute_seconds": 42.0,
        "is_engaged": True,
        "has_conversion": True,
    }


def test_a_session_that_begins_with_a_ping_began_before_it(events) -> None:
    (session,) = sessions(events(ping(60.5, page_url="/a"), ping(70.5, page_url="/a")))
    assert (session["started_at"], session["ended_at"]) == (at(55.5), at(70.5))
    assert (session["engaged_seconds"], session["absolute_seconds"]) == (15.0, 15.0)
    assert (session["landing_url"], session["exit_url"], session["views_count"]) == ("/a", "/a", 1)


def test_without_a_view_or_a_ping_there_is_no_session(events) -> None:
    found = events(
        {"event_name": "link_click"},
        {"session_id": "t", "view_id": None},
        {"session_id": "u", "event_name": "screen_view"},
    )
    assert [session["session_id"] for session in sessions(found)] == ["u"]


ENGAGED = {
    "one view": ([{}], False),
    "two views": ([{}, {"view_id": "p2"}], True),
    "one view, one heartbeat and a half": ([{}, ping(5), ping(15)], False),
    "one view, two heartbeats and a half": ([{}, ping(5), ping(15), ping(25)], True),
    "one view that converts": ([{"is_conversion": True}], True),
}


def test_engaged_sessions(events) -> None:
    rows = [
        {"session_id": what, **row, "view_id": what + row.get("view_id", "")}
        for what, (of_session, _) in ENGAGED.items()
        for row in of_session
    ]
    found = {session["session_id"]: session["is_engaged"] for session in sessions(events(*rows))}
    assert found == {what: is_engaged for what, (_, is_engaged) in ENGAGED.items()}


def test_who_logs_in_once_is_known_in_the_browsers_other_sessions(events) -> None:
    found = sessions(
        events(
            {"session_id": "1"},
            {"session_id": "2", "user_id": "old", "occurred_at": at(10)},
            {"session_id": "3", "user_id": "new", "occurred_at": at(20)},
            {"session_id": "4", "visitor_id": "w", "occurred_at": at(30)},
            {"session_id": "5", "visitor_id": None, "user_id": "x", "occurred_at": at(40)},
        )
    )
    assert [(s["user_id"], s["known_user_id"]) for s in found] == [
        (None, "new"),
        ("old", "new"),
        ("new", "new"),
        (None, None),
        ("x", None),
    ]


def test_columns_are_those_of_the_contracts(events) -> None:
    one = kept(events({}))
    assert set(page_views(one, **BEATS).columns) == set(contract("silver.page_views").names) - {"run_id"}
    assert set(web_sessions(one, **BEATS).columns) == set(contract("silver.web_sessions").names) - {"run_id"}


def test_sites_that_give_the_same_ids_stay_apart(events) -> None:
    """Sessions, views and visitors count within their source, whatever IDs another one gives."""
    rows = events(
        {"source": "shop", "user_id": "ada"},
        {"source": "shop", "occurred_at": at(30), "view_id": "p2"},
        {"source": "blog"},
    )
    found = {row["source"]: (row["views_count"], row["known_user_id"]) for row in sessions(rows)}
    assert found == {"shop": (2, "ada"), "blog": (1, None)}
    assert sorted((row["source"], row["view_id"], row["view_number"]) for row in views(rows)) == [
        ("blog", "p1", 1),
        ("shop", "p1", 1),
        ("shop", "p2", 2),
    ]
