"""Methods of clustering, and how well and how steadily they separate points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
METHODS = ("kmeans", "gaussian_mixture")
_RESAMPLES = 6
_RESAMPLED = 2_000
_COMPARED = 2_000


@dataclass(frozen=True)
class Clusters:
    """Clusters of points.

    Attributes: centres: one row a cluster. variances, shares: of a Gaussian mixture with diagonal covariances, else None.
    """

    method: str
    centres: Points
    variances: Points | None = None
    shares: NDArray[np.float64] | None = None

    def labels(self, points: Points) -> NDArray[np.intp]:
        """The cluster of each point: that of the nearest centre, or of the highest density."""
        if self.variances is None or self.shares is None:
            return ((points[:, None, :] - self.centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        spread = ((points[:, None, :] - self.centres[None]) ** 2 / self.variances[None]).sum(axis=2)
        return (np.log(self.shares) - (spread + np.log(self.variances).sum(axis=1)) / 2).argmax(axis=1)


def clusters(method: str, points: Points, count: int, seed: int, starts: int = 10) -> Clusters:
    """So many clusters. Args: method: of METHODS. starts: of which the best result is taken."""
    from sklearn.cluster import KMeans  # a second to import
    from sklearn.mixture import GaussianMixture
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):  # sums over several threads differ from run to run
        if method == "kmeans":
            return Clusters(method, KMeans(count, n_init=starts, random_state=seed).fit(points).cluster_centers_)
        mixture = GaussianMixture(count, covariance_type="diag", n_init=3, random_state=seed, reg_covar=1e-3).fit(
            points
        )
    return Clusters(method, mixture.means_, mixture.covariances_, mixture.weights_)


def silhouette(points: Points, labels: NDArray, seed: int) -> float:
    """How well the points are separated, -1 to 1; -1 where all are in one cluster. Source: Rousseeuw 1987.

    Of more than 2,000 points a sample is measured.
    """
    from sklearn.metrics import silhouette_score

    rows = sample(np.arange(len(points)), _COMPARED, seed)
    labels = labels[rows]
    if not 2 <= len(np.unique(labels)) < len(labels):
        return -1.0
    return float(silhouette_score(points[rows], labels))


def davies_bouldin(points: Points, labels: NDArray) -> float | None:
    """How wide clusters are beside their distances; lower is better. None for one cluster. Source: Davies and Bouldin 1979."""
    from sklearn.metrics import davies_bouldin_score

    return float(davies_bouldin_score(points, labels)) if len(np.unique(labels)) > 1 else None


def steadiness(found: Clusters, points: Points, seed: int) -> float:
    """How alike clusters of resampled points are: their mean adjusted Rand index with the given ones, on the same points.

    1: the same each time; 0: no more alike than by chance. Source: Hennig, Cluster-wise assessment of stability (2007).
    """
    from sklearn.metrics import adjusted_rand_score

    compared = sample(points, _COMPARED, seed)
    expected = found.labels(compared)
    random = np.random.default_rng(seed)
    alike = []
    for _ in range(_RESAMPLES):
        drawn = points[random.integers(0, len(points), min(len(points), _RESAMPLED))]
        if len(np.unique(drawn, axis=0)) < len(found.centres):
            continue
        other = clusters(found.method, drawn, len(found.centres), seed, starts=3)
        alike.append(adjusted_rand_score(expected, other.labels(compared)))
    return float(np.mean(alike)) if alike else 0.0


def best(
    points: Points, methods: tuple[str, ...], counts: list[int], seed: int, min_stability: float
) -> tuple[Clusters, float] | None:
    """The clusters of highest silhouette among those that are steady, or among all where none is; and how steady they are.

    The first of equals: methods and counts are tried in their order.
    """
    distinct = len(np.unique(points, axis=0))
    tried: list[tuple[bool, float, Clusters, float]] = []
    for method in methods:
        for count in counts:
            if not 2 <= count <= distinct:
                continue
            found = clusters(method, points, count, seed)
            stability = steadiness(found, points, seed)
            quality = silhouette(points, found.labels(points), seed)
            tried.append((stability >= min_stability, round(quality, 9), found, stability))
    if not tried:
        return None
    _, _, found, stability = max(tried, key=lambda its: its[:2])  # the first of equals
    return found, stability


def sample(rows: NDArray, size: int, seed: int) -> NDArray:
    """At most so many of the rows, in their order; the same ones each time."""
    if len(rows) <= size:
        return rows
    return rows[np.sort(np.random.default_rng(seed).choice(len(rows), size, replace=False))]


def moved(before: NDArray, after: NDArray) -> float:
    """Share of persons whose segment is another one after, each old segment matched with the new one that takes most of it.

    Segments are matched one to one, so that as few as possible move.
    """
    from scipy.optimize import linear_sum_assignment

    table = crossed(before, after)
    rows, columns = linear_sum_assignment(-table)
    return float(1 - table[rows, columns].sum() / max(table.sum(), 1))


def crossed(before: NDArray, after: NDArray) -> NDArray[np.int64]:
    """How many persons are in each pair of segments."""
    _, rows = np.unique(np.asarray(before, dtype=str), return_inverse=True)
    _, columns = np.unique(np.asarray(after, dtype=str), return_inverse=True)
    table = np.zeros((rows.max(initial=-1) + 1, columns.max(initial=-1) + 1), dtype=np.int64)
    np.add.at(table, (rows, columns), 1)
    return table


def bins(points: Points) -> list[dict[str, list[float]]]:
    """Tenths of each column: their inner edges, and the shares of points up to each edge and beyond the last."""
    found = []
    for column in points.T:
        edges = np.unique(np.round(np.quantile(column, np.arange(0.1, 1, 0.1)), 9))
        found.append({"edges": edges.tolist(), "shares": _shares(column, edges).tolist()})
    return found


def _shares(column: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    counts = np.bincount(np.searchsorted(edges, np.round(column, 9), side="left"), minlength=len(edges) + 1)
    return counts / max(len(column), 1)


def drift(points: Points, expected: list[dict[str, list[float]]]) -> float:
    """Population stability index of the column that has drifted furthest from `bins`; above 0.25 counts as large.

    Source: Siddiqi, Credit Risk Scorecards (2006).
    """
    worst = 0.0
    for column, its in zip(points.T, expected, strict=True):
        was = np.maximum(np.array(its["shares"]), 1e-4)
        now = np.maximum(_shares(column, np.array(its["edges"])), 1e-4)
        worst = max(worst, float(((now - was) * np.log(now / was)).sum()))
    return worst
