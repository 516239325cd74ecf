"""The web shop's visits, counted again from the tracker's events by pandas."""

from __future__ import annotations

import pandas as pd
import pytest

from jobs.sources.formats import snowplow

VIEW = "contexts_com_snowplowanalytics_snowplow_web_page_1"


@pytest.fixture(scope="module")
def events(clean) -> pd.DataFrame:
    found = clean.jsonl("web/events")
    found["view"] = found[VIEW].map(lambda pages: pages[0]["id"])
    found["at"] = pd.to_datetime(found["derived_tstamp"])
    return found


@pytest.fixture(scope="module")
def visitors(clean) -> pd.DataFrame:
    return clean.csv("truth/visitors.csv").set_index("visitor_id")


def test_events(clean, events):
    totals = clean.totals["web"]
    assert totals["events"] == len(events) == events["event_id"].nunique() == clean.summary.web_events
    assert clean.summary.rows["web events"] == len(events)
    assert 4_000 <= len(events) <= 7_000
    for file in (clean.root / "web/events").glob("*.jsonl"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert clean.totals["records"][f"web/events/{file.name}"] == len(lines)
        assert {line.split('"derived_tstamp":"')[1][:10] for line in lines} == {file.stem}


def test_visits(clean, events, visitors):
    totals = clean.totals["web"]
    kind = events["domain_userid"].map(visitors["kind"])
    assert totals["events_of_programs"] == (kind == "program").sum() > 0
    people = events[kind != "program"]
    assert totals["visitors"] == people["domain_userid"].nunique() == (visitors["kind"] != "program").sum()
    assert totals["sessions"] == people["domain_sessionid"].nunique()
    assert totals["views"] == people["view"].nunique() == (people["event_name"] == "page_view").sum()
    assert (people.groupby("domain_sessionid")["domain_userid"].nunique() == 1).all()
    pings = people[people["event_name"] == "page_ping"].groupby("view").size()
    assert totals["engaged_seconds"] == (5 + 10 * (pings - 1)).sum()
    of_visitor = events.groupby("domain_userid")
    assert of_visitor["domain_sessionid"].nunique().to_dict() == visitors["sessions"].astype(int).to_dict()
    assert of_visitor["view"].nunique().to_dict() == visitors["views"].astype(int).to_dict()


def test_sessions_of_a_visitor_are_numbered_by_time(events):
    first = events.groupby(["domain_userid", "domain_sessionid"]).agg(
        at=("at", "min"), number=("domain_sessionidx", "first")
    )
    for _, sessions in first.groupby(level=0):
        by_time = sessions.sort_values(["number"])
        assert by_time["number"].tolist() == list(range(1, len(by_time) + 1))
        assert by_time["at"].is_monotonic_increasing


def test_only_customers_log_in_and_as_themselves(clean, events, visitors):
    known = events[events["user_id"].notna()]
    assert (known["user_id"] == known["domain_userid"].map(visitors["customer_id"])).all()
    assert set(known["domain_userid"]) == set(visitors.index[visitors["logs_in"] == "true"])
    assert clean.totals["web"]["visitors_who_log_in"] == known["domain_userid"].nunique()
    assert set(known["user_id"]) <= set(clean.csv("erp/customers.csv")["customer_id"])
    assert (visitors.loc[visitors["customer_id"] == "", "logs_in"] == "false").all()
    assert (visitors["customer_id"] != "").sum() - known["domain_userid"].nunique() > 0  # some never log in


def test_an_order_in_the_web_shop_ends_a_visit_of_its_customer(clean, events, visitors):
    orders = clean.csv("erp/orders").set_index("order_id")
    sales = events[events["event_name"] == "transaction"].set_index("tr_orderid")
    bought = orders.loc[sales.index]
    local = pd.to_datetime(bought["ordered_at"]).dt.tz_localize("Europe/Berlin")
    assert (local == sales["at"]).all()
    assert (bought["customer_id"] == sales["user_id"]).all()
    assert (
        sales["at"] == events.groupby("domain_sessionid")["at"].max().loc[sales["domain_sessionid"]].to_numpy()
    ).all()
    tracked = set(visitors["customer_id"])
    expected = orders[
        (orders["channel"] == "web") & (orders["is_return"] == "false") & orders["customer_id"].isin(tracked)
    ]
    assert set(sales.index) == set(expected.index)
    assert clean.totals["web"]["sessions_with_an_order"] == len(expected) > 100


def test_programs_are_known_by_their_user_agent(clean, visitors):
    is_bot = {}
    for file in sorted((clean.root / "web/events").glob("*.jsonl"))[:20]:
        for line in file.read_bytes().splitlines():
            ((_, row),) = snowplow.parse(line, None)
            is_bot[row["visitor_id"]] = row["is_bot"]
    assert is_bot == {visitor: visitors.loc[visitor, "kind"] == "program" for visitor in is_bot}
    assert set(is_bot.values()) == {True, False}


def test_a_visit_lies_within_the_days_of_the_run(events):
    assert (events["at"] < pd.Timestamp("2025-05-01", tz="UTC")).all()
