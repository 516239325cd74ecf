"""What persons of a network are interested in, how alike that makes them, and graphs that mix it with interactions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from transformations.network.graph import Graph, of_matrix
from transformations.network.person_activity import PURCHASE, TOPIC

NAMED = 3
"""Interests in a community's name, at most."""
NEIGHBOURS = 5
"""Most alike persons that each one is joined with."""
ALIKE_FROM = 0.5
"""Cosine from which two persons without interactions are joined."""
MOST_COMPARED = 2_000
"""Persons up to which everyone is compared with everyone; above it only those who interact are."""
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, eq=False)
class Interests:
    """Interests of the vertices of a graph.

    subjects: names, ascending. counts: one row per vertex, one column per subject: acts about it. vectors: the same with
    rows of length 1 (rows without interests are 0): the logarithm of 1 + acts, times that of the subject's rarity.
    """

    subjects: list[str]
    counts: sparse.csr_matrix
    vectors: sparse.csr_matrix


def interests(ids: pa.Array, activity: pa.Table) -> Interests:
    """Interests of persons, from topics that they wrote about and categories that they bought.

    Args: ids: of the vertices. activity (gold.person_activity): person_id, kind, subject, acts_count; other persons and kinds
        are ignored.
    Source: TF-IDF with smoothed idf, as scikit-learn's TfidfTransformer (sublinear_tf).
    """
    is_interest = pc.is_in(activity["kind"], pa.array([TOPIC, PURCHASE]))
    rows = activity.filter(is_interest)
    place = pc.index_in(rows["person_id"], ids.cast(rows["person_id"].type))
    rows, place = rows.filter(place.is_valid()), place.drop_null()
    subjects = sorted(pc.unique(rows["subject"]).to_pylist())
    column = pc.index_in(rows["subject"], pa.array(subjects, pa.string()))
    shape = (len(ids), len(subjects))
    values = rows["acts_count"].to_numpy().astype(np.float64)  # whole numbers: their sums are exact in any order
    counts = sparse.csr_matrix((values, (place.to_numpy(), column.to_numpy())), shape=shape)
    counts.sort_indices()
    having = np.bincount(counts.indices, minlength=len(subjects))
    rarity = np.log((1 + len(ids)) / (1 + having)) + 1
    vectors = counts.copy()
    vectors.data = np.log1p(counts.data) * rarity[counts.indices]
    length = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    vectors.data /= np.repeat(length, np.diff(vectors.indptr))
    return Interests(subjects, counts, vectors)


def likeness(held: Interests, tails: NDArray[np.int64], heads: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cosine of the interests of pairs of vertices; 0 where one of them has none."""
    found = np.zeros(len(tails))
    for start in range(0, len(tails), 100_000):
        part = slice(start, start + 100_000)
        found[part] = np.asarray(held.vectors[tails[part]].multiply(held.vectors[heads[part]]).sum(axis=1)).ravel()
    return found


def mixed(graph: Graph, held: Interests, share: float) -> Graph:
    """The undirected graph that communities are found in: interactions, and likeness of interests.

    Args: share: of likeness in the weight of all edges, 0 to below 1; interactions have the rest.
    Returns: the same vertices. Joined are those who interact and, up to MOST_COMPARED persons, each connected person with the
        NEIGHBOURS most alike connected ones. Without interests, or with a share of 0: interactions alone.
    """
    both_ways = graph.undirected()
    if share == 0 or both_ways.edge_count == 0 or held.vectors.nnz == 0:
        return both_ways
    acted = both_ways.matrix()
    pairs = sparse.triu(acted, 1, format="coo")
    alike = likeness(held, pairs.row, pairs.col)
    between = sparse.csr_matrix((alike, (pairs.row, pairs.col)), shape=acted.shape)
    between = between + between.T
    if both_ways.vertex_count <= MOST_COMPARED:
        between = between.maximum(_nearest(held, np.diff(both_ways.indptr) > 0))
    between.eliminate_zeros()
    if between.nnz == 0:
        return both_ways
    scale = acted.sum() / between.sum()
    return of_matrix(graph.ids, ((1 - share) * acted + (share * scale) * between).tocsr(), is_directed=False)


def _nearest(held: Interests, is_connected: NDArray[np.bool_]) -> sparse.csr_matrix:
    """Likeness of each connected vertex and those most alike it, in both directions; ties by number."""
    connected = np.flatnonzero(is_connected)
    vectors = held.vectors[connected]
    tails, heads, values = [], [], []
    for start in range(0, len(connected), _ROWS_AT_ONCE):
        block = np.asarray((vectors[start : start + _ROWS_AT_ONCE] @ vectors.T).todense())
        rows = np.arange(block.shape[0])
        block[rows, rows + start] = 0
        # In billionths and by number: what is alike in all but the last digits is tied, and ties go by number.
        order = np.rint(block * -1e9).astype(np.int64) * len(connected) + np.arange(len(connected))
        most = min(NEIGHBOURS, len(connected))
        best = np.argpartition(order, most - 1, axis=1)[:, :most]
        best = np.take_along_axis(best, np.argsort(np.take_along_axis(order, best, axis=1), axis=1), axis=1)
        cosine = np.take_along_axis(block, best, axis=1)
        row, place = np.nonzero(cosine >= ALIKE_FROM)
        tails.append(connected[row + start])
        heads.append(connected[best[row, place]])
        values.append(cosine[row, place])
    shape = (len(is_connected), len(is_connected))
    one_way = sparse.csr_matrix((np.concatenate(values), (np.concatenate(tails), np.concatenate(heads))), shape=shape)
    return one_way.maximum(one_way.T)


def agreement(graph: Graph, labels: NDArray[np.int64], held: Interests) -> float | None:
    """Mean likeness of connected persons of one community; None where no such pair has interests on both sides."""
    pairs = sparse.triu(graph.undirected().matrix(), 1, format="coo")
    has = np.diff(held.vectors.indptr) > 0
    is_counted = (labels[pairs.row] == labels[pairs.col]) & has[pairs.row] & has[pairs.col]
    if not is_counted.any():
        return None
    return float(likeness(held, pairs.row[is_counted], pairs.col[is_counted]).mean())


def community_names(labels: NDArray[np.int64], held: Interests) -> dict[int, str]:
    """The interests that set the members of each community apart: community → names, joined by commas.

    Returns: at most NAMED subjects per community whose share of its members' acts is above that of all acts, most above
        first; of one whose shares are those of all, its most frequent ones. Ties by name. Communities without interests are
        left out.
    """
    count = int(labels.max()) + 1 if len(labels) else 0
    of_community = sparse.csr_matrix(
        (np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(count, len(labels))
    )
    acts = np.asarray((of_community @ held.counts).todense())
    overall = acts.sum(axis=0) / max(acts.sum(), 1)
    said = acts.sum(axis=1)
    share = np.divide(acts, said[:, None], out=np.zeros_like(acts), where=said[:, None] > 0)
    above = np.round(share - overall, 9)
    score = np.where((above > 0).any(axis=1, keepdims=True), above, share)
    best = np.argsort(-score, axis=1, kind="stable")[:, :NAMED]
    return {
        community: ", ".join(held.subjects[place] for place in best[community] if score[community, place] > 0)
        for community in np.flatnonzero(said > 0).tolist()
    }
