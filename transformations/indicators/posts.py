"""Indicators about posts: volume, tone, coverage."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from transformations.canonical.instants import days
from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.parts import Family, Parts, indicator_rows, is_in


def volume() -> Parts:
    """Distinct relevant posts; a post is once in a group."""
    return Parts(
        "if(enriched > 0, relevant, null)",
        "relevant",
        measured="enriched",
        in_scope="posts",
        unmeasured="'no post of the group has been read yet'",
    )


def net_tone() -> Parts:
    """(positive - negative) / labelled, over relevant posts."""
    return Parts(
        "positive - negative",
        "labelled",
        denominator="labelled",
        measured="labelled",
        in_scope="relevant",
        positive="positive",
        negative="negative",
    )


def coverage() -> Parts:
    """Sources on the topic / sources active in the period; for the dimension channel, of that channel."""
    return Parts(
        "if(monitors_topics, sources_on_topic, null)",
        "sources_on_topic",
        denominator="monitored_sources",
        unmeasured="'company.yaml names no topics'",
    )


PARTS = {"volume": volume, "net_tone": net_tone, "coverage": coverage}

POST_COLUMNS = ("channel", "post_id", "service_type", "audience", "profile_id", "created_at")
ENRICHMENT_COLUMNS = ("channel", "post_id", "tone", "topics", "brands", "products", "is_relevant", "relevance_ratio")

_FACTS = """
select p.day, p.channel, p.service_type, p.audience,
    -- a feed without authors is one source
    p.channel || chr(0) || coalesce(p.profile_id, '') as source,
    e.post_id is not null as is_enriched,
    coalesce(e.is_relevant, false) as is_relevant,
    if(e.is_relevant, e.tone, null) as tone,
    if(e.is_relevant, e.topics, null) as topics,
    if(e.is_relevant, e.brands, null) as brands,
    if(e.is_relevant, e.products, null) as products
from posts p
    left join enrichments e on e.channel = p.channel and e.post_id = p.post_id
    anti join accounts a on a.channel = p.channel and a.profile_id = p.profile_id
"""
_COVERED = is_in("dimension", CATALOGUE["coverage"].dimensions)  # distinct counts are expensive: only where needed
_SUMS = {
    "posts": "count(*)",
    "enriched": "count(*) filter (is_enriched)",
    "relevant": "count(*) filter (is_relevant)",
    "positive": "count(*) filter (tone = 'positive')",
    "negative": "count(*) filter (tone = 'negative')",
    "labelled": "count(tone)",
    "sources": f"count(distinct source) filter ({_COVERED})",
    "sources_on_topic": f"count(distinct source) filter ({_COVERED} and len(topics) > 0)",
}
_IN_PERIOD = "max(sources) filter (dimension = 'all') over (partition by grain, period_start)"


def post_indicators(
    posts: pa.Table, enrichments: pa.Table, accounts: pa.Table, timezone: str, *, monitors_topics: bool = True
) -> pa.Table:
    """Volume, net tone and coverage.

    Args:
        posts: POST_COLUMNS of silver.posts. enrichments: ENRICHMENT_COLUMNS of silver.post_enrichments.
        accounts: accounts whose posts are left out: channel, profile_id.
        monitors_topics: the company names topics; without any, coverage is not measured.
    Returns: the columns of parts.ROWS.
    """
    dated = posts.drop_columns(["created_at"]).append_column("day", days(posts["created_at"], timezone))
    with duckdb.connect() as connection:
        for name, table in (("posts", dated), ("enrichments", enrichments), ("accounts", accounts)):
            connection.register(name, table)
        facts = connection.sql(_FACTS).to_arrow_table()
    family = Family(
        {name: parts() for name, parts in PARTS.items()},
        _SUMS,
        one=("channel", "service_type", "audience"),
        many={"topic": "topics", "brand": "brands", "product": "products"},
        over_groups={
            "monitored_sources": f"if(dimension = 'topic', {_IN_PERIOD}, sources)",
            "monitors_topics": str(monitors_topics).lower(),
        },
    )
    numbered = facts["source"].combine_chunks().dictionary_encode().indices  # distinct counts of numbers are faster
    return indicator_rows(family, rows=facts.drop_columns(["source"]).append_column("source", numbered))
