"""Kaplan-Meier: how long things last when some have not ended yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transformations.indicators.intervals import Z

if TYPE_CHECKING:
    from statsmodels.duration.survfunc import SurvfuncRight

_ROUNDING = 1e-9  # products of ratios deviate from 1/2 by less


@dataclass(frozen=True)
class Quantile:
    """A quantile of durations in seconds with its 95 % interval; None where the data do not reach it."""

    value: float | None
    low: float | None
    high: float | None


def kaplan_meier(seconds: ArrayLike, observed: ArrayLike) -> SurvfuncRight:
    """The estimated share that lasts longer than each time, computed by statsmodels.

    Args:
        seconds: how long each lasted, or was observed; 0 or more.
        observed: whether it ended then; False: it was still going on (right-censored). At equal times, ends count
            before censored ones.
    Returns: the curve: surv_times, n_risk, n_events, surv_prob and surv_prob_se (Greenwood; NaN where surv_prob is 0),
        each with one entry per time at which something ended; no entries when nothing ended.
    Raises: ValueError when lengths differ, a flag is missing, or a duration is missing, negative or infinite.
    Source: Kaplan and Meier 1958; Greenwood 1926 for the error.

    >>> curve = kaplan_meier([60, 120, 300, 600], [True, True, False, True])
    >>> curve.surv_prob.round(6).tolist()
    [0.75, 0.5, 0.0]
    """
    from statsmodels.duration.survfunc import SurvfuncRight  # brings scipy.stats and pandas: most commands need neither

    return SurvfuncRight(*_checked(seconds, observed))


def quantile(curve: SurvfuncRight, share: float = 0.5) -> Quantile:
    """Seconds after which at least `share` have ended, and the times between which that lies at 95 %.

    low and high are the first times at which the lower and the upper pointwise limit of the curve have fallen to
    1 - share. The library's `quantile_ci` is not used: where all have ended it returns the last time as upper limit,
    although the error is undefined there (so two durations would bound their median), and where the curve steps over
    both limits at once it returns nothing. R leaves the first open and answers the second, and so does this.

    Raises: ValueError unless 0 < share < 1.
    Source: Klein and Moeschberger 2003, section 4.5: the smallest t with S(t) ≤ 1 - share; Brookmeyer and Crowley
        1982 with the log-log transform (formula 4.5.3; R's `survfit(conf.type = "log-log")`).

    >>> quantile(kaplan_meier([60, 120, 300, 600], [True, True, False, True])).value
    120.0
    """
    if not 0 < share < 1:
        raise ValueError(f"survival: share is {share}; expected between 0 and 1")
    value = curve.quantile(share - _ROUNDING)  # the library wants S(t) < 1 - share
    survival = np.where(curve.surv_prob > 0, curve.surv_prob, np.nan)
    spread = np.exp(Z * curve.surv_prob_se / (survival * -np.log(survival)))
    low, high = (
        curve.surv_times[limit <= 1 - share + _ROUNDING] for limit in (survival**spread, survival ** (1 / spread))
    )
    return Quantile(
        None if np.isnan(value) else float(value),
        float(low[0]) if len(low) else None,
        float(high[0]) if len(high) else None,
    )


def _checked(seconds: ArrayLike, observed: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    duration = np.asarray(seconds, dtype=np.float64)
    flags: NDArray[Any] = np.asarray(observed)
    if duration.shape != flags.shape or duration.ndim != 1:
        raise ValueError(
            f"kaplan_meier: {duration.shape} durations, {flags.shape} flags; expected one flag per duration"
        )
    if not np.isin(flags, (0, 1)).all():
        raise ValueError("kaplan_meier: a flag is neither true nor false; leave unknown ones out beforehand")
    bad = ~(np.isfinite(duration) & (duration >= 0))
    if bad.any():
        row = int(np.argmax(bad))
        raise ValueError(f"kaplan_meier: duration {row} is {duration[row]} s; expected a finite number, 0 or more")
    return duration, flags.astype(bool)
