"""Events, page views and sessions of the web site, and use of the products."""

from __future__ import annotations

from transformations.contracts.fields.types import EPOCH, ORDINAL, RATIO
from transformations.contracts.model import Field

_BROWSER = "A browser, not a person: one person may use several, and several persons one."

event_name = Field(
    "event_name",
    "string",
    "Type of the event, as the tracker names it; page_view, screen_view and page_ping make up views and sessions.",
)
occurred_at = Field("occurred_at", "timestamp", "When it happened, UTC.", minimum=EPOCH)
collected_at = Field(
    "collected_at", "timestamp", "When the tracker's collector received the event, UTC; null where it is not reported."
)
device_created_at = Field(
    "device_created_at",
    "timestamp",
    "When it happened according to the device's clock, UTC; null where it is not reported.",
    caution="The device's clock may be wrong: use occurred_at to order events of several devices.",
)
app_id = Field("app_id", "string", "Site or app, as the tracker names it.")
platform = Field("platform", "string", "What the tracker runs on: web, mob, srv …")
visitor_id = Field("visitor_id", "string", "Browser, by the tracker's first-party cookie.", caution=_BROWSER)
network_user_id = Field(
    "network_user_id", "string", "Browser, by the collector's cookie across several sites.", caution=_BROWSER
)
user_id = Field("user_id", "string", "Logged-in user, by the site's own ID; null where nobody is logged in.")
known_user_id = Field(
    "known_user_id",
    "string",
    "User who was last logged in with the same visitor_id, in this session or another; null where nobody ever was.",
)
session_id = Field("session_id", "string", "Session of a visitor.")
session_number = Field("session_number", "bigint", "Ordinal of the visitor's session.", minimum="1", unit=ORDINAL)
view_id = Field("view_id", "string", "View of a page.")
page_url = Field("page_url", "string", "Address of the page.")
page_title = Field("page_title", "string", "Title of the page.")
referrer_url = Field("referrer_url", "string", "Address that the visitor came from; null where it is not known.")
referrer_medium = Field(
    "referrer_medium", "string", "Type of site that the visitor came from: search, social, internal …"
)
referrer_source = Field("referrer_source", "string", "Name of the site that the visitor came from.")
traffic_medium = Field("traffic_medium", "string", "Medium that led to the site (utm_medium).")
traffic_source = Field("traffic_source", "string", "Site or list that led to the site (utm_source).")
traffic_term = Field("traffic_term", "string", "Search term or paid keyword (utm_term).")
traffic_content = Field("traffic_content", "string", "Which of several advertisements or links it was (utm_content).")
traffic_campaign = Field("traffic_campaign", "string", "Campaign that led to the site (utm_campaign).")
device_kind = Field("device_kind", "string", "Type of device: Desktop, Phone, Tablet …")
browser = Field("browser", "string", "Name of the browser.")
operating_system = Field("operating_system", "string", "Name of the operating system.")
is_conversion = Field("is_conversion", "boolean", "The event is a conversion: what the site wants visitors to do.")
scrolled_pixels = Field("scrolled_pixels", "bigint", "How far down the page the top of the window was.", unit="pixels")
window_pixels = Field("window_pixels", "bigint", "Height of the visible part of the page.", minimum="0", unit="pixels")
page_pixels = Field("page_pixels", "bigint", "Height of the whole page.", minimum="0", unit="pixels")
scroll_depth_ratio = Field(
    "scroll_depth_ratio",
    "double",
    "Share of the page's height that was seen, rounded to two decimals; null where the page was not measured.",
    minimum="0",
    maximum="1",
    unit=RATIO,
)
view_number = Field("view_number", "bigint", "Position of the view in its session.", minimum="1", unit=ORDINAL)
engaged_seconds = Field(
    "engaged_seconds",
    "double",
    "Time with activity on the page (page_ping); 0 where no ping was received.",
    minimum="0",
    unit="seconds",
)
absolute_seconds = Field(
    "absolute_seconds",
    "double",
    "Time from beginning to end, both rounded down to whole seconds.",
    minimum="0",
    unit="seconds",
    caution="Includes time without activity: use engaged_seconds for attention.",
)
landing_url = Field("landing_url", "string", "First page of the session.")
exit_url = Field("exit_url", "string", "Last page of the session.")
views_count = Field("views_count", "bigint", "Pages viewed in the session.", unit="views")
events_count = Field("events_count", "bigint", "Events of the session.", unit="events")
is_engaged = Field(
    "is_engaged", "boolean", "Two or more views, engaged time of two or more heartbeats, or a conversion."
)
has_conversion = Field("has_conversion", "boolean", "The session has a conversion.")

web_user_id = Field(
    "web_user_id",
    "string",
    "The logged-in user (is_known), by the site's own ID, else the visitor_id of a browser in which nobody ever logged in.",
    caution="A person without a login counts once for each browser.",
)
is_known = Field("is_known", "boolean", "web_user_id is that of a logged-in user.")
visitors_count = Field("visitors_count", "bigint", "Different visitor_ids of the user.", unit="browsers")
first_visit_at = Field("first_visit_at", "timestamp", "Beginning of the first session, UTC.")
last_session_end_at = Field("last_visit_at", "timestamp", "Latest end of a session, UTC.")
web_sessions_count = Field("sessions_count", "bigint", "Sessions of the user.", unit="sessions")

usage_id = Field("usage_id", "string", "Use of a product.")
feature = Field("feature", "string", "Feature of the product that was used.")
used_at = Field("used_at", "timestamp", "When it was used, UTC.", minimum=EPOCH)
used_seconds = Field(
    "used_seconds",
    "double",
    "How long it was used; null where the source does not measure it.",
    minimum="0",
    unit="seconds",
)
uses_count = Field("uses_count", "bigint", "Number of uses that the row adds up.", minimum="0", unit="uses")
