"""Indicators of waiting: medians with what is still open, and who answers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators import intervals
from transformations.indicators.catalogue import CATALOGUE
from transformations.indicators.groups import KEYS, days, in_groups
from transformations.indicators.parts import ROWS, Family, Parts, indicator_rows
from transformations.survival import kaplan_meier

_DIMENSIONS = ("channel", "service_type")
_PEERS = ("is_answered_by_peer", "is_answerer_known")
_SUMS = {
    "answered": "count(*) filter (ended)",
    "by_peer": "count(*) filter (is_answered_by_peer)",
    "known": "count(*) filter (is_answerer_known)",
}
_PLACES = Decimal("0.0001")
Waits = tuple[NDArray[np.float64], NDArray[np.bool_]]
"""How long each waited in seconds, and whether the wait had ended."""
Median = tuple[float | None, float | None, float | None]
"""Median with the ends of its interval; None where the data do not reach it."""


def first_response_seconds(waits: Waits) -> Median:
    """Median time to the company's first response, open ones censored."""
    return _censored_median(waits)


def first_answer_seconds(waits: Waits) -> Median:
    """Median time to the first answer, open questions censored."""
    return _censored_median(waits)


def first_answer_seconds_answered(waits: Waits) -> Median:
    """Median time to the first answer over answered questions."""
    seconds, ended = waits
    if not ended.any():
        return None, None, None
    return float(np.median(seconds[ended])), *intervals.median(seconds[ended])


def peer_answer_ratio() -> Parts:
    """Questions answered by another customer / answered questions."""
    return Parts("by_peer", "answered", denominator="answered", measured="known", in_scope="answered")


MEDIANS: dict[str, dict[str, Callable[[Waits], Median]]] = {
    "response": {"first_response_seconds": first_response_seconds},
    "answer": {
        "first_answer_seconds": first_answer_seconds,
        "first_answer_seconds_answered": first_answer_seconds_answered,
    },
}
PARTS = {"peer_answer_ratio": peer_answer_ratio}


def _censored_median(waits: Waits) -> Median:
    median = kaplan_meier(*waits).quantile_interval()
    return median.value, median.low, median.high


def waits(answers: DataFrame, first_responses: DataFrame) -> DataFrame:
    """Every wait, to be collected.

    Args: as transformations.social.response gives them.
    Returns: waited_for (answer or response), created_at, channel, service_type, seconds (waited, or watched while open),
        ended, is_answered_by_peer and is_answerer_known (null for a response).
    """

    def of(waited_for: str, rows: DataFrame) -> DataFrame:
        ended = F.col(f"first_{waited_for}_seconds")
        watched = (F.unix_micros("censored_at") - F.unix_micros("created_at")) / 1e6
        return rows.select(
            F.lit(waited_for).alias("waited_for"), "created_at", *_DIMENSIONS,
            F.coalesce(ended, watched).alias("seconds"), ended.isNotNull().alias("ended"),
            *(F.col(name) if name in rows.columns else F.lit(None).cast("boolean").alias(name) for name in _PEERS),
        )  # fmt: skip

    return of("answer", answers).unionByName(of("response", first_responses))


def wait_indicators(waits: pa.Table, timezone: str) -> pa.Table:
    """Medians of waiting, and how many answered questions peers answered.

    Args: waits: the rows of `waits`.
    Returns: the columns of parts.ROWS.
    """
    dated = waits.drop_columns(["created_at"]).append_column("day", days(waits["created_at"], timezone))
    family = Family({name: parts() for name, parts in PARTS.items()}, _SUMS, one=_DIMENSIONS)
    asked = dated.filter(pc.equal(dated["waited_for"], "answer"))
    peers = indicator_rows(family, rows=asked)
    return pa.concat_tables([_medians(dated), peers])


def _medians(waits: pa.Table) -> pa.Table:
    with duckdb.connect() as connection:
        connection.register("waits", waits)
        groups = connection.sql(_GROUPS).to_arrow_table()
    lists = {name: groups[name].combine_chunks() for name in ("seconds", "ended")}
    rows = [
        _row(group, indicator_id, its, median(its))
        for at, group in enumerate(groups.drop_columns(list(lists)).to_pylist())
        for its in [tuple(values[at].values.to_numpy(zero_copy_only=False) for values in lists.values())]
        for indicator_id, median in MEDIANS[group["waited_for"]].items()
    ]
    return pa.Table.from_pylist(rows, schema=ROWS)


_GROUPS = f"""
select waited_for, {", ".join(KEYS)},
    list(seconds order by seconds, ended) as seconds, list(ended order by seconds, ended) as ended
from ({in_groups("waits", grains=CATALOGUE["first_answer_seconds"].grains, one=_DIMENSIONS)})
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
    }
