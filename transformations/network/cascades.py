"""Cascades: what a post set off, as a tree of replies and shares."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

POST_COLUMNS = ("channel", "post_id", "parent_post_id", "profile_id", "created_at")
SHARE_COLUMNS = ("channel", "post_id", "actor_profile_id", "created_at")
SMALLEST = 3
"""Acts, the root included, from which on a thread counts as a cascade."""
ORIGINATORS = 3


def cascades(posts: pa.Table, shares: pa.Table, accounts: pa.Table) -> pa.Table:
    """Cascades of posts.

    Args:
        posts (POST_COLUMNS of silver.posts). shares (SHARE_COLUMNS of silver.interactions of kind share): each is a leaf at the
            post that it shares, where the platform names no post of its own for it.
        accounts: channel, profile_id, person_id: bots are not among them.
    Returns: one row per post without a parent that set off SMALLEST acts or more, itself included: channel, root_post_id,
        person_id (null where its author is nobody known), started_at, ended_at, acts_count, replies_count, shares_count,
        persons_count, depth (steps from the root to the farthest act), width (most acts at one depth), half_life_seconds
        (time until half of what followed had happened; 0 where acts are before their root), structural_virality (mean steps
        between two acts), originators (persons of the acts that most others hang on directly or not, the root's author left
        out, at most ORIGINATORS, ties by person_id). Posts in a circle and under unknown parents are in none.
    Source: structural virality: Goel, Anderson, Hofman and Watts 2016.
    """
    nodes = _nodes(posts, shares, accounts)
    parent = _parents(nodes)
    depth, root = _depths(parent)
    below = _below(parent, depth)  # acts that hang on each, itself included
    nodes = nodes.assign(depth=depth, root=root, below=below)[depth >= 0]
    size = nodes.groupby("root")["below"].transform("size")
    kept = nodes[size >= SMALLEST]
    if kept.empty:
        return _SCHEMA.empty_table()
    found = _described(kept).sort_values(["channel", "root_post_id"])
    return pa.Table.from_pandas(found[_SCHEMA.names], schema=_SCHEMA, preserve_index=False)


_SCHEMA = pa.schema(
    [
        ("channel", pa.string()),
        ("root_post_id", pa.string()),
        ("person_id", pa.string()),
        ("started_at", pa.timestamp("us", tz="UTC")),
        ("ended_at", pa.timestamp("us", tz="UTC")),
        *(
            (name, pa.int64())
            for name in ("acts_count", "replies_count", "shares_count", "persons_count", "depth", "width")
        ),
        ("half_life_seconds", pa.float64()),
        ("structural_virality", pa.float64()),
        ("originators", pa.list_(pa.string())),
    ]
)


def _nodes(posts: pa.Table, shares: pa.Table, accounts: pa.Table) -> pd.DataFrame:
    """Acts in an order of their own: posts, then shares; `of` is the post that they hang on."""
    written = posts.select(POST_COLUMNS).to_pandas().rename(columns={"parent_post_id": "of"}).assign(is_share=False)
    shared = shares.select(SHARE_COLUMNS).to_pandas().assign(is_share=True)
    shared = shared.rename(columns={"post_id": "of", "actor_profile_id": "profile_id"})
    shared = shared[shared["of"].notna()].assign(post_id=None)
    known = accounts.select(["channel", "profile_id", "person_id"]).to_pandas()
    nodes = pd.concat([written, shared], ignore_index=True).merge(known, how="left", on=["channel", "profile_id"])
    nodes = nodes[nodes["created_at"].notna()].reset_index(drop=True)
    order = ["channel", "post_id", "of", "created_at", "profile_id"]
    return nodes.sort_values(order, na_position="last", kind="stable").reset_index(drop=True)


def _parents(nodes: pd.DataFrame) -> NDArray[np.int64]:
    """Row of the act that each hangs on; -1 for a root, -2 where it is not known."""
    posts = nodes[~nodes["is_share"]]
    at = pd.Series(posts.index, index=pd.MultiIndex.from_frame(posts[["channel", "post_id"]]))
    wanted = pd.MultiIndex.from_frame(nodes[["channel", "of"]])
    found = at.reindex(wanted).fillna(-2).to_numpy().astype(np.int64)
    is_root = nodes["of"].isna().to_numpy()
    found[is_root] = -1
    itself = found == np.arange(len(nodes))
    return np.where(itself, -1, found)


def _depths(parent: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Steps of each act from its root, and the root; -1 for acts without one."""
    depth, root = np.full(len(parent), -1), np.full(len(parent), -1)
    level = np.flatnonzero(parent == -1)
    depth[level], root[level] = 0, level
    waiting = np.flatnonzero(parent >= 0)
    while len(waiting):
        is_next = depth[parent[waiting]] >= 0
        level, waiting = waiting[is_next], waiting[~is_next]
        if not len(level):
            break  # what is left hangs on a circle, or on a post that is not known
        depth[level], root[level] = depth[parent[level]] + 1, root[parent[level]]
    return depth, root


def _below(parent: NDArray[np.int64], depth: NDArray[np.int64]) -> NDArray[np.int64]:
    """Acts in the tree under each act, itself included."""
    below = np.ones(len(parent), dtype=np.int64)
    for level in range(int(depth.max(initial=0)), 0, -1):
        acts = np.flatnonzero(depth == level)
        np.add.at(below, parent[acts], below[acts])
    return below


def _described(acts: pd.DataFrame) -> pd.DataFrame:
    """One row per root. Args: acts: with depth, root (the root's row) and below."""
    is_root = acts.index == acts["root"]
    roots, later = acts[is_root].set_index("root"), acts[~is_root]
    started = later["root"].map(roots["created_at"])
    seconds = (later["created_at"] - started).dt.total_seconds()
    size = acts.groupby("root").size()
    # A step is on the ways between what is below it and all others.
    between = (later["below"] * (later["root"].map(size) - later["below"])).groupby(later["root"]).sum()
    followed = later.groupby("root")["is_share"]
    found = pd.DataFrame(
        {
            "channel": roots["channel"],
            "root_post_id": roots["post_id"],
            "person_id": roots["person_id"],
            "started_at": roots["created_at"],
            "ended_at": acts.groupby("root")["created_at"].max(),
            "acts_count": size,
            "replies_count": followed.size() - followed.sum().astype("int64"),
            "shares_count": followed.sum().astype("int64"),
            "persons_count": acts.groupby("root")["person_id"].nunique(),
            "depth": acts.groupby("root")["depth"].max(),
            "width": acts.groupby(["root", "depth"]).size().groupby("root").max(),
            "half_life_seconds": _lower_median(seconds, later["root"]).clip(lower=0.0),
            "structural_virality": 2 * between / (size * (size - 1)),
        }
    )
    leading = _originators(later, roots).reindex(found.index)
    return found.assign(originators=[of if isinstance(of, list) else [] for of in leading])


def _lower_median(values: pd.Series, groups: pd.Series) -> pd.Series:
    """The value of each group that half of its values do not exceed."""
    ordered = pd.DataFrame({"value": values, "group": groups}).sort_values(["group", "value"])
    rank, size = ordered.groupby("group").cumcount(), ordered.groupby("group")["value"].transform("size")
    return ordered[rank == (size - 1) // 2].set_index("group")["value"]


def _originators(later: pd.DataFrame, roots: pd.DataFrame) -> pd.Series:
    """The persons on whose acts the most others hang, by root."""
    author = later["root"].map(roots["person_id"])
    leading = later[later["person_id"].notna() & (later["person_id"] != author) & (later["below"] > 1)]
    most = leading.groupby(["root", "person_id"], as_index=False)["below"].max()
    most = most.sort_values(["root", "below", "person_id"], ascending=[True, False, True])
    return most.groupby("root").head(ORIGINATORS).groupby("root")["person_id"].agg(list)
