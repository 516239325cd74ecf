"""Who leaves because of bad service: an answer that does not come, a problem that comes back or stays unsolved."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from jobs.simulate import draw
from jobs.simulate.causes.changes import only
from jobs.simulate.orders import Orders
from jobs.simulate.people import Customers
from jobs.simulate.posts import Complaints
from jobs.simulate.profiles import Accounts, Persons
from jobs.simulate.support import Tickets, disappointed_at
from jobs.simulate.write import Records

TICKETS = 0.2
"""Tickets an order."""
LEAVES = 0.75
"""Of those whom a ticket disappoints, each time."""
_DECIDES_DAYS = 2
_COMPLAINS = 0.8  # of those who leave for it and write on the microblog


@dataclass(frozen=True)
class Left:
    """Who leaves for bad service: customer, and the second at which a ticket disappointed them, UTC since the first day."""

    customer: np.ndarray
    because_at: np.ndarray


def decided(seed: int, asked: Tickets, people: Customers, days: int) -> Left:
    """Draws who leaves; the first disappointment that somebody leaves for counts."""
    rng = draw.stream(seed, "leaving")
    at = disappointed_at(asked, days * draw.DAY_SECONDS)
    goes = (at >= 0) & (rng.random(len(asked)) < LEAVES)
    goes &= at // draw.DAY_SECONDS + _DECIDES_DAYS < np.minimum(people.left[asked.customer], days)
    goes_at, who = at[goes], asked.customer[goes]
    by_time = np.argsort(goes_at, kind="stable")
    customer, first = np.unique(who[by_time], return_index=True)
    return Left(customer, goes_at[by_time][first])


def gone(people: Customers, left: Left) -> Customers:
    """The customers, with the day on which each leaves."""
    at, buys_to = people.left.copy(), people.buys_to.copy()
    day = left.because_at // draw.DAY_SECONDS + _DECIDES_DAYS
    at[left.customer], buys_to[left.customer] = day, day
    return replace(people, left=at, buys_to=buys_to)


def without(sold: Orders, asked: Tickets, people: Customers, left: Left) -> tuple[Orders, Tickets]:
    """Orders and tickets without what those who left bought or asked after it."""
    until = np.full(len(people), np.inf)
    until[left.customer] = people.left[left.customer]
    sold, rows = only(sold, sold.day < until[sold.customer])
    stays = (rows[asked.order] >= 0) & (asked.at[:, 0] // draw.DAY_SECONDS <= until[asked.customer])
    kept = Tickets(*(getattr(asked, field.name)[stays] for field in fields(Tickets)))
    return sold, replace(kept, order=rows[kept.order])


def complaints(seed: int, left: Left, known: Persons, accounts: Accounts, days: int) -> Complaints:
    """What those who leave write about it, on the days after."""
    rng = draw.stream(seed, "complaints of those who leave")
    account = np.full(int(known.customer.max(initial=0)) + 1, -1)
    owner = accounts.person >= 0
    customer = known.customer[accounts.person[owner]]
    account[customer[customer >= 0]] = np.flatnonzero(owner)[customer >= 0]
    known_left = left.customer < len(account)
    author, at = account[left.customer[known_left]], left.because_at[known_left]
    writes = (author >= 0) & (rng.random(len(author)) < _COMPLAINS)
    counts = 1 + rng.poisson(0.7, int(writes.sum()))
    author, at = np.repeat(author[writes], counts), np.repeat(at[writes], counts)
    at = at + draw.delays(rng, len(at), draw.DAY_SECONDS, 0.8)
    in_time = at < days * draw.DAY_SECONDS
    return Complaints(author[in_time], at[in_time])


def records(left: Left, people: Customers, days: int) -> Records:
    """truth/causes/leaving.csv: who left, when, and whether for bad service or for no reason that is in the data."""
    of = np.flatnonzero(people.left < days)
    return Records(
        "truth/causes/leaving.csv",
        {
            "customer_id": people.customer_id.take(of),
            "left_at": draw.dates(np.floor(people.left[of])),
            "cause": draw.take(["none", "service"], np.isin(of, left.customer).astype(np.int8)),
        },
    )
