"""Rules across rows and tables, on rows written by hand: clean rows keep all of them, a fault breaks its own and no other."""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from expectations import rules as registry
from jobs.job import Run
from jobs.lake import arrow
from jobs.quality import across, agreement, row_checks, table_checks
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings, LimitSettings
from jobs.settings.company import Company
from jobs.settings.sources import Source
from jobs.silver.families import TABLES
from transformations.contracts import CONTRACTS, contract

AT = datetime(2025, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2025, 3, 9, 9, tzinfo=UTC)
AS_OF = datetime(2025, 3, 11, tzinfo=UTC)
LONG_AGO = datetime(2024, 3, 1, 9, tzinfo=UTC)
RIVAL = 'O\'Brien & Söhne {silver.orders} "☕" \\ {as_of} Ltd'
OBJECTIVE = "Kunden, die \"wieder\" kaufen – 'öfter'"
ONE = Decimal(1)
IN_MEMORY = LimitSettings()

Rows = dict[str, list[dict]]


def clean() -> Rows:
    """Two of everything, in every table that sources fill."""
    forum = {"channel": "forum"}
    euro = {"currency": "EUR"}
    return {
        "customers": [
            {
                "customer_id": "c1",
                "name": "Ada Alt",
                "email": "Ada@x.example",
                "country": "DE",
                "postcode": "10115",
                "city": "Berlin",
            },
            {
                "customer_id": "c2",
                "name": "Bo Birk",
                "email": "bo@x.example",
                "country": "DE",
                "postcode": "20095",
                "city": "hamburg",
            },
            {"customer_id": "c3", "name": "BIRK, Bo", "email": "bo@x.example"},
        ],
        "products": [{"product_id": "p1", "name": "Cup", **euro}, {"product_id": "p2", "name": "Jug", **euro}],
        "orders": [
            {"order_id": "o1", "customer_id": "c1", "ordered_at": AT, "total_amount": ONE, "is_return": False, **euro},
            {"order_id": "o2", "customer_id": "c2", "ordered_at": AT, "total_amount": ONE, "is_return": False, **euro},
        ],
        "order_lines": [
            {
                "order_id": "o1",
                "line_number": 1,
                "product_id": "p1",
                "quantity": ONE,
                "unit_price": ONE,
                "amount": ONE,
                **euro,
            },
            {
                "order_id": "o2",
                "line_number": 1,
                "product_id": "p2",
                "quantity": ONE,
                "unit_price": ONE,
                "amount": ONE,
                **euro,
            },
        ],
        "ledger_totals": [{"ledger_date": date(2025, 3, 1), "amount": Decimal(2), **euro}],
        "costs": [
            {"cost_id": "k1", "kind": "campaign", "campaign_id": "m1", "amount": ONE, **euro},
            {"cost_id": "k2", "kind": "campaign", "campaign_id": "m2", "amount": ONE, **euro},
        ],
        "profiles": [
            {"profile_id": "u1", "followers_count": 1, "observed_at": LATER, **forum},
            {"profile_id": "u2", "followers_count": 1, "observed_at": LATER, **forum},
            {"profile_id": "u3", "followers_count": 1, **forum},
        ],
        "profile_metrics": [
            {"profile_id": "u1", "observed_at": LATER, "followers_count": 1, "posts_count": 1, **forum},
            {"profile_id": "u2", "observed_at": LATER, "followers_count": 1, "posts_count": 1, **forum},
        ],
        "posts": [
            {
                "post_id": "a1",
                "kind": "post",
                "profile_id": "u1",
                "text": "a",
                "tags": ["x"],
                "root_post_id": "a1",
                "created_at": AT,
                **forum,
            },
            {
                "post_id": "a2",
                "kind": "post",
                "profile_id": "u2",
                "text": "b",
                "tags": ["#Y"],
                "root_post_id": "a2",
                "created_at": AT,
                **forum,
            },
            {
                "post_id": "r1",
                "kind": "comment",
                "profile_id": "u2",
                "text": "c",
                "parent_post_id": "a1",
                "root_post_id": "a1",
                "created_at": AT,
                **forum,
            },
            {
                "post_id": "r2",
                "kind": "comment",
                "profile_id": "u1",
                "text": "d",
                "parent_post_id": "a2",
                "root_post_id": "a2",
                "created_at": AT,
                **forum,
            },
        ],
        "post_metrics": [
            {"post_id": "a1", "observed_at": LATER, "comments": 1, "views": 1, **forum},
            {"post_id": "a2", "observed_at": LATER, "comments": 1, "views": 1, **forum},
        ],
        "interactions": [
            {
                "interaction_id": "i1",
                "kind": "follow",
                "actor_profile_id": "u1",
                "target_profile_id": "u2",
                "created_at": AT,
                **forum,
            },
            {
                "interaction_id": "i2",
                "kind": "follow",
                "actor_profile_id": "u1",
                "target_profile_id": "u3",
                "created_at": AT,
                **forum,
            },
            {
                "interaction_id": "i3",
                "kind": "reaction",
                "actor_profile_id": "u1",
                "target_profile_id": "u2",
                "post_id": "a2",
                "created_at": AT,
                **forum,
            },
            {
                "interaction_id": "i4",
                "kind": "share",
                "actor_profile_id": "u2",
                "target_profile_id": "u1",
                "post_id": "a1",
                "created_at": AT,
                **forum,
            },
            # Followers who went before the account was seen, or came after, prove nothing.
            {
                "interaction_id": "i5",
                "kind": "follow",
                "actor_profile_id": "u3",
                "target_profile_id": "u2",
                "created_at": AT,
                "ended_at": AT,
                **forum,
            },
            {
                "interaction_id": "i6",
                "kind": "follow",
                "actor_profile_id": "u3",
                "target_profile_id": "u2",
                "created_at": datetime(2025, 3, 10, tzinfo=UTC),
                **forum,
            },
        ],
        "taggings": [
            {
                "tagging_id": "g1",
                "tagger_profile_id": "u1",
                "object_kind": "post",
                "object_id": "a1",
                "tag": "#X",
                **forum,
            },
            {
                "tagging_id": "g2",
                "tagger_profile_id": "u2",
                "object_kind": "post",
                "object_id": "a2",
                "tag": "y",
                **forum,
            },
            {
                "tagging_id": "g3",
                "tagger_profile_id": "u3",
                "object_kind": "post",
                "object_id": "a2",
                "tag": "mine",
                **forum,
            },
        ],
        "content_reads": [
            {"channel": "letter", "content_id": "n1", "reader_profile_id": "l1", "read_at": AT},
            {"channel": "letter", "content_id": "n1", "reader_profile_id": "l2", "read_at": AT},
            {"content_id": "a1", "reader_profile_id": "u2", "read_at": AT, **forum},
            {"content_id": "a2", "reader_profile_id": "u1", "read_at": AT, **forum},
        ],
        "tickets": [
            {
                "channel": "desk",
                "ticket_id": "t1",
                "customer_id": "c1",
                "email": "ada@x.example",
                "status": "Closed",
                "opened_at": AT,
            },
            {
                "channel": "desk",
                "ticket_id": "t2",
                "customer_id": "c2",
                "email": "bo@x.example",
                "status": "open",
                "opened_at": AT,
            },
        ],
        "ticket_events": [
            {"channel": "desk", "ticket_id": "t1", "event_id": "9", "kind": "opened", "created_at": AT},
            {"channel": "desk", "ticket_id": "t1", "event_id": "10", "kind": "closed", "created_at": AT},
            {"channel": "desk", "ticket_id": "t2", "event_id": "1", "kind": "opened", "created_at": AT},
        ],
        "survey_responses": [
            {"response_id": "q1", "question": "how", "customer_id": "c1", "email": "ada@x.example", "answered_at": AT},
            {"response_id": "q2", "question": "how", "customer_id": "c2", "email": "bo@x.example", "answered_at": AT},
        ],
        "web_events": [
            {
                "event_id": f"e{n}",
                "event_name": "page_view",
                "occurred_at": AT,
                "session_id": f"s{n // 2}",
                "visitor_id": f"v{n // 2}",
            }
            for n in range(4)
        ],
        "product_usage": [
            {"usage_id": "w1", "customer_id": "c1", "product_id": "p1", "used_at": AT},
            {"usage_id": "w2", "customer_id": "c2", "product_id": "p2", "used_at": AT},
        ],
        "campaigns": [
            {"campaign_id": "m1", "begins_at": AT, "objective": "Cross_Selling", **euro},
            {"campaign_id": "m2", "begins_at": AT, "objective": OBJECTIVE, **euro},
        ],
        "campaign_touches": [
            {
                "campaign_id": "m1",
                "touch_id": "h1",
                "kind": "sent",
                "contact_id": "l1",
                "email": "ada@X.example",
                "created_at": AT,
            },
            {
                "campaign_id": "m2",
                "touch_id": "h2",
                "kind": "sent",
                "customer_id": "c2",
                "email": "bo@x.example",
                "created_at": AT,
            },
        ],
        "contacts": [
            {"contact_id": "l1", "name": "ada alt", "email": "ada@x.example", "has_email_consent": True},
            {"contact_id": "l2", "name": "Bo Birk", "email": "bo@x.example", "has_email_consent": True},
        ],
        "organisations": [
            {"organisation_id": "g1", "name": "Alt & Co", "email_domain": "alt.example"},
            {"organisation_id": "g2", "name": "Birk Ltd", "email_domain": "birk.example"},
        ],
        "organisation_members": [
            {"organisation_id": "g1", "member_kind": "customer", "member_id": "c1", "member_role": "member"},
            {"organisation_id": "g2", "member_kind": "customer", "member_id": "c1", "member_role": "member"},
            {"organisation_id": "g2", "member_kind": "profile", "member_id": "u1", "member_role": "member", **forum},
        ],
        "staff": [
            {"staff_id": "s1", "email": "s1@own.example", "department": "Support"},
            {"staff_id": "s2", "email": "s2@own.example", "department": "Workshop"},
        ],
        "competitor_prices": [
            {"competitor": RIVAL, "product": "Mug", "observed_at": at, "category": "Cups", "price": ONE, **euro}
            for at in (AT, LATER)
        ],
        "competitor_releases": [
            {"competitor": RIVAL.upper(), "product": "Mug", "observed_at": at, "launched_at": AT, "title": "New"}
            for at in (AT, LATER)
        ],
    }


def dirty() -> Rows:
    """The same rows with one fault a rule: the second of its table, or one more row."""
    rows = deepcopy(clean())

    def change(table: str, row: int, **values: object) -> None:
        rows[table][row] |= values

    def add(table: str, like: int, **values: object) -> None:
        rows[table].append(rows[table][like] | values)

    change("tickets", 1, email="other@y.example")  # customers.email_is_that_of_its_tickets
    change("products", 1, currency="USD")
    change("orders", 1, currency="USD")  # order_lines.currency_is_that_of_its_order
    change("costs", 1, currency="USD")
    change("profiles", 2, followers_count=0)  # followers_are_no_fewer_than_held
    change("profiles", 1, followers_count=2)  # followers_are_those_observed_last
    change("profile_metrics", 1, posts_count=0)
    change("posts", 3, root_post_id="a1")
    change("post_metrics", 1, comments=0)
    change("post_metrics", 0, views=0)  # content_reads.reads_are_no_more_than_views
    change("interactions", 2, target_profile_id="u3")
    change("taggings", 1, tag="z")
    change("contacts", 1, has_email_consent=False, name="Someone Else")  # content_reads.reader_agreed…, contacts.name…
    change("tickets", 1, status="solved")
    change("ticket_events", 0, created_at=datetime(2025, 3, 1, 7, tzinfo=UTC))
    change("survey_responses", 1, email="other@y.example")
    change("web_events", 3, visitor_id="v9")
    change("product_usage", 1, product_id="p1")
    change("campaigns", 1, begins_at=datetime(2025, 2, 24, 9, tzinfo=UTC))
    change("campaigns", 0, objective="sell ice")
    change("campaign_touches", 1, email="other@y.example")
    change("organisations", 1, email_domain="alt.example")
    change("organisation_members", 1, member_kind="profile")
    change("staff", 1, email="S1@own.example")
    change("competitor_prices", 1, category="Jugs")
    change("competitor_releases", 1, launched_at=LATER)
    add("competitor_prices", 0, competitor="Nobody")
    add("competitor_releases", 0, competitor="Nobody")
    change("customers", 1, city="Hamm")
    change("customers", 2, name="Cy Cole")  # email_is_of_one_person
    add("customers", 0, source="old_shop", batch_id="old", email=None, city=None)
    add("orders", 0, source="old_shop", ordered_at=LONG_AGO)
    return rows


FAULTS = {
    "consistency": {
        "customers.email_is_that_of_its_tickets",
        "customers.email_is_of_one_person",
        "products.currency_is_that_of_its_lines",
        "order_lines.currency_is_that_of_its_order",
        "costs.currency_is_that_of_its_campaign",
        "profiles.followers_are_no_fewer_than_held",
        "profiles.followers_are_those_observed_last",
        "profile_metrics.posts_are_no_fewer_than_held",
        "posts.root_is_that_of_its_parent",
        "post_metrics.comments_are_no_fewer_than_held",
        "interactions.target_wrote_the_post",
        "taggings.tag_is_among_the_posts_tags",
        "content_reads.reader_agreed_to_mail",
        "content_reads.reads_are_no_more_than_views",
        "tickets.status_is_that_of_its_last_event",
        "ticket_events.opened_when_its_ticket_says",
        "survey_responses.email_is_that_of_the_customer",
        "web_events.session_has_one_visitor",
        "product_usage.used_by_a_buyer",
        "campaigns.begins_with_its_first_touch",
        "campaign_touches.email_is_that_of_the_contact",
        "contacts.name_is_that_of_the_customer",
        "organisations.name_is_one_for_a_domain",
        "organisation_members.member_is_of_one_kind",
        "staff.email_has_one_department",
        "competitor_prices.category_is_always_the_same",
        "competitor_releases.launched_at_is_always_the_same",
    },
    "relevance": {
        "customers.is_fresh",
        "orders.is_fresh",
        "campaigns.objective_is_declared",
        "competitor_prices.competitor_is_monitored",
        "competitor_releases.competitor_is_monitored",
    },
    "accuracy": {"customers.city.agrees_with_postcodes"},
}


def source(name: str, *tables: str) -> Source:
    return Source.model_validate(
        {
            "name": name,
            "kind": "erp",
            "format": "csv",
            "path": ("/nowhere.csv",),
            "fresh_days": 30,
            "file": Path("x.yaml"),
            "tables": {table: {"columns": {"a": "a"}} for table in tables},
        }
    )


@pytest.fixture
def judge(lake, tmp_path):
    """Writes rows and judges their tables; returns the outcomes by table (without layer) and code."""
    (tmp_path / "codes.csv").write_text("land,code,town\nDE,10115,Berlin\nDE,20095,Hamburg\n", encoding="utf-8")
    company = Company.model_validate(
        {
            "name": "Alder",
            "timezone": "UTC",
            "competitors": [{"name": RIVAL}],
            "objectives": [
                {
                    "objective_id": "again",
                    "name": OBJECTIVE,
                    "kind": "cross_selling",
                    "indicator": "revenue",
                    "target": 1,
                }
            ],
            "references": [
                {
                    "name": "postcodes",
                    "table": "silver.customers",
                    "reference": "codes.csv",
                    "ignore_case": True,
                    "on": {"country": "land", "postcode": "code"},
                    "compare": {"city": "town"},
                }
            ],
        }
    )
    short_names = [name.split(".")[1] for name in TABLES]
    sources = (source("erp", *short_names), source("old_shop", "customers", "orders"))

    def settings(limits: LimitSettings) -> Settings:
        base = Base(lake=LakeSettings(root=lake.root), limits=limits)
        return Settings(folder=tmp_path, base=base, company=company, sources=sources)

    agreement.check(settings(IN_MEMORY))

    def run(rows: Rows, limits: LimitSettings = IN_MEMORY) -> dict:
        landed = [
            {"batch_id": "new", "file": "f", "source": "erp", "landed_at": AT},
            {"batch_id": "old", "file": "f", "source": "old_shop", "landed_at": LONG_AGO},
        ]
        lake.upsert("ops.batches", landed)
        for table, of_table in rows.items():
            filled = [{"source": "erp", "batch_id": "new"} | row for row in of_table]
            lake.upsert(f"silver.{table}", pa.Table.from_pylist(filled, arrow.schema_of(contract(f"silver.{table}"))))
        lake.delete("ops.progress", "true")  # what was judged as it is would be left out
        found = table_checks.judge_tables(lake, Run("run-1", AS_OF, settings(limits), AS_OF), TABLES)
        return {f"{o.table.split('.')[1]}.{o.code}": o for o in found}

    return run


def test_clean_rows_keep_every_rule_and_every_rule_speaks_about_some(judge):
    rows = clean()
    assert {f"silver.{table}" for table in rows} == set(TABLES)
    outcomes = judge(rows)
    assert {code: o.examples for code, o in outcomes.items() if o.passing < o.applicable} == {}
    new = set().union(*FAULTS.values()) | {f"{table}.is_fresh" for table in rows}
    assert {code for code in new if not outcomes[code].applicable} == set()


def test_a_fault_breaks_its_own_rule_once_and_no_other(judge):
    outcomes = judge(dirty())
    broken = {code: (o.property, o.applicable - o.passing) for code, o in outcomes.items() if o.passing < o.applicable}
    assert broken == {code: (property_, 1) for property_, codes in FAULTS.items() for code in codes}
    assert outcomes["customers.is_fresh"].examples == ("source=old_shop, fresh_days=30.0, newest=2024-03-01 09:00:00",)
    assert outcomes["competitor_prices.competitor_is_monitored"].examples == (
        "competitor=Nobody, product=Mug, observed_at=2025-03-01 09:00:00",
    )
    assert outcomes["profiles.followers_are_no_fewer_than_held"].examples == (
        "channel=forum, profile_id=u3, followers_count=0, held=1",
    )


def test_the_engine_and_memory_give_the_same_outcomes(judge, monkeypatch):
    """All that outcomes say, examples included, about faults and about rows of chance."""
    chosen = []
    monkeypatch.setattr(table_checks, "across", lambda *given: chosen.append(across.across(*given)) or chosen[-1])
    for rows in (dirty(), by_chance(7)):
        in_memory = judge(rows)
        assert {type(one) for one in chosen} == {across.InMemory}
        chosen.clear()
        assert judge({}, LimitSettings(in_memory_rows=0)) == in_memory
        assert {type(one) for one in chosen if one.counts([]) == {}} >= {across.ByEngine}
        chosen.clear()


@pytest.mark.parametrize(
    "table", [table for table in CONTRACTS.values() if table.table_rules], ids=lambda table: table.name
)
def test_every_rule_is_understood_in_memory_and_of_no_rows_there_are_no_cases(quiet, tmp_path, table):
    settings = Settings(
        folder=tmp_path, base=Base(lake=LakeSettings(root=quiet.root)), company=Company(name="Alder"), sources=()
    )
    of = row_checks.context(Run("run-1", AS_OF, settings, AS_OF))
    rules = [rule for rule in registry.table_rules(table, of) if rule.code != registry.FRESH]
    found = across.across(quiet, table.name, rules, quiet.read, 0)
    assert isinstance(found, across.InMemory)
    assert found.counts(rules) == {rule.code: (0, 0) for rule in rules}
    assert found.listed(rules, 3) == {rule.code: (0, []) for rule in rules}
    found.release()


def by_chance(seed: int) -> Rows:
    """Rows of every table with a rule across tables, of few values, so that they meet; some are missing."""
    chance = random.Random(seed)
    values = {
        "string": [
            "a",
            "B",
            "b ",
            "Ää",
            "#b",
            "solved",
            "open",
            "follow",
            "share",
            "comment",
            "sent",
            "opened",
            "post",
        ],
        "boolean": [True, False],
        "timestamp": [AT, LATER, LONG_AGO],
        "date": [AT.date(), LATER.date()],
        "bigint": [0, 1, 2],
        "int": [0, 1, 2],
        "double": [0.5, 1.0],
        "array<string>": [[], ["a", "#B"], ["followers_count=1"]],
    }

    def value(field) -> object:
        if field.type.startswith("decimal"):
            return chance.choice([Decimal(-1), Decimal(1), Decimal(2)])
        return chance.choice(values[field.type]) if field.type in values else None

    found = {}
    for name in TABLES:
        table = contract(name)
        rows = {}
        for _ in range(25):
            row = {f.name: value(f) for f in table.columns if f.name not in ("source", "batch_id", "deleted_at")}
            for column in set(row) - {f.name for f in table.columns if f.is_required}:
                row[column] = row[column] if chance.random() < 0.8 else None
            rows[tuple(row.get(column) for column in table.key)] = row
        found[name.split(".")[1]] = list(rows.values())
    return found


def test_a_rule_that_lists_other_cases_than_it_counts_is_a_mistake_of_ours(judge, monkeypatch):
    right = table_checks.registry.table_rules

    def wrong(table, of):
        return tuple(replace(rule, query=f"select * from ({rule.query}) limit 0") for rule in right(table, of))

    monkeypatch.setattr(table_checks.registry, "table_rules", wrong)
    with pytest.raises(RuntimeError, match="`query` lists 0 broken cases, `cases` and `broken` count 1"):
        judge(dirty())


def test_the_ledger_is_held_against_totals_where_orders_have_no_lines(judge):
    def order(number: str, at: datetime, total: int, **more: object) -> dict:
        return {"order_id": number, "ordered_at": at, "total_amount": Decimal(total), "currency": "EUR"} | more

    line = {"order_id": "o3", "line_number": 1, "quantity": ONE, "unit_price": Decimal(7), "amount": Decimal(7)}
    booked = [(AT, 17), (LATER, 25)]
    outcomes = judge(
        {
            "orders": [
                order("o1", AT, 10),
                order("o2", LATER, 20),
                order("o3", AT, 9),
                order("o4", AT, 5, is_voided=True),
            ],
            "order_lines": [line],
            "ledger_totals": [{"ledger_date": at.date(), "currency": "EUR", "amount": Decimal(n)} for at, n in booked],
        }
    )
    outcome = outcomes["order_lines.agrees_with_the_ledger"]
    assert (outcome.applicable, outcome.passing) == (2, 1)
    assert outcome.examples[0].endswith("ledger_amount=25.0000, lines_amount=20.0000")


def test_what_conf_does_not_say_is_judged_of_nothing(judge, lake, tmp_path):
    """No fresh_days, no competitors, no objectives: these rules have no cases."""
    lake.upsert("silver.campaigns", [{"source": "erp", "campaign_id": "m1", "objective": "sell", "batch_id": "new"}])
    lake.upsert("silver.competitor_prices", [{"competitor": "A", "product": "b", "observed_at": AT, "price": ONE}])
    settings = Settings(
        folder=tmp_path, base=Base(lake=LakeSettings(root=lake.root)), company=Company(name="Alder"), sources=()
    )
    found = table_checks.judge_tables(lake, Run("run-1", AS_OF, settings, AS_OF), TABLES)
    said = {o.code: o.applicable for o in found if o.property == "relevance"}
    assert said == {"is_fresh": 0, "objective_is_declared": 0, "competitor_is_monitored": 0}
