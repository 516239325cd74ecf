"""What visitors do on the company's web site and with its products."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table
from transformations.contracts.silver import agreement
from transformations.contracts.silver.common import LINEAGE, not_in_the_future

WEB_EVENTS = Table(
    "silver.web_events", "Events of the web tracker, one row an event.",
    key=("event_id",),
    columns=(
        f.event_id.required(), f.event_name.required(), f.occurred_at.required(), f.collected_at, f.device_created_at,
        f.app_id, f.platform, f.visitor_id, f.network_user_id, f.user_id, f.session_id, f.session_number, f.view_id,
        f.page_url, f.page_title, f.referrer_url, f.referrer_medium, f.referrer_source, f.traffic_medium,
        f.traffic_source, f.traffic_term, f.traffic_content, f.traffic_campaign, f.country, f.city, f.language,
        f.device_kind, f.browser, f.operating_system, f.is_bot.described("A program, not a person, made the event."),
        f.is_conversion, f.order_id.described("Order that the event placed."), f.scrolled_pixels, f.window_pixels,
        f.page_pixels, *LINEAGE,
    ),
    rules=(not_in_the_future("occurred_at"),),
    table_rules=(agreement.SESSION,),
    event_time="occurred_at",
    restates_by="period",
)  # fmt: skip

PAGE_VIEWS = Table(
    "silver.page_views", "Pages and screens seen by people, one row a view.",
    key=("view_id",),
    columns=(
        f.view_id.required(), f.session_id.references("silver.web_sessions"), f.visitor_id, f.user_id,
        f.started_at.required(), f.ended_at, f.app_id, f.page_url, f.page_title, f.referrer_url, f.view_number,
        f.engaged_seconds, f.absolute_seconds, f.scroll_depth_ratio, f.run_id,
    ),
    event_time="started_at",
    restates_by="period",
)  # fmt: skip

WEB_SESSIONS = Table(
    "silver.web_sessions", "Visits of people to the site, one row a session.",
    key=("session_id",),
    columns=(
        f.session_id.required(), f.visitor_id, f.network_user_id, f.user_id, f.known_user_id, f.session_number,
        f.started_at.required(), f.ended_at, f.app_id, f.landing_url, f.exit_url, f.referrer_url, f.referrer_medium,
        f.referrer_source, f.traffic_medium, f.traffic_source, f.traffic_term, f.traffic_content, f.traffic_campaign,
        f.country, f.language, f.device_kind, f.browser, f.operating_system, f.views_count, f.events_count,
        f.engaged_seconds, f.absolute_seconds, f.is_engaged, f.has_conversion, f.run_id,
    ),
    event_time="started_at",
    restates_by="period",
)  # fmt: skip

PRODUCT_USAGE = Table(
    "silver.product_usage", "Use of the company's products, one row a use.",
    key=("source", "usage_id"),
    columns=(
        f.usage_id.required(), f.customer_id.references("silver.customers"),
        f.product_id.references("silver.products"), f.feature, f.used_at.required(), f.used_seconds, f.uses_count,
        *LINEAGE,
    ),
    rules=(not_in_the_future("used_at"),),
    table_rules=(agreement.BUYER,),
    event_time="used_at",
)  # fmt: skip

TABLES = (WEB_EVENTS, PAGE_VIEWS, WEB_SESSIONS, PRODUCT_USAGE)
