"""Who is likely to get in touch with whom: scores of pairs that are not connected, and how well they foretell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from transformations.network.graph import Graph

METHODS = ("adamic_adar", "common_neighbours", "preferential_attachment")
NAIVE = "naive"
BEST = 5
"""Peers proposed to each person, at most."""
VIA = 3
_MOST_PATHS = 100_000_000
"""Ways of two steps that are counted at most; beyond it those over the best connected persons are left out."""
_NEGATIVES = 100_000


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of vertices that are two steps apart, tail below head, ascending; how many neighbours they share, and scores."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    shared: NDArray[np.int64]
    scores: dict[str, NDArray[np.float64]]


def pairs(graph: Graph) -> Pairs:
    """Scores of the pairs that are not connected and share a neighbour.

    Args: graph: directions and weights are ignored.
    Source: Liben-Nowell and Kleinberg 2007; Adamic and Adar 2003; NetworkX `adamic_adar_index`, `preferential_attachment`.
    """
    both_ways = graph.undirected()
    arcs = both_ways.matrix(weighted=False)
    degree = np.diff(both_ways.indptr).astype(np.float64)
    # Whole numbers first: which pairs there are does not depend on the order of sums.
    middle = sparse.diags(_kept(degree).astype(np.float64))
    shared = sparse.triu(arcs @ middle @ arcs, 1, format="csr")
    shared = shared - shared.multiply(arcs)
    shared.eliminate_zeros()
    shared.sort_indices()
    found = shared.tocoo()
    rarity = np.divide(
        1.0, np.log(np.maximum(degree, 2)), out=np.zeros(len(degree)), where=_kept(degree) & (degree > 1)
    )
    adamic = _at(sparse.csr_matrix(arcs @ sparse.diags(rarity) @ arcs), found.row, found.col)
    tail, head = found.row.astype(np.int64), found.col.astype(np.int64)
    return Pairs(
        tail,
        head,
        found.data.astype(np.int64),
        {
            "adamic_adar": np.round(adamic, 9),
            "common_neighbours": found.data.astype(np.float64),
            "preferential_attachment": degree[tail] * degree[head],
        },
    )


def _kept(degree: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The vertices whose ways of two steps fit, the best connected left out first."""
    order = np.argsort(degree, kind="stable")
    kept = np.zeros(len(degree), dtype=bool)
    kept[order[np.cumsum(degree[order] ** 2) <= _MOST_PATHS]] = True
    return kept


def _at(matrix: sparse.csr_matrix, row: NDArray, column: NDArray) -> NDArray[np.float64]:
    return np.asarray(matrix[row, column], dtype=np.float64).ravel() if len(row) else np.empty(0)


def proposals(graph: Graph, found: Pairs, method: str) -> pa.Table:
    """The BEST peers of each person by a method.

    Returns: person_id, other_person_id, rank (1 is the best; ties by other_person_id), score, common_neighbours_count, via (at
        most VIA shared neighbours, the least connected first, ties by id).
    """
    ids = graph.ids.cast(pa.string()).to_pylist()
    person, other = np.concatenate([found.tail, found.head]), np.concatenate([found.head, found.tail])
    score, shared = np.tile(found.scores[method], 2), np.tile(found.shared, 2)
    order = np.lexsort((other, -score, person))
    person, other, score, shared = person[order], other[order], score[order], shared[order]
    begins = np.searchsorted(person, person)
    rank = np.arange(len(person)) - begins + 1
    is_best = rank <= BEST
    both_ways = graph.undirected()
    degree = np.diff(both_ways.indptr)

    def via(one: int, another: int) -> list[str]:
        ones, others = (both_ways.indices[both_ways.indptr[of] : both_ways.indptr[of + 1]] for of in (one, another))
        common = np.intersect1d(ones, others, assume_unique=True)
        return [ids[place] for place in common[np.lexsort((common, degree[common]))][:VIA]]

    chosen = list(zip(person[is_best].tolist(), other[is_best].tolist()))
    return pa.table(
        {
            "person_id": pa.array([ids[one] for one, _ in chosen], pa.string()),
            "other_person_id": pa.array([ids[other] for _, other in chosen], pa.string()),
            "rank": rank[is_best].astype(np.int64),
            "score": score[is_best],
            "common_neighbours_count": shared[is_best],
            "via": pa.array([via(*pair) for pair in chosen], pa.list_(pa.string())),
        }
    )


def foretold(before: Graph, later: Graph, *, seed: int) -> list[dict[str, Any]]:
    """How well each method foretells the pairs that connect in a later period.

    Args:
        before: the graph up to the later period. later: that of the period: only pairs of vertices of `before` that were not
            connected there count. seed: of the sample of pairs that did not connect.
    Returns: one row per method and one for the naive guess (any pair is as likely): method, auc (probability that a pair that
        connected has a higher score than one that did not; pairs that share no neighbour have the score 0, and for preferential
        attachment the product of their degrees), precision (share of pairs that connected among the k with the highest score of
        those two steps apart, k being the number that connected; ties by person), base_ratio (of all pairs the share that
        connected), new_pairs_count. Empty where nobody connected.
    """
    new = _new_pairs(before, later)
    count = before.vertex_count
    if not len(new):
        return []
    arcs = before.undirected().matrix(weighted=False)
    degree = np.diff(before.undirected().indptr).astype(np.float64)
    absent = _others(arcs, new, count, seed)
    possible = count * (count - 1) // 2 - arcs.nnz // 2
    found = pairs(before)
    key = found.tail * count + found.head
    connected = np.isin(key, new)
    rows: list[dict[str, Any]] = []
    for method in METHODS:
        score = found.scores[method]
        if method == "preferential_attachment":
            positive, negative = (degree[of // count] * degree[of % count] for of in (new, absent))
        else:
            positive, negative = (_scores(of, key, score) for of in (new, absent))
        best = np.lexsort((key, -score))[: len(new)]
        rows.append(
            {"method": method, "auc": auc(positive, negative), "precision": float(connected[best].sum() / len(new))}
        )
    rows.append({"method": NAIVE, "auc": 0.5, "precision": len(new) / possible})
    return [row | {"base_ratio": len(new) / possible, "new_pairs_count": len(new)} for row in rows]


def _new_pairs(before: Graph, later: Graph) -> NDArray[np.int64]:
    """Keys tail × n + head of the pairs that connected later, ascending."""
    at = pc.index_in(later.ids.cast(pa.string()), before.ids.cast(pa.string()))
    place = pc.fill_null(at, -1).to_numpy().astype(np.int64)
    edges = sparse.triu(later.undirected().matrix(), 1, format="coo")
    tail, head = place[edges.row], place[edges.col]
    known = (tail >= 0) & (head >= 0)
    low, high = np.minimum(tail, head)[known], np.maximum(tail, head)[known]
    arcs = before.undirected().matrix(weighted=False)
    is_new = _at(arcs, low, high) == 0
    return np.unique(low[is_new] * before.vertex_count + high[is_new])


def _others(arcs: sparse.csr_matrix, new: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    """Keys of pairs that are connected neither before nor later: all of them, or a sample."""
    if count * (count - 1) // 2 <= _NEGATIVES:
        low, high = np.triu_indices(count, 1)
    else:
        drawn = np.random.default_rng(seed).integers(0, count, (2, 2 * _NEGATIVES))
        low, high = drawn.min(axis=0), drawn.max(axis=0)
        low, high = low[low < high][:_NEGATIVES], high[low < high][:_NEGATIVES]
    key = low.astype(np.int64) * count + high
    return key[(_at(arcs, low, high) == 0) & ~np.isin(key, new)]


def _scores(wanted: NDArray[np.int64], key: NDArray[np.int64], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores of pairs; 0 of those that are not two steps apart. Args: key: ascending."""
    if not len(key):
        return np.zeros(len(wanted))
    place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    return np.where(key[place] == wanted, score[place], 0.0)


def auc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float | None:
    """Probability that a positive has a higher score than a negative, half where they are equal; None without either.

    >>> auc(np.array([3.0, 1.0]), np.array([1.0, 0.0]))
    0.875
    """
    if not len(positive) or not len(negative):
        return None
    ordered = np.sort(negative)
    below, up_to = (np.searchsorted(ordered, positive, side=side).sum() for side in ("left", "right"))
    return float((below + up_to) / 2 / (len(positive) * len(negative)))
