"""Values of the indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.engine.sessions import frame
from jobs.gold import indicator_groups as groups
from jobs.job import Run, job
from jobs.lake.arrow import dictionaries
from jobs.lake.views import sales_by_day
from jobs.sources import formats
from transformations.identity.accounts import ACCOUNT_COLUMNS, own_accounts
from transformations.indicators import (
    campaigns,
    comparisons,
    conversations,
    costs,
    customers,
    loyalty,
    patterns,
    posts,
    quarantine,
    reactions,
    reads,
    sales,
    support,
    surveys,
    web,
)
from transformations.indicators.history import finished, with_history
from transformations.social import replies

if TYPE_CHECKING:
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
    "silver.person_roles",
    "gold.social_customers",
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
        "base.limits",
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

    The engine adds rows up: posts and waits to groups, the others by day or month, dimensions and person, whose groups are
    formed in memory.
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
    talk = posts.post_indicators(
        groups.of_posts(lake, run, accounts),
        monitored=posts.Monitored(bool(company.topics), company.brands, bool(company.competitors)),
        accounts_count=posts.accounts_by_channel(profiles.select(["channel", "profile_id"]), accounts),
    )
    measured = groups.added_up(
        lake,
        reactions.METRICS,
        lambda: reactions.daily_metrics(lake.read("silver.post_metrics"), lake.read("silver.posts"), zone),
        "silver.post_metrics",
    )
    read = groups.added_up(
        lake, reads.READS, lambda: reads.monthly_reads(lake.read("silver.content_reads"), zone), "silver.content_reads"
    )
    talks = groups.added_up(
        lake,
        conversations.TALKS,
        lambda: conversations.daily_talks(lake.read("silver.conversations"), zone),
        "silver.conversations",
    )
    lives = groups.added_up(
        lake,
        support.LIVES,
        lambda: support.ticket_lives(
            lake.read("silver.tickets"),
            lake.read("silver.ticket_events"),
            frame(lake.spark, groups.staff_of(lake, run), replies.STAFF_TYPES),
            run.as_of,
        ),
        "silver.tickets",
    )
    calendar = groups.calendar_of(run)
    return [
        talk,
        patterns.pattern_indicators(talk),
        groups.of_diffusion(lake, zone),
        reactions.reaction_indicators(measured),
        reads.read_indicators(read),
        conversations.conversation_indicators(talks),
        groups.of_waits(lake, run, accounts, calendar),
        *groups.of_participation(lake, run, accounts),
        support.support_indicators(lives, zone, run.as_of, calendar),
    ]


def _of_sales(lake: Lake, run: Run) -> list[pa.Table]:
    """What customers buy, cost and think, and what campaigns bring."""
    company, zone = run.settings.company, run.settings.company.timezone
    sold = sales_by_day(lake, company)
    booked = groups.added_up(
        lake, costs.COSTS, lambda: costs.monthly_costs(lake.read("silver.costs"), company.currency), "silver.costs"
    )
    touched = groups.added_up(
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
    opinions = groups.added_up(
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
        groups.of_worth(lake, run),
        costs.cost_indicators(booked, sold),
        campaigns.campaign_indicators(touched, booked),
        comparisons.comparison_indicators(groups.compared(lake, run)),
        surveys.survey_indicators(opinions, known.num_rows),
        customers.customer_indicators(
            known,
            links,
            lake.arrow("gold.social_customers", customers.SOCIAL_COLUMNS),
            lake.arrow("silver.person_roles", customers.ROLE_COLUMNS),
        ),
    ]


def _of_the_web(lake: Lake, zone: str) -> list[pa.Table]:
    """What visitors do on the web site."""
    visits = groups.added_up(
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
