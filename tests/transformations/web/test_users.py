from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.web.users import web_users

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
TABLE = contract("silver.web_sessions")


@pytest.fixture(scope="module")
def users(spark) -> dict[tuple, dict]:
    rows = [
        # session, visitor, user of the session, user last known, hours after noon, page
        ("a", "phone", None, "ada", 0, "/home"),  # before the login
        ("b", "phone", "ada", "ada", 2, "/shop"),
        ("c", "laptop", "ada", "ada", 1, "/faq"),  # another browser
        ("d", "tablet", None, None, 0, "/home"),
        ("e", "tablet", None, None, 0, "/faq"),  # began together with d, ended later
        ("f", None, "bob", None, 0, "/home"),  # without cookies, logged in
        ("g", None, None, None, 0, "/home"),  # nobody knows whose
        ("h", "ada", None, None, 0, "/home"),  # a browser with the ID that a user has
    ]
    found = [
        {
            "source": "site",
            "session_id": session,
            "visitor_id": visitor,
            "user_id": user,
            "known_user_id": known,
            "started_at": NOON + timedelta(hours=hours),
            "ended_at": NOON + timedelta(hours=hours, minutes=9 if session == "e" else 5),
            "landing_url": page,
            "exit_url": page,
            "referrer_medium": None if session == "a" else "search",
            "views_count": 2,
            "engaged_seconds": 15.0,
            "has_conversion": session == "c",
        }
        for session, visitor, user, known, hours, page in rows
    ]
    frame = sessions.frame(spark, pa.Table.from_pylist(found, arrow.schema_of(TABLE)), TABLE.ddl)
    return {(row["web_user_id"], row["is_known"]): row for row in web_users(frame).toArrow().to_pylist()}


def test_visitors_are_stitched_by_their_logins(users) -> None:
    ada = users["ada", True]
    assert (ada["visitors_count"], ada["sessions_count"], ada["views_count"], ada["engaged_seconds"]) == (2, 3, 6, 45)
    assert (ada["first_visit_at"], ada["last_visit_at"]) == (NOON, NOON + timedelta(hours=2, minutes=5))
    assert (ada["landing_url"], ada["exit_url"], ada["has_conversion"]) == ("/home", "/shop", True)
    assert ada["referrer_medium"] is None  # of the first session, which has none


def test_who_never_logged_in_is_a_browser_and_nobody_is_left_out(users) -> None:
    assert set(users) == {("ada", True), ("bob", True), ("tablet", False), ("ada", False)}
    tablet = users["tablet", False]
    assert (tablet["landing_url"], tablet["exit_url"], tablet["sessions_count"]) == ("/home", "/faq", 2)
    assert users["bob", True]["visitors_count"] == 0
