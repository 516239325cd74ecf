"""Snowplow's enriched events: three shapes of one event give one row."""

import io
import json

import pytest

from jobs.sources.base import DEFAULTS, ParseError
from jobs.sources.formats import snowplow

EVENT = {
    "app_id": "shop",
    "platform": "web",
    "collector_tstamp": "2025-01-01 12:00:01.500",
    "dvce_created_tstamp": "2025-01-01 11:59:58.000",
    "dvce_sent_tstamp": "2025-01-01 11:59:58.100",
    "derived_tstamp": "2025-01-01 12:00:01.400",
    "event": "page_view",
    "event_name": "page_view",
    "event_id": "e-1",
    "user_id": "C0000001",
    "user_ipaddress": "192.0.2.7",
    "domain_userid": "v-1",
    "domain_sessionidx": "3",
    "domain_sessionid": "s-1",
    "network_userid": "n-1",
    "geo_country": "DE",
    "geo_city": "Mainz",
    "page_url": "https://shop.example/a?x=1",
    "page_title": 'The "A" page, new',
    "page_referrer": "https://s.example/",
    "refr_medium": "search",
    "refr_source": "S",
    "mkt_medium": "email",
    "mkt_source": "june",
    "mkt_term": "t",
    "mkt_content": "c",
    "mkt_campaign": "summer",
    "br_lang": "de-DE",
    "br_viewheight": "800",
    "doc_height": "3200",
    "pp_yoffset_max": "400",
    "useragent": "Mozilla/5.0",
}
ROBOTS = {"category": "BROWSER", "primaryImpact": "NONE", "reason": "PASSED_ALL", "spiderOrRobot": False}
AGENT = {"deviceClass": "Desktop", "agentName": "Firefox", "operatingSystemName": "Linux"}
ROW = {
    "event_id": "e-1",
    "event_name": "page_view",
    "occurred_at": "2025-01-01 12:00:01.400",
    "collected_at": "2025-01-01 12:00:01.500",
    "device_created_at": "2025-01-01 11:59:58.000",
    "app_id": "shop",
    "platform": "web",
    "visitor_id": "v-1",
    "network_user_id": "n-1",
    "user_id": "C0000001",
    "session_id": "s-1",
    "session_number": "3",
    "view_id": "p-1",
    "page_url": "https://shop.example/a?x=1",
    "page_title": 'The "A" page, new',
    "referrer_url": "https://s.example/",
    "referrer_medium": "search",
    "referrer_source": "S",
    "traffic_medium": "email",
    "traffic_source": "june",
    "traffic_term": "t",
    "traffic_content": "c",
    "traffic_campaign": "summer",
    "country": "DE",
    "city": "Mainz",
    "language": "de",
    "device_kind": "Desktop",
    "browser": "Firefox",
    "operating_system": "Linux",
    "is_bot": False,
    "is_conversion": None,
    "order_id": None,
    "scrolled_pixels": "400",
    "window_pixels": "800",
    "page_pixels": "3200",
}


def _self_describing(schema: str, data: object) -> dict:
    return {"schema": f"iglu:{schema}/jsonschema/1-0-0", "data": data}


def _wrapped(*parts: tuple[str, dict]) -> str:
    held = [_self_describing(schema, data) for schema, data in parts]
    return json.dumps(_self_describing("com.snowplowanalytics.snowplow/contexts", held))


def _tsv(event: dict) -> str:
    return "\t".join(event.get(name, "") for name in snowplow.COLUMNS)


def _parsed(content: str | bytes) -> list[dict]:
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    rows = [row for record in snowplow.split(stream, DEFAULTS) for row in snowplow.parse(record.raw, record.context)]
    assert {table for table, _ in rows} <= {"web_events"}
    return [row for _, row in rows]


def _json(**other: object) -> dict:
    (row,) = _parsed(json.dumps(EVENT | other))
    return row


ENRICHED = EVENT | {
    "contexts": _wrapped(("com.snowplowanalytics.snowplow/web_page", {"id": "p-1"})),
    "derived_contexts": _wrapped(("com.iab.snowplow/spiders_and_robots", ROBOTS), ("nl.basjes/yauaa_context", AGENT)),
}


def test_the_enriched_stream_has_131_values() -> None:
    assert (len(snowplow.COLUMNS), len(set(snowplow.COLUMNS))) == (131, 131)
    assert (snowplow.COLUMNS[52], snowplow.COLUMNS[58], snowplow.COLUMNS[122]) == (
        "contexts",
        "unstruct_event",
        "derived_contexts",
    )


def test_tab_separated_values() -> None:
    assert _parsed(_tsv(ENRICHED) + "\n" + _tsv(ENRICHED | {"event_id": "e-2"}) + "\r\n") == [
        ROW,
        ROW | {"event_id": "e-2"},
    ]


def test_tab_separated_values_with_a_header_in_any_order() -> None:
    names = sorted(snowplow.COLUMNS)
    line = "\t".join(ENRICHED.get(name, "") for name in names)
    assert _parsed("\t".join(names) + "\n" + line + "\n") == [ROW]


@pytest.mark.parametrize("version", ["1", "1_0_0"])
def test_csv_of_a_warehouse(version: str) -> None:
    columns = EVENT | {
        f"contexts_com_snowplowanalytics_snowplow_web_page_{version}": '[{"id":"p-1"}]',
        f"contexts_com_iab_snowplow_spiders_and_robots_{version}": json.dumps([{"spider_or_robot": False}]),
        f"contexts_nl_basjes_yauaa_context_{version}": json.dumps(
            [{"device_class": "Desktop", "agent_name": "Firefox", "operating_system_name": "Linux"}]
        ),
    }
    line = ",".join('"' + value.replace('"', '""') + '"' for value in columns.values())
    assert _parsed(",".join(columns) + "\n" + line + "\n") == [ROW]


def test_json_of_the_analytics_sdk() -> None:
    event = EVENT | {
        "contexts_com_snowplowanalytics_snowplow_web_page_1": [{"id": "p-1"}],
        "contexts_com_iab_snowplow_spiders_and_robots_1": [ROBOTS],
        "contexts_nl_basjes_yauaa_context_1": [AGENT],
    }
    assert _parsed(json.dumps(event)) == [ROW]
    assert _parsed(json.dumps([event, event | {"event_id": "e-2"}])) == [ROW, ROW | {"event_id": "e-2"}]
    assert list(snowplow.parse(json.dumps(event).encode(), None)) == [("web_events", ROW)]  # as a message


def test_a_screen_of_an_app() -> None:
    row = _json(
        event_name="screen_view",
        domain_userid=None,
        domain_sessionid=None,
        domain_sessionidx=None,
        contexts_com_snowplowanalytics_snowplow_client_session_1=[
            {"userId": "u", "sessionId": "app-s", "sessionIndex": 7}
        ],
        contexts_com_snowplowanalytics_mobile_screen_1=[{"id": "of the screen"}],
        unstruct_event_com_snowplowanalytics_mobile_screen_view_1={"id": "of the view", "name": "Basket"},
    )
    assert (row["visitor_id"], row["session_id"], str(row["session_number"])) == ("u", "app-s", "7")
    assert row["view_id"] == "of the view"


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"event_name": "transaction", "tr_orderid": "O1"}, ("true", "O1")),
        ({"event_name": "transaction_item", "tr_orderid": "O1"}, (None, None)),
        (
            {
                "event_name": "snowplow_ecommerce_action",
                "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1": {
                    "type": "transaction"
                },
                "contexts_com_snowplowanalytics_snowplow_ecommerce_transaction_1": [{"transaction_id": "O2"}],
            },
            ("true", "O2"),
        ),
        (
            {
                "event_name": "snowplow_ecommerce_action",
                "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1": {
                    "type": "add_to_cart"
                },
            },
            (None, None),
        ),
    ],
)
def test_what_is_sold(event: dict, found: tuple) -> None:
    row = _json(**event)
    assert (row["is_conversion"], row["order_id"]) == found


@pytest.mark.parametrize(
    ("agent", "is_bot"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", False),
        ("Mozilla/5.0 (compatible; Examplebot/2.1; +http://example.com/bot.html)", True),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0", True),
        ("curl/8.5.0", True),
        ("", None),
        (None, None),
    ],
)
def test_programs_by_their_user_agent(agent: str | None, is_bot: bool | None) -> None:
    assert _json(useragent=agent)["is_bot"] is is_bot


def test_programs_by_the_enrichment() -> None:
    assert _json(contexts_com_iab_snowplow_spiders_and_robots_1=[{"spiderOrRobot": True}])["is_bot"] is True


def test_no_column_holds_the_address_of_the_visitors_machine() -> None:
    assert "192.0.2.7" not in map(str, _json().values())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty_file"),
        ("event_id,collector_tstamp\n", "no_records"),
        ("event_id,collector_tstamp\ne1,a,b\n", "malformed_csv"),
        ("event_id,collector_tstamp\ne1\n", "malformed_csv"),
        ("a\tb\tc\n", "not_this_format"),
        ('{"event_id": ', "malformed_json"),
        ('{"schema": "iglu:com.snowplowanalytics.snowplow.badrows/x/jsonschema/1-0-0", "data": {}}', "not_this_format"),
        (b"event_id,collector_tstamp\n\xff\xfe,b\n", "invalid_text"),
        (b"event_id,collector_tstamp\ne1\0,b\n", "nul_byte"),
        (
            "event_id,collector_tstamp,contexts_com_snowplowanalytics_snowplow_web_page_1\ne1,b,{oops\n",
            "malformed_json",
        ),
    ],
)
def test_what_is_no_event(content: str | bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=f"^{reason}: "):
        _parsed(content)


def test_a_value_that_cannot_be_read_is_handed_on() -> None:
    row = _json(doc_height="tall", derived_tstamp="yesterday")
    assert (row["page_pixels"], row["occurred_at"]) == ("tall", "yesterday")
