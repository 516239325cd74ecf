"""Effects of communities: what people do after they met members, against matched people who did not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

LEAST_MATCHED = 10
"""Exposed persons with a match, from which on a comparison has a grade."""
_Z = 1.959964
STRATA = ("month", "activity", "bought", "interested")


@dataclass(frozen=True)
class Comparison:
    """A difference in a share between exposed and matched persons, with its 95 % interval.

    exposed, controls: persons in strata that have both. Ratios and effect are None where there are none.
    """

    exposed: int
    controls: int
    exposed_ratio: float | None
    control_ratio: float | None
    effect: float | None
    low: float | None
    high: float | None

    @property
    def is_zero_likely(self) -> bool:
        """Whether the interval holds 0, or there is none."""
        return self.low is None or self.high is None or self.low <= 0 <= self.high


def compared(cases: pd.DataFrame, outcome: str) -> Comparison:
    """Compares exposed persons with those of the same stratum who were not.

    Args: cases: one row per person and month: person_id, is_exposed, the columns STRATA, and a boolean outcome.
    Returns: the effect on the exposed: mean over exposed persons of the difference between the shares of their stratum. The
        interval is normal, with one success and one failure added to each share of a stratum; a control who is in a stratum
        in several months counts once in its variance.
    Source: exact matching: Imbens and Rubin 2015, chapter 17; interval: Agresti and Caffo 2000.
    """
    known = cases[cases[outcome].notna()].astype({outcome: float})
    groups = known.groupby([*STRATA, "is_exposed"], observed=True)
    counted = groups.agg(cases=(outcome, "size"), done=(outcome, "sum"), persons=("person_id", "nunique")).reset_index()
    exposed, controls = (counted[counted["is_exposed"] == flag].drop(columns="is_exposed") for flag in (True, False))
    both = exposed.merge(controls, on=list(STRATA), suffixes=("_e", "_c")).sort_values(list(STRATA))
    if both.empty:
        return Comparison(0, 0, None, None, None, None, None)
    share = both["cases_e"] / both["cases_e"].sum()
    of_exposed, of_controls = both["done_e"] / both["cases_e"], both["done_c"] / both["cases_c"]
    variance = 0.0
    for cases_of, done, size in (("cases_e", "done_e", "persons_e"), ("cases_c", "done_c", "persons_c")):
        ratio = (both[done] / both[cases_of] * both[size] + 1) / (both[size] + 2)
        variance += float((share**2 * ratio * (1 - ratio) / (both[size] + 2)).sum())
    effect = float((share * (of_exposed - of_controls)).sum())
    margin = _Z * math.sqrt(variance)
    matched = known.merge(both[list(STRATA)], on=list(STRATA))
    return Comparison(
        matched.loc[matched["is_exposed"], "person_id"].nunique(),
        matched.loc[~matched["is_exposed"], "person_id"].nunique(),
        float((share * of_exposed).sum()),
        float((share * of_controls).sum()),
        effect,
        effect - margin,
        effect + margin,
    )


def grade(found: Comparison, placebo: Comparison) -> str | None:
    """Grade of the evidence: B for a matched comparison whose placebo shows nothing, C where the exposed differ without the
    exposure too, None for fewer than LEAST_MATCHED exposed persons with a match.

    The placebo is something that the exposure cannot have caused.
    """
    if found.exposed < LEAST_MATCHED:
        return None
    return "B" if placebo.is_zero_likely else "C"
