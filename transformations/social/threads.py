"""Which posts belong to one thread."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse import csgraph

POST_COLUMNS = ("channel", "post_id", "parent_post_id", "root_post_id", "created_at")


def threads(posts: pa.Table) -> pa.Table:
    """The thread of each post.

    A post points to its root_post_id where that is another post, else to its parent_post_id; posts that are connected
    by such pointers are one thread. Its ID is the post that points to none, known or not: for a reply whose parent is
    not known, that parent. Posts that point in a circle have the ID of the earliest of them.

    Args: posts: POST_COLUMNS of silver.posts, deleted ones included: they connect a thread.
    Returns: one row per post, in their order: channel, post_id, thread_id.
    """
    count = posts.num_rows
    own, root = posts["post_id"], posts["root_post_id"]
    at_root = pc.fill_null(pc.not_equal(root, own), False)
    target = pc.if_else(at_root, root, posts["parent_post_id"])
    points = pc.fill_null(pc.not_equal(target, own), False).to_numpy(zero_copy_only=False).astype(bool)
    aims = np.flatnonzero(points)
    # A post's vertex is its channel and ID; vertices of unknown posts come last.
    channel, _ = pd.factorize(posts["channel"].to_pandas())
    ids = pa.chunked_array([own.combine_chunks(), target.take(pa.array(aims)).combine_chunks()])
    code, names = pd.factorize(ids.to_pandas())
    place = np.concatenate([channel, channel[aims]]).astype(np.int64) * max(1, len(names)) + code
    _, first, vertex = np.unique(place, return_index=True, return_inverse=True)
    size = len(first)
    tail, head = vertex[:count][aims], vertex[count:]
    graph = sparse.csr_matrix((np.ones(len(aims), dtype=np.int8), (tail, head)), shape=(size, size))
    _, component = csgraph.connected_components(graph, directed=False)
    # Of each component the vertex that points to none, else (a circle) the earliest post.
    is_pointing = np.zeros(size, dtype=bool)
    is_pointing[tail] = True
    never = np.iinfo(np.int64).max
    at = np.full(size, never)
    at[vertex[:count]] = pc.fill_null(posts["created_at"].cast(pa.int64()), never).to_numpy(zero_copy_only=False)
    id_of = np.asarray(names, dtype=object)[code[first]]
    order = np.lexsort((id_of.astype(str), at, is_pointing))
    _, begins = np.unique(component[order], return_index=True)
    named = np.empty(len(begins), dtype=object)
    named[component[order][begins]] = id_of[order][begins]
    thread_id = pa.array(named[component[vertex[:count]]], pa.string())
    return pa.table({"channel": posts["channel"], "post_id": own, "thread_id": thread_id})
