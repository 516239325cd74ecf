"""Authority classes: the most influential members of a population."""

import math
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

CLASSES = ("A", "B", "C", "D")
SHARES = (0.01, 0.09, 0.40)  # of the population: A, B, C; D is the rest


def authority_class(
    ids: pa.Array, influence: NDArray[np.float64], *, shares: Sequence[float] = SHARES, minimum_population: int = 1
) -> pa.Array:
    """Class of each member by its rank of influence: A the top 1%, B the next 9%, C the next 40%, D the rest.

    Args:
        ids: the population, one id per member; of equal influence the smaller id ranks higher.
        influence: of each member, in the order of ids; PageRank by definition, but any number works.
        shares: of the population in A, B and C, together at most 1.
        minimum_population: with fewer members the shares are meaningless and every class is null.
    Returns: A, B, C, D or null (string), in the order of ids. Each class ends at its cumulative share of the
        population, rounded up. So the top one is always in A, and a small population leaves classes empty: 10
        members are 1 A, no B, 4 C and 5 D.
    Raises: ValueError when lengths differ, shares are not three or do not fit, or influence is not finite.
    Source: the definition of authority classes in the indicator catalogue; rounding and ties are our own.

    >>> authority_class(pa.array(["anna", "ben", "chen"]), np.array([0.2, 0.5, 0.3])).to_pylist()
    ['D', 'A', 'C']
    """
    count = len(ids)
    if len(influence) != count:
        raise ValueError(f"authority_class: {count} ids but {len(influence)} values of influence; expected one per id")
    if len(shares) != 3 or min(shares) < 0 or sum(shares) > 1 + 1e-9:
        raise ValueError(f"authority_class: shares are {tuple(shares)}; expected three, none below 0, at most 1 in all")
    if not np.isfinite(influence).all():
        raise ValueError("authority_class: influence is not finite for some members; leave them out beforehand")
    if count < max(minimum_population, 1):
        return pa.nulls(count, pa.string())
    cuts = [math.ceil(round(share * count, 6)) for share in np.cumsum(shares)]
    by_id = pa.table({"id": ids, "influence": influence, "place": np.arange(count)})
    ranked = by_id.sort_by([("influence", "descending"), ("id", "ascending")])["place"].to_numpy()
    rank = np.empty(count, dtype=np.int64)
    rank[ranked] = np.arange(count)
    return pa.array(CLASSES).take(pa.array(np.searchsorted(cuts, rank, side="right")))
