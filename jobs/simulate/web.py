"""Visits to the company's web shop as its tracker (Snowplow) sees them: customers who accept tracking, strangers, programs.

Every order that such a customer places in the web shop ends a visit of his; other visits only browse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import CATALOGUE, SHOP, TIMEZONE
from jobs.simulate.orders import Orders
from jobs.simulate.people import Customers
from jobs.simulate.write import Records

HEARTBEAT_SECONDS, MIN_VISIT_SECONDS = 10, 5
CUSTOMER, STRANGER, PROGRAM = range(3)
_TRACKED = 0.2  # customers who accept tracking
_STRANGERS, _PROGRAMS = 0.5, 0.02  # for each customer
_BROWSING = np.array([1.5, 0.6, 8.0])  # visits beyond the first by kind of visitor, and those without an order
_MORE_VIEWS = np.array([1.8, 1.2, 6.0])  # beyond the first
_LOGS_IN = 0.3  # a customer, in a visit without an order
_LAST_SECONDS = 7_200  # no visit begins so late on the last day
_WEB = 0  # the orders' channel
_WAYS = (
    # share, referrer, utm_medium, utm_source, utm_campaign
    (0.45, None, None, None, None),
    (0.25, "https://search.example/", None, None, None),
    (0.15, "https://microblog.example/alderwick", "social", "microblog", None),
    (0.15, None, "email", "newsletter", "spring_beans"),
)
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
    "Mozilla/5.0 (compatible; Beanbot/1.0; +https://beanbot.example/)",
)
_DEVICES = ("Desktop", "Phone", "Robot")
_WINDOWS = np.array([900, 720, 800])
_PAGES = ("/", *(f"/products/{article.product_id}" for article in CATALOGUE))
_TITLES = ("Alderwick, coffee gear for the home", *(article.name for article in CATALOGUE))


@dataclass(frozen=True)
class Web:
    """Visitors; their sessions, which point at a visitor; views, which point at a session.

    Times are UTC seconds since the first day. owner: row of the visitor's customer, -1 for none. order: row of the order
    that the session ends with, -1 for none; sold_at: when. pings: heartbeats that a view sent.
    """

    kind: np.ndarray
    owner: np.ndarray
    device: np.ndarray
    visitor: np.ndarray
    number: np.ndarray
    order: np.ndarray
    sold_at: np.ndarray
    logs_in: np.ndarray
    way: np.ndarray
    session: np.ndarray
    at: np.ndarray
    pings: np.ndarray
    page: np.ndarray

    @property
    def visitor_id(self) -> pa.Array:
        return draw.ids("v", np.arange(1, len(self.kind) + 1), 7)

    @property
    def session_id(self) -> pa.Array:
        return draw.ids("s", np.arange(1, len(self.visitor) + 1), 8)

    @property
    def is_landing(self) -> np.ndarray:
        """Whether a view is the first of its session."""
        return np.diff(self.session, prepend=-1) > 0

    @property
    def events(self) -> int:
        return len(self.session) + int(self.pings.sum()) + int((self.order >= 0).sum())


def visits(seed: int, people: Customers, sold: Orders, days: int) -> Web:
    """Draws visitors, sessions and views."""
    rng = draw.stream(seed, "web visits")
    tracked = np.flatnonzero(rng.random(len(people)) < _TRACKED)
    counts = [len(tracked), round(_STRANGERS * len(people)), max(1, round(_PROGRAMS * len(people)))]
    kind = np.repeat([CUSTOMER, STRANGER, PROGRAM], counts)
    owner = np.concatenate([tracked, np.full(counts[STRANGER] + counts[PROGRAM], -1)])
    device = np.where(kind == PROGRAM, 2, rng.integers(0, 2, len(kind)))

    visitor_of = np.full(len(people), -1)
    visitor_of[tracked] = np.arange(len(tracked))
    ordered = np.flatnonzero((visitor_of[sold.customer] >= 0) & (sold.channel == _WEB) & ~sold.is_return)
    browsing = np.repeat(np.arange(len(kind)), 1 + rng.poisson(_BROWSING[kind]))
    visitor = np.concatenate([visitor_of[sold.customer[ordered]], browsing])
    order = np.concatenate([ordered, np.full(len(browsing), -1)])
    is_sale = order >= 0

    views = 1 + rng.poisson(_MORE_VIEWS[kind[visitor]]) + is_sale
    session = np.repeat(np.arange(len(visitor)), views)
    pings = np.where(kind[visitor][session] == PROGRAM, 0, np.minimum(rng.poisson(0.8, len(session)), 4))
    stay = np.where(pings > 0, MIN_VISIT_SECONDS + HEARTBEAT_SECONDS * (pings - 1), 0)
    stay = stay + 1 + rng.exponential(15, len(session)).astype(np.int64)
    into = np.cumsum(stay) - stay
    first = np.cumsum(views) - views
    into = into - into[first][session]
    length = into[first + views - 1] + stay[first + views - 1]

    begin = rng.integers(0, days, len(visitor)) * draw.DAY_SECONDS + draw.second_of_day(rng, len(visitor))
    begin = np.minimum(begin, days * draw.DAY_SECONDS - _LAST_SECONDS)
    sold_at = np.full(len(visitor), -1)
    sold_at[is_sale] = _utc(sold.day[ordered] * draw.DAY_SECONDS + sold.second[ordered])
    begin = np.where(is_sale, sold_at - length, begin)
    is_home = (np.diff(session, prepend=-1) > 0) & (rng.random(len(session)) < 0.5)
    return Web(
        kind=kind,
        owner=owner,
        device=device,
        visitor=visitor,
        number=_numbers(visitor, begin),
        order=order,
        sold_at=sold_at,
        logs_in=is_sale | ((kind[visitor] == CUSTOMER) & (rng.random(len(visitor)) < _LOGS_IN)),
        way=draw.weighted(rng, np.array([way[0] for way in _WAYS]), len(visitor)),
        session=session,
        at=begin[session] + into,
        pings=pings,
        page=np.where(is_home, 0, rng.integers(1, len(_PAGES), len(session))),
    )


def _utc(local: np.ndarray) -> np.ndarray:
    """Seconds since the first day's midnight in Berlin, by its clock, as seconds since that of UTC."""
    first = pd.Timestamp(draw.FIRST_DAY)
    instants = (first + pd.to_timedelta(local, unit="s")).tz_localize(TIMEZONE).tz_convert("UTC").tz_localize(None)
    return ((instants - first) // pd.Timedelta(seconds=1)).to_numpy()


def _numbers(visitor: np.ndarray, begin: np.ndarray) -> np.ndarray:
    """Which of its visitor's sessions each one is, by time, the first is 1."""
    in_order = np.lexsort((begin, visitor))
    number = np.empty(len(visitor), dtype=np.int64)
    number[in_order] = draw.ordinals(np.bincount(visitor[in_order])[np.unique(visitor)])
    return number


def event_records(seed: int, web: Web, people: Customers, sold: Orders) -> Records:
    """web/events: an event a line as the tracker's Analytics SDK gives it, a file a UTC day."""
    rng = draw.stream(seed, "web events")
    beats = np.repeat(np.arange(len(web.session)), web.pings)
    beat = draw.ordinals(web.pings) - 1
    last = np.cumsum(np.bincount(web.session, minlength=len(web.visitor))) - 1  # view of each session
    sale = np.flatnonzero(web.order >= 0)
    view = np.concatenate([np.arange(len(web.session)), beats, last[sale]])
    name = np.repeat([0, 1, 2], [len(web.session), len(beats), len(sale)])
    at = np.concatenate([web.at, web.at[beats] + MIN_VISIT_SECONDS + HEARTBEAT_SECONDS * beat, web.sold_at[sale]])
    in_order = np.argsort(at, kind="stable")
    view, name, at = view[in_order], name[in_order], at[in_order]
    session = web.session[view]
    visitor = web.visitor[session]
    number = np.arange(1, len(at) + 1)
    height = 1_600 + 400 * rng.integers(0, 8, len(web.session))
    depth = np.minimum(rng.random(len(at)) * 1.2, 1)
    device = web.device[visitor]
    window = _WINDOWS[device]
    referrers = draw.take([way[1] for way in _WAYS], web.way[session])
    within = draw.take([SHOP + page for page in _PAGES], web.page[np.maximum(view - 1, 0)])
    owner = web.owner[visitor]
    knows = (owner >= 0) & web.logs_in[session]
    ordered = np.where(name == 2, web.order[session], -1)
    return Records(
        "web/events/{day}.jsonl",
        {
            "app_id": draw.take(["shop"], np.zeros(len(at), dtype=np.int64)),
            "platform": draw.take(["web"], np.zeros(len(at), dtype=np.int64)),
            "event_id": draw.ids("e", number, 9),
            "event_name": draw.take(["page_view", "page_ping", "transaction"], name),
            "collector_tstamp": draw.instants(at),
            "dvce_created_tstamp": draw.instants(at),
            "derived_tstamp": draw.instants(at),
            "domain_userid": web.visitor_id.take(pa.array(visitor)),
            "domain_sessionid": web.session_id.take(pa.array(session)),
            "domain_sessionidx": pa.array(web.number[session]),
            "user_id": draw.keep(people.customer_id.take(pa.array(np.maximum(owner, 0))), knows),
            "page_url": draw.take([SHOP + page for page in _PAGES], web.page[view]),
            "page_title": draw.take(_TITLES, web.page[view]),
            "page_referrer": pc.if_else(pa.array(web.is_landing[view]), referrers, within),
            **{
                f"mkt_{part}": draw.take([way[place] for way in _WAYS], web.way[session])
                for place, part in ((2, "medium"), (3, "source"), (4, "campaign"))
            },
            "useragent": draw.take(_AGENTS, device),
            "br_viewheight": pa.array(window),
            "doc_height": pa.array(height[view]),
            "pp_yoffset_max": draw.keep(pa.array(((height[view] - window) * depth).astype(np.int64)), name == 1),
            "tr_orderid": draw.keep(sold.order_id.take(pa.array(np.maximum(ordered, 0))), ordered >= 0),
            "contexts_com_snowplowanalytics_snowplow_web_page_1": draw.join(
                '[{"id":"', draw.ids("p", view + 1, 8), '"}]'
            ),
            "contexts_nl_basjes_yauaa_context_1": draw.join('[{"deviceClass":"', draw.take(_DEVICES, device), '"}]'),
        },
        days=at // draw.DAY_SECONDS,
        raw=frozenset({"contexts_com_snowplowanalytics_snowplow_web_page_1", "contexts_nl_basjes_yauaa_context_1"}),
        omitted=frozenset(
            {"user_id", "page_referrer", "mkt_medium", "mkt_source", "mkt_campaign", "pp_yoffset_max", "tr_orderid"}
        ),
    )


def visitor_truth(web: Web, people: Customers) -> Records:
    """truth/visitors.csv: whose each visitor is, whether he ever logs in, and how often he came."""
    size = len(web.kind)
    views = np.bincount(web.visitor[web.session], minlength=size)
    logs_in = np.bincount(web.visitor[web.logs_in], minlength=size) > 0
    return Records(
        "truth/visitors.csv",
        {
            "visitor_id": web.visitor_id,
            "kind": draw.take(["customer", "stranger", "program"], web.kind),
            "customer_id": draw.keep(people.customer_id.take(pa.array(np.maximum(web.owner, 0))), web.owner >= 0),
            "logs_in": draw.take(["false", "true"], logs_in.astype(np.int8)),
            "sessions": pa.array(np.bincount(web.visitor, minlength=size)),
            "views": pa.array(views),
        },
    )
