"""The web tracker's public test data (Snowplow) against the views, sessions and visitors that they are known to become.

What differs from them, and why:

- is_engaged is not compared: there each page view is made a conversion, which engages every session with one, and one
  session is called engaged by its id.
- stitched_user_id is compared with known_user_id, domain_userid with visitor_id.
- Columns that no contract has (the visitor's machine address, scrolling sideways, parts of addresses, versions of
  browsers) are left out.
"""

import csv
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from jobs import settings as conf
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, execute
from transformations.indicators.web import VISITS, daily_visits, web_indicators

EXAMPLE = Path(__file__).resolve().parents[2] / "conf" / "examples" / "snowplow_web"

VIEW = {
    "view_id": "view_id",
    "domain_sessionid": "session_id",
    "domain_userid": "visitor_id",
    "user_id": "user_id",
    "start_tstamp": "started_at",
    "end_tstamp": "ended_at",
    "app_id": "app_id",
    "page_url": "page_url",
    "page_title": "page_title",
    "page_referrer": "referrer_url",
    "page_view_in_session_index": "view_number",
    "engaged_time_in_s": "engaged_seconds",
    "absolute_time_in_s": "absolute_seconds",
    "vertical_percentage_scrolled": "scroll_depth_ratio",
}
SESSION = {
    "domain_sessionid": "session_id",
    "domain_userid": "visitor_id",
    "network_userid": "network_user_id",
    "user_id": "user_id",
    "stitched_user_id": "known_user_id",
    "domain_sessionidx": "session_number",
    "start_tstamp": "started_at",
    "end_tstamp": "ended_at",
    "app_id": "app_id",
    "first_page_url": "landing_url",
    "last_page_url": "exit_url",
    "referrer": "referrer_url",
    "refr_medium": "referrer_medium",
    "refr_source": "referrer_source",
    "mkt_medium": "traffic_medium",
    "mkt_source": "traffic_source",
    "mkt_term": "traffic_term",
    "mkt_content": "traffic_content",
    "mkt_campaign": "traffic_campaign",
    "geo_country": "country",
    "device_class": "device_kind",
    "agent_name": "browser",
    "operating_system_name": "operating_system",
    "page_views": "views_count",
    "total_events": "events_count",
    "engaged_time_in_s": "engaged_seconds",
    "absolute_time_in_s": "absolute_seconds",
}
NUMBERS = {"engaged_seconds", "absolute_seconds", "views_count", "events_count", "view_number", "session_number"}


@pytest.fixture(scope="module")
def lake(shared_data, spark, tmp_path_factory) -> Lake:
    patch = pytest.MonkeyPatch()
    patch.setenv("SCRM_DATA", str(shared_data))
    patch.setenv("SCRM_LAKE", str(tmp_path_factory.mktemp("snowplow_web")))
    settings = conf.load(EXAMPLE)
    patch.undo()
    lake = Lake(settings.base.lake.root, lambda: spark)
    report = execute(settings, Choice(stages=("land", "silver", "enrich")), lake=lake)
    assert (report.exit_code, report.message) == (0, "")
    return lake


def known(shared_data: Path, name: str, columns: dict[str, str] | None = None) -> list[dict]:
    """Rows that the events should become, in our names and types; without columns as they stand."""
    path = shared_data / "snowplow_web" / "expected" / f"snowplow_unified_{name}_expected.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [{ours: _read(ours, row[theirs]) for theirs, ours in columns.items()} for row in rows] if columns else rows


def _read(name: str, text: str) -> object:
    if not text:
        return None
    if name.endswith("_at"):
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    if name == "scroll_depth_ratio":
        return float(text) / 100
    return float(text) if name in NUMBERS else text


def found(lake: Lake, table: str, columns: dict[str, str]) -> list[dict]:
    return lake.arrow(table, list(columns.values())).to_pylist()


def by(key: str, rows: list[dict]) -> list[dict]:
    return sorted(rows, key=lambda row: row[key])


def test_every_event_is_accounted_for(lake: Lake) -> None:
    (account,) = lake.rows("ops.row_accounts", "table_name = 'silver.web_events'")
    terms = ("emitted", "accepted", "superseded", "duplicate", "quarantined")
    # Three events came twice, one of them later; one event of an app has no id.
    assert {term: account[term] for term in terms} == {
        "emitted": 161,
        "accepted": 157,
        "superseded": 1,
        "duplicate": 2,
        "quarantined": 1,
    }
    (refused,) = lake.rows("quarantine.web_events")
    assert [reason["code"] for reason in refused["reasons"]] == ["event_id.required"]
    assert row_accounts.mistakes(lake) == []


def test_of_an_event_that_came_twice_the_first_stands(lake: Lake) -> None:
    (event,) = lake.rows("silver.web_events", "event_id = '9e983d4a-e07c-4858-8e97-bdb7feb31241'")
    assert event["collected_at"] == datetime(2021, 3, 3, 21, 27, 32, 696_000, UTC)


def test_views(lake: Lake, shared_data: Path) -> None:
    expected = by("view_id", known(shared_data, "views", VIEW))
    assert len(expected) == 43
    assert by("view_id", found(lake, "silver.page_views", VIEW)) == expected


def test_sessions(lake: Lake, shared_data: Path) -> None:
    expected = by("session_id", known(shared_data, "sessions", SESSION))
    assert len(expected) == 18
    assert by("session_id", found(lake, "silver.web_sessions", SESSION)) == expected


def test_engaged_sessions(lake: Lake) -> None:
    rows = lake.rows("silver.web_sessions")
    engaged = {row["session_id"] for row in rows if row["is_engaged"]}
    assert engaged == {row["session_id"] for row in rows if row["views_count"] > 1}
    assert len(engaged) == 9
    assert not any(row["has_conversion"] for row in rows)


def test_visitors(lake: Lake, shared_data: Path) -> None:
    expected = known(shared_data, "users")
    assert len(expected) == 11
    visitors: dict[str, list[dict]] = defaultdict(list)
    rows = lake.rows("silver.web_sessions", "visitor_id is not null")
    # One visitor began two sessions at the same instant: the first is the one that ended first.
    for row in sorted(rows, key=lambda row: (row["started_at"], row["ended_at"])):
        visitors[row["visitor_id"]].append(row)
    counted = {
        visitor: (
            rows[0]["started_at"],
            max(row["ended_at"] for row in rows),
            sum(row["views_count"] for row in rows),
            len(rows),
            sum(row["engaged_seconds"] for row in rows),
            rows[0]["landing_url"],
        )
        for visitor, rows in visitors.items()
    }
    assert counted == {
        row["domain_userid"]: (
            _read("started_at", row["start_tstamp"]),
            _read("ended_at", row["end_tstamp"]),
            int(row["page_views"]),
            int(row["sessions"]),
            float(row["engaged_time_in_s"]),
            row["first_page_url"],
        )
        for row in expected
    }


def test_users_are_the_known_visitors_by_their_logins(lake: Lake, shared_data: Path) -> None:
    expected = known(shared_data, "users")
    rows = {row["web_user_id"]: row for row in lake.rows("silver.web_users")}
    # Nobody has two browsers; there a user is a browser, and who came without its cookie is none.
    without_cookie = {name for name, row in rows.items() if row["visitors_count"] == 0}
    assert len(without_cookie) == 1
    # One browser had two logins; there it keeps the first user's name, in the sessions it has the last one's.
    stitched = {row["visitor_id"]: row["known_user_id"] for row in known(shared_data, "sessions", SESSION)}
    assert set(rows) - without_cookie == {stitched[row["domain_userid"]] for row in expected}
    for row in expected:
        its = rows[stitched[row["domain_userid"]]]
        assert (its["is_known"], its["visitors_count"]) == (True, 1)
        assert (its["first_visit_at"], its["last_visit_at"]) == (
            _read("started_at", row["start_tstamp"]),
            _read("ended_at", row["end_tstamp"]),
        )
        assert (its["views_count"], its["sessions_count"]) == (int(row["page_views"]), int(row["sessions"]))
        assert its["engaged_seconds"] == float(row["engaged_time_in_s"])
        assert (its["landing_url"], its["referrer_url"]) == (row["first_page_url"], row["referrer"] or None)
        assert (its["traffic_medium"], its["traffic_campaign"]) == (
            row["mkt_medium"] or None,
            row["mkt_campaign"] or None,
        )


def test_indicators_of_the_web_are_those_of_the_known_views_and_sessions(lake: Lake, shared_data: Path) -> None:
    names = ("silver.page_views", "silver.web_sessions", "silver.web_events")
    visits = daily_visits(*(lake.read(name) for name in names), timezone="UTC").toArrow()
    rows = web_indicators(pa.table(visits).cast(VISITS)).to_pylist()
    total = {row["indicator_id"]: row for row in rows if row["grain"] == "all" and row["dimension"] == "all"}
    views, sessions = known(shared_data, "views", VIEW), known(shared_data, "sessions", SESSION)
    assert total["page_views"]["value"] == len(views) == 43
    assert total["sessions"]["value"] == len(sessions) == 18
    assert total["visitors"]["value"] == len({row["visitor_id"] for row in views} - {None})
    assert total["time_on_page_seconds"]["numerator"] == sum(row["engaged_seconds"] for row in views)
    assert total["views_per_session"]["numerator"] == sum(row["views_count"] for row in sessions)
    assert (total["bounce_ratio"]["numerator"], total["conversion_ratio"]["numerator"]) == (9, 0)
    of_visitor = Counter(row["visitor_id"] for row in sessions if row["visitor_id"])
    returning = sum(count > 1 for count in of_visitor.values())
    assert total["repeat_visit_ratio"]["value"] == pytest.approx(returning / len(of_visitor))
