"""Kaplan-Meier: how long things last when some have not ended yet."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_ROUNDING = 1e-9  # products of ratios deviate from 1/2 by less


@dataclass(frozen=True)
class Quantile:
    """A quantile of durations in seconds with its confidence interval; None where the data do not reach it."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """The estimated share that lasts longer than each time, one entry per time at which something ended.

    seconds: the times, ascending.
    at_risk: how many had neither ended nor been censored before the time.
    ended: how many ended at it.
    survival: share that lasts longer than the time, 0 to 1.
    standard_error: of survival (Greenwood); NaN where survival is 0.
    """

    seconds: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    ended: NDArray[np.int64]
    survival: NDArray[np.float64]
    standard_error: NDArray[np.float64]

    def at(self, seconds: float) -> float:
        """Share that lasts longer than `seconds`; 1 before the first time, constant after the last one."""
        place = int(np.searchsorted(self.seconds, seconds, side="right"))
        return float(self.survival[place - 1]) if place else 1.0

    def quantile(self, share: float) -> float | None:
        """Seconds after which at least `share` have ended; None when the curve does not fall that far.

        Raises: ValueError unless 0 < share < 1.
        Source: Klein and Moeschberger 2003, section 4.5: the smallest t with S(t) ≤ 1 - share.
        """
        _check_share(share)
        return self._first(self.survival <= 1 - share + _ROUNDING)

    def median(self) -> float | None:
        """Seconds after which half have ended; None when the curve stays above one half."""
        return self.quantile(0.5)

    def quantile_interval(self, share: float = 0.5, *, confidence: float = 0.95) -> Quantile:
        """The quantile with the times between which it lies at that confidence.

        Returns: low and high are the first times at which the lower and the upper limit of `interval` have
            fallen to 1 - share; None when they never do, so that the interval is open on that side.
        Raises: ValueError unless 0 < share < 1 and 0 < confidence < 1.
        Source: Brookmeyer and Crowley 1982, with the log-log transform (Klein and Moeschberger 2003, formula
            4.5.3; R's `survfit(conf.type = "log-log")`).
        """
        _check_share(share)
        _check_share(confidence)
        band_low, band_high = self.interval(confidence=confidence)
        return Quantile(
            self.quantile(share),
            self._first(band_low <= 1 - share + _ROUNDING),
            self._first(band_high <= 1 - share + _ROUNDING),
        )

    def interval(self, *, confidence: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper pointwise confidence limit of survival at each time (log-log transform).

        Where everything has ended the error is undefined, and both limits are NaN (as in R).
        """
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        survival = np.where(self.survival > 0, self.survival, np.nan)
        spread = np.exp(z * self.standard_error / (survival * -np.log(survival)))
        return survival**spread, survival ** (1 / spread)

    def _first(self, is_met: NDArray[np.bool_]) -> float | None:
        return float(self.seconds[np.argmax(is_met)]) if is_met.any() else None


def kaplan_meier(seconds: ArrayLike, observed: ArrayLike) -> SurvivalCurve:
    """Estimate how long things last from those that ended and those that were still going on when last seen.

    Args:
        seconds: how long each lasted, or was observed; 0 or more.
        observed: whether it ended then; False: it was still going on (right-censored). At equal times, ends count
            before censored ones.
    Returns: the curve, without entries when nothing ended.
    Raises: ValueError when lengths differ, a flag is missing, or a duration is missing, negative or infinite.
    Source: Kaplan and Meier 1958; Greenwood 1926 for the error.

    >>> curve = kaplan_meier([60, 120, 300, 600], [True, True, False, True])
    >>> curve.survival.tolist(), curve.median()
    ([0.75, 0.5, 0.0], 120.0)
    """
    duration, has_ended = _checked(seconds, observed)
    times, place = np.unique(duration, return_inverse=True)
    gone = np.bincount(place, minlength=len(times))
    ended = np.bincount(place[has_ended], minlength=len(times))
    at_risk = len(duration) - np.cumsum(gone) + gone
    is_event = ended > 0
    times, at_risk, ended = times[is_event], at_risk[is_event], ended[is_event]
    survival = np.cumprod(1 - ended / at_risk)
    left = at_risk - ended
    greenwood = np.cumsum(np.divide(ended, at_risk * left, out=np.full(len(times), np.nan), where=left > 0))
    return SurvivalCurve(times, at_risk, ended, survival, survival * np.sqrt(greenwood))


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


def _check_share(share: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"survival: share is {share}; expected between 0 and 1")
