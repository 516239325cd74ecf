"""Indicators of posts: how much people write, about what, in which tone, and how many they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import duckdb
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.definitions.indicator import ALL_GRAINS
from transformations.indicators.grouping import in_groups
from transformations.indicators.groups import KEYS
from transformations.indicators.parts import Family, Parts, rows_of_groups


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


def topic_mentions() -> Parts:
    """Topics of relevant posts, added up; in one topic a post counts once."""
    return Parts(
        "case when not monitors_topics or enriched = 0 then null when dimension = 'topic' then relevant else mentions end",
        "relevant",
        measured="enriched",
        in_scope="posts",
        unmeasured="if(monitors_topics, 'no post of the group has been read yet', 'company.yaml names no topics')",
    )


def _tone(which: str) -> Parts:
    return Parts(which, "labelled", denominator="labelled", measured="labelled", in_scope="relevant")


def tone_positive_ratio() -> Parts:
    """Positive / labelled."""
    return _tone("positive")


def tone_neutral_ratio() -> Parts:
    """Neutral / labelled."""
    return _tone("labelled - positive - negative")


def tone_negative_ratio() -> Parts:
    """Negative / labelled."""
    return _tone("negative")


def unlabelled_ratio() -> Parts:
    """Without a known tone / relevant."""
    return Parts("relevant - labelled", "relevant", denominator="relevant")


def share_of_voice() -> Parts:
    """Mentions of own brands / mentions of all monitored brands; in the dimension brand, mentions of that brand."""
    return Parts(
        "if(monitors_brands, if(dimension = 'brand', relevant, own_mentions), null)",
        "brand_posts",
        denominator="if(dimension = 'brand', mentions_in_period, brand_mentions)",
        unmeasured="'company.yaml names no own brand, or no competitor'",
    )


def posts() -> Parts:
    """Posts by people."""
    return Parts("posts", "posts")


def participants() -> Parts:
    """Distinct authors; null where no post has a known author."""
    return Parts(
        "if(authored = 0, null, authors)",
        "posts",
        measured="authored",
        in_scope="posts",
        unmeasured="'no post names its author'",
    )


def new_participants() -> Parts:
    """Distinct authors whose first post is in the group."""
    return Parts(
        "if(authored = 0, null, new_authors)",
        "posts",
        measured="authored",
        in_scope="posts",
        unmeasured="'no post names its author'",
    )


def participation_ratio() -> Parts:
    """Distinct authors / known accounts."""
    return Parts(
        "if(authored = 0, null, least(authors, accounts))",
        "posts",
        denominator="accounts",
        measured="authored",
        in_scope="posts",
        unmeasured="'no post names its author'",
    )


PARTS = {
    its.__name__: its
    for its in (
        volume,
        net_tone,
        coverage,
        topic_mentions,
        tone_positive_ratio,
        tone_neutral_ratio,
        tone_negative_ratio,
        unlabelled_ratio,
        share_of_voice,
        posts,
        participants,
        new_participants,
        participation_ratio,
    )
}

_ONE = ("channel", "service_type", "audience", "authority_class")
_MANY = {"topic": "topics", "brand": "brands", "product": "products"}
_ADDED = (
    "enriched",
    "relevant",
    "positive",
    "negative",
    "labelled",
    "mentions",
    "brand_mentions",
    "own_mentions",
    "brand_posts",
)
_COUNTS = ("posts", *_ADDED, "authored", "authors", "new_authors", "sources", "sources_on_topic")
GROUPS = pa.schema(
    [("grain", pa.string()), ("period_start", pa.date32())]
    + [(name, pa.string()) for name in KEYS[2:]]
    + [(name, pa.int64()) for name in _COUNTS]
)
"""Schema of the collected result of `post_groups`."""
_FACTS = {
    "enriched": "cast(is_enriched as int)",
    "relevant": "cast(is_relevant as int)",
    "positive": "if(tone = 'positive', 1, 0)",
    "negative": "if(tone = 'negative', 1, 0)",
    "labelled": "if(tone is null, 0, 1)",
    "mentions": "if(topics is null, 0, size(array_distinct(topics)))",
    "brand_mentions": "if(brands is null, 0, size(array_distinct(brands)))",
    "brand_posts": "if(brands is null or size(brands) = 0, 0, 1)",
}
_IN_PERIOD = "max({}) filter (dimension = 'all') over (partition by grain, period_start)"


@dataclass(frozen=True)
class Monitored:
    """What company.yaml monitors.

    Attributes:
        has_topics: it names topics; without any, coverage and topic_mentions are not measured.
        own_brands: names of the company's own brands. has_competitors: without any there is no share of voice.
    """

    has_topics: bool = True
    own_brands: Sequence[str] = ()
    has_competitors: bool = False


def post_facts(
    posts: DataFrame,
    enrichments: DataFrame,
    own: DataFrame,
    classes: DataFrame,
    own_brands: Sequence[str],
    timezone: str,
) -> DataFrame:
    """What counts of each post by people.

    Args:
        posts, enrichments: silver.posts, silver.post_enrichments.
        own: accounts whose posts are left out: channel, profile_id.
        classes: channel, profile_id, authority_class of accounts. own_brands: of company.yaml; timezone: of the days.
    Returns: one row per post: day, the dimensions, source (who wrote it; a feed without authors is one), has_author,
        is_first_day (of its author), and counts: the columns that post_groups adds up.
    """
    author = ["channel", "profile_id"]
    dated = posts.select(
        *author,
        "post_id",
        "service_type",
        "audience",
        F.to_date(F.from_utc_timestamp("created_at", timezone)).alias("day"),
    ).join(F.broadcast(own.select(*author)), author, "left_anti")
    firsts = dated.where("profile_id is not null").groupBy(*author).agg(F.min("day").alias("first_day"))
    read = enrichments.select(
        "channel",
        "post_id",
        F.lit(True).alias("is_read"),
        F.col("is_relevant").alias("relevant_as_read"),
        *(F.when(F.col("is_relevant"), F.col(name)).alias(name) for name in ("tone", *_MANY.values())),
    )
    known = (
        dated.join(read, ["channel", "post_id"], "left")
        .join(classes.select(*author, "authority_class"), author, "left")
        .join(firsts, author, "left")
        .withColumns(
            {
                "is_enriched": F.expr("coalesce(is_read, false)"),
                "is_relevant": F.expr("coalesce(relevant_as_read, false)"),
            }
        )
    )
    own_mentions = reduce(
        add,
        (F.coalesce(F.array_contains("brands", brand).cast("int"), F.lit(0)) for brand in dict.fromkeys(own_brands)),
        F.lit(0),
    )
    return known.select(
        "day",
        *_ONE,
        *_MANY.values(),
        F.expr("concat(channel, ' ', coalesce(concat('by ', profile_id), ''))").alias("source"),
        F.expr("if(profile_id is null, 0, 1)").alias("has_author"),
        F.expr("if(coalesce(day = first_day, false), 1, 0)").alias("is_first_day"),
        own_mentions.alias("own_mentions"),
        *(F.expr(expression).alias(name) for name, expression in _FACTS.items()),
    )


def post_groups(facts: DataFrame) -> DataFrame:
    """Posts added up by period and dimension: the columns of GROUPS.

    Each source is added up in its group first, so that counting sources costs no more than counting posts.

    Args: from `post_facts`; computed once (it is read for each dimension of which a post has several values).
    """
    placed = in_groups(facts, grains=ALL_GRAINS, one=_ONE, many=_MANY)
    each = placed.groupBy(*KEYS, "source").agg(
        F.count("*").alias("posts"),
        *(F.sum(name).alias(name) for name in _ADDED),
        F.max("has_author").alias("has_author"),
        F.max("is_first_day").alias("is_new"),
        F.expr("max(if(mentions > 0, 1, 0))").alias("is_on_topic"),
    )
    return each.groupBy(*KEYS).agg(
        *(F.sum(name).alias(name) for name in ("posts", *_ADDED)),
        F.expr("sum(if(has_author = 1, posts, 0))").alias("authored"),
        F.sum("has_author").alias("authors"),
        F.sum("is_new").alias("new_authors"),
        F.count("*").alias("sources"),
        F.sum("is_on_topic").alias("sources_on_topic"),
    )


def post_indicators(
    groups: pa.Table, *, monitored: Monitored, accounts_count: Mapping[str, int] | None = None
) -> pa.Table:
    """How much people write, about what, in which tone, and how many they are.

    Args:
        groups: the columns of GROUPS.
        accounts_count: known accounts of people by channel, the company's own and bots left out.
    Returns: the columns of parts.ROWS.
    """
    over_groups = {
        "monitored_sources": f"if(dimension = 'topic', {_IN_PERIOD.format('sources')}, sources)",
        "mentions_in_period": _IN_PERIOD.format("brand_mentions"),
        "monitors_topics": str(monitored.has_topics).lower(),
        "monitors_brands": str(bool(monitored.own_brands) and monitored.has_competitors).lower(),
        "accounts": _accounts(accounts_count or {}),
    }
    family = Family({name: parts() for name, parts in PARTS.items()}, {}, over_groups=over_groups)
    return rows_of_groups(family, groups)


def _accounts(counts: Mapping[str, int]) -> str:
    """SQL: known accounts of the group's channel, of all channels for the dimension all."""
    each = " ".join(f"when '{channel.replace(chr(39), chr(39) * 2)}' then {count}" for channel, count in counts.items())
    one = f"case dimension_value {each} end" if each else "null"
    return f"case dimension when 'channel' then {one} when 'all' then {sum(counts.values())} end"


def accounts_by_channel(profiles: pa.Table, own: pa.Table) -> dict[str, int]:
    """Known accounts of people by channel.

    Args: profiles: channel, profile_id of silver.profiles. own: accounts of the company and of bots: channel, profile_id.
    """
    with duckdb.connect() as connection:
        connection.register("profiles", profiles)
        connection.register("own", own)
        found = connection.sql("""
            select p.channel, count(*) from profiles p
            anti join own o on o.channel = p.channel and o.profile_id = p.profile_id
            group by p.channel order by p.channel""").fetchall()
    return dict(found)


def authority_classes(influencers: DataFrame, person_links: DataFrame) -> DataFrame:
    """Authority class of accounts, by that of their person over all periods: channel, profile_id, authority_class.

    Args: gold.influencers, silver.person_links, of which current ones count.
    """
    links = person_links.where("record_kind = 'profile' and valid_to is null").select(
        F.col("record_place").alias("channel"), F.col("linked_record_id").alias("profile_id"), "person_id"
    )
    classed = influencers.where("period = 'all' and authority_class is not null")
    return links.join(classed.select("person_id", "authority_class"), "person_id").drop("person_id")
