"""Indicators of waiting times: medians that allow for open cases, and who answers, and how well."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pyarrow as pa

from transformations.canonical.instants import days, without_zones
from transformations.indicators.durations import Limits, Waits, censored, duration_rows, median_of_ended
from transformations.indicators.parts import Family, Parts, indicator_rows

_DIMENSIONS = ("channel", "service_type")
_SUMS = {
    "answered": "count(*) filter (not is_open)",
    "by_peer": "count(*) filter (is_answered_by_peer)",
    "known": "count(*) filter (is_answerer_known)",
    "judged": "count(*) filter (not is_open and is_accepted is not null)",
    "accepted": "count(*) filter (is_accepted)",
}


def first_response_seconds(waits: Waits) -> Limits:
    """Median time to the company's first response, with open ones censored."""
    return censored(waits)


def first_response_p90_seconds(waits: Waits) -> Limits:
    """Time within which nine in ten have the company's first response, with open ones censored."""
    return censored(waits, 0.9)


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


MEDIANS: dict[str, dict[str, Callable[[Waits], Limits]]] = {
    "response": {
        "first_response_seconds": first_response_seconds,
        "first_response_p90_seconds": first_response_p90_seconds,
    },
    "answer": {
        "first_answer_seconds": first_answer_seconds,
        "first_answer_seconds_answered": first_answer_seconds_answered,
    },
}
PARTS = {"peer_answer_ratio": peer_answer_ratio, "answer_accuracy": answer_accuracy}


def wait_indicators(answers: pa.Table, first_responses: pa.Table, timezone: str) -> pa.Table:
    """Medians of waiting times, and the shares of answered questions that peers answered and that were answered well.

    Args: results of transformations.social.response.
    Returns: the columns of parts.ROWS.
    """
    family = Family({name: parts() for name, parts in PARTS.items()}, _SUMS, one=_DIMENSIONS)
    dated = {
        waited_for: rows.append_column("day", days(rows["created_at"], timezone))
        for waited_for, rows in (("answer", answers), ("response", first_responses))
    }
    medians = [
        duration_rows(_waited(waited_for, rows), MEDIANS[waited_for], _DIMENSIONS, ("first_answer_seconds_answered",))
        for waited_for, rows in dated.items()
    ]
    return pa.concat_tables([*medians, indicator_rows(family, rows=without_zones(dated["answer"]))])


def _waited(waited_for: str, waits: pa.Table) -> pa.Table:
    with duckdb.connect() as connection:
        connection.register("waits", without_zones(waits))
        return connection.sql(
            f"""select day, {", ".join(_DIMENSIONS)}, not is_open as ended, null::varchar as person,
                coalesce(first_{waited_for}_seconds, (epoch_us(censored_at) - epoch_us(created_at)) / 1e6) as seconds
                from waits"""
        ).to_arrow_table()
