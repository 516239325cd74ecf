"""Indicators of posts: how much people write, about what, in which tone, and how many they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from transformations.canonical.instants import days, without_zones
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

POST_COLUMNS = ("channel", "post_id", "service_type", "audience", "profile_id", "created_at")
ENRICHMENT_COLUMNS = ("channel", "post_id", "tone", "topics", "brands", "products", "is_relevant", "relevance_ratio")

_FACTS = """
select p.day, p.channel, p.service_type, p.audience,
    -- a feed without authors is one source
    p.channel || chr(0) || coalesce(p.profile_id, '') as source,
    p.profile_id is not null as has_author, c.authority_class,
    p.profile_id is not null and p.day = min(p.day) over (partition by p.channel, p.profile_id) as is_first_day,
    e.post_id is not null as is_enriched,
    coalesce(e.is_relevant, false) as is_relevant,
    if(e.is_relevant, e.tone, null) as tone,
    if(e.is_relevant, e.topics, null) as topics,
    if(e.is_relevant, e.brands, null) as brands,
    if(e.is_relevant, len(list_intersect(list_distinct(e.brands), $own_brands)), 0) as own_brands,
    if(e.is_relevant, e.products, null) as products
from posts p
    left join enrichments e on e.channel = p.channel and e.post_id = p.post_id
    left join classes c on c.channel = p.channel and c.profile_id = p.profile_id
    anti join accounts a on a.channel = p.channel and a.profile_id = p.profile_id
"""
_PLACED = is_in("dimension", CATALOGUE["participants"].dimensions)
_COVERED = is_in("dimension", CATALOGUE["coverage"].dimensions)  # distinct counts are expensive: only where needed
_SUMS = {
    "posts": "count(*)",
    "enriched": "count(*) filter (is_enriched)",
    "relevant": "count(*) filter (is_relevant)",
    "positive": "count(*) filter (tone = 'positive')",
    "negative": "count(*) filter (tone = 'negative')",
    "labelled": "count(tone)",
    "mentions": "coalesce(sum(len(list_distinct(topics))), 0)",
    "brand_mentions": "coalesce(sum(len(list_distinct(brands))), 0)",
    "own_mentions": "coalesce(sum(own_brands), 0)",
    "brand_posts": "count(*) filter (len(brands) > 0)",
    "authored": "count(*) filter (has_author)",
    "authors": f"count(distinct source) filter ({_PLACED} and has_author)",
    "new_authors": f"count(distinct source) filter ({_PLACED} and is_first_day)",
    "sources": f"count(distinct source) filter ({_COVERED})",
    "sources_on_topic": f"count(distinct source) filter ({_COVERED} and len(topics) > 0)",
}
_IN_PERIOD = "max({}) filter (dimension = 'all') over (partition by grain, period_start)"
CLASSES = pa.schema([("channel", pa.string()), ("profile_id", pa.string()), ("authority_class", pa.string())])


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


def post_indicators(
    posts: pa.Table,
    enrichments: pa.Table,
    accounts: pa.Table,
    timezone: str,
    *,
    monitored: Monitored,
    classes: pa.Table | None = None,
    accounts_count: Mapping[str, int] | None = None,
) -> pa.Table:
    """How much people write, about what, in which tone, and how many they are.

    Args:
        posts: POST_COLUMNS of silver.posts. enrichments: ENRICHMENT_COLUMNS of silver.post_enrichments.
        accounts: accounts whose posts are left out: channel, profile_id.
        classes: authority class of accounts: the columns of CLASSES.
        accounts_count: known accounts of people by channel, the company's own and bots left out.
    Returns: the columns of parts.ROWS.
    """
    dated = posts.drop_columns(["created_at"]).append_column("day", days(posts["created_at"], timezone))
    tables = {
        "posts": dated,
        "enrichments": enrichments,
        "accounts": accounts,
        "classes": classes or CLASSES.empty_table(),
    }
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        facts = connection.sql(_FACTS, params={"own_brands": list(monitored.own_brands)}).to_arrow_table()
    family = Family(
        {name: parts() for name, parts in PARTS.items()},
        _SUMS,
        one=("channel", "service_type", "audience", "authority_class"),
        many={"topic": "topics", "brand": "brands", "product": "products"},
        over_groups={
            "monitored_sources": f"if(dimension = 'topic', {_IN_PERIOD.format('sources')}, sources)",
            "mentions_in_period": _IN_PERIOD.format("brand_mentions"),
            "monitors_topics": str(monitored.has_topics).lower(),
            "monitors_brands": str(bool(monitored.own_brands) and monitored.has_competitors).lower(),
            "accounts": _accounts(accounts_count or {}),
        },
    )
    numbered = facts["source"].combine_chunks().dictionary_encode().indices  # distinct counts of numbers are faster
    return indicator_rows(family, rows=facts.drop_columns(["source"]).append_column("source", numbered))


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


def authority_classes(influencers: pa.Table, links: pa.Table) -> pa.Table:
    """Authority class of accounts, by that of their person over all periods: the columns of CLASSES.

    Args:
        influencers: person_id, period, authority_class of gold.influencers.
        links: record_kind, record_place, linked_record_id, person_id, valid_to of silver.person_links.
    """
    with duckdb.connect() as connection:
        connection.register("influencers", influencers)
        connection.register("links", without_zones(links))
        found = connection.sql("""
            select record_place as channel, linked_record_id as profile_id, authority_class
            from links join influencers using (person_id)
            where record_kind = 'profile' and valid_to is null and period = 'all' and authority_class is not null
            order by all""").to_arrow_table()
    return found.cast(CLASSES)
