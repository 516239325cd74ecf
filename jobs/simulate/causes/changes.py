"""Orders that go, and purchases and lines that come beside those that were drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jobs.simulate import draw
from jobs.simulate.orders import CHANNEL_SHARES, Orders, in_time

Numbers = np.ndarray
NOTHING = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Purchases:
    """Purchases of one article each: customer, day and product."""

    customer: Numbers
    day: Numbers
    product: Numbers

    def where(self, kept: Numbers) -> Purchases:
        return Purchases(self.customer[kept], self.day[kept], self.product[kept])


def with_purchases(rng: np.random.Generator, sold: Orders, more: Purchases) -> tuple[Orders, Numbers]:
    """The orders with purchases beside them, and the new row of each order."""
    size, first = len(more.day), len(sold.day)
    changed, rows = in_time(
        np.concatenate([sold.customer, more.customer]),
        np.concatenate([sold.day, more.day]),
        np.concatenate([sold.second, draw.second_of_day(rng, size)]),
        np.concatenate([sold.is_return, np.zeros(size, dtype=bool)]),
        np.concatenate([sold.channel, draw.weighted(rng, CHANNEL_SHARES, size)]),
        np.concatenate([sold.line_order, first + np.arange(size)]),
        np.concatenate([sold.product, more.product]),
        np.concatenate([sold.quantity, np.ones(size, dtype=np.int64)]),
        np.concatenate([sold.discount, np.zeros(size, dtype=np.int64)]),
    )
    return changed, rows[:first]


def with_lines(sold: Orders, order: Numbers, product: Numbers) -> Orders:
    """The orders with one article more in each of some. The rows of orders stay."""
    return in_time(
        sold.customer,
        sold.day,
        sold.second,
        sold.is_return,
        sold.channel,
        np.concatenate([sold.line_order, order]),
        np.concatenate([sold.product, product]),
        np.concatenate([sold.quantity, np.ones(len(order), dtype=np.int64)]),
        np.concatenate([sold.discount, np.zeros(len(order), dtype=np.int64)]),
    )[0]


def only(sold: Orders, kept: Numbers) -> tuple[Orders, Numbers]:
    """Some of the orders, and the new row of each order, -1 for those that went. kept: mask over orders."""
    rows = np.cumsum(kept) - 1
    lines = kept[sold.line_order]
    changed, _ = in_time(
        sold.customer[kept],
        sold.day[kept],
        sold.second[kept],
        sold.is_return[kept],
        sold.channel[kept],
        rows[sold.line_order[lines]],
        sold.product[lines],
        sold.quantity[lines],
        sold.discount[lines],
    )
    return changed, np.where(kept, rows, -1)


def first_purchases(sold: Orders, size: int) -> tuple[Numbers, Numbers, Numbers]:
    """Of each customer and product bought: customer * size + product, ascending, the order of the first time, and its day.

    size: number of products.
    """
    line = np.flatnonzero(~sold.is_return[sold.line_order])
    order = sold.line_order[line]
    pair, first = np.unique(sold.customer[order] * size + sold.product[line], return_index=True)
    return pair, order[first], sold.day[order[first]]
