"""Who buys what a community has because they met its members; and who buys because they are busy, which only looks like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jobs.simulate import draw
from jobs.simulate.causes.changes import NOTHING, Purchases, first_purchases
from jobs.simulate.company import CATALOGUE, INTERESTS
from jobs.simulate.interactions import Interactions
from jobs.simulate.orders import Orders
from jobs.simulate.people import Customers
from jobs.simulate.profiles import NONE, Accounts, Persons
from jobs.simulate.write import Records

PASSED_ON = {"espresso": "Beans/Espresso", "pour_over": "Beans/Filter"}
"""Community -> category that people take up after they met members who have it."""
ADOPTS = 0.5
"""Of those who met such a member and lack it. Accounts that do not name their customer count for nothing: nobody can see them."""
COINCIDES = {"grinders": "Grinders"}
"""Community -> category that busy people buy, whomever they meet."""
_BUSY = 0.25  # of people of average activity
_WAIT_DAYS = (5, 55)  # after the month in which they met: people hear more than once before they decide


@dataclass(frozen=True)
class Exposed:
    """Who met a member of a community who has its category, whether they take it up for it, and the day after the first month
    in which they did."""

    community: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    adopts: np.ndarray


def exposed(
    seed: int, people: Customers, sold: Orders, known: Persons, accounts: Accounts, acts: Interactions, days: int
) -> tuple[Exposed, Purchases]:
    """Draws who takes up what; and the purchases of those who do, in their order, and then those of busy people."""
    rng = draw.stream(seed, "exposure")
    is_named = (accounts.person >= 0) & (known.link_microblog[accounts.person] != NONE)
    customer_of = np.where(is_named, known.customer[accounts.person], -1)
    month_ends = draw.month_starts(acts.at // draw.DAY_SECONDS, after=1)
    sides = ((acts.actor, acts.target), (acts.target, acts.actor))
    met = pd.concat([pd.DataFrame({"who": who, "whom": whom, "day": month_ends}) for who, whom in sides])
    met["customer"], met["member"] = customer_of[met["who"]], customer_of[met["whom"]]
    met = met[(met["customer"] >= 0) & (met["member"] >= 0)]
    met = met[people.joined[met["customer"]] < met["day"]]
    found, bought = [], []
    for community, category in PASSED_ON.items():
        number = INTERESTS.index(community)
        since = _has_since(sold, category)
        of = met[(accounts.community[met["whom"]] == number) & (accounts.community[met["who"]] != number)]
        of = of[(since.reindex(of["member"]).to_numpy() < of["day"].to_numpy())]  # NaN: never
        first = of.groupby("customer")["day"].min()
        lacks = ~(since.reindex(first.index).to_numpy() < first.to_numpy())
        first = first[lacks]
        adopts = rng.random(len(first)) < ADOPTS
        found.append((np.full(len(first), number), first.index.to_numpy(), first.to_numpy(), adopts))
        on = first.to_numpy() + rng.integers(*_WAIT_DAYS, len(first))
        bought.append(_of_category(rng, category, first.index.to_numpy()[adopts], on[adopts]))
    for category in COINCIDES.values():
        busy = np.flatnonzero(customer_of >= 0)
        eager = rng.random(len(busy)) < _BUSY * accounts.activity[busy]
        bought.append(_of_category(rng, category, customer_of[busy[eager]], rng.integers(0, days, int(eager.sum()))))
    joined = [np.concatenate(part) for part in zip(*found, strict=True)]
    return Exposed(*joined), Purchases(
        *(
            np.concatenate([NOTHING, *part])
            for part in zip(*((p.customer, p.day, p.product) for p in bought), strict=True)
        )
    )


def _has_since(sold: Orders, category: str) -> pd.Series:
    """Day on which each customer first bought something of a category."""
    pair, _, day = first_purchases(sold, len(CATALOGUE))
    rows = np.array([product.category == category for product in CATALOGUE])[pair % len(CATALOGUE)]
    return pd.Series(day[rows]).groupby(pair[rows] // len(CATALOGUE)).min()


def _of_category(rng: np.random.Generator, category: str, customer: np.ndarray, day: np.ndarray) -> Purchases:
    of = np.array([number for number, product in enumerate(CATALOGUE) if product.category == category])
    return Purchases(customer, day, of[rng.integers(0, len(of), len(customer))])


def records(met: Exposed, people: Customers, buys: np.ndarray) -> Records:
    """truth/causes/exposure.csv: who met a community's members, the day after the first month of it, and whether they buy for it.

    buys: of each who takes it up, whether they are still there on the day.
    """
    takes = met.adopts.copy()
    takes[met.adopts] = buys
    return Records(
        "truth/causes/exposure.csv",
        {
            "community": draw.take(INTERESTS, met.community),
            "category": draw.take([PASSED_ON.get(interest) for interest in INTERESTS], met.community),
            "customer_id": people.customer_id.take(met.customer),
            "met_before": draw.dates(met.day),
            "takes_it_up": draw.take(["false", "true"], takes.astype(np.int8)),
        },
    )
