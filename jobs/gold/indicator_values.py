"""Values of the indicators."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.job import Run, job
from jobs.lake.arrow import dictionaries
from jobs.lake.views import sales_by_day
from jobs.sources import formats
from transformations.identity.accounts import ACCOUNT_COLUMNS, own_accounts
from transformations.indicators import (
    campaigns,
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
    waiting,
    web,
)
from transformations.indicators.history import finished, with_history
from transformations.social import response

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
        "company.company_profiles",
        "company.competitors",
        "company.currency",
        "company.handles",
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
    answers = response.answers(written, run.as_of, accounts)
    responses = response.first_response(written, accounts, run.as_of, enrichments)
    return [
        talk,
        patterns.pattern_indicators(talk),
        reactions.reaction_indicators(measured),
        reads.read_indicators(read),
        conversations.conversation_indicators(talks),
        waiting.wait_indicators(answers, responses, zone),
        support.support_indicators(lives, zone, run.as_of),
    ]


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
        costs.cost_indicators(booked, sold),
        campaigns.campaign_indicators(touched, booked),
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
