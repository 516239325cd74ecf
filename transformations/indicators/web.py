"""Indicators of the web site: views, visitors, sessions."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.parts import Family, Parts, indicator_rows

_TEXTS = ("source", "app", "referrer", "device", "visitor_id")
_COUNTS = (
    "views",
    "repeat_views",
    "engaged_milliseconds",
    "clicks",
    "sessions",
    "session_views",
    "bounces",
    "conversions",
)
VISITS = pa.schema(
    [("day", pa.date32()), *((name, pa.string()) for name in _TEXTS), *((name, pa.int64()) for name in _COUNTS)]
)
"""Schema of the collected result of `daily_visits`."""
CLICK = "link_click"
"""Event of the web tracker for a click on a link."""

_COUNTED = {
    "views": ("views", "cast(1 as bigint)"),
    "engaged_milliseconds": ("views", "cast(engaged_seconds * 1000 as bigint)"),
    "clicks": ("clicks", "cast(1 as bigint)"),
    "sessions": ("sessions", "cast(1 as bigint)"),
    "session_views": ("sessions", "views_count"),
    "bounces": ("sessions", "if(is_engaged, cast(0 as bigint), cast(1 as bigint))"),
    "conversions": ("sessions", "if(has_conversion, cast(1 as bigint), cast(0 as bigint))"),
}
"""Count -> the rows that it is summed over, and what is summed."""


def daily_visits(page_views: DataFrame, web_sessions: DataFrame, web_events: DataFrame, timezone: str) -> DataFrame:
    """Views, sessions and clicks per day and visitor, in one statement.

    Engaged time is added up in whole milliseconds, so that its sum does not depend on the order of rows.

    Args: silver.page_views, silver.web_sessions, silver.web_events; timezone: of the days.
    Returns: the columns of VISITS: day (of the view, of the session's beginning, of the click), source, app, referrer and
        device (sessions only), visitor_id (null: all unknown ones), and the counts.
    """
    views = _of("views", page_views, "started_at", timezone)
    keys = ["day", *_TEXTS]
    pages = views.groupBy(*keys, "page").agg(*_summed("views"))
    is_repeat = "if(visitor_id is not null and page is not null, views - 1, cast(0 as bigint))"
    pages = pages.withColumn("repeat_views", F.expr(is_repeat))
    of_views = pages.groupBy(*keys).agg(*(F.sum(name).alias(name) for name in _COUNTS))
    others = [
        _of("sessions", web_sessions, "started_at", timezone).groupBy(*keys).agg(*_summed("sessions")),
        _of(
            "clicks",
            web_events.where(f"event_name = '{CLICK}' and not coalesce(is_bot, false)"),
            "occurred_at",
            timezone,
        )
        .groupBy(*keys)
        .agg(*_summed("clicks")),
    ]
    found = of_views.select(*VISITS.names)
    for rows in others:
        found = found.unionAll(rows.select(*VISITS.names))
    return found


def _of(kind: str, rows: DataFrame, time: str, timezone: str) -> DataFrame:
    referrer, device = ("referrer_medium", "device_kind") if kind == "sessions" else ("null", "null")
    page = "page_url" if kind == "views" else "null"
    return rows.select(
        F.to_date(F.from_utc_timestamp(time, timezone)).alias("day"),
        "source",
        F.col("app_id").alias("app"),
        F.expr(f"cast({referrer} as string)").alias("referrer"),
        F.expr(f"cast({device} as string)").alias("device"),
        "visitor_id",
        F.expr(f"cast({page} as string)").alias("page"),
        *(F.expr(sql).alias(name) for name, (of, sql) in _COUNTED.items() if of == kind),
    )


def _summed(kind: str) -> list:
    return [
        (F.sum(name) if _COUNTED.get(name, ("",))[0] == kind else F.lit(0).cast("bigint")).alias(name)
        for name in _COUNTS
    ]


def page_views() -> Parts:
    """Views."""
    return Parts("views", "views")


def clicks() -> Parts:
    """Clicks; null where the tracker never reports one."""
    return Parts("if(any_clicks > 0, clicks, null)", "clicks", unmeasured="'the tracker reports no clicks on links'")


def visitors() -> Parts:
    """Distinct visitors with a view; null where there are views and none names a visitor."""
    return Parts(
        "if(views > 0 and known_views = 0, null, viewers)",
        "views",
        measured="known_views",
        in_scope="views",
        unmeasured="'no view names a visitor'",
    )


def time_on_page_seconds() -> Parts:
    """Engaged time / views."""
    return Parts("engaged_milliseconds / 1000::decimal(18, 4)", "views", denominator="views")


def stickiness() -> Parts:
    """Days of visitors / (days x visitors)."""
    return Parts(
        "visitor_days", "views", denominator="viewers * observed_days", measured="known_views", in_scope="views"
    )


def sessions() -> Parts:
    """Sessions."""
    return Parts("sessions", "sessions")


def views_per_session() -> Parts:
    """Views of sessions / sessions."""
    return Parts("session_views", "sessions", denominator="sessions")


def bounce_ratio() -> Parts:
    """Sessions that are not engaged / sessions."""
    return Parts("bounces", "sessions", denominator="sessions")


def conversion_ratio() -> Parts:
    """Sessions with a conversion / sessions."""
    return Parts("conversions", "sessions", denominator="sessions")


def repeat_visit_ratio() -> Parts:
    """Visitors with two sessions or more / visitors with a session."""
    return Parts("came_again", "sessions", denominator="visiting", measured="known_sessions", in_scope="sessions")


def repeat_view_ratio() -> Parts:
    """Views of a page beyond the first of the visitor's day / views by known visitors."""
    return Parts("repeat_views", "known_views", denominator="known_views", measured="known_views", in_scope="views")


PARTS = {
    its.__name__: its
    for its in (
        page_views,
        clicks,
        visitors,
        time_on_page_seconds,
        stickiness,
        sessions,
        views_per_session,
        bounce_ratio,
        conversion_ratio,
        repeat_visit_ratio,
        repeat_view_ratio,
    )
}
_KNOWN = "visitor is not null"
_OF_VISITOR = {name: f"sum(its.{name})" for name in _COUNTS} | {
    "viewed_days": "count(distinct day) filter (its.views > 0)"
}
_OF_ALL = {name: f"sum({name})" for name in _COUNTS} | {
    "known_views": f"coalesce(sum(views) filter ({_KNOWN}), 0)",
    "known_sessions": f"coalesce(sum(sessions) filter ({_KNOWN}), 0)",
    "viewers": f"count(*) filter ({_KNOWN} and views > 0)",
    "visitor_days": f"coalesce(sum(viewed_days) filter ({_KNOWN}), 0)",
    "visiting": f"count(*) filter ({_KNOWN} and sessions > 0)",
    "came_again": f"count(*) filter ({_KNOWN} and sessions > 1)",
}


def web_indicators(visits: pa.Table) -> pa.Table:
    """Views, visitors, time, sessions and what became of them.

    Args: visits: the columns of VISITS.
    Returns: the columns of parts.ROWS.
    """
    with duckdb.connect() as connection:
        connection.register("visits", visits)
        facts = connection.sql("select *, source || chr(0) || visitor_id as visitor from visits").to_arrow_table()
    ends = pc.min_max(visits["day"]).as_py()
    first, last = ends["min"], ends["max"]
    if first is None:
        return indicator_rows(_family(0, "null"), rows=facts)
    any_clicks = pc.sum(visits["clicks"]).as_py() or 0
    month_end = "(period_start + interval 1 month)::date"
    days = f"least({month_end}, date '{last}' + 1) - greatest(period_start, date '{first}')"
    return indicator_rows(_family(any_clicks, days), rows=facts)


def _family(any_clicks: int, observed_days: str) -> Family:
    return Family(
        {name: parts() for name, parts in PARTS.items()},
        _OF_ALL,
        one=("app", "referrer", "device"),
        over_groups={"any_clicks": str(any_clicks), "observed_days": observed_days},
        by="visitor",
        of_each=_OF_VISITOR,
    )
