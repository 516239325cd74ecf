import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transformations.indicators.web import VISITS, daily_visits, web_indicators


@pytest.fixture(scope="module")
def rows(frame, at, by_group):
    views = [
        # view, visitor, session, page, at, engaged seconds
        ("1", "ada", "a", "/", at(2, 9), 10.0),
        ("2", "ada", "a", "/", at(2, 10), 5.0),
        ("3", "ada", "b", "/shop", at(3, 9), 0.0),
        ("4", "bob", "c", "/", at(3, 23), 20.5),  # 4 March in Berlin
        ("5", None, "d", "/", at(2, 9), 4.5),
    ]
    sessions = [
        # session, visitor, at, views, engaged, converted, device
        ("a", "ada", at(2, 9), 2, True, False, "Phone"),
        ("b", "ada", at(3, 9), 1, False, False, "Phone"),
        ("c", "bob", at(3, 23), 1, True, True, None),
        ("d", None, at(2, 9), 1, False, False, "Desktop"),
    ]
    clicks = [("link_click", False), ("link_click", None), ("link_click", True), ("page_view", False)]
    keys = ("view_id", "visitor_id", "session_id", "page_url", "started_at", "engaged_seconds")
    of_session = (
        "session_id",
        "visitor_id",
        "started_at",
        "views_count",
        "is_engaged",
        "has_conversion",
        "device_kind",
    )
    found = daily_visits(
        frame("silver.page_views", *(dict(zip(keys, row, strict=True)) | {"app_id": "shop"} for row in views)),
        frame(
            "silver.web_sessions", *(dict(zip(of_session, row, strict=True)) | {"app_id": "shop"} for row in sessions)
        ),
        frame(
            "silver.web_events",
            *(
                {"event_id": str(place), "event_name": name, "occurred_at": at(2), "is_bot": is_bot}
                for place, (name, is_bot) in enumerate(clicks)
            ),
        ),
        "Europe/Berlin",
    )
    return by_group(web_indicators(pa.table(found.toArrow()).cast(VISITS)))


def test_views_sessions_and_visitors_in_all(rows) -> None:
    total = {key[0]: (row["numerator"], row["denominator"]) for key, row in rows.items() if key[1] == key[3] == "all"}
    assert total == {
        "page_views": (5, None),
        "clicks": (2, None),  # one more is a bot's
        "visitors": (2, None),
        "time_on_page_seconds": (40, 5),
        "sessions": (4, None),
        "views_per_session": (5, 4),
        "bounce_ratio": (2, 4),
        "conversion_ratio": (1, 4),
        "repeat_visit_ratio": (1, 2),  # ada came twice
        "repeat_view_ratio": (1, 4),  # of the views whose visitor is known
    }
    assert rows["visitors", "all", None, "all", "all"]["coverage_ratio"] == 0.8


def test_stickiness_is_daily_visitors_of_monthly_ones(rows) -> None:
    """Ada on two days and bob on one, of two visitors on three days with data: 3 / (3 x 2)."""
    row = rows["stickiness", "month", "03-01", "all", "all"]
    assert (row["numerator"], row["denominator"], row["value"]) == (3, 6, 0.5)
    assert {key[1] for key in rows if key[0] == "stickiness"} == {"month"}


def test_days_are_those_of_the_company_and_dimensions_those_of_sessions(rows) -> None:
    assert rows["page_views", "day", "03-04", "app", "shop"]["value"] == 1
    assert ("page_views", "day", "03-05", "all", "all") not in rows
    assert rows["sessions", "all", None, "device", "Phone"]["value"] == 2
    assert rows["bounce_ratio", "day", "03-02", "all", "all"]["value"] == 0.5
    bounce = rows["bounce_ratio", "all", None, "all", "all"]
    assert 0 < bounce["confidence_low"] < 0.5 < bounce["confidence_high"] < 1


def test_without_clicks_or_visitors_these_are_unknown(by_group) -> None:
    visit = dict.fromkeys(VISITS.names, 0) | {"day": pd.Timestamp("2026-03-02").date(), "source": "web", "views": 1}
    visit |= dict.fromkeys(("app", "referrer", "device", "visitor_id"))
    rows = by_group(web_indicators(pa.Table.from_pylist([visit], VISITS)))
    total = {key[0]: (row["value"], row["missing_reason"]) for key, row in rows.items() if key[1] == key[3] == "all"}
    assert total["clicks"] == (None, "the tracker reports no clicks on links")
    assert total["visitors"] == (None, "no view names a visitor")
    assert total["sessions"] == (0, None)
    assert total["bounce_ratio"] == (None, "the denominator is 0")
    assert web_indicators(VISITS.empty_table()).num_rows == 0


visit = st.fixed_dictionaries(
    {
        "day": st.dates(pd.Timestamp("2026-02-25").date(), pd.Timestamp("2026-03-09").date()),
        "source": st.just("web"),
        "app": st.sampled_from(("shop", "blog")),
        "referrer": st.sampled_from(("search", "social", None)),
        "device": st.just(None),
        "visitor_id": st.sampled_from(("a", "b", "c", None)),
        "views": st.integers(0, 4),
        "repeat_views": st.just(0),
        "engaged_milliseconds": st.integers(0, 60_000),
        "clicks": st.integers(0, 2),
        "sessions": st.integers(0, 3),
        "session_views": st.integers(0, 9),
        "bounces": st.integers(0, 3),
        "conversions": st.just(0),
    }
)


@settings(max_examples=15, deadline=None)
@given(st.lists(visit, min_size=1, max_size=25))
def test_random_visits_agree_with_pandas_and_add_up(visits) -> None:
    rows = web_indicators(pa.Table.from_pylist(visits, VISITS)).to_pandas()
    frame = pd.DataFrame(visits)
    frame["month"] = pd.to_datetime(frame["day"]).dt.to_period("M").dt.start_time.dt.date
    value = rows.set_index(["indicator_id", "grain", "period_start", "dimension", "dimension_value"])["value"]
    for month, of_month in frame.groupby("month"):
        key = ("month", month, "all", "all")
        assert value[("page_views", *key)] == of_month["views"].sum()
        seen = of_month[of_month["views"] > 0]
        if len(seen) and seen["visitor_id"].notna().any():
            assert value[("visitors", *key)] == seen["visitor_id"].nunique()
        sessions = of_month["sessions"].sum()
        if sessions:
            assert value[("views_per_session", *key)] == pytest.approx(of_month["session_views"].sum() / sessions)
        of_visitor = of_month.groupby("visitor_id")["sessions"].sum()
        if (of_visitor > 0).any():
            expected = (of_visitor > 1).sum() / (of_visitor > 0).sum()
            assert value[("repeat_visit_ratio", *key)] == pytest.approx(expected)
    for indicator in ("page_views", "sessions", "clicks"):
        of = rows[rows["indicator_id"] == indicator]
        if of["value"].isna().any():
            continue
        by_grain = of[of["dimension"] == "all"].groupby("grain")["value"].sum()
        assert by_grain.nunique() == 1  # days, weeks and months add up to all
        by_app = of[of["grain"] == "all"].groupby("dimension")["value"].sum()
        assert by_app["app"] == by_app["all"]
