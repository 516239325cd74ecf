"""Each row of truth/dirt.csv points at its faulty record, and without those records the data are clean."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from decimal import Decimal
from xml.etree import ElementTree

import pandas as pd
import pytest

from jobs.simulate import dirt, simulate

KINDS = {
    # kind: (property, table, expected)
    "city_of_another_postcode": ("accuracy", "customers", "flagged"),
    "customer_without_id": ("existence", "customers", "quarantined"),
    "customer_born_too_early": ("validity", "customers", "quarantined"),
    "invalid_utf8_in_csv": ("validity", "customers", "unparsable"),
    "nul_byte": ("validity", "customers", "unparsable"),
    "duplicate_customer": ("integrity", "customers", "duplicate"),
    "list_price_off": ("accuracy", "products", "flagged"),
    "product_in_another_currency": ("consistency", "products", "flagged"),
    "product_without_id": ("existence", "products", "quarantined"),
    "list_price_below_zero": ("validity", "products", "quarantined"),
    "duplicate_product": ("integrity", "products", "duplicate"),
    "line_without_product": ("existence", "order_lines", "quarantined"),
    "price_with_comma": ("validity", "order_lines", "quarantined"),
    "quantity_zero": ("validity", "order_lines", "quarantined"),
    "broken_csv_row": ("validity", "order_lines", "unparsable"),
    "duplicate_order_line": ("integrity", "order_lines", "duplicate"),
    "orphan_order_line": ("integrity", "order_lines", "flagged"),
    "order_total_off": ("consistency", "orders", "flagged"),
    "order_in_another_currency": ("consistency", "orders", "flagged"),
    "duplicate_order": ("integrity", "orders", "duplicate"),
    "order_without_date": ("existence", "orders", "quarantined"),
    "impossible_date": ("validity", "orders", "quarantined"),
    "unknown_currency": ("validity", "orders", "quarantined"),
    "order_of_nobody": ("integrity", "orders", "flagged"),
    "ledger_off": ("accuracy", "ledger_totals", "flagged"),
    "booking_without_amount": ("existence", "ledger_totals", "quarantined"),
    "booking_with_comma": ("validity", "ledger_totals", "quarantined"),
    "duplicate_booking": ("integrity", "ledger_totals", "duplicate"),
    "cost_without_amount": ("existence", "costs", "quarantined"),
    "cost_of_unknown_kind": ("validity", "costs", "quarantined"),
    "cost_of_nobody": ("integrity", "costs", "flagged"),
    "cost_of_no_campaign": ("integrity", "costs", "flagged"),
    "cost_in_another_currency": ("consistency", "costs", "flagged"),
    "duplicate_cost": ("integrity", "costs", "duplicate"),
    "reply_in_a_thread_of_its_own": ("consistency", "posts", "flagged"),
    "post_without_date": ("existence", "posts", "quarantined"),
    "post_from_the_future": ("validity", "posts", "quarantined"),
    "nul_in_text": ("validity", "posts", "unparsable"),
    "truncated_json": ("validity", "posts", "unparsable"),
    "invalid_utf8": ("validity", "posts", "unparsable"),
    "reply_to_nothing": ("integrity", "posts", "flagged"),
    "post_about_nothing": ("relevance", "posts", "flagged"),
    "duplicate_post": ("integrity", "posts", "duplicate"),
    "fewer_comments_than_held": ("consistency", "post_metrics", "flagged"),
    "impressions_below_zero": ("validity", "post_metrics", "quarantined"),
    "measured_post_without_id": ("existence", "post_metrics", "quarantined"),
    "fewer_followers_than_held": ("consistency", "profiles", "flagged"),
    "profile_without_id": ("existence", "profiles", "quarantined"),
    "followers_below_zero": ("validity", "profiles", "quarantined"),
    "truncated_profile": ("validity", "profiles", "unparsable"),
    "profile_of_no_customer": ("integrity", "profiles", "flagged"),
    "duplicate_profile": ("integrity", "profiles", "duplicate"),
    "reaction_to_another": ("consistency", "interactions", "flagged"),
    "interaction_of_nobody": ("existence", "interactions", "quarantined"),
    "interaction_of_unknown_kind": ("validity", "interactions", "quarantined"),
    "truncated_interaction": ("validity", "interactions", "unparsable"),
    "nobody_is_followed": ("integrity", "interactions", "flagged"),
    "duplicate_interaction": ("integrity", "interactions", "duplicate"),
    "forum_post_without_date": ("existence", "posts", "quarantined"),
    "forum_post_from_the_future": ("validity", "posts", "quarantined"),
    "truncated_row": ("validity", "posts", "unparsable"),
    "comment_without_id": ("existence", "posts", "quarantined"),
    "comment_on_no_day": ("validity", "posts", "quarantined"),
    "comment_on_nothing": ("integrity", "posts", "flagged"),
    "duplicate_comment": ("integrity", "posts", "duplicate"),
    "forum_user_without_id": ("existence", "profiles", "quarantined"),
    "forum_user_from_the_future": ("validity", "profiles", "quarantined"),
    "duplicate_forum_user": ("integrity", "profiles", "duplicate"),
    "ticket_from_another_address": ("consistency", "tickets", "flagged"),
    "solved_ticket_called_open": ("consistency", "tickets", "flagged"),
    "ticket_without_date": ("existence", "tickets", "quarantined"),
    "ticket_solved_before_it_was_opened": ("validity", "tickets", "quarantined"),
    "ticket_opened_on_no_day": ("validity", "tickets", "quarantined"),
    "ticket_of_nobody": ("integrity", "tickets", "flagged"),
    "duplicate_ticket": ("integrity", "tickets", "duplicate"),
    "ticket_opened_at_another_time": ("consistency", "ticket_events", "flagged"),
    "ticket_event_without_date": ("existence", "ticket_events", "quarantined"),
    "ticket_event_of_unknown_kind": ("validity", "ticket_events", "quarantined"),
    "event_of_no_ticket": ("integrity", "ticket_events", "flagged"),
    "duplicate_ticket_event": ("integrity", "ticket_events", "duplicate"),
    "answer_from_another_address": ("consistency", "survey_responses", "flagged"),
    "answer_to_no_question": ("existence", "survey_responses", "quarantined"),
    "score_in_words": ("validity", "survey_responses", "quarantined"),
    "answer_about_the_weather": ("validity", "survey_responses", "quarantined"),
    "email_without_at": ("validity", "survey_responses", "flagged"),
    "answer_of_nobody": ("integrity", "survey_responses", "flagged"),
    "duplicate_answer": ("integrity", "survey_responses", "duplicate"),
    "event_of_another_visitor": ("consistency", "web_events", "flagged"),
    "web_event_without_name": ("existence", "web_events", "quarantined"),
    "web_event_from_the_future": ("validity", "web_events", "quarantined"),
    "truncated_web_event": ("validity", "web_events", "unparsable"),
    "duplicate_web_event": ("integrity", "web_events", "duplicate"),
    "use_of_what_was_not_bought": ("consistency", "product_usage", "flagged"),
    "use_without_date": ("existence", "product_usage", "quarantined"),
    "seconds_in_words": ("validity", "product_usage", "quarantined"),
    "use_of_nobody": ("integrity", "product_usage", "flagged"),
    "duplicate_use": ("integrity", "product_usage", "duplicate"),
    "campaign_without_id": ("existence", "campaigns", "quarantined"),
    "campaign_ends_before_it_begins": ("validity", "campaigns", "quarantined"),
    "campaign_paid_in_nothing_known": ("validity", "campaigns", "quarantined"),
    "campaign_for_no_objective": ("relevance", "campaigns", "flagged"),
    "duplicate_campaign": ("integrity", "campaigns", "duplicate"),
    "touch_at_another_address": ("consistency", "campaign_touches", "flagged"),
    "touch_before_its_campaign": ("consistency", "campaign_touches", "flagged"),
    "touch_without_date": ("existence", "campaign_touches", "quarantined"),
    "touch_of_unknown_kind": ("validity", "campaign_touches", "quarantined"),
    "touch_of_no_campaign": ("integrity", "campaign_touches", "flagged"),
    "duplicate_touch": ("integrity", "campaign_touches", "duplicate"),
    "customer_by_another_name": ("consistency", "contacts", "flagged"),
    "contact_without_id": ("existence", "contacts", "quarantined"),
    "consent_in_doubt": ("validity", "contacts", "quarantined"),
    "contact_from_the_future": ("validity", "contacts", "quarantined"),
    "duplicate_contact": ("integrity", "contacts", "duplicate"),
    "reader_who_wants_no_mail": ("consistency", "content_reads", "flagged"),
    "read_by_nobody": ("existence", "content_reads", "quarantined"),
    "read_before_there_was_mail": ("validity", "content_reads", "quarantined"),
    "truncated_read": ("validity", "content_reads", "unparsable"),
    "duplicate_read": ("integrity", "content_reads", "duplicate"),
    "staff_in_two_departments": ("consistency", "staff", "flagged"),
    "staff_without_id": ("existence", "staff", "quarantined"),
    "staff_left_before_they_came": ("validity", "staff", "quarantined"),
    "staff_came_soon": ("validity", "staff", "quarantined"),
    "duplicate_staff": ("integrity", "staff", "duplicate"),
    "domain_of_another": ("consistency", "organisations", "flagged"),
    "organisation_without_id": ("existence", "organisations", "quarantined"),
    "organisation_of_unknown_kind": ("validity", "organisations", "quarantined"),
    "duplicate_organisation": ("integrity", "organisations", "duplicate"),
    "member_of_two_kinds": ("consistency", "organisation_members", "flagged"),
    "member_without_id": ("existence", "organisation_members", "quarantined"),
    "member_left_before_joining": ("validity", "organisation_members", "quarantined"),
    "member_of_nothing": ("integrity", "organisation_members", "flagged"),
    "duplicate_member": ("integrity", "organisation_members", "duplicate"),
    "price_in_another_category": ("consistency", "competitor_prices", "flagged"),
    "price_of_nothing": ("existence", "competitor_prices", "quarantined"),
    "price_below_zero": ("validity", "competitor_prices", "quarantined"),
    "price_in_unknown_currency": ("validity", "competitor_prices", "quarantined"),
    "price_of_no_competitor": ("relevance", "competitor_prices", "flagged"),
    "duplicate_price": ("integrity", "competitor_prices", "duplicate"),
    "release_on_another_day": ("consistency", "competitor_releases", "flagged"),
    "release_of_nothing": ("existence", "competitor_releases", "quarantined"),
    "release_seen_on_no_day": ("validity", "competitor_releases", "quarantined"),
    "truncated_release": ("validity", "competitor_releases", "unparsable"),
    "release_of_no_competitor": ("relevance", "competitor_releases", "flagged"),
    "duplicate_release": ("integrity", "competitor_releases", "duplicate"),
}
# The other kinds add a record.
CHANGED = {
    "city_of_another_postcode",
    "list_price_off",
    "product_in_another_currency",
    "order_total_off",
    "order_in_another_currency",
    "ledger_off",
    "reply_in_a_thread_of_its_own",
    "fewer_comments_than_held",
    "impressions_below_zero",
    "fewer_followers_than_held",
    "reaction_to_another",
    "ticket_from_another_address",
    "solved_ticket_called_open",
    "touch_at_another_address",
    "customer_by_another_name",
}


def records(made, name: str) -> list[bytes]:
    """Data records of a file; a CSV record goes on while a quote is open."""
    lines = (made.root / name).read_bytes().split(b"\n")
    last = lines.pop()
    if name.endswith(".xml"):
        assert last.startswith(b"</")
        return lines[2:]
    assert last == b""
    if not name.endswith(".csv"):
        return lines
    found: list[bytes] = []
    is_open = False
    for line in lines[1:]:
        if is_open:
            found[-1] += b"\n" + line
        else:
            found.append(line)
        is_open ^= line.count(b'"') % 2 == 1
    return found


@pytest.fixture(scope="module")
def faults(dirty):
    with (dirty.root / "truth/dirt.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def found(dirty, faults):
    """Kind -> (fault, raw record) of each."""
    held = {fault["source_file"]: records(dirty, fault["source_file"]) for fault in faults}
    by_kind: dict[str, list[tuple[dict, bytes]]] = {}
    for fault in faults:
        raw = held[fault["source_file"]][int(fault["record"]) - 1]
        by_kind.setdefault(fault["kind"], []).append((fault, raw))
    return by_kind


def values(raw: bytes) -> list[str]:
    return next(csv.reader([raw.decode()]))


def test_kinds_properties_and_fates(dirty, faults):
    seen = {fault["kind"]: (fault["property"], fault["table"], fault["expected"]) for fault in faults}
    assert seen == KINDS
    counted = Counter(fault["kind"] for fault in faults)
    assert min(counted.values()) >= 2
    assert dirty.totals["faults"]["by_kind"] == dict(counted)
    assert dirty.summary.faults == len(faults)


def test_no_fault_upon_another(faults):
    places = Counter((fault["source_file"], fault["record"]) for fault in faults)
    assert max(places.values()) == 1
    # Nor two faults about one order, which would hide each other.
    orders = Counter(f["key"].split("|")[0] for f in faults if f["table"] in ("orders", "order_lines"))
    assert max(orders.values()) == 1


def test_posts(dirty, found):
    def parsed(kind: str) -> list[dict]:
        return [json.loads(raw) for _, raw in found[kind]]

    assert [post["created_at"] for post in parsed("post_without_date")] == [None, None]
    assert {post["created_at"][:4] for post in parsed("post_from_the_future")} == {"2199"}
    assert all("\0" in post["text"] for post in parsed("nul_in_text"))
    ids = set(dirty.csv("truth/posts.csv")["post_id"])
    assert all(post["parent_post_id"] not in ids for post in parsed("reply_to_nothing"))
    for kind in ("post_without_date", "post_from_the_future", "nul_in_text", "reply_to_nothing"):
        assert [post["post_id"] for post in parsed(kind)] == [fault["key"] for fault, _ in found[kind]]
        assert not {post["post_id"] for post in parsed(kind)} & ids
    for _, raw in found["truncated_json"]:
        raw.decode("utf-8")
        with pytest.raises(json.JSONDecodeError):
            json.loads(raw)
    for kind in ("invalid_utf8", "invalid_utf8_in_csv"):
        for fault, raw in found[kind]:
            assert fault["key"].encode() in raw
            with pytest.raises(UnicodeDecodeError):
                raw.decode("utf-8")


def test_customers(found):
    assert all(raw.count(b"\0") == 1 and raw.startswith(fault["key"].encode()) for fault, raw in found["nul_byte"])


def test_orders(found):
    for fault, raw in found["order_without_date"]:
        assert values(raw)[0] == fault["key"]
        assert values(raw)[2] == ""
    assert {values(raw)[2][:10] for _, raw in found["impossible_date"]} == {"2025-02-30"}
    assert {values(raw)[4] for _, raw in found["unknown_currency"]} == {"XQZ", "EURO"}


def test_order_lines(dirty, found):
    names = ["order_id", "line_number", "product_id", "quantity", "unit_price"]
    for kind, column, value in (
        ("line_without_product", "product_id", ""),
        ("price_with_comma", "unit_price", "1.234,56"),
        ("quantity_zero", "quantity", "0"),
    ):
        for fault, raw in found[kind]:
            line = dict(zip(names, values(raw)))
            assert line[column] == value
            assert f"{line['order_id']}|{line['line_number']}" == fault["key"]
    assert {len(values(raw)) for _, raw in found["broken_csv_row"]} == {3}
    known = set(dirty.csv("erp/orders")["order_id"])
    assert all(values(raw)[0] not in known for _, raw in found["orphan_order_line"])


SAYS = {
    # kind: column of its file, and what the faulty record says there; None: nothing
    "city_of_another_postcode": ("city", "Elsewhere"),
    "customer_without_id": ("customer_id", None),
    "customer_born_too_early": ("birth_date", "1850-03-01"),
    "product_in_another_currency": ("currency", "CHF"),
    "product_without_id": ("product_id", None),
    "list_price_below_zero": ("list_price", "-1.00"),
    "order_in_another_currency": ("currency", "CHF"),
    "order_of_nobody": ("customer_id", "C9999999"),
    "booking_without_amount": ("amount", None),
    "booking_with_comma": ("amount", "1.234,56"),
    "cost_without_amount": ("amount", None),
    "cost_of_unknown_kind": ("kind", "tax"),
    "cost_of_nobody": ("customer_id", "C9999999"),
    "cost_of_no_campaign": ("campaign_id", "CMP-999"),
    "cost_in_another_currency": ("currency", "CHF"),
    "post_about_nothing": ("text", "Slept well. Off to the hills with the children."),
    "fewer_comments_than_held": ("comments", 0),
    "impressions_below_zero": ("impressions", -5),
    "measured_post_without_id": ("post_id", None),
    "fewer_followers_than_held": ("followers_count", 0),
    "profile_without_id": ("profile_id", None),
    "followers_below_zero": ("followers_count", -1),
    "profile_of_no_customer": ("customer_id", "C9999999"),
    "reaction_to_another": ("target_profile_id", "u0000005"),
    "interaction_of_nobody": ("actor_profile_id", None),
    "interaction_of_unknown_kind": ("kind", "poke"),
    "nobody_is_followed": ("target_profile_id", "u9999999"),
    "forum_post_without_date": ("CreationDate", None),
    "forum_post_from_the_future": ("CreationDate", "2199-01-01T08:00:00.000"),
    "comment_without_id": ("Id", None),
    "comment_on_no_day": ("CreationDate", "2025-02-30T10:15:00.000"),
    "comment_on_nothing": ("PostId", "999999999"),
    "forum_user_without_id": ("Id", None),
    "forum_user_from_the_future": ("CreationDate", "2199-01-01T08:00:00.000"),
    "solved_ticket_called_open": ("status", "open"),
    "ticket_without_date": ("opened_at", None),
    "ticket_solved_before_it_was_opened": ("solved_at", "1925-03-01T08:00:00Z"),
    "ticket_opened_on_no_day": ("opened_at", "2025-02-30T10:15:00Z"),
    "ticket_of_nobody": ("customer_id", "C9999999"),
    "ticket_event_without_date": ("created_at", None),
    "ticket_event_of_unknown_kind": ("kind", "escalated"),
    "event_of_no_ticket": ("ticket_id", "T9999999"),
    "answer_to_no_question": ("question", None),
    "score_in_words": ("score", "nine"),
    "answer_about_the_weather": ("about", "weather"),
    "answer_of_nobody": ("customer_id", "C9999999"),
    "web_event_without_name": ("event_name", None),
    "web_event_from_the_future": ("derived_tstamp", "2199-01-01T08:00:00Z"),
    "use_without_date": ("used_at", None),
    "seconds_in_words": ("seconds", "half an hour"),
    "use_of_nobody": ("customer_id", "C9999998"),
    "campaign_without_id": ("campaign_id", None),
    "campaign_ends_before_it_begins": ("ends_at", "1925-03-01T08:00:00Z"),
    "campaign_paid_in_nothing_known": ("currency", "Taler"),
    "campaign_for_no_objective": ("objective", "world_peace"),
    "touch_without_date": ("created_at", None),
    "touch_of_unknown_kind": ("kind", "teleported"),
    "touch_of_no_campaign": ("campaign_id", "CMP-999"),
    "contact_without_id": ("contact_id", None),
    "consent_in_doubt": ("consent", "perhaps"),
    "contact_from_the_future": ("since", "2199-01-01T08:00:00Z"),
    "read_by_nobody": ("reader", None),
    "read_before_there_was_mail": ("at", "1925-03-01T08:00:00Z"),
    "staff_in_two_departments": ("department", "Archive"),
    "staff_without_id": ("staff_id", None),
    "staff_left_before_they_came": ("left_at", "1990-01-01"),
    "staff_came_soon": ("joined_at", "soon"),
    "organisation_without_id": ("organisation_id", None),
    "organisation_of_unknown_kind": ("kind", "club"),
    "member_of_two_kinds": ("member_kind", "contact"),
    "member_without_id": ("member_id", None),
    "member_left_before_joining": ("left_at", "1990-01-01"),
    "member_of_nothing": ("organisation_id", "G9999"),
    "price_in_another_category": ("category", "Tea"),
    "price_of_nothing": ("product", None),
    "price_below_zero": ("price", "-5.00"),
    "price_in_unknown_currency": ("currency", "Taler"),
    "price_of_no_competitor": ("competitor", "Fogbank Tea Rooms"),
    "release_on_another_day": ("launched_on", "2024-06-01"),
    "release_of_nothing": ("product", None),
    "release_seen_on_no_day": ("seen_at", "yesterday"),
    "release_of_no_competitor": ("competitor", "Fogbank Tea Rooms"),
}


def said(made, fault: dict, raw: bytes) -> dict:
    """A faulty record's values by column; csv's nothing is None."""
    name = fault["source_file"]
    if name.endswith(".jsonl"):
        return json.loads(raw)
    if name.endswith(".xml"):
        return dict(ElementTree.fromstring(raw).attrib)
    header = (made.root / name).read_text(encoding="utf-8", errors="replace").splitlines()[0].split(",")
    return {column: value or None for column, value in zip(header, next(csv.reader(io.StringIO(raw.decode()))))}


@pytest.mark.parametrize("kind", SAYS)
def test_what_a_faulty_record_says(dirty, found, kind):
    column, value = SAYS[kind]
    assert [said(dirty, *one).get(column) for one in found[kind]] == [value] * len(found[kind])


def test_what_cannot_be_parsed(dirty, found):
    for kind in (
        "truncated_interaction",
        "truncated_profile",
        "truncated_web_event",
        "truncated_read",
        "truncated_release",
    ):
        for _, raw in found[kind]:
            with pytest.raises(json.JSONDecodeError):
                json.loads(raw)
    for _, raw in found["truncated_row"]:
        with pytest.raises(ElementTree.ParseError):
            ElementTree.fromstring(raw)


def test_what_disagrees_did_agree(clean, dirty, found):
    """Against the clean files: another address, name, time or thread than that of the same thing elsewhere."""

    def of(kind: str) -> list[dict]:
        return [said(dirty, *one) for one in found[kind]]

    customers = clean.csv("erp/customers.csv").set_index("customer_id")
    products = clean.csv("erp/products.csv").set_index("product_id")
    tickets, events = clean.csv("support/tickets.csv"), clean.csv("support/ticket_events.csv")
    posts, acts = clean.jsonl("microblog/posts").set_index("post_id"), clean.jsonl("microblog/interactions")
    orders, lines = clean.csv("erp/orders").set_index("order_id"), clean.csv("erp/order_lines")
    for product in of("list_price_off"):
        assert Decimal(product["list_price"]) - Decimal(products["list_price"][product["product_id"]]) == 1
    for order in of("order_in_another_currency"):
        assert (lines["order_id"] == order["order_id"]).sum() == 1
    for ticket in of("ticket_from_another_address"):
        assert (tickets["customer_id"] == ticket["customer_id"]).sum() == 1
        assert ticket["email"] not in (customers["email"][ticket["customer_id"]], "")
    for ticket in of("solved_ticket_called_open"):
        assert events[events["ticket_id"] == ticket["ticket_id"]]["kind"].iloc[-1] in ("solved", "closed")
    for event in of("ticket_opened_at_another_time"):
        opened = tickets.set_index("ticket_id")["opened_at"][event["ticket_id"]]
        assert pd.Timestamp(opened) - pd.Timestamp(event["created_at"]) == pd.Timedelta(hours=1)
    for answer in of("answer_from_another_address"):
        assert answer["email"] != customers["email"][answer["customer_id"]]
    for post in of("reply_in_a_thread_of_its_own"):
        assert post["root_post_id"] == post["post_id"] != posts["root_post_id"][post["post_id"]]
        assert post["post_id"] not in set(posts["parent_post_id"])
    for post in of("fewer_comments_than_held"):
        assert post["observed_at"]
        assert post["post_id"] in set(posts["parent_post_id"])
    for profile in of("fewer_followers_than_held"):
        assert ((acts["kind"] == "follow") & (acts["target_profile_id"] == profile["profile_id"])).any()
    for act in of("reaction_to_another"):
        assert act["target_profile_id"] not in (posts["profile_id"][act["post_id"]], act["actor_profile_id"])
    for use in of("use_of_what_was_not_bought"):
        bought = lines[lines["order_id"].isin(orders.index[orders["customer_id"] == use["customer_id"]])]["product_id"]
        assert len(bought)
        assert use["product_id"] in products.index
        assert use["product_id"] not in set(bought)
    sent = of("touch_before_its_campaign")
    assert len({touch["campaign_id"] for touch in sent}) == len(sent)
    begins = clean.csv("campaigns/campaigns.csv").set_index("campaign_id")["begins_at"]
    for touch in sent:
        assert pd.Timestamp(begins[touch["campaign_id"]]) - pd.Timestamp(touch["created_at"]) > pd.Timedelta(days=4)
    contacts = clean.csv("campaigns/contacts.csv").set_index("contact_id")
    for touch in of("touch_at_another_address"):
        known = customers["email"].get(touch["customer_id"]) or contacts["email"][touch["contact_id"]]
        assert touch["email"] != known
    for contact in of("customer_by_another_name"):
        assert contact["name"] not in set(customers["name"][customers["email"] == contact["email"]])
    for read in of("reader_who_wants_no_mail"):
        assert contacts["consent"][read["reader"]] == "false"
    for organisation in of("domain_of_another"):
        known = clean.csv("company/organisations.csv").set_index("email_domain")["name"][organisation["email_domain"]]
        assert organisation["name"] != known
    visitors = clean.jsonl("web/events").groupby("domain_sessionid")["domain_userid"].first()
    for event in of("event_of_another_visitor"):
        assert event["domain_userid"] != visitors[event["domain_sessionid"]]


def test_duplicates_stand_twice_in_their_file(dirty, found):
    kinds = [kind for kind, (_, _, expected) in KINDS.items() if expected == "duplicate"]
    assert len(kinds) == 25
    for kind in kinds:
        for fault, raw in found[kind]:
            assert records(dirty, fault["source_file"]).count(raw) == 2, kind


def test_wrong_totals(clean, found):
    orders = clean.csv("erp/orders").set_index("order_id")["total_amount"]
    for fault, raw in found["order_total_off"]:
        assert Decimal(values(raw)[5]) - Decimal(orders[fault["key"]]) == Decimal("10.00")
    ledger = clean.csv("erp/ledger.csv").set_index("ledger_date")["amount"]
    for fault, raw in found["ledger_off"]:
        assert fault["key"] == f"{values(raw)[0]}|EUR"
        assert Decimal(values(raw)[2]) - Decimal(ledger[values(raw)[0]]) == Decimal("37.50")


def test_without_its_faults_the_data_are_clean(clean, dirty, faults):
    added: dict[str, set[int]] = {}
    changed: dict[str, set[int]] = {}
    for fault in faults:
        into = changed if fault["kind"] in CHANGED else added
        into.setdefault(fault["source_file"], set()).add(int(fault["record"]))
    names = {path.relative_to(dirty.root).as_posix() for path in dirty.root.rglob("*.*")}
    for name in names - {"truth/dirt.csv", "truth/totals.json", "simulation.json"}:
        if name not in added | changed:
            assert (dirty.root / name).read_bytes() == (clean.root / name).read_bytes(), name
            continue
        mine, theirs = records(dirty, name), records(clean, name)
        mine = [raw for number, raw in enumerate(mine, 1) if number not in added.get(name, ())]
        differing = {number for number, pair in enumerate(zip(mine, theirs), 1) if pair[0] != pair[1]}
        assert len(mine) == len(theirs)
        assert differing == changed.get(name, set())


def test_no_dirt(clean):
    assert clean.summary.faults == 0
    assert records(clean, "truth/dirt.csv") == []


def test_too_little_for_so_many_faults(tmp_path, monkeypatch):
    monkeypatch.setattr(dirt, "_RATE", 0.2)
    with pytest.raises(ValueError, match="too few order_lines to keep planted faults apart; ask for more customers"):
        simulate(tmp_path / "a", customers=60, days=40)
    assert list(tmp_path.iterdir()) == []
