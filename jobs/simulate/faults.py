"""What can be wrong with the company's files: the kinds of faults of each, every kind of one quality property.

What a pipeline keeps and reports changes no figure of truth/totals.json: it costs, scores and sells nothing.
"""

from __future__ import annotations

import pyarrow.compute as pc

from jobs.simulate.company import MICROBLOG_ACCOUNTS
from jobs.simulate.kinds import (
    Good,
    Kind,
    Source,
    Values,
    alternate,
    bad_bytes,
    before,
    beside,
    both,
    changed,
    cut,
    having,
    invalid,
    irrelevant,
    lacking,
    missing,
    more,
    named_in,
    of_order,
    once,
    orphan,
    other_than,
    repeated,
    set_to,
    somebody,
    unlike,
    unparsable,
    where,
)

# Ids that nothing has, and times that no company has seen.
_NO_POST, _NO_PROFILE, _NO_CUSTOMER, _NO_OWNER = "s999999999", "u9999999", "C9999999", "C9999998"
_FUTURE, _LONG_AGO, _NO_DAY = "2199-01-01T08:00:00Z", "1925-03-01T08:00:00Z", "2025-02-30T10:15:00Z"
_OTHER_CURRENCY = "CHF"


# --- ERP --------------------------------------------------------------------------------------------------------


def _other_line(row: Values, number: int, good: Good) -> None:
    row["line_number"] = 51


def _no_order(row: Values, number: int, good: Good) -> None:
    row |= {"order_id": f"O{999_999_999 - number}", "line_number": 51}


def _earlier_day(row: Values, number: int, good: Good) -> None:
    row["ledger_date"] = f"{2000 + number // 336}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"


_ERP = (
    Source(
        "customers",
        "customers",
        ("customer_id",),
        "customer_id",
        (
            changed("city_of_another_postcode", "accuracy", set_to(city="Elsewhere"), having("customers", "postcode")),
            missing("customer_without_id", customer_id=None),
            invalid("customer_born_too_early", birth_date="1850-03-01"),
            unparsable("invalid_utf8_in_csv", bad_bytes),
            unparsable("nul_byte", lambda line: line.replace(b" ", b"\0", 1)),
            repeated("duplicate_customer"),
        ),
    ),
    Source(
        "products",
        "products",
        ("product_id",),
        "product_id",
        (
            changed("list_price_off", "accuracy", more("list_price", "1.00")),
            changed(
                "product_in_another_currency",
                "consistency",
                set_to(currency=_OTHER_CURRENCY),
                named_in("products", "product_id", "order_lines", "product_id"),
            ),
            missing("product_without_id", product_id=None),
            invalid("list_price_below_zero", list_price="-1.00"),
            repeated("duplicate_product"),
        ),
    ),
    Source(
        "order_lines",
        "order_lines",
        ("order_id", "line_number"),
        _other_line,
        of_order(
            missing("line_without_product", product_id=None),
            invalid("price_with_comma", unit_price="1.234,56"),
            invalid("quantity_zero", quantity=0),
            unparsable("broken_csv_row", lambda line: b",".join(line.split(b",")[:3])),
            repeated("duplicate_order_line"),
        ),
    ),
    Source("order_lines", "order_lines", ("order_id", "line_number"), _no_order, of_order(orphan("orphan_order_line"))),
    Source(
        "orders",
        "orders",
        ("order_id",),
        "order_id",
        (
            *of_order(
                changed("order_total_off", "consistency", more("total_amount", "10.00")),
                changed(
                    "order_in_another_currency",
                    "consistency",
                    set_to(currency=_OTHER_CURRENCY),
                    once("orders", "order_id", in_="order_lines"),
                ),
                repeated("duplicate_order"),
            ),
            missing("order_without_date", ordered_at=None),
            invalid("impossible_date", ordered_at="2025-02-30 10:15:00"),
            Kind("unknown_currency", "validity", "quarantined", alternate("currency", "XQZ", "EURO")),
            orphan("order_of_nobody", customer_id=_NO_CUSTOMER, total_amount=None),
        ),
    ),
    Source(
        "ledger_totals",
        "ledger_totals",
        ("ledger_date", "currency"),
        _earlier_day,
        (
            changed("ledger_off", "accuracy", more("amount", "37.50")),
            missing("booking_without_amount", amount=None),
            invalid("booking_with_comma", amount="1.234,56"),
            repeated("duplicate_booking"),
        ),
    ),
    Source(
        "costs",
        "costs",
        ("cost_id",),
        "cost_id",
        (
            missing("cost_without_amount", amount=None),
            invalid("cost_of_unknown_kind", kind="tax"),
            orphan(
                "cost_of_nobody",
                where("costs", "kind", "service", "acquisition"),
                customer_id=_NO_CUSTOMER,
                amount="0.00",
            ),
            orphan("cost_of_no_campaign", where("costs", "kind", "campaign"), campaign_id="CMP-999", amount="0.00"),
            unlike(
                "cost_in_another_currency",
                set_to(currency=_OTHER_CURRENCY, amount="0.00"),
                where("costs", "kind", "campaign"),
            ),
            repeated("duplicate_cost"),
        ),
    ),
)


# --- Social -----------------------------------------------------------------------------------------------------

_COUNTS = ("impressions", "reactions", "comments", "shares")
_SEEN = "2025-12-31T12:00:00Z"
_OURS = tuple(account.profile_id for account in MICROBLOG_ACCOUNTS if account.role in ("brand", "staff"))
_FIRMS = tuple(account.profile_id for account in MICROBLOG_ACCOUNTS)
_RIVAL = MICROBLOG_ACCOUNTS[-1].profile_id
_OWN_POSTS = lacking("posts", "parent_post_id")


def _bare_post(row: Values, number: int, good: Good) -> None:
    for name in ("edited_at", "url", "observed_at"):
        row.pop(name, None)
    row |= dict.fromkeys(_COUNTS)


def _bare_profile(row: Values, number: int, good: Good) -> None:
    row |= {"handle": f"visitor_{number}", "display_name": f"Visitor {number}", "bio": None, "location": None}
    for name in ("customer_id", "email"):
        row.pop(name, None)


def _own_thread(row: Values, number: int, good: Good) -> None:
    row["root_post_id"] = row["post_id"]


_SOCIAL = (
    Source(
        "posts",
        "posts",
        ("post_id",),
        "post_id",
        (
            changed(
                "reply_in_a_thread_of_its_own",
                "consistency",
                _own_thread,
                both(
                    having("posts", "parent_post_id"),
                    other_than(where("posts", "profile_id", *_OURS)),
                    other_than(named_in("posts", "post_id", "posts", "parent_post_id")),
                ),
            ),
            missing("post_without_date", _OWN_POSTS, created_at=None),
            invalid("post_from_the_future", _OWN_POSTS, created_at=_FUTURE),
            Kind(
                "nul_in_text",
                "validity",
                "unparsable",
                lambda row, number, good: row.update(text=f"{row['text']}\0"),
                among=_OWN_POSTS,
            ),
            unparsable("truncated_json", cut, _OWN_POSTS),
            unparsable("invalid_utf8", bad_bytes, _OWN_POSTS),
            orphan("reply_to_nothing", _OWN_POSTS, parent_post_id=_NO_POST, root_post_id=_NO_POST),
            Kind(
                "post_about_nothing",
                "relevance",
                "flagged",
                set_to(text="Slept well. Off to the hills with the children.", hashtags=[], language="en"),
                among=both(_OWN_POSTS, other_than(where("posts", "profile_id", *_FIRMS))),
            ),
            repeated("duplicate_post", both(_OWN_POSTS, lacking("posts", "observed_at"))),
        ),
        _bare_post,
    ),
    Source(
        "posts",
        "post_metrics",
        ("post_id", "observed_at"),
        "post_id",
        (
            changed(
                "fewer_comments_than_held",
                "consistency",
                set_to(comments=0),
                both(having("posts", "observed_at"), named_in("posts", "post_id", "posts", "parent_post_id")),
            ),
            Kind(
                "impressions_below_zero",
                "validity",
                "quarantined",
                set_to(**dict.fromkeys(_COUNTS) | {"observed_at": _SEEN, "impressions": -5}),
                way="replace",
                among=both(_OWN_POSTS, lacking("posts", "observed_at")),
            ),
            missing("measured_post_without_id", _OWN_POSTS, post_id=None, observed_at=_SEEN),
        ),
    ),
    Source(
        "profiles",
        "profiles",
        ("profile_id",),
        "profile_id",
        (
            changed(
                "fewer_followers_than_held",
                "consistency",
                set_to(followers_count=0),
                named_in(
                    "profiles",
                    "profile_id",
                    "interactions",
                    "target_profile_id",
                    where("interactions", "kind", "follow"),
                ),
            ),
            missing("profile_without_id", profile_id=None),
            invalid("followers_below_zero", followers_count=-1),
            unparsable("truncated_profile", cut),
            orphan("profile_of_no_customer", customer_id=_NO_CUSTOMER),
            repeated("duplicate_profile"),
        ),
        _bare_profile,
    ),
    Source(
        "interactions",
        "interactions",
        ("interaction_id",),
        "interaction_id",
        (
            changed(
                "reaction_to_another",
                "consistency",
                set_to(target_profile_id=_RIVAL),
                both(
                    where("interactions", "kind", "reaction", "share"),
                    other_than(where("interactions", "target_profile_id", _RIVAL)),
                    other_than(where("interactions", "actor_profile_id", _RIVAL)),
                ),
            ),
            missing("interaction_of_nobody", actor_profile_id=None),
            invalid("interaction_of_unknown_kind", kind="poke"),
            unparsable("truncated_interaction", cut),
            orphan("nobody_is_followed", where("interactions", "kind", "follow"), target_profile_id=_NO_PROFILE),
            repeated("duplicate_interaction"),
        ),
    ),
    # Only questions and answers bring counts along.
    Source(
        "forum_posts",
        "posts",
        ("Id",),
        "Id",
        (
            missing("forum_post_without_date", CreationDate=None),
            invalid("forum_post_from_the_future", CreationDate="2199-01-01T08:00:00.000"),
            unparsable("truncated_row", cut),
        ),
        set_to(PostTypeId=6, AcceptedAnswerId=None),
    ),
    Source(
        "forum_comments",
        "posts",
        ("Id",),
        "Id",
        (
            missing("comment_without_id", Id=None),
            invalid("comment_on_no_day", CreationDate="2025-02-30T10:15:00.000"),
            orphan("comment_on_nothing", PostId=999_999_999),
            repeated("duplicate_comment"),
        ),
    ),
    Source(
        "forum_users",
        "profiles",
        ("Id",),
        "Id",
        (
            missing("forum_user_without_id", Id=None),
            invalid("forum_user_from_the_future", CreationDate="2199-01-01T08:00:00.000"),
            repeated("duplicate_forum_user"),
        ),
    ),
)


# --- Support, web and use ---------------------------------------------------------------------------------------

_UNRATED = {"score": None, "goal": None, "comment": None}


def _other_event(row: Values, number: int, good: Good) -> None:
    row["event_id"] = 900 + number


def _no_address(row: Values, number: int, good: Good) -> None:
    row |= _UNRATED | {"customer_id": None, "email": f"visitor{number} at example.com"}


def _not_bought(row: Values, number: int, good: Good) -> None:
    """A use of what its customer never bought."""
    orders, lines = good["orders"].columns, good["order_lines"].columns
    mine = orders["order_id"].filter(pc.equal(orders["customer_id"], row["customer_id"]))
    bought = lines["product_id"].filter(pc.is_in(lines["order_id"], mine))
    others = (
        good["products"]
        .columns["product_id"]
        .filter(pc.invert(pc.is_in(good["products"].columns["product_id"], bought)))
    )
    row |= {"product_id": others[number % len(others)].as_py(), "seconds": 0, "uses": 0}


_SUPPORT = (
    Source(
        "tickets",
        "tickets",
        ("ticket_id",),
        "ticket_id",
        (
            changed(
                "ticket_from_another_address",
                "consistency",
                somebody(),
                both(once("tickets", "customer_id"), having("tickets", "email")),
            ),
            changed(
                "solved_ticket_called_open",
                "consistency",
                set_to(status="open"),
                where("tickets", "status", "solved", "closed"),
            ),
            missing("ticket_without_date", opened_at=None),
            invalid("ticket_solved_before_it_was_opened", solved_at=_LONG_AGO),
            invalid("ticket_opened_on_no_day", opened_at=_NO_DAY),
            orphan("ticket_of_nobody", customer_id=_NO_CUSTOMER, email=None),
            repeated("duplicate_ticket"),
        ),
    ),
    Source(
        "ticket_events",
        "ticket_events",
        ("ticket_id", "event_id"),
        _other_event,
        (
            unlike(
                "ticket_opened_at_another_time",
                before("created_at", days=0, hours=1),
                where("ticket_events", "kind", "opened"),
            ),
            missing("ticket_event_without_date", created_at=None),
            invalid("ticket_event_of_unknown_kind", kind="escalated"),
            orphan("event_of_no_ticket", ticket_id="T9999999", kind="closed", actor="agent", actor_id="agent-1"),
            repeated("duplicate_ticket_event"),
        ),
    ),
    Source(
        "survey_responses",
        "survey_responses",
        ("response_id", "question"),
        "response_id",
        (
            unlike(
                "answer_from_another_address",
                somebody(**_UNRATED),
                both(having("survey_responses", "customer_id"), having("survey_responses", "email")),
            ),
            missing("answer_to_no_question", question=None),
            invalid("score_in_words", score="nine"),
            invalid("answer_about_the_weather", about="weather"),
            Kind("email_without_at", "validity", "flagged", _no_address),
            orphan("answer_of_nobody", **_UNRATED, customer_id=_NO_CUSTOMER, email=None),
            repeated("duplicate_answer"),
        ),
    ),
    Source(
        "web_events",
        "web_events",
        ("event_id",),
        "event_id",
        (
            unlike(
                "event_of_another_visitor",
                lambda row, number, good: row.update(
                    event_name="link_click", domain_userid=f"v{9_999_999 - number}", user_id=None
                ),
                where("web_events", "event_name", "page_view"),
                place="domain_sessionid",
            ),
            missing("web_event_without_name", event_name=None),
            invalid("web_event_from_the_future", derived_tstamp=_FUTURE, collector_tstamp=_FUTURE),
            unparsable("truncated_web_event", cut),
            repeated("duplicate_web_event"),
        ),
    ),
    Source(
        "product_usage",
        "product_usage",
        ("usage_id",),
        "usage_id",
        (
            unlike("use_of_what_was_not_bought", _not_bought),
            missing("use_without_date", used_at=None),
            invalid("seconds_in_words", seconds="half an hour"),
            orphan("use_of_nobody", customer_id=_NO_OWNER, seconds=0, uses=0),
            repeated("duplicate_use"),
        ),
    ),
)


# --- Outreach ---------------------------------------------------------------------------------------------------


def _other_name(row: Values, number: int, good: Good) -> None:
    row["name"] = f"Somebody Else {number + 1}"


def _not_agreed(row: Values, number: int, good: Good) -> None:
    """A read by somebody who wants no mail."""
    contacts = good["contacts"].columns
    unwilling = contacts["contact_id"].filter(pc.equal(contacts["consent"], "false"))
    row["reader"] = unwilling[number % len(unwilling)].as_py()


_OUTREACH = (
    Source(
        "campaigns",
        "campaigns",
        ("campaign_id",),
        "campaign_id",
        (
            missing("campaign_without_id", campaign_id=None),
            invalid("campaign_ends_before_it_begins", ends_at=_LONG_AGO),
            invalid("campaign_paid_in_nothing_known", currency="Taler"),
            irrelevant("campaign_for_no_objective", objective="world_peace", budget="0.00"),
            repeated("duplicate_campaign"),
        ),
    ),
    Source(
        "campaign_touches",
        "campaign_touches",
        ("campaign_id", "touch_id"),
        "touch_id",
        (
            changed(
                "touch_at_another_address", "consistency", somebody(), where("campaign_touches", "kind", "delivered")
            ),
            Kind(
                "touch_before_its_campaign",
                "consistency",
                "flagged",
                before("created_at", days=5, customer_id=None, contact_id=None, email=None),
                among=where("campaign_touches", "kind", "sent"),
                place="campaign_id",
            ),
            missing("touch_without_date", created_at=None),
            invalid("touch_of_unknown_kind", kind="teleported"),
            orphan("touch_of_no_campaign", campaign_id="CMP-999", kind="complained", order_id=None),
            repeated("duplicate_touch"),
        ),
    ),
    Source(
        "contacts",
        "contacts",
        ("contact_id",),
        "contact_id",
        (
            changed(
                "customer_by_another_name",
                "consistency",
                _other_name,
                named_in("contacts", "email", "customers", "email"),
            ),
            missing("contact_without_id", contact_id=None),
            invalid("consent_in_doubt", consent="perhaps"),
            invalid("contact_from_the_future", since=_FUTURE),
            repeated("duplicate_contact"),
        ),
    ),
    Source(
        "content_reads",
        "content_reads",
        ("issue", "reader", "at"),
        beside("at"),
        (
            unlike("reader_who_wants_no_mail", _not_agreed),
            missing("read_by_nobody", reader=None),
            invalid("read_before_there_was_mail", at=_LONG_AGO),
            unparsable("truncated_read", cut),
            repeated("duplicate_read"),
        ),
    ),
)


# --- Parties and market -----------------------------------------------------------------------------------------


def _other_role(row: Values, number: int, good: Good) -> None:
    row["role"] = f"guest {number}"


def _other_launch(row: Values, number: int, good: Good) -> None:
    row["launched_on"] = "2024-06-01"


_PARTIES = (
    Source(
        "staff",
        "staff",
        ("staff_id",),
        "staff_id",
        (
            unlike("staff_in_two_departments", set_to(department="Archive"), place="email"),
            missing("staff_without_id", staff_id=None),
            invalid("staff_left_before_they_came", left_at="1990-01-01"),
            invalid("staff_came_soon", joined_at="soon"),
            repeated("duplicate_staff"),
        ),
    ),
    Source(
        "organisations",
        "organisations",
        ("organisation_id",),
        "organisation_id",
        (
            unlike("domain_of_another", _other_name, having("organisations", "email_domain"), place="email_domain"),
            missing("organisation_without_id", organisation_id=None),
            invalid("organisation_of_unknown_kind", kind="club"),
            repeated("duplicate_organisation"),
        ),
    ),
    Source(
        "organisation_members",
        "organisation_members",
        ("organisation_id", "member_kind", "member_id", "role"),
        _other_role,
        (
            unlike("member_of_two_kinds", set_to(member_kind="contact"), place="member_id"),
            missing("member_without_id", member_id=None),
            invalid("member_left_before_joining", joined_at="2025-01-02", left_at="1990-01-01"),
            orphan("member_of_nothing", organisation_id="G9999"),
            repeated("duplicate_member"),
        ),
    ),
    Source(
        "competitor_prices",
        "competitor_prices",
        ("competitor", "product", "seen_at"),
        beside("seen_at"),
        (
            unlike("price_in_another_category", set_to(category="Tea"), place="product"),
            missing("price_of_nothing", product=None),
            invalid("price_below_zero", price="-5.00"),
            invalid("price_in_unknown_currency", currency="Taler"),
            irrelevant("price_of_no_competitor", competitor="Fogbank Tea Rooms"),
            repeated("duplicate_price"),
        ),
    ),
    Source(
        "competitor_releases",
        "competitor_releases",
        ("competitor", "product", "seen_at"),
        beside("seen_at"),
        (
            unlike("release_on_another_day", _other_launch, place="product"),
            missing("release_of_nothing", product=None),
            invalid("release_seen_on_no_day", seen_at="yesterday"),
            unparsable("truncated_release", cut),
            irrelevant("release_of_no_competitor", competitor="Fogbank Tea Rooms"),
            repeated("duplicate_release"),
        ),
    ),
)

SOURCES = (*_ERP, *_SOCIAL, *_SUPPORT, *_OUTREACH, *_PARTIES)
