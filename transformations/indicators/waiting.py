"""Indicators of waiting times: medians that allow for open cases, and who answers, and how well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.indicators import grouping
from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.definitions.indicator import ALL_GRAINS
from transformations.indicators.durations import Limits, Waits, censored, median_of_ended, rows_of_counted
from transformations.indicators.groups import KEYS
from transformations.indicators.parts import Family, Parts, rows_of_groups, without_value

_DIMENSIONS = ("channel", "service_type")
SUBJECTS = {"topic": "topics", "brand": "brands"}
REPLY_DIMENSIONS = (*_DIMENSIONS, "staff")
_COUNTS = ("answered", "by_peer", "known", "judged", "accepted", "by_peer_alone")
_SUMS = {
    "answered": "count_if(not is_open)",
    "by_peer": "count_if(is_answered_by_peer)",
    "known": "count_if(is_answerer_known)",
    "judged": "count_if(not is_open and is_accepted is not null)",
    "accepted": "count_if(is_accepted)",
    "by_peer_alone": "count_if(is_answered_by_peer and not is_answered_by_company)",
}
_GROUP = [("grain", pa.string()), ("period_start", pa.date32())] + [(name, pa.string()) for name in KEYS[2:]]
ANSWERED = pa.schema([*_GROUP, *((name, pa.int64()) for name in _COUNTS)])
"""Schema of the collected result of `answer_groups`."""
AWAITED = pa.schema([*_GROUP, ("heard", pa.int64()), ("awaiting", pa.int64())])
"""Schema of the collected result of `awaited_groups`."""


def waits(rows: DataFrame, waited_for: str, timezone: str, *, subjects: bool = False, seconds: str = "") -> DataFrame:
    """How many of a group waited how long: the columns of durations.COUNTED.

    Args:
        rows: from transformations.social.response. waited_for: answer or response; timezone: of the days.
        subjects: by topic and brand of the post as well. seconds: the column with how long; by default as the clock says.
    """
    lasting = seconds or (
        f"coalesce(first_{waited_for}_seconds, (unix_micros(censored_at) - unix_micros(created_at)) / 1000000.0D)"
    )
    timed = rows.select(
        _day(timezone),
        *_DIMENSIONS,
        *(SUBJECTS.values() if subjects else ()),
        F.expr(lasting).alias("seconds"),
        F.expr("not is_open").alias("ended"),
    )
    grains = CATALOGUE[f"first_{waited_for}_seconds"].grains
    return grouping.durations(timed, grains=grains, one=_DIMENSIONS, many=SUBJECTS if subjects else None)


def answer_groups(answers: DataFrame, timezone: str) -> DataFrame:
    """Answered questions: the columns of ANSWERED. Args: from response.answers; timezone: of the days."""
    return grouping.grouped(answers.withColumn("day", _day(timezone)), _SUMS, grains=ALL_GRAINS, one=_DIMENSIONS)


def awaited_groups(heard: DataFrame, awaiting: DataFrame, timezone: str) -> DataFrame:
    """Posts that could await a response, and that do: the columns of AWAITED.

    Args: from response.heard and response.first_response; timezone: of the days.
    """
    columns = (_day(timezone), *_DIMENSIONS)
    together = heard.select(*columns, F.lit(1).alias("is_heard")).unionByName(
        awaiting.select(*columns, F.lit(0).alias("is_heard"))
    )
    sums = {"heard": "sum(is_heard)", "awaiting": "sum(1 - is_heard)"}
    return grouping.grouped(together, sums, grains=ALL_GRAINS, one=_DIMENSIONS)


def _day(timezone: str) -> Column:
    return F.to_date(F.from_utc_timestamp("created_at", timezone)).alias("day")


def first_response_seconds(waits: Waits) -> Limits:
    """Median time to the company's first response, with open ones censored."""
    return censored(waits)


def first_response_p90_seconds(waits: Waits) -> Limits:
    """Time within which nine in ten have the company's first response, with open ones censored."""
    return censored(waits, 0.9)


def first_response_business_seconds(waits: Waits) -> Limits:
    """Median business time to the company's first response, with open ones censored."""
    return censored(waits)


def reply_seconds(waits: Waits) -> Limits:
    """Median time from a post to each of the company's replies to it."""
    return median_of_ended(waits)


def first_answer_seconds(waits: Waits) -> Limits:
    """Median time to the first answer, with open questions censored."""
    return censored(waits)


def first_answer_seconds_answered(waits: Waits) -> Limits:
    """Median time to the first answer over answered questions."""
    return median_of_ended(waits)


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


def answer_accuracy() -> Parts:
    """Questions with an accepted answer / answered questions, on channels where answers are accepted."""
    return Parts(
        "if(answered > 0 and judged = 0, null, accepted)",
        "judged",
        denominator="judged",
        measured="judged",
        in_scope="answered",
        unmeasured="'no channel reports which answers are accepted'",
    )


def replies_saved() -> Parts:
    """Questions that peers answered and the company did not, times what a reply of the company costs."""
    return Parts(
        "if(answered > 0 and known = 0 or reply_cost is null, null, by_peer_alone * reply_cost)",
        "answered",
        measured="known",
        in_scope="answered",
        currency="reply_currency",
        unmeasured="if(reply_cost is null, 'company.yaml gives no reply_cost', 'no source says who asked and who answered')",
    )


def awaited_response_ratio() -> Parts:
    """Posts that await a response / posts by others on channels with an account of the company."""
    return Parts("awaiting", "heard", denominator="heard")


MEDIANS: dict[str, dict[str, Callable[[Waits], Limits]]] = {
    "response": {
        "first_response_seconds": first_response_seconds,
        "first_response_p90_seconds": first_response_p90_seconds,
    },
    "business": {"first_response_business_seconds": first_response_business_seconds},
    "reply": {"reply_seconds": reply_seconds},
    "answer": {
        "first_answer_seconds": first_answer_seconds,
        "first_answer_seconds_answered": first_answer_seconds_answered,
    },
}
PARTS = {its.__name__: its for its in (peer_answer_ratio, answer_accuracy, replies_saved, awaited_response_ratio)}
_OF_ANSWERS = ("peer_answer_ratio", "answer_accuracy", "replies_saved")


@dataclass(frozen=True)
class Cost:
    """What one reply of the company costs; None where conf does not say."""

    reply: Decimal | None = None
    currency: str = ""


def wait_indicators(
    counted: Mapping[str, pa.Table], answered: pa.Table, awaited: pa.Table, cost: Cost | None = None
) -> pa.Table:
    """Medians of waiting times, the shares of answered questions that peers answered and that were answered well.

    Args:
        counted: the columns of durations.COUNTED, by what is waited for: answer, response, reply, business; without the last
            one conf has no business hours.
        answered: the columns of ANSWERED. awaited: those of AWAITED.
    Returns: the columns of parts.ROWS.
    """
    cost = cost or Cost()
    money = {
        "reply_cost": "null::decimal(18, 4)" if cost.reply is None else f"{cost.reply}::decimal(18, 4)",
        "reply_currency": "'money'" if cost.reply is None else f"'{cost.currency}'",
    }
    family = Family({name: PARTS[name]() for name in _OF_ANSWERS}, {}, over_groups=money)
    found = [
        *(rows_of_counted(rows, MEDIANS[name], ("first_answer_seconds_answered",)) for name, rows in counted.items()),
        rows_of_groups(family, answered),
        rows_of_groups(Family({"awaited_response_ratio": awaited_response_ratio()}, {}), awaited),
    ]
    if "business" not in counted:
        found.append(without_value("first_response_business_seconds", "company.yaml names no business_hours"))
    return pa.concat_tables(found)
