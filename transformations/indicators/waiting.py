"""Indicators of waiting times: medians that allow for open cases, and who answers, and how well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from transformations.canonical.instants import days, without_zones
from transformations.indicators.durations import (
    COUNTED,
    Limits,
    Waits,
    censored,
    duration_rows,
    median_of_ended,
    rows_of_counted,
)
from transformations.indicators.parts import Family, Parts, indicator_rows, without_value
from transformations.social.business_hours import Calendar, business_seconds

_DIMENSIONS = ("channel", "service_type")
SUBJECTS = {"topic": "topics", "brand": "brands"}
REPLY_DIMENSIONS = (*_DIMENSIONS, "staff")
_SUMS = {
    "answered": "count(*) filter (not is_open)",
    "by_peer": "count(*) filter (is_answered_by_peer)",
    "known": "count(*) filter (is_answerer_known)",
    "judged": "count(*) filter (not is_open and is_accepted is not null)",
    "accepted": "count(*) filter (is_accepted)",
    "by_peer_alone": "count(*) filter (is_answered_by_peer and not is_answered_by_company)",
}


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
    answers: pa.Table,
    first_responses: pa.Table,
    timezone: str,
    *,
    subjects: pa.Table | None = None,
    heard: pa.Table | None = None,
    calendar: Calendar | None = None,
    cost: Cost | None = None,
) -> pa.Table:
    """Medians of waiting times, the shares of answered questions that peers answered and that were answered well.

    Args:
        answers, first_responses, heard: results of transformations.social.response.
        subjects: channel, post_id, topics, brands of silver.post_enrichments: what first responses are about.
        calendar: business hours; None: conf has none.
    Returns: the columns of parts.ROWS.
    """
    cost = cost or Cost()
    money = {
        "reply_cost": "null::decimal(18, 4)" if cost.reply is None else f"{cost.reply}::decimal(18, 4)",
        "reply_currency": "'money'" if cost.reply is None else f"'{cost.currency}'",
    }
    family = Family({name: PARTS[name]() for name in _OF_ANSWERS}, _SUMS, one=_DIMENSIONS, over_groups=money)
    asked = answers.append_column("day", days(answers["created_at"], timezone))
    awaiting = first_responses.append_column("day", days(first_responses["created_at"], timezone))
    found = [
        duration_rows(_waited("answer", asked), MEDIANS["answer"], _DIMENSIONS, ("first_answer_seconds_answered",)),
        duration_rows(_waited("response", awaiting, subjects), MEDIANS["response"], _DIMENSIONS, many=SUBJECTS),
        indicator_rows(family, rows=without_zones(asked)),
    ]
    if calendar is None or not calendar.hours:
        found.append(without_value("first_response_business_seconds", "company.yaml names no business_hours"))
    else:
        until = pc.if_else(awaiting["is_open"], awaiting["censored_at"], awaiting["first_response_at"])
        seconds = pa.array(business_seconds(awaiting["created_at"], pa.chunked_array(until), calendar))
        timed = _waited("response", awaiting.append_column("seconds", seconds), subjects, "seconds")
        found.append(duration_rows(timed, MEDIANS["business"], _DIMENSIONS, many=SUBJECTS))
    if heard is not None:
        found.append(_awaited(heard, awaiting, timezone))
    return pa.concat_tables(found)


def reply_indicators(counted: pa.Table) -> pa.Table:
    """Time from a post to each reply of the company.

    Args: counted: the columns of durations.COUNTED.
    Returns: the columns of parts.ROWS.
    """
    return rows_of_counted(counted.select(COUNTED.names), MEDIANS["reply"])


def _awaited(heard: pa.Table, awaiting: pa.Table, timezone: str) -> pa.Table:
    dated = heard.append_column("day", days(heard["created_at"], timezone))
    columns = ["day", *_DIMENSIONS]
    together = pa.concat_tables(
        [
            rows.select(columns).append_column("is_heard", pa.array([is_heard] * rows.num_rows, pa.bool_()))
            for rows, is_heard in ((dated, True), (awaiting, False))
        ]
    )
    sums = {"heard": "count(*) filter (is_heard)", "awaiting": "count(*) filter (not is_heard)"}
    family = Family({"awaited_response_ratio": awaited_response_ratio()}, sums, one=_DIMENSIONS)
    return indicator_rows(family, rows=together)


def _waited(waited_for: str, waits: pa.Table, subjects: pa.Table | None = None, seconds: str = "") -> pa.Table:
    """The waits as duration_rows takes them. Args: seconds: the column with how long; by default as the clock says."""
    lasting = seconds or f"coalesce(first_{waited_for}_seconds, (epoch_us(censored_at) - epoch_us(created_at)) / 1e6)"
    with duckdb.connect() as connection:
        connection.register("waits", without_zones(waits))
        connection.register("subjects", subjects or _NO_SUBJECTS)
        return connection.sql(
            f"""select day, {", ".join(f"w.{name}" for name in _DIMENSIONS)}, not is_open as ended, null::varchar as person,
                {lasting} as seconds, s.topics, s.brands
                from waits w left join subjects s on s.channel = w.channel and s.post_id = w.post_id"""
        ).to_arrow_table()


_NO_SUBJECTS = pa.schema(
    [("channel", pa.string()), ("post_id", pa.string())] + [(name, pa.list_(pa.string())) for name in SUBJECTS.values()]
).empty_table()
