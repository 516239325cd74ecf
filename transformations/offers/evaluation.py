"""How often offers are what people buy next, beside best-sellers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

_NORMAL = 1.959963984540054


def hit_rates(counts: Sequence[Mapping[str, int]], per_person: int, min_persons: int) -> list[dict[str, Any]]:
    """Shares of persons who bought one of their offers: rows of gold.model_evaluations without dates.

    Args: counts: from association.hits. per_person: offers of each person. min_persons: below which nothing is measured.
    """
    persons = sum(row["persons"] for row in counts)
    if persons < min_persons:
        reason = f"fewer than {min_persons} persons bought before the cut-off, and something new after it"
        return [{"model": "offers", "method": "none", "measure": "none", "unit": "none", "missing_reason": reason}]
    both = {(row["by_rules"], row["by_best_sellers"]): row["persons"] for row in counts}
    rules = (both.get((1, 0), 0) + both.get((1, 1), 0)) / persons
    naive = (both.get((0, 1), 0) + both.get((1, 1), 0)) / persons
    apart = (both.get((1, 0), 0) + both.get((0, 1), 0)) / persons
    measure = f"hit_rate_at_{per_person}"
    found = [
        ("association", measure, rules, rules * (1 - rules), True),
        ("naive_best_sellers", measure, naive, naive * (1 - naive), False),
        ("association", f"{measure}_less_naive", rules - naive, apart - (rules - naive) ** 2, True),
    ]
    rows = []
    for method, name, value, variance, is_serving in found:
        error = _NORMAL * float(np.sqrt(variance / persons))
        rows.append(
            {"model": "offers", "method": method, "measure": name, "unit": "ratio 0 to 1", "is_serving": is_serving}
            | {"value": value, "value_low": value - error, "value_high": value + error, "persons_count": persons}
        )
    return rows
