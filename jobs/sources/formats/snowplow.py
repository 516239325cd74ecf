"""Snowplow's enriched events, as its pipeline writes them or as a warehouse exports them.

Three layouts, recognised by their first line: tab-separated values (the enriched stream: 131 in a fixed order, or with a
header), CSV with a header (a dump of `atomic.events`, its contexts as JSON in columns of their own), and JSON (the
Analytics SDKs; an object per line or an array). A message without a file is TSV or JSON.

- occurred_at: derived_tstamp (the device's time, corrected by the collector's clock), or collector_tstamp where the former
  is more than a day later; collected_at: collector_tstamp; device_created_at: dvce_created_tstamp.
- visitor_id: domain_userid, or userId of the context client_session; network_user_id: network_userid; user_id: user_id.
- session_id and session_number: domain_sessionid and domain_sessionidx, or those of the context client_session.
- view_id: id of the context web_page, of a screen_view, or of the context screen.
- traffic_…: mkt_…. referrer_…: page_referrer, refr_medium, refr_source.
- is_bot: the context spiders_and_robots, else the user agent.
- is_conversion and order_id: a transaction (tr_orderid), or an e-commerce action of type transaction.
- scrolled_pixels, window_pixels, page_pixels: pp_yoffset_max, br_viewheight, doc_height.

Other conversions can be defined in `tables.web_events.columns.is_conversion` of the source. IP address and fingerprint of
the visitor's device are not read.

Of two events with one ID, conf's `version` decides which wins (see conf/examples/snowplow_web).

Source: docs.snowplow.io, "Snowplow atomic event properties" and "Enriched stream TSV file format".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, BinaryIO

from jobs.sources import dates, payload
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions, lines
from jobs.sources.splitting import csv_split, json_split

is_utc = True
_AHEAD = timedelta(days=1)
tables = {
    "web_events": (
        "event_id",
        "event_name",
        "occurred_at",
        "collected_at",
        "device_created_at",
        "app_id",
        "platform",
        "visitor_id",
        "network_user_id",
        "user_id",
        "session_id",
        "session_number",
        "view_id",
        "page_url",
        "page_title",
        "referrer_url",
        "referrer_medium",
        "referrer_source",
        "traffic_medium",
        "traffic_source",
        "traffic_term",
        "traffic_content",
        "traffic_campaign",
        "country",
        "city",
        "language",
        "device_kind",
        "browser",
        "operating_system",
        "is_bot",
        "is_conversion",
        "order_id",
        "scrolled_pixels",
        "window_pixels",
        "page_pixels",
    )
}

COLUMNS = (
    "app_id",
    "platform",
    "etl_tstamp",
    "collector_tstamp",
    "dvce_created_tstamp",
    "event",
    "event_id",
    "txn_id",
    "name_tracker",
    "v_tracker",
    "v_collector",
    "v_etl",
    "user_id",
    "user_ipaddress",
    "user_fingerprint",
    "domain_userid",
    "domain_sessionidx",
    "network_userid",
    "geo_country",
    "geo_region",
    "geo_city",
    "geo_zipcode",
    "geo_latitude",
    "geo_longitude",
    "geo_region_name",
    "ip_isp",
    "ip_organization",
    "ip_domain",
    "ip_netspeed",
    "page_url",
    "page_title",
    "page_referrer",
    "page_urlscheme",
    "page_urlhost",
    "page_urlport",
    "page_urlpath",
    "page_urlquery",
    "page_urlfragment",
    "refr_urlscheme",
    "refr_urlhost",
    "refr_urlport",
    "refr_urlpath",
    "refr_urlquery",
    "refr_urlfragment",
    "refr_medium",
    "refr_source",
    "refr_term",
    "mkt_medium",
    "mkt_source",
    "mkt_term",
    "mkt_content",
    "mkt_campaign",
    "contexts",
    "se_category",
    "se_action",
    "se_label",
    "se_property",
    "se_value",
    "unstruct_event",
    "tr_orderid",
    "tr_affiliation",
    "tr_total",
    "tr_tax",
    "tr_shipping",
    "tr_city",
    "tr_state",
    "tr_country",
    "ti_orderid",
    "ti_sku",
    "ti_name",
    "ti_category",
    "ti_price",
    "ti_quantity",
    "pp_xoffset_min",
    "pp_xoffset_max",
    "pp_yoffset_min",
    "pp_yoffset_max",
    "useragent",
    "br_name",
    "br_family",
    "br_version",
    "br_type",
    "br_renderengine",
    "br_lang",
    "br_features_pdf",
    "br_features_flash",
    "br_features_java",
    "br_features_director",
    "br_features_quicktime",
    "br_features_realplayer",
    "br_features_windowsmedia",
    "br_features_gears",
    "br_features_silverlight",
    "br_cookies",
    "br_colordepth",
    "br_viewwidth",
    "br_viewheight",
    "os_name",
    "os_family",
    "os_manufacturer",
    "os_timezone",
    "dvce_type",
    "dvce_ismobile",
    "dvce_screenwidth",
    "dvce_screenheight",
    "doc_charset",
    "doc_width",
    "doc_height",
    "tr_currency",
    "tr_total_base",
    "tr_tax_base",
    "tr_shipping_base",
    "ti_currency",
    "ti_price_base",
    "base_currency",
    "geo_timezone",
    "mkt_clickid",
    "mkt_network",
    "etl_tags",
    "dvce_sent_tstamp",
    "refr_domain_userid",
    "refr_dvce_tstamp",
    "derived_contexts",
    "domain_sessionid",
    "derived_tstamp",
    "event_vendor",
    "event_name",
    "event_format",
    "event_version",
    "event_fingerprint",
    "true_tstamp",
)
"""The enriched stream's values in their order."""

_WEB_PAGE = "com_snowplowanalytics_snowplow_web_page"
_CLIENT_SESSION = "com_snowplowanalytics_snowplow_client_session"
_SCREEN = "com_snowplowanalytics_mobile_screen"
_ROBOTS = "com_iab_snowplow_spiders_and_robots"
_YAUAA = "nl_basjes_yauaa_context"
_UA_PARSER = "com_snowplowanalytics_snowplow_ua_parser_context"
_ORDER = "com_snowplowanalytics_snowplow_ecommerce_transaction"
_SCREEN_VIEW = "com_snowplowanalytics_mobile_screen_view"
_COMMERCE = "com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action"

_VERSION = r"_\d+(?:_\d+_\d+)?$"  # the name of a column ends in its schema's version: …_1 or …_1_0_0
_SCHEMA = re.compile(r"iglu:([^/]+)/([^/]+)/")
_PROGRAM = re.compile(
    r"bot\b|bot[/;_-]|crawl|spider|slurp|scrap(?:er|y)|headless|phantom|lighthouse|pingdom|uptime|monitor|validator"
    r"|facebookexternalhit|preview|archiver|^(?:curl|wget|python|java|go-http|okhttp|libwww|apache-http)",
    re.IGNORECASE,
)


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per event. A header is each record's context; a file without events is one record."""
    first = stream.readline(options.record_bytes).removeprefix(b"\xef\xbb\xbf").strip()
    stream.seek(0)
    if first[:1] in (b"{", b"["):
        yield from json_split.split_json(stream, options)
    elif not _is_header(first):
        yield from _lines(stream, options, None)
    elif b"\t" in first:
        stream.readline()
        yield from _lines(stream, options, first.decode("utf-8", errors="replace"))
    else:
        yield from csv_split.split(stream, options)


def _is_header(line: bytes) -> bool:
    return b"event_id" in line and b"collector_tstamp" in line


def _lines(stream: BinaryIO, options: SplitOptions, context: str | None) -> Iterator[Record]:
    number = 0
    for line in lines(stream, options.record_bytes):
        if line.strip():
            number += 1
            yield Record(number, line, context)
    if number == 0:
        yield Record(1, b"", context)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[tuple[str, dict[str, Any]]]:
    """One row of web_events per event."""
    event = _event(raw, context, options)
    if "event_id" not in event:
        raise ParseError("not_this_format: expected an enriched event with event_id")
    contexts = _Parts(event, "contexts", options)
    details = _Parts(event, "unstruct_event", options)
    session, page = contexts.of(_CLIENT_SESSION), contexts.of(_WEB_PAGE)
    name = event.get("event_name") or event.get("event")
    seen = details.of(_SCREEN_VIEW) if name == "screen_view" else {}
    agent, parser = contexts.of(_YAUAA), contexts.of(_UA_PARSER)
    order = event.get("tr_orderid") if name == "transaction" else None
    is_sale = name == "transaction" or _pick(details.of(_COMMERCE), "type") == "transaction"
    yield (
        "web_events",
        {
            "event_id": event.get("event_id"),
            "event_name": name,
            "occurred_at": dates.earlier(event.get("derived_tstamp"), event.get("collector_tstamp"), _AHEAD),
            "collected_at": event.get("collector_tstamp"),
            "device_created_at": event.get("dvce_created_tstamp"),
            "app_id": event.get("app_id"),
            "platform": event.get("platform"),
            "visitor_id": event.get("domain_userid") or _pick(session, "userId"),
            "network_user_id": event.get("network_userid"),
            "user_id": event.get("user_id"),
            "session_id": event.get("domain_sessionid") or _pick(session, "sessionId"),
            "session_number": event.get("domain_sessionidx") or _pick(session, "sessionIndex"),
            "view_id": _pick(page, "id") or _pick(seen, "id") or _pick(contexts.of(_SCREEN), "id"),
            "page_url": event.get("page_url"),
            "page_title": event.get("page_title"),
            "referrer_url": event.get("page_referrer"),
            "referrer_medium": event.get("refr_medium"),
            "referrer_source": event.get("refr_source"),
            "traffic_medium": event.get("mkt_medium"),
            "traffic_source": event.get("mkt_source"),
            "traffic_term": event.get("mkt_term"),
            "traffic_content": event.get("mkt_content"),
            "traffic_campaign": event.get("mkt_campaign"),
            "country": event.get("geo_country"),
            "city": event.get("geo_city"),
            "language": _language(event.get("br_lang")),
            "device_kind": _pick(agent, "deviceClass") or event.get("dvce_type"),
            "browser": _pick(agent, "agentName") or _pick(parser, "useragentFamily") or event.get("br_family"),
            "operating_system": _pick(agent, "operatingSystemName")
            or _pick(parser, "osFamily")
            or event.get("os_family"),
            "is_bot": _is_program(_pick(contexts.of(_ROBOTS), "spiderOrRobot"), event.get("useragent")),
            "is_conversion": "true" if is_sale else None,
            "order_id": order or (_pick(contexts.of(_ORDER), "transaction_id") if is_sale else None),
            "scrolled_pixels": event.get("pp_yoffset_max"),
            "window_pixels": event.get("br_viewheight"),
            "page_pixels": event.get("doc_height"),
        },
    )


def _event(raw: bytes, context: str | None, options: SplitOptions) -> dict[str, Any]:
    """The event's values by their Snowplow names, None for missing ones."""
    if not raw.strip():
        raise ParseError("empty_file: the file has no events")
    if context is None and _is_header(raw) and not raw.startswith(b"{"):
        raise ParseError("no_records: the file has a header and no events")
    if context is None and raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return payload.json_object(raw, options)
    if len(raw) > options.record_bytes:
        raise ParseError(f"too_large: the record has more than limits.record_bytes ({options.record_bytes:,}) bytes")
    if b"\0" in raw:
        raise ParseError("nul_byte: the record contains a NUL character")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ParseError("invalid_text: the bytes are not valid utf-8") from None
    if context is None or "\t" in context:
        names = list(COLUMNS) if context is None else context.split("\t")
        values = text.split("\t")
        if len(values) != len(names):
            raise ParseError(f"not_this_format: expected {len(names)} tab-separated values, found {len(values)}")
    else:
        names = csv_split.header_columns(context, options.delimiter)
        values = next(csv.reader(text.splitlines(keepends=True), delimiter=options.delimiter), [])
        if len(values) != len(names):
            raise ParseError(f"malformed_csv: the number of values differs from the header's {len(names)}")
    return {name: value or None for name, value in zip(names, values, strict=True)}


class _Parts:
    """The self-describing parts of an event by vendor and name, parsed on demand."""

    def __init__(self, event: dict[str, Any], kind: str, options: SplitOptions) -> None:
        self._event, self._kind, self._options = event, kind, options
        self._columns = {re.sub(_VERSION, "", name): name for name in event if name.startswith(f"{kind}_")}
        self._wrapped: dict[str, Any] | None = None

    def of(self, name: str) -> dict[str, Any]:
        """The (first) part of that name, empty where the event has none."""
        if column := self._columns.get(f"{self._kind}_{name}"):
            return _first(self._value(self._event[column]))
        if self._wrapped is None:
            self._wrapped = self._unwrapped()
        return self._wrapped.get(name, {})

    def _unwrapped(self) -> dict[str, Any]:
        """The parts in the enriched stream's own columns, each with its schema."""
        names = ("contexts", "derived_contexts") if self._kind == "contexts" else ("unstruct_event",)
        found: dict[str, Any] = {}
        for column in names:
            wrapper = self._value(self._event.get(column))
            held = wrapper.get("data") if isinstance(wrapper, dict) else None
            for part in held if isinstance(held, list) else [held]:
                if isinstance(part, dict) and (schema := _SCHEMA.match(str(part.get("schema")))):
                    found.setdefault(f"{schema[1].replace('.', '_')}_{schema[2]}", _first(part.get("data")))
        return found

    def _value(self, value: Any) -> Any:
        return payload.json_value(value.encode(), self._options) if isinstance(value, str) and value else value


def _first(value: Any) -> dict[str, Any]:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def _pick(part: dict[str, Any], name: str) -> Any:
    """A part's value; warehouses write sessionId as session_id."""
    return part.get(name) if name in part else part.get(re.sub("([A-Z])", r"_\1", name).lower())


def _language(tag: str | None) -> str | None:
    """en of en-GB."""
    return re.split("[-_]", tag)[0].lower() if tag else None


def _is_program(found: Any, agent: str | None) -> Any:
    """Result of the enrichment, else of the user agent; None where neither is present."""
    if found is not None and found != "":
        return found
    return bool(_PROGRAM.search(agent)) if agent else None
