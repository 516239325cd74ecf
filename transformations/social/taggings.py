"""Taggings derived from posts."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from transformations.canonical.instants import without_zones
from transformations.contracts.silver.common import FROM_POSTS

POST_COLUMNS = ("channel", "post_id", "kind", "profile_id", "url", "tags", "created_at", "source_version", "batch_id")
GIVEN_COLUMNS = ("channel", "tagger_profile_id", "object_kind", "object_id", "tag", "source")
_TIME = pa.timestamp("us", tz="UTC")
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("channel", "tagging_id", "tagger_profile_id", "object_kind", "object_id", "tag")]
    + [("created_at", _TIME), ("source", pa.string()), ("source_record_id", pa.string())]
    + [("source_version", pa.string()), ("valid_from", _TIME), ("batch_id", pa.string())]
)


def derived_taggings(posts: pa.Table, given: pa.Table) -> pa.Table:
    """Taggings that follow from posts: the author tags the post itself, or with a bookmark the page that it links to.

    Args:
        posts: POST_COLUMNS of silver.posts.
        given: GIVEN_COLUMNS of silver.taggings that a platform itself reports; these are not derived again.
    Returns: one row per tag of a post (repeated tags count once, empty ones not at all): those columns of
        silver.taggings that are not null, source = 'derived:posts', tagging_id = tag:<post_id>:<tag>.
    """
    query = f"""
        with tagged as (
            select
                channel, 'tag:' || post_id || ':' || tag as tagging_id, profile_id as tagger_profile_id,
                case when kind = 'bookmark' and url is not null then 'page' else 'post' end as object_kind,
                case when kind = 'bookmark' and url is not null then url else post_id end as object_id,
                tag, created_at, source_version, batch_id
            from (select * exclude tags, unnest(list_distinct(tags)) as tag from posts where tags is not null)
            where trim(tag) <> ''
        ),
        known as (
            select distinct channel, tagger_profile_id, object_kind, object_id, tag from given
            where source <> '{FROM_POSTS}'
        )
        select t.*, '{FROM_POSTS}' as source, t.tagging_id as source_record_id, t.created_at as valid_from
        from tagged t anti join known k
            on k.channel = t.channel and k.tagger_profile_id is not distinct from t.tagger_profile_id
            and k.object_kind = t.object_kind and k.object_id = t.object_id and k.tag = t.tag
        order by channel, tagging_id"""
    with duckdb.connect() as connection:
        connection.register("posts", without_zones(posts.select(POST_COLUMNS)))
        connection.register("given", given.select(GIVEN_COLUMNS))
        return connection.sql(query).to_arrow_table().select(_SCHEMA.names).cast(_SCHEMA)
