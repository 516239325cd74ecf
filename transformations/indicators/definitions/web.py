"""Indicators of the web site, as Snowplow defines them."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import ALL_GRAINS, Indicator

_EVENTS = ("silver.web_events.occurred_at", "silver.web_events.event_name")
_BROWSER = "A visitor is a browser: one person may use several, and several persons one."
_of_views = partial(
    Indicator,
    dimensions=("all", "app"),
    better="up",
    process="website use",
    objective="cross_selling",
    source_tables=("silver.page_views",),
    needs=(*_EVENTS, "silver.web_events.view_id"),
)
_of_sessions = partial(
    Indicator,
    dimensions=("all", "app", "referrer", "device"),
    better="up",
    process="website use",
    objective="cross_selling",
    source_tables=("silver.web_sessions",),
    needs=(*_EVENTS, "silver.web_events.session_id"),
)

INDICATORS = (
    _of_views(
        indicator_id="page_views",
        name="Page views",
        definition="Views of pages and screens by people; those of bots and repeated events are left out.",
        formula="count of views",
        unit="views",
        aggregation="sum",
        caution="A view is no interest: see time_on_page_seconds.",
    ),
    _of_views(
        indicator_id="clicks",
        name="Clicks on links",
        definition="Clicks on links that the tracker reports (event link_click). Null where it reports none at all.",
        formula="count of events link_click",
        unit="clicks",
        aggregation="sum",
        source_tables=("silver.web_events",),
        needs=_EVENTS,
        caution="Trackers report clicks only where they are told to, often on links to other sites alone.",
    ),
    _of_views(
        indicator_id="visitors",
        name="Visitors",
        definition="Distinct visitors with a page view. coverage_ratio is the share of the views whose visitor is known.",
        formula="count of distinct visitor_id with a view",
        unit="visitors",
        aggregation="distinct",
        needs=(*_EVENTS, "silver.web_events.view_id", "silver.web_events.visitor_id"),
        caution=_BROWSER,
    ),
    _of_views(
        indicator_id="time_on_page_seconds",
        name="Time on a page",
        definition="Mean engaged time per view: only time with activity counts, as the tracker's pings show it.",
        formula="sum of engaged_seconds / views",
        unit="seconds",
        aggregation="ratio",
        caution="Views without a ping count as 0 seconds: the last seconds before leaving are never seen.",
    ),
    _of_views(
        indicator_id="stickiness",
        name="Stickiness",
        definition="Mean daily visitors per monthly visitor, over the days of the month between the first and the last day "
        "with data: 1 when every visitor comes every day.",
        formula="sum over the days of daily visitors / (days x monthly visitors)",
        unit="ratio",
        aggregation="ratio",
        grains=("month",),
        needs=(*_EVENTS, "silver.web_events.visitor_id"),
        caution=f"{_BROWSER} In the first month and the last it is over few days, and higher.",
    ),
    _of_sessions(
        indicator_id="sessions",
        name="Sessions",
        definition="Sessions of people on the site, by the day on which they began.",
        formula="count of sessions",
        unit="sessions",
        aggregation="sum",
        caution="The tracker ends a session after its own pause, usually 30 minutes: one visit with a long break is two.",
    ),
    _of_sessions(
        indicator_id="views_per_session",
        name="Views per session",
        definition="Mean number of pages viewed in a session.",
        formula="views in sessions / sessions",
        unit="views",
        aggregation="ratio",
        caution="High where people like the site, and where they do not find what they look for.",
    ),
    _of_sessions(
        indicator_id="bounce_ratio",
        name="Bounces",
        definition="Share of the sessions that were not engaged: fewer than two views, less engaged time than two heartbeats "
        "(10 seconds each unless conf says otherwise), and no conversion.",
        formula="1 - engaged sessions / sessions, as sessions that are not engaged / sessions",
        unit="ratio",
        aggregation="ratio",
        better="down",
        interval="wilson",
        caution="Who finds the answer on the first page and leaves may count as a bounce.",
    ),
    _of_sessions(
        indicator_id="conversion_ratio",
        name="Conversions",
        definition="Share of the sessions with a conversion: what the site wants visitors to do, as conf maps is_conversion.",
        formula="sessions with a conversion / sessions",
        unit="ratio",
        aggregation="ratio",
        interval="wilson",
        needs=(*_EVENTS, "silver.web_events.session_id", "silver.web_events.is_conversion"),
        caution="Counts no conversion that follows in a later session or off the site.",
    ),
    _of_sessions(
        indicator_id="repeat_visit_ratio",
        name="Repeat visits",
        definition="Share of the visitors with a session in the period who had at least two in it.",
        formula="visitors with two sessions or more / visitors with a session",
        unit="ratio",
        aggregation="ratio",
        interval="wilson",
        needs=(*_EVENTS, "silver.web_events.session_id", "silver.web_events.visitor_id"),
        caution=f"{_BROWSER} Deleted cookies make old visitors new: too low rather than too high.",
    ),
    _of_views(
        indicator_id="repeat_view_ratio",
        name="Repeat views of a page",
        definition="Share of the views by known visitors that show them a page again on the same day.",
        formula="1 - distinct (day, visitor, page) / views by known visitors, as the views beyond the first / views",
        unit="ratio",
        aggregation="ratio",
        grains=ALL_GRAINS,
        needs=(*_EVENTS, "silver.web_events.visitor_id", "silver.web_events.page_url"),
        caution="A page that is loaded again counts, whether it was read again or not.",
    ),
)
