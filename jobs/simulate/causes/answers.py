"""Who buys because a campaign was sent to them; those it holds out by lot do not."""

from __future__ import annotations

import numpy as np

from jobs.simulate import draw
from jobs.simulate.causes.changes import Purchases
from jobs.simulate.company import INTERESTS, PRODUCTS
from jobs.simulate.outreach import contacts, recipients
from jobs.simulate.people import Customers
from jobs.simulate.profiles import Persons
from jobs.simulate.write import Records

ANSWERS = 0.12
"""Purchases more of each customer to whom a campaign is sent."""
LAG_DAYS = 3
"""After which they buy."""


def answered(seed: int, people: Customers, known: Persons, days: int) -> tuple[Purchases, np.ndarray]:
    """Draws the purchases that campaigns bring, and the campaign of each."""
    listed = contacts(seed, people, known)
    starts, campaign, customer, _, held_out = recipients(draw.stream(seed, "campaigns"), people, listed, days)
    rng = draw.stream(seed, "answers to campaigns")
    buys = (customer >= 0) & ~held_out & (rng.random(len(customer)) < ANSWERS)
    day = starts[campaign] + LAG_DAYS
    about = campaign % len(INTERESTS)
    product = np.zeros(len(customer), dtype=np.int64)
    for number, interest in enumerate(INTERESTS):
        of = np.array([place for place, its in enumerate(PRODUCTS) if its.interest == interest])
        rows = np.flatnonzero(about == number)
        product[rows] = of[rng.integers(0, len(of), len(rows))]
    return Purchases(customer, day, product).where(buys), campaign[buys]


def records(brought: Purchases, campaign: np.ndarray, people: Customers) -> Records:
    """truth/causes/answers.csv: who bought because of which campaign, and when."""
    return Records(
        "truth/causes/answers.csv",
        {
            "campaign_id": draw.ids("CMP-", campaign + 1, 3),
            "customer_id": people.customer_id.take(brought.customer),
            "bought_at": draw.dates(brought.day),
        },
    )
