"""Indicators of waiting times: medians that allow for open cases, and who answers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transformations.canonical.instants import days, without_zones
from transformations.indicators import intervals
from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.groups import KEYS, in_groups
from transformations.indicators.parts import ROWS, Family, Parts, indicator_rows
from transformations.indicators.survival import kaplan_meier, quantile

_DIMENSIONS = ("channel", "service_type")
_SUMS = {
    "answered": "count(*) filter (not is_open)",
    "by_peer": "count(*) filter (is_answered_by_peer)",
    "known": "count(*) filter (is_answerer_known)",
}
_PLACES = Decimal("0.0001")
Waits = tuple[NDArray[np.float64], NDArray[np.bool_]]
"""How long each waited, in seconds, and whether the wait has ended."""
Median = tuple[float | None, float | None, float | None]
"""Median with the limits of its interval; None where the data do not reach it."""


def first_response_seconds(waits: Waits) -> Median:
    """Median time to the company's first response, with open ones censored."""
    return _censored_median(waits)


def first_answer_seconds(waits: Waits) -> Median:
    """Median time to the first answer, with open questions censored."""
    return _censored_median(waits)


def first_answer_seconds_answered(waits: Waits) -> Median:
    """Median time to the first answer over answered questions."""
    seconds, ended = waits
    if not ended.any():
        return None, None, None
    return float(np.median(seconds[ended])), *intervals.median(seconds[ended])


def peer_answer_ratio() -> Parts:
    """Questions answered by another customer / answered questions."""
    return Parts(
        "if(answered > 0 and known = 0, null, by_peer)",
        "answered",
        denominator="answered",
        measured="known",
        in_scope="answered",
        unmeasured="'no source says who asked and who answered'",
    )


MEDIANS: dict[str, dict[str, Callable[[Waits], Median]]] = {
    "response": {"first_response_seconds": first_response_seconds},
    "answer": {
        "first_answer_seconds": first_answer_seconds,
        "first_answer_seconds_answered": first_answer_seconds_answered,
    },
}
PARTS = {"peer_answer_ratio": peer_answer_ratio}


def _censored_median(waits: Waits) -> Median:
    median = quantile(kaplan_meier(*waits))
    return median.value, median.low, median.high


def wait_indicators(answers: pa.Table, first_responses: pa.Table, timezone: str) -> pa.Table:
    """Medians of waiting times, and the share of answered questions that peers answered.

    Args: results of transformations.social.response.
    Returns: the columns of parts.ROWS.
    """
    family = Family({name: parts() for name, parts in PARTS.items()}, _SUMS, one=_DIMENSIONS)
    dated = {
        waited_for: rows.append_column("day", days(rows["created_at"], timezone))
        for waited_for, rows in (("answer", answers), ("response", first_responses))
    }
    medians = [_medians(waited_for, rows) for waited_for, rows in dated.items()]
    return pa.concat_tables([*medians, indicator_rows(family, rows=without_zones(dated["answer"]))])


def _medians(waited_for: str, waits: pa.Table) -> pa.Table:
    with duckdb.connect() as connection:
        connection.register("waits", without_zones(waits))
        connection.execute(
            f"""create temp view waited as select day, {", ".join(_DIMENSIONS)}, not is_open as ended,
                coalesce(first_{waited_for}_seconds, (epoch_us(censored_at) - epoch_us(created_at)) / 1e6) as seconds
                from waits"""
        )
        groups = connection.sql(_GROUPS).to_arrow_table()
    seconds, ended = (groups[name].combine_chunks() for name in ("seconds", "ended"))
    rows = []
    for place, group in enumerate(groups.drop_columns(["seconds", "ended"]).to_pylist()):
        of_group: Waits = (_numbers(seconds[place]), _numbers(ended[place]))
        for indicator_id, median in MEDIANS[waited_for].items():
            rows.append(_row(group, indicator_id, of_group, median(of_group)))
    return pa.Table.from_pylist(rows, schema=ROWS)


def _numbers(values: pa.ListScalar) -> NDArray:
    return values.values.to_numpy(zero_copy_only=False)


_GROUPS = f"""
select {", ".join(KEYS)},
    list(seconds order by seconds, ended) as seconds, list(ended order by seconds, ended) as ended
from ({in_groups("waited", grains=CATALOGUE["first_answer_seconds"].grains, one=_DIMENSIONS)})
group by all order by all
"""


def _row(group: dict[str, Any], indicator_id: str, waits: Waits, median: Median) -> dict[str, Any]:
    seconds, ended = waits
    answered = int(ended.sum())
    its = CATALOGUE[indicator_id]
    return group | {
        "indicator_id": indicator_id,
        "numerator": Decimal(float(seconds[ended].sum())).quantize(_PLACES),
        "denominator": Decimal(answered),
        "value": median[0],
        "unit": its.unit,
        "observations_count": answered if indicator_id == "first_answer_seconds_answered" else len(seconds),
        "confidence_low": median[1],
        "confidence_high": median[2],
        "coverage_ratio": answered / len(seconds),
        "missing_reason": "so few have ended that the median is not reached" if median[0] is None else None,
    }
