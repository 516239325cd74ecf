"""What is bought because something else was: each article makes a need of another one, of another interest."""

from __future__ import annotations

import numpy as np

from jobs.simulate import draw
from jobs.simulate.causes.changes import Purchases, first_purchases, with_lines, with_purchases
from jobs.simulate.company import CATALOGUE, PRODUCTS
from jobs.simulate.orders import Orders
from jobs.simulate.people import Customers
from jobs.simulate.write import Records

AT_ONCE = 0.3  # of those who buy an article and lack what it needs: in the same basket
LATER = 0.5  # of the others: once, some weeks later
_MEAN_WAIT_DAYS = 25.0


def needed() -> np.ndarray:
    """The article that each article makes a need of."""
    found = []
    for number, article in enumerate(CATALOGUE):
        others = [other for other, its in enumerate(PRODUCTS) if its.interest != article.interest]
        found.append(others[(number * 11 + 5) % len(others)])
    return np.array(found)


def followed(seed: int, sold: Orders, people: Customers, days: int) -> Orders:
    """The orders with what they made people need."""
    rng, size, need = draw.stream(seed, "needs"), len(CATALOGUE), needed()
    pair, order, day = first_purchases(sold, size)
    customer, wanted = pair // size, need[pair % size]
    place = np.minimum(np.searchsorted(pair, customer * size + wanted), len(pair) - 1)
    lacks = (pair[place] != customer * size + wanted) | (day[place] > day)
    _, once = np.unique(customer * size + wanted, return_index=True)  # two articles may make the same need
    lacks &= np.isin(np.arange(len(pair)), once)
    now = lacks & (rng.random(len(pair)) < AT_ONCE)
    later = lacks & ~now & (rng.random(len(pair)) < LATER)
    on = day + 2 + rng.exponential(_MEAN_WAIT_DAYS, len(pair)).astype(np.int64)
    later &= on < np.minimum(days, people.buys_to[customer])
    sold = with_lines(sold, order[now], wanted[now])
    return with_purchases(rng, sold, Purchases(customer[later], on[later], wanted[later]))[0]


def records() -> Records:
    """truth/causes/needs.csv: which article makes a need of which."""
    need = needed()
    ids = [product.product_id for product in CATALOGUE]
    return Records(
        "truth/causes/needs.csv",
        {"product_id": draw.take(ids, np.arange(len(need))), "needs_product_id": draw.take(ids, need)},
    )
