"""Authority of sources: accounts and sites, by what their posts set off among others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import functions as F

from transformations.network.authority import authority_class

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PROFILE, SITE = "profile", "site"
_KEYS = ["channel", "source_kind", "source_id"]


def posts_of_sources(posts: DataFrame) -> DataFrame:
    """How much each source published, added up on the engine.

    Args: posts (channel, post_id, profile_id, url of silver.posts).
    Returns: channel, source_kind, source_id, posts_count: a source is the account that posts, or, where a post has none (feeds),
        the host of its address; posts with neither are left out.
    """
    named = _named(posts)
    return named.groupBy(*_KEYS).agg(F.count(F.lit(1)).alias("posts_count"))


def acts_upon_sources(acts: DataFrame, posts: DataFrame) -> DataFrame:
    """What others did upon each source, added up on the engine.

    Args: acts (`addressed`): channel, kind, actor_profile_id, target_profile_id, post_id. posts: as of `posts_of_sources`.
    Returns: channel, source_kind, source_id, kind, acts_count: acts that address an account, and reactions and shares of posts
        of sites; what an account does upon itself is left out.
    """
    upon_accounts = acts.where("target_profile_id is not null and target_profile_id <> actor_profile_id").select(
        "channel", F.lit(PROFILE).alias("source_kind"), F.col("target_profile_id").alias("source_id"), "kind"
    )
    sites = _named(posts).where(F.col("source_kind") == SITE)
    upon_sites = (
        acts.where("target_profile_id is null and kind in ('reaction', 'share')")
        .select("channel", "post_id", "kind")
        .join(sites, on=["channel", "post_id"], how="inner")
        .select(*_KEYS, "kind")
    )
    return upon_accounts.unionByName(upon_sites).groupBy(*_KEYS, "kind").agg(F.count(F.lit(1)).alias("acts_count"))


def _named(posts: DataFrame) -> DataFrame:
    host = F.lower(F.substring_index(F.substring_index("url", "://", -1), "/", 1))
    return (
        posts.select(
            "channel",
            "post_id",
            F.when(F.col("profile_id").isNotNull(), F.lit(PROFILE)).otherwise(F.lit(SITE)).alias("source_kind"),
            F.coalesce("profile_id", host).alias("source_id"),
        )
        .where(F.col("source_id").isNotNull())
        .where(F.col("source_id") != "")
    )


def source_authority(
    published: pa.Table,
    acts: pa.Table,
    own: pa.Table,
    *,
    weights: Mapping[str, float],
    min_posts: int,
    minimum_population: int,
) -> pa.Table:
    """Authority classes of sources.

    Args:
        published (`posts_of_sources`), acts (`acts_upon_sources`).
        own (`own_accounts`): bots are left out, the company's accounts are marked.
        weights: of one act by kind. min_posts: with fewer posts a source has no class. minimum_population: with fewer
            sources that have a class nobody has.
    Returns: one row per source that published: channel, source_kind, source_id, posts_count, acts_received_count, influence
        (weight of these acts), authority_class (by influence, as of persons), is_company.
    """
    weight = acts["kind"].to_pandas().map(dict(weights)).fillna(0.0)
    received = acts.drop_columns(["kind"]).to_pandas().assign(weight=weight.to_numpy())
    received["influence"] = received["weight"] * received["acts_count"]
    # In the order of weights, so that sums are equal to the last digit whatever the order of rows.
    received = received.sort_values([*_KEYS, "influence"], kind="stable")
    sums = received.groupby(_KEYS, as_index=False)[["acts_count", "influence"]].sum()
    flags = own.to_pandas().rename(columns={"profile_id": "source_id"}).assign(source_kind=PROFILE)
    found = published.to_pandas().merge(sums, how="left", on=_KEYS).merge(flags, how="left", on=_KEYS)
    found = found[~found["is_bot"].astype("boolean").fillna(False)].sort_values(_KEYS).reset_index(drop=True)
    found["is_company"] = found["is_company"].astype("boolean").fillna(False)
    found[["acts_count", "influence"]] = found[["acts_count", "influence"]].fillna(0)
    has_class = (found["posts_count"] >= min_posts).to_numpy()
    names = pa.array(found.index[has_class].to_numpy(), pa.int64())
    classes = np.full(len(found), None, dtype=object)
    influence = found["influence"].to_numpy(dtype=np.float64)[has_class]
    classes[has_class] = authority_class(names, influence, minimum_population=minimum_population).to_pylist()
    rows = found.rename(columns={"acts_count": "acts_received_count"}).assign(authority_class=classes)
    return pa.Table.from_pandas(_typed(rows), schema=_SCHEMA, preserve_index=False)


_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _KEYS),
        ("posts_count", pa.int64()),
        ("acts_received_count", pa.int64()),
        ("influence", pa.float64()),
        ("authority_class", pa.string()),
        ("is_company", pa.bool_()),
    ]
)


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[_SCHEMA.names].astype({"posts_count": "int64", "acts_received_count": "int64", "is_company": bool})
