"""Values of the indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.job import Run, job
from jobs.lake.arrow import dictionaries
from jobs.lake.views import sales_by_day
from jobs.sources import formats
from transformations.identity.accounts import ACCOUNT_COLUMNS, own_accounts
from transformations.indicators.customers import CUSTOMER_COLUMNS, LINK_COLUMNS, customer_indicators
from transformations.indicators.history import finished, with_history
from transformations.indicators.posts import ENRICHMENT_COLUMNS, POST_COLUMNS, post_indicators
from transformations.indicators.quarantine import quarantine_indicators
from transformations.indicators.sales import sale_indicators
from transformations.indicators.waiting import wait_indicators
from transformations.social import response

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_READS = (
    "silver.posts",
    "silver.post_enrichments",
    "silver.profiles",
    "silver.orders",
    "silver.order_lines",
    "silver.customers",
    "silver.person_links",
    "ops.row_accounts",
)


@job(
    stage="gold",
    group="investigate",
    reads=_READS,
    writes=("gold.indicator_values",),
    conf=(
        "company.bot_profiles",
        "company.company_profiles",
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

    Spark sums order lines by day; groups are formed in memory, without the text of posts.
    """
    company, zone = run.settings.company, run.settings.company.timezone
    accounts = own_accounts(
        lake.arrow("silver.profiles", ACCOUNT_COLUMNS),
        company_profiles=company.company_profiles,
        bot_profiles=company.bot_profiles,
        handles=company.handles,
    )
    posts = lake.arrow("silver.posts", dict.fromkeys((*POST_COLUMNS, *response.POST_COLUMNS)))
    enrichments = lake.arrow("silver.post_enrichments", (*ENRICHMENT_COLUMNS, "intent"))
    customers = lake.arrow("silver.customers", CUSTOMER_COLUMNS)
    answers = response.answers(posts, run.as_of, accounts)
    responses = response.first_response(posts, accounts, run.as_of, enrichments)
    computed = [
        post_indicators(posts, enrichments, accounts, zone, monitors_topics=bool(company.topics)),
        sale_indicators(
            sales_by_day(lake, company),
            formats.origins_that_fill(run.settings.sources, "is_return", "orders", "order_lines"),
        ),
        customer_indicators(customers, lake.arrow("silver.person_links", LINK_COLUMNS)),
        wait_indicators(answers, responses, zone),
        quarantine_indicators(_refused(lake), run.as_of),
    ]
    rows = finished(pa.concat_tables(computed), timezone=zone, as_of=run.as_of, late_days=run.settings.late_days)
    held = lake.arrow("gold.indicator_values")
    rows = with_history(held, rows, now=run.started_at, timezone=zone, window=(run.start, run.end))
    lake.write("gold.indicator_values", rows)


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
