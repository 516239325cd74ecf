"""Indicators of support tickets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transformations.canonical.instants import days, without_zones
from transformations.contracts.fields.support import ENDED_STATUSES, OPEN_STATUSES
from transformations.indicators.durations import Limits, Waits, censored, duration_rows
from transformations.indicators.parts import Family, Parts, indicator_rows, without_value
from transformations.indicators.sales import NO_CHANNEL
from transformations.social.business_hours import Calendar, business_seconds

_TIME = pa.timestamp("us", tz="UTC")
LIVES = pa.schema(
    [
        (name, pa.string())
        for name in ("channel", "ticket_id", "source", "customer_id", "email", "status", "priority", "staff")
    ]
    + [
        (name, _TIME)
        for name in ("opened_at", "solved_at", "first_solved_at", "last_solved_at", "last_reopened_at", "replied_at")
    ]
    + [("events_count", pa.int64())]
)
"""Schema of the collected result of `ticket_lives`."""


def ticket_lives(tickets: DataFrame, ticket_events: DataFrame, staff: DataFrame, as_of: datetime) -> DataFrame:
    """Each ticket with what its events say: one row per ticket, the columns of LIVES.

    staff is who of it acted last: the staff_id where it is known, else the agent. last_solved_at, last_reopened_at and
    staff are those of before as_of; a reply that claims to be older than the ticket cannot be measured and does not count.

    Args: silver.tickets, silver.ticket_events; staff: replies.STAFF_TYPES; as_of: instant (with time zone).
    """
    key = ["channel", "ticket_id"]
    dated = ticket_events.join(tickets.select(*key, "opened_at"), key).withColumn(
        "is_past", F.col("created_at") < F.lit(as_of)
    )
    times = {
        "first_solved_at": ("min", "kind = 'solved'"),
        "last_solved_at": ("max", "kind = 'solved' and is_past"),
        "last_reopened_at": ("max", "kind = 'reopened' and is_past"),
        "replied_at": ("min", "kind = 'replied' and actor = 'agent' and created_at >= opened_at"),
    }
    happened = dated.groupBy(*key).agg(
        F.count("*").alias("events_count"),
        *(F.expr(f"{which}(if({is_one}, created_at, null))").alias(name) for name, (which, is_one) in times.items()),
    )
    last = Window.partitionBy(*key).orderBy(F.col("created_at").desc(), F.col("event_id").desc())
    agents = (
        dated.where("is_past and actor = 'agent' and actor_id is not null and kind in ('replied', 'solved')")
        .withColumn("place", F.row_number().over(last))
        .where("place = 1")
        .select("channel", "ticket_id", F.col("actor_id").alias("account"))
        .join(F.broadcast(staff.select("channel", "account", "staff_id")), ["channel", "account"], "left")
        .select("channel", "ticket_id", F.coalesce("staff_id", "account").alias("staff"))
    )
    return tickets.join(happened, key, "left").join(agents, key, "left").select(*LIVES.names)


def tickets() -> Parts:
    """Tickets opened."""
    return Parts("tickets", "tickets", persons="persons")


def open_tickets() -> Parts:
    """Tickets that are not solved."""
    return Parts("open", "tickets", persons="persons")


def reopened_ratio() -> Parts:
    """Tickets reopened / tickets ever solved, among those with events."""
    return Parts(
        "if(followed = 0, null, reopened)",
        "solved",
        denominator="solved",
        measured="followed",
        in_scope="tickets",
        persons="persons",
        unmeasured="'no source reports events of tickets'",
    )


def ticket_response_seconds(waits: Waits) -> Limits:
    """Median time to an agent's first reply, with tickets without one censored."""
    return censored(waits)


def ticket_response_p90_seconds(waits: Waits) -> Limits:
    """Time within which nine in ten tickets have an agent's first reply, with those without one censored."""
    return censored(waits, 0.9)


def resolution_seconds(waits: Waits) -> Limits:
    """Median time to the solution, with open tickets censored."""
    return censored(waits)


def first_resolution_seconds(waits: Waits) -> Limits:
    """Median time to the first solution, with tickets that were never solved censored."""
    return censored(waits)


def resolution_business_seconds(waits: Waits) -> Limits:
    """Median business time to the solution, with open tickets censored."""
    return censored(waits)


def resolution_p90_seconds(waits: Waits) -> Limits:
    """Time within which nine in ten tickets are solved, with open ones censored."""
    return censored(waits, 0.9)


PARTS = {"tickets": tickets, "open_tickets": open_tickets, "reopened_ratio": reopened_ratio}
LAST: dict[str, Callable[[Waits], Limits]] = {
    "resolution_seconds": resolution_seconds,
    "resolution_p90_seconds": resolution_p90_seconds,
}
FIRST: dict[str, Callable[[Waits], Limits]] = {"first_resolution_seconds": first_resolution_seconds}
RESPONSE: dict[str, Callable[[Waits], Limits]] = {
    "ticket_response_seconds": ticket_response_seconds,
    "ticket_response_p90_seconds": ticket_response_p90_seconds,
}
BUSINESS: dict[str, Callable[[Waits], Limits]] = {"resolution_business_seconds": resolution_business_seconds}
MEDIANS = {"last": LAST, "first": FIRST, "business": BUSINESS, "response": RESPONSE}
_DIMENSIONS = ("channel", "priority", "staff")
_SUMS = {
    "tickets": "count(*)",
    "open": "count(*) filter (not ended)",
    "followed": "count(*) filter (is_followed)",
    "solved": "count(*) filter (is_followed and was_solved)",
    "reopened": "count(*) filter (is_followed and was_solved and was_reopened)",
    "persons": "count(distinct person)",
}
# What was last counts: solved, by an event or by solved_at, or reopened. Without events the status decides whether it is open:
# solved_at may be that of an earlier solution.


def _or_none(column: str) -> str:
    """SQL: the value, of tickets without one (none) where others have one: all of them are the whole then."""
    return f"if(bool_or({column} is not null) over (), coalesce({column}, '{NO_CHANNEL}'), null)"


_FACTS = f"""
with known as (
    select day, channel, opened_at, {_or_none("priority")} as priority, {_or_none("staff")} as staff,
        coalesce(source || chr(0) || customer_id, lower(email)) as person,
        events_count > 0 as is_followed, last_reopened_at is not null as was_reopened, last_reopened_at,
        greatest(last_solved_at, if(solved_at < $as_of, solved_at, null)) as last_solved,
        coalesce(first_solved_at, solved_at) as first_solved,
        if(replied_at < $as_of, replied_at, null) as replied,
        first_solved_at is null and solved_at is null and coalesce(list_contains($ended, lower(trim(status))), false)
            as is_ended_sometime,
        coalesce(events_count, 0) = 0 and coalesce(list_contains($open, lower(trim(status))), false) as is_open_again
    from lives where opened_at < $as_of
), decided as (
    select *, last_solved is not null as was_solved,
        if(last_reopened_at > last_solved or is_open_again, null, last_solved) as solved from known
)
select day, channel, priority, staff, person, opened_at, coalesce(is_followed, false) as is_followed, was_reopened, was_solved,
    solved is not null or is_ended_sometime as ended, is_ended_sometime, coalesce(solved, $as_of) as until,
    greatest(epoch_us(coalesce(solved, $as_of)) - epoch_us(opened_at), 0) / 1e6 as seconds,
    replied is not null as is_replied, coalesce(replied, solved, $as_of) as response_until,
    coalesce(first_solved < $as_of, false) as was_ended,
    greatest(epoch_us(if(first_solved < $as_of, first_solved, $as_of)) - epoch_us(opened_at), 0) / 1e6 as first_seconds
from decided
"""


def support_indicators(lives: pa.Table, timezone: str, as_of: datetime, calendar: Calendar | None = None) -> pa.Table:
    """Tickets, open and reopened ones, and how long they take.

    Tickets that have ended at an unknown time count as ended and have no duration.

    Args:
        lives: the columns of LIVES.
        as_of: instant up to which open tickets are observed (with time zone); those opened later are left out.
        calendar: business hours; None: conf has none.
    Returns: the columns of parts.ROWS.
    """
    dated = without_zones(lives.append_column("day", days(lives["opened_at"], timezone)))
    end = as_of.astimezone(UTC).replace(tzinfo=None)
    with duckdb.connect() as connection:
        connection.register("lives", dated)
        facts = connection.sql(
            _FACTS, params={"as_of": end, "ended": list(ENDED_STATUSES), "open": list(OPEN_STATUSES)}
        ).to_arrow_table()
        connection.register("facts", facts)
        timed = connection.sql("from facts where not is_ended_sometime").to_arrow_table()
    seconds = {"last": timed["seconds"], "first": timed["first_seconds"]}
    ended = {"last": timed["ended"], "first": timed["was_ended"], "business": timed["ended"]}
    found = [
        indicator_rows(Family({name: parts() for name, parts in PARTS.items()}, _SUMS, one=_DIMENSIONS), rows=facts)
    ]
    if calendar is None or not calendar.hours:
        found.append(without_value("resolution_business_seconds", "company.yaml names no business_hours"))
    else:
        seconds["business"] = pa.chunked_array([business_seconds(timed["opened_at"], timed["until"], calendar)])
    about = timed.select(["day", "person", *_DIMENSIONS])
    for name, lasting in seconds.items():
        durations = about.append_column("seconds", lasting).append_column("ended", ended[name])
        found.append(duration_rows(durations, MEDIANS[name], _DIMENSIONS))
    found.append(duration_rows(_responses(facts), RESPONSE, _DIMENSIONS))
    return pa.concat_tables(found)


def _responses(facts: pa.Table) -> pa.Table:
    """How long tickets with events waited for a reply, as duration_rows takes it."""
    with duckdb.connect() as connection:
        connection.register("facts", facts)
        return connection.sql(
            f"""select day, person, {", ".join(_DIMENSIONS)}, is_replied as ended,
                greatest(epoch_us(response_until) - epoch_us(opened_at), 0) / 1e6 as seconds
                from facts where is_followed and (is_replied or not is_ended_sometime)"""
        ).to_arrow_table()
