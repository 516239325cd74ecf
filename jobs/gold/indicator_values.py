"""Values of the indicators."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.engine.sessions import frame
from jobs.job import Run, job
from jobs.lake.arrow import dictionaries
from jobs.lake.views import sales_by_day
from jobs.sources import formats
from transformations.identity.accounts import ACCOUNT_COLUMNS, own_accounts
from transformations.identity.staff import PROFILE_COLUMNS, STAFF_COLUMNS, staff_accounts
from transformations.indicators import (
    campaigns,
    conversations,
    costs,
    customers,
    diffusion,
    grouping,
    loyalty,
    participation,
    patterns,
    posts,
    quarantine,
    reactions,
    reads,
    sales,
    support,
    surveys,
    waiting,
    web,
    worth,
)
from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.durations import COUNTED
from transformations.indicators.history import finished, with_history
from transformations.social import replies, response
from transformations.social.business_hours import Calendar
from transformations.value.sales import order_sales

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

_READS = (
    "silver.page_views",
    "silver.web_sessions",
    "silver.web_events",
    "silver.posts",
    "silver.post_enrichments",
    "silver.post_metrics",
    "silver.profiles",
    "silver.content_reads",
    "silver.conversations",
    "silver.tickets",
    "silver.ticket_events",
    "silver.survey_responses",
    "silver.staff",
    "silver.campaigns",
    "gold.ideas",
    "gold.participation_degrees",
    "silver.orders",
    "silver.order_lines",
    "silver.products",
    "silver.costs",
    "silver.customers",
    "silver.campaign_touches",
    "silver.person_links",
    "gold.influencers",
    "gold.cascades",
    "gold.conversation_changes",
    "gold.person_activity",
    "gold.customer_value",
    "gold.customer_360",
    "ops.row_accounts",
)


@job(
    stage="gold",
    group="investigate",
    reads=_READS,
    writes=("gold.indicator_values",),
    conf=(
        "company.bot_profiles",
        "company.brands",
        "company.business_hours",
        "company.company_profiles",
        "company.competitors",
        "company.currency",
        "company.handles",
        "company.holidays",
        "company.reply_cost",
        "company.staff_accounts",
        "company.timezone",
        "company.topics",
        "late_days",
        "sources",
    ),
    reads_as_of=True,
    reads_window=True,
)
def indicator_values(lake: Lake, run: Run) -> None:
    """Computes every indicator with its additive parts, by period and dimension, and keeps superseded values.

    The engine adds rows up by day or month, dimensions and person, one statement for each table of silver; groups are formed
    in memory. Posts are read into memory, without their text.
    """
    zone = run.settings.company.timezone
    computed = [*_of_people(lake, run), *_of_sales(lake, run), *_of_the_web(lake, zone)]
    computed.append(quarantine.quarantine_indicators(_refused(lake), run.as_of))
    rows = finished(pa.concat_tables(computed), timezone=zone, as_of=run.as_of, late_days=run.settings.late_days)
    held = lake.arrow("gold.indicator_values")
    rows = with_history(held, rows, now=run.started_at, timezone=zone, window=(run.start, run.end))
    lake.write("gold.indicator_values", rows)


def _of_people(lake: Lake, run: Run) -> list[pa.Table]:
    """What people write, ask and read."""
    company, zone = run.settings.company, run.settings.company.timezone
    profiles = lake.arrow("silver.profiles", ACCOUNT_COLUMNS)
    accounts = own_accounts(
        profiles, company_profiles=company.company_profiles, bot_profiles=company.bot_profiles, handles=company.handles
    )
    written = lake.arrow("silver.posts", dict.fromkeys((*posts.POST_COLUMNS, *response.POST_COLUMNS)))
    enrichments = lake.arrow("silver.post_enrichments", (*posts.ENRICHMENT_COLUMNS, "intent"))
    links = lake.arrow("silver.person_links", customers.LINK_COLUMNS)
    talk = posts.post_indicators(
        written,
        enrichments,
        accounts,
        zone,
        monitored=posts.Monitored(bool(company.topics), company.brands, bool(company.competitors)),
        classes=posts.authority_classes(
            lake.arrow("gold.influencers", ("person_id", "period", "authority_class")), links
        ),
        accounts_count=posts.accounts_by_channel(profiles.select(["channel", "profile_id"]), accounts),
    )
    measured = _grouped(
        lake,
        reactions.METRICS,
        lambda: reactions.daily_metrics(lake.read("silver.post_metrics"), lake.read("silver.posts"), zone),
        "silver.post_metrics",
    )
    read = _grouped(
        lake, reads.READS, lambda: reads.monthly_reads(lake.read("silver.content_reads"), zone), "silver.content_reads"
    )
    talks = _grouped(
        lake,
        conversations.TALKS,
        lambda: conversations.daily_talks(lake.read("silver.conversations"), zone),
        "silver.conversations",
    )
    lives = _grouped(
        lake,
        support.LIVES,
        lambda: support.ticket_lives(lake.read("silver.tickets"), lake.read("silver.ticket_events")),
        "silver.tickets",
    )
    waits = waiting.wait_indicators(
        response.answers(written, run.as_of, accounts),
        response.first_response(written, accounts, run.as_of, enrichments),
        zone,
        subjects=enrichments.select(["channel", "post_id", "topics", "brands"]),
        heard=response.heard(written, accounts, run.as_of),
        calendar=Calendar(company.business_hours, company.holidays, zone),
        cost=waiting.Cost(company.reply_cost, company.currency),
    )
    return [
        talk,
        patterns.pattern_indicators(talk),
        _of_diffusion(lake, zone),
        reactions.reaction_indicators(measured),
        reads.read_indicators(read),
        conversations.conversation_indicators(talks),
        waits,
        waiting.reply_indicators(_replies(lake, run, accounts)),
        *_of_participation(lake, run, accounts),
        support.support_indicators(lives, zone, run.as_of),
    ]


def _replies(lake: Lake, run: Run, accounts: pa.Table) -> pa.Table:
    """How many replies of the company took how long."""

    def counted() -> DataFrame:
        found = replies.company_replies(
            lake.read("silver.posts"),
            frame(lake.spark, accounts, replies.OWN_TYPES),
            frame(lake.spark, _staff(lake, run), replies.STAFF_TYPES),
            lake.read("silver.post_enrichments"),
            run.settings.company.timezone,
        )
        return grouping.durations(
            found.withColumn("ended", F.lit(True)),
            grains=CATALOGUE["reply_seconds"].grains,
            one=waiting.REPLY_DIMENSIONS,
            many=waiting.SUBJECTS,
        )

    return _grouped(lake, COUNTED, counted, "silver.posts") if accounts.num_rows else COUNTED.empty_table()


def _of_participation(lake: Lake, run: Run, accounts: pa.Table) -> list[pa.Table]:
    """What people and the staff contribute."""
    company, zone = run.settings.company, run.settings.company.timezone

    def praising() -> DataFrame:
        links = lake.read("silver.person_links").where("record_kind = 'profile' and valid_to is null")
        return participation.advocate_groups(
            lake.read("silver.posts"),
            lake.read("silver.post_enrichments"),
            links.selectExpr("record_place as channel", "linked_record_id as profile_id", "person_id"),
            frame(lake.spark, accounts, replies.OWN_TYPES),
            company.brands,
            zone,
        )

    def of_referrals() -> DataFrame:
        return participation.referral_groups(lake.read("silver.campaign_touches"), lake.read("silver.campaigns"), zone)

    staff, whose = lake.arrow("silver.staff", STAFF_COLUMNS), _staff(lake, run)
    acts = participation.ACTS.empty_table()
    if whose.num_rows:
        acts = _grouped(
            lake,
            participation.ACTS,
            lambda: replies.staff_acts(
                lake.read("silver.posts"),
                lake.read("silver.ticket_events"),
                frame(lake.spark, whose, replies.STAFF_TYPES),
                zone,
            ),
            "silver.posts",
            "silver.ticket_events",
        )
    contributed = participation.participation_indicators(
        ideas=_grouped(
            lake, participation.IDEAS, lambda: participation.idea_groups(lake.read("gold.ideas"), zone), "gold.ideas"
        ),
        degrees=_grouped(
            lake,
            participation.DEGREES,
            lambda: participation.degree_groups(lake.read("gold.participation_degrees")),
            "gold.participation_degrees",
        ),
        praising=_grouped(lake, participation.ADVOCATES, praising, "silver.post_enrichments"),
        referred=_grouped(lake, participation.REFERRALS, of_referrals, "silver.campaigns"),
    )
    return [contributed, participation.staff_indicators(acts, staff, whose, zone)]


def _staff(lake: Lake, run: Run) -> pa.Table:
    """Whose accounts are whose among the staff."""
    return staff_accounts(
        lake.arrow("silver.staff", STAFF_COLUMNS),
        lake.arrow("silver.profiles", PROFILE_COLUMNS, where="email is not null"),
        run.settings.company.staff_accounts,
    )


def _of_diffusion(lake: Lake, zone: str) -> pa.Table:
    """What posts set off, and who leads the changes of conversations."""
    spread = _grouped(
        lake, diffusion.CASCADES, lambda: diffusion.daily_cascades(lake.read("gold.cascades"), zone), "gold.cascades"
    )
    changes = lake.arrow("gold.conversation_changes", diffusion.CHANGE_COLUMNS)
    followed = lake.arrow("gold.person_activity", ("subject",), where="kind = 'topic'", limit=1)
    return diffusion.diffusion_indicators(spread, changes, follows_topics=followed.num_rows > 0)


def _of_worth(lake: Lake, run: Run) -> pa.Table:
    """What customers are worth, and where revenue comes from."""
    company = run.settings.company
    values = _grouped(
        lake,
        worth.VALUES,
        lambda: worth.value_groups(lake.read("gold.customer_value"), lake.read("gold.customer_360")),
        "gold.customer_value",
    )
    shares = {name: worth.SHARES.empty_table() for name in worth.PLACES}
    if lake.count("silver.orders"):
        sold = worth.customer_sales(
            order_sales(lake.read("silver.orders"), lake.read("silver.order_lines"), company.currency),
            lake.read("silver.person_links"),
            lake.read("gold.customer_360"),
            company.timezone,
        )
        with lake.materialised(sold) as rows:
            shares = {
                name: pa.table(worth.share_groups(rows, place).toArrow()).select(worth.SHARES.names).cast(worth.SHARES)
                for name, place in worth.PLACES.items()
            }
    return worth.worth_indicators(values, shares)


def _of_sales(lake: Lake, run: Run) -> list[pa.Table]:
    """What customers buy, cost and think, and what campaigns bring."""
    company, zone = run.settings.company, run.settings.company.timezone
    sold = sales_by_day(lake, company)
    booked = _grouped(
        lake, costs.COSTS, lambda: costs.monthly_costs(lake.read("silver.costs"), company.currency), "silver.costs"
    )
    touched = _grouped(
        lake,
        campaigns.TOUCHES,
        lambda: campaigns.monthly_touches(
            lake.read("silver.campaign_touches"),
            lake.read("silver.orders"),
            lake.read("silver.order_lines"),
            currency=company.currency,
            timezone=zone,
        ),
        "silver.campaign_touches",
    )
    opinions = _grouped(
        lake,
        surveys.OPINIONS,
        lambda: surveys.monthly_opinions(lake.read("silver.survey_responses"), zone),
        "silver.survey_responses",
    )
    known = lake.arrow("silver.customers", customers.CUSTOMER_COLUMNS)
    links = lake.arrow("silver.person_links", customers.LINK_COLUMNS)
    return [
        sales.sale_indicators(
            sold, formats.origins_that_fill(run.settings.sources, "is_return", "orders", "order_lines")
        ),
        loyalty.loyalty_indicators(sold),
        _of_worth(lake, run),
        costs.cost_indicators(booked, sold),
        campaigns.campaign_indicators(touched, booked),
        surveys.survey_indicators(opinions, known.num_rows),
        customers.customer_indicators(known, links),
    ]


def _of_the_web(lake: Lake, zone: str) -> list[pa.Table]:
    """What visitors do on the web site."""
    visits = _grouped(
        lake,
        web.VISITS,
        lambda: web.daily_visits(
            lake.read("silver.page_views"), lake.read("silver.web_sessions"), lake.read("silver.web_events"), zone
        ),
        "silver.page_views",
        "silver.web_sessions",
        "silver.web_events",
    )
    return [web.web_indicators(visits)]


def _grouped(lake: Lake, schema: pa.Schema, rows: Callable[[], DataFrame], *names: str) -> pa.Table:
    """What the engine adds up from these tables; it is not started where they have no rows."""
    if not any(lake.count(name) for name in names):
        return schema.empty_table()
    return pa.table(rows().toArrow()).select(schema.names).cast(schema)


def _refused(lake: Lake) -> pa.Table:
    """How many records or rows were refused, by the table or source that they were meant for and by time: that of a run."""
    schema = pa.schema(
        [("place", pa.string()), ("quarantined_at", pa.timestamp("us", tz="UTC")), ("refused", pa.int64())]
    )
    query = "select quarantined_at, count(*) as refused from t group by quarantined_at order by quarantined_at"
    rows = [
        {"place": name.split(".")[1], **row}
        for name in lake.names("quarantine")
        for row in dictionaries(lake.sql(query, t=name))
    ]
    return pa.Table.from_pylist(rows, schema)
