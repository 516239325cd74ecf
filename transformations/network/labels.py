"""Canonical numbers for the parts of a partition, so that equal partitions have equal labels."""

import numpy as np
from numpy.typing import NDArray


def canonical_labels(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber the parts of a partition 0, 1, … by size (largest first), then by smallest member.

    Args: labels, one number per vertex in the order of `Graph.ids`; equal numbers are the same part.
    Returns: one number per vertex for the same parts; depends only on the partition, not on the numbers.
    """
    _, first_member, part, size = np.unique(
        np.asarray(labels), return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first_member, -size))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[part]
