"""Interactions derived from posts: replies, answers, accepted answers, edits, mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.canonical.content import same_content
from transformations.contracts import contract
from transformations.contracts.silver.common import FROM_POSTS
from transformations.text.words import handles, own_words

SOURCE = FROM_POSTS
"""Source of the derived rows, which distinguishes them from those of a platform."""

POST_COLUMNS = (
    "channel",
    "post_id",
    "kind",
    "profile_id",
    "title",
    "text",
    "created_at",
    "parent_post_id",
    "accepted_answer_id",
    "is_accepted_answer",
    "source_version",
    "batch_id",
)
PROFILE_COLUMNS = ("channel", "profile_id", "handle", "is_seen_only")
_ACT = ("channel", "kind", "actor_profile_id", "target_profile_id", "post_id")
GIVEN_COLUMNS = (*_ACT, "source")
_KINDS = {"answer": "answer", "wiki_edit": "co_edit"}  # kind of the post: kind of the act; others are replies


def derived_interactions(posts: DataFrame, profiles: DataFrame, given: DataFrame) -> DataFrame:
    """Interactions that follow from posts.

    Args:
        posts (silver.posts), profiles (silver.profiles).
        given: silver.interactions that a platform itself reports; these are not derived again.
    Returns: one row per interaction, those columns of silver.interactions that are not null, source = 'derived:posts':
        reply: a post with a parent; from its author to the parent's author (null where the parent is not known).
        answer: the same for a post of kind answer. co_edit: the same for a wiki_edit.
        accept: from the asker to the author of the accepted answer (post_id), named by the question or marked
            on the answer. No source reports when: created_at is the answer's, the earliest possible time.
        mention: from the author to the account whose handle the author's own words name. A handle that two accounts
            of the channel have is ambiguous and ignored; the parent's author already gets the reply. An account that
            no source describes has no known handle: its ID counts as one, where no other account bears it.
        Posts without an author produce none. Actor and target may be the same account.
    """
    authored = posts.where("profile_id is not null")
    acts = _replies(authored).unionByName(_accepts(posts)).unionByName(_mentions(authored, profiles))
    known = given.where(F.col("source") != SOURCE).select(*_ACT).distinct()
    return (
        acts.alias("a")
        .join(known.alias("k"), same_content("a", "k", _ACT, contract("silver.interactions")), "left_anti")
        .select(
            *_ACT,
            "interaction_id",
            "created_at",
            F.lit(SOURCE).alias("source"),
            F.col("interaction_id").alias("source_record_id"),
            "source_version",
            F.col("created_at").alias("valid_from"),
            "batch_id",
        )
    )


def _with_parent(posts: DataFrame) -> DataFrame:
    parents = posts.select(
        "channel", F.col("post_id").alias("parent_post_id"), F.col("profile_id").alias("parent_profile_id")
    )
    return posts.join(parents, ["channel", "parent_post_id"], "left")


def _replies(authored: DataFrame) -> DataFrame:
    kind = F.lit("reply")
    for of_post, of_act in _KINDS.items():
        kind = F.when(F.col("kind") == of_post, of_act).otherwise(kind)
    return (
        _with_parent(authored)
        .where("parent_post_id is not null")
        .select(*_act(kind, [kind, "post_id"], "profile_id", "parent_profile_id"))
    )


def _accepts(posts: DataFrame) -> DataFrame:
    pair = ["channel", "question_id", "answer_id"]
    named = posts.where("accepted_answer_id is not null").select(
        "channel", F.col("post_id").alias("question_id"), F.col("accepted_answer_id").alias("answer_id")
    )
    marked = posts.where("is_accepted_answer and parent_post_id is not null").select(
        "channel", F.col("parent_post_id").alias("question_id"), F.col("post_id").alias("answer_id")
    )
    askers = posts.where("profile_id is not null").select(
        "channel", F.col("post_id").alias("question_id"), F.col("profile_id").alias("asker_id")
    )
    answers = posts.withColumn("answer_id", F.col("post_id"))
    accepted = named.unionByName(marked).select(*pair).distinct()
    return (
        accepted.join(askers, ["channel", "question_id"], "inner")
        .join(answers, ["channel", "answer_id"], "inner")
        .select(*_act(F.lit("accept"), [F.lit("accept"), "question_id", "answer_id"], "asker_id", "profile_id"))
    )


def _mentions(authored: DataFrame, profiles: DataFrame) -> DataFrame:
    by_handle = _bearers(profiles.where("handle is not null"), F.regexp_replace("handle", r"^@|[ \t\n\x0B\f\r]", ""))
    by_id = _bearers(profiles.where("handle is null and is_seen_only"), F.col("profile_id"))
    accounts = (
        by_handle.unionByName(by_id.join(by_handle, ["channel", "named"], "left_anti"))
        .where("bearers = 1")
        .drop("bearers")
    )
    posts = _with_parent(authored).where(F.concat_ws("", "title", "text").rlike("[@＠]"))
    posts = posts.select(*POST_COLUMNS, "parent_profile_id")
    types = {name: kind for name, kind in posts.dtypes if name not in ("title", "text")}
    naming = posts.mapInArrow(_naming, ", ".join([*(f"{name} {kind}" for name, kind in types.items()), "named string"]))
    return (
        naming.join(accounts, ["channel", "named"], "inner")
        .where(~F.col("named_id").eqNullSafe(F.col("parent_profile_id")))
        .select(*_act(F.lit("mention"), [F.lit("mention"), "post_id", "named_id"], "profile_id", "named_id"))
    )


def _bearers(profiles: DataFrame, name: Column) -> DataFrame:
    """channel, named (in lower case), named_id, and how many accounts bear the name."""
    return profiles.groupBy("channel", F.lower(name).alias("named")).agg(
        F.min("profile_id").alias("named_id"), F.count("*").alias("bearers")
    )


def _naming(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Each post without its content, once for each handle that it names: the column named."""
    for batch in batches:
        found = [
            (row, handle)
            for row, (title, text) in enumerate(
                zip(batch.column("title").to_pylist(), batch.column("text").to_pylist(), strict=True)
            )
            for handle in _named(title, text)
        ]
        rows = batch.take(pa.array([row for row, _ in found], pa.int64())).drop_columns(["title", "text"])
        yield rows.append_column("named", pa.array([handle for _, handle in found], pa.string()))


def _named(title: str | None, text: str | None) -> list[str]:
    """Handles that the author of a post names in their own words."""
    return handles(own_words(title, text))


def _act(kind: Column, identity: list[Column | str], actor: str, target: str) -> list[Column]:
    return [
        F.col("channel"),
        F.concat_ws(":", *identity).alias("interaction_id"),
        F.col(actor).alias("actor_profile_id"),
        F.col(target).alias("target_profile_id"),
        F.col("post_id"),
        kind.alias("kind"),
        F.col("created_at"),
        F.col("source_version"),
        F.col("batch_id"),
    ]


def derived_in_memory(posts: pa.Table, profiles: pa.Table, given: pa.Table) -> pa.Table:
    """The same as `derived_interactions` without Spark: many times faster while the posts fit into memory.

    Args: as for `derived_interactions`: posts (POST_COLUMNS), profiles (PROFILE_COLUMNS), given (GIVEN_COLUMNS).
    """
    rows = posts.select(POST_COLUMNS).to_pylist()
    by_id = {(row["channel"], row["post_id"]): row for row in rows}
    bearers: dict[tuple[str, str], list[str]] = {}
    seen: dict[tuple[str, str], list[str]] = {}
    for profile in profiles.select(PROFILE_COLUMNS).to_pylist():
        if profile["handle"] is not None:
            named = re.sub(r"^@|[ \t\n\x0B\f\r]", "", profile["handle"]).lower()
            bearers.setdefault((profile["channel"], named), []).append(profile["profile_id"])
        elif profile["is_seen_only"]:
            seen.setdefault((profile["channel"], profile["profile_id"].lower()), []).append(profile["profile_id"])
    bearers = seen | bearers
    derivable = pa.array(["reply", "accept", "mention", *_KINDS.values()])
    given = given.filter(pc.and_(pc.not_equal(given["source"], SOURCE), pc.is_in(given["kind"], derivable)))
    known = {tuple(act[name] for name in _ACT) for act in given.select(_ACT).to_pylist()}
    acts: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        for kind, identity, actor, target, post in _acts_of(row, by_id, bearers):
            if actor is None or (row["channel"], kind, actor, target, post["post_id"]) in known:
                continue
            name = ":".join((kind, *identity))
            acts[row["channel"], name] = {
                "channel": row["channel"],
                "kind": kind,
                "actor_profile_id": actor,
                "target_profile_id": target,
                "post_id": post["post_id"],
                "interaction_id": name,
                "created_at": post["created_at"],
                "source": SOURCE,
                "source_record_id": name,
                "source_version": post["source_version"],
                "valid_from": post["created_at"],
                "batch_id": post["batch_id"],
            }
    text, time = pa.string(), posts.schema.field("created_at").type
    columns = (
        *_ACT,
        "interaction_id",
        "created_at",
        "source",
        "source_record_id",
        "source_version",
        "valid_from",
        "batch_id",
    )
    types = {"created_at": time, "valid_from": time}
    schema = pa.schema([(name, types.get(name, text)) for name in columns])
    return pa.Table.from_pylist(list(acts.values()), schema)


def _acts_of(
    row: dict[str, Any], by_id: dict[tuple[str, str], dict[str, Any]], bearers: dict[tuple[str, str], list[str]]
) -> Iterator[tuple[str, tuple[str, ...], str | None, str | None, dict[str, Any]]]:
    """Interactions that follow from one post: kind, parts of its ID, actor, target, the post that it is about."""
    channel, post_id, author = row["channel"], row["post_id"], row["profile_id"]
    parent = by_id.get((channel, row["parent_post_id"]))
    answered = parent["profile_id"] if parent else None
    if row["parent_post_id"] is not None:
        kind = _KINDS.get(row["kind"], "reply")
        yield kind, (post_id,), author, answered, row
    if row["is_accepted_answer"] and parent:
        yield "accept", (parent["post_id"], post_id), answered, author, row
    if accepted := by_id.get((channel, row["accepted_answer_id"])):
        yield "accept", (post_id, accepted["post_id"]), author, accepted["profile_id"], accepted
    for named in _named(row["title"], row["text"]):
        accounts = bearers.get((channel, named), [])
        if len(accounts) == 1 and accounts[0] != answered:
            yield "mention", (post_id, accounts[0]), author, accounts[0], row
