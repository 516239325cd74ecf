"""Purchases, returns and their lines, the ledger that finance keeps of them, and costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from jobs.simulate import draw
from jobs.simulate.company import (
    CATALOGUE,
    CURRENCY,
    FAULTY_PRODUCT,
    INTERESTS,
    NEW_PRODUCT,
    NUMBER_OF,
    PRODUCTS,
    REPLACED_PRODUCT,
)
from jobs.simulate.people import ONE_TIME, Customers
from jobs.simulate.write import Records

_PRICE = np.array([product.list_price for product in CATALOGUE])
_COST = np.array([product.unit_cost for product in CATALOGUE])
_CONSUMABLE = np.array([product.consumable for product in CATALOGUE])
_EXTRA_LINES = np.array([1.5, 1.1, 0.8, 0.5, 0.9])  # by segment, beyond the first
_OWN_INTEREST = 4.0  # how much likelier an article of one's own interest is
_RETURN_SHARE = 0.035
_RETURN_ODDS = np.where(np.arange(len(CATALOGUE)) == NUMBER_OF[FAULTY_PRODUCT], 14.0, 1.0)
CHANNEL_SHARES = np.array([0.62, 0.22, 0.13, 0.03])  # web, app, shop, phone
# Monday to Sunday; 2025-01-01 is a Wednesday.
_WEEKDAY = np.array([0.95, 0.9, 0.9, 0.95, 1.05, 1.25, 1.1])


@dataclass(frozen=True)
class Orders:
    """Orders and their lines in the order of their time; money in cents; a line points at its order by row.

    day and second are local time in Berlin. A return's quantities and discounts are negative, so that the
    amount of any line is quantity * unit price - discount.
    """

    customer: np.ndarray
    day: np.ndarray
    second: np.ndarray
    is_return: np.ndarray
    channel: np.ndarray
    line_order: np.ndarray
    line_number: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    discount: np.ndarray
    order_id: pa.Array

    @property
    def amount(self) -> np.ndarray:
        """Cents of each line."""
        return self.quantity * _PRICE[self.product] - self.discount

    @property
    def total(self) -> np.ndarray:
        """Cents of each order."""
        sums = np.zeros(len(self.day), dtype=np.int64)
        np.add.at(sums, self.line_order, self.amount)
        return sums


def orders(seed: int, people: Customers, days: int, wanted: int | None) -> Orders:
    """Draws purchases as Poisson processes over each customer's active days, then some returns.

    wanted: exactly so many orders, returns included; None leaves the number to the customers' rates.
    """
    rng = draw.stream(seed, "orders")
    intensity = np.concatenate([[0.0], np.cumsum(_daily_level(days))])
    window = np.maximum(intensity[np.maximum(people.buys_to, people.buys_from)] - intensity[people.buys_from], 0)
    expected = people.rate * window
    once = np.flatnonzero((people.segment == ONE_TIME) & (window > 0))
    total = wanted if wanted is not None else int(rng.poisson(expected.sum()) + len(once))
    returns = round(total * _RETURN_SHARE)
    purchases = total - returns
    once = once[: purchases // 2]
    # Given its number of events a Poisson process is a multinomial one: rates say who buys, wanted how much.
    counts = rng.multinomial(purchases - len(once), expected / expected.sum())
    counts[once] = 1

    customer = np.repeat(np.arange(len(people)), counts)
    at = intensity[people.buys_from][customer] + rng.random(purchases) * window[customer]
    day = np.clip(np.searchsorted(intensity, at, side="right") - 1, people.buys_from[customer], days - 1)
    second = draw.second_of_day(rng, purchases)
    lines = np.minimum(1 + rng.poisson(_EXTRA_LINES[people.segment[customer]]), 9)
    line_order = np.repeat(np.arange(purchases), lines)
    product = _products(rng, people.interest[customer][line_order], day[line_order])
    quantity = np.where(_CONSUMABLE[product], 1 + rng.poisson(0.8, len(product)), 1)
    percent = np.where(rng.random(len(product)) < 0.18, rng.integers(1, 5, len(product)) * 5, 0)
    discount = (quantity * _PRICE[product] * percent + 50) // 100

    back, back_day, back_line = _returns(rng, day, line_order, product, days, returns)
    position = np.full(purchases, -1)
    position[back] = np.arange(len(back)) + purchases
    customer = np.concatenate([customer, customer[back]])
    day, second = (np.concatenate([day, back_day]), np.concatenate([second, draw.second_of_day(rng, len(back))]))
    line_order = np.concatenate([line_order, position[line_order[back_line]]])
    product = np.concatenate([product, product[back_line]])
    quantity = np.concatenate([quantity, -quantity[back_line]])
    discount = np.concatenate([discount, -discount[back_line]])
    is_return = np.arange(len(customer)) >= purchases
    nowhere = np.zeros(len(customer), dtype=np.int64)
    sold, _ = in_time(customer, day, second, is_return, nowhere, line_order, product, quantity, discount)
    return replace(sold, channel=draw.weighted(rng, CHANNEL_SHARES, len(sold.day)))


def _daily_level(days: int) -> np.ndarray:
    """How much is bought on each day: the weekday, a slow wave over the year and two days of sales."""
    day = np.arange(days)
    level = _WEEKDAY[(day + 2) % 7] * (1 + 0.12 * np.cos(2 * np.pi * (day - 345) / 365))
    return np.where(np.isin(day % 365, (72, 331)), level * 2.5, level)


def _products(rng: np.random.Generator, interest: np.ndarray, day: np.ndarray) -> np.ndarray:
    weight = np.array([product.weight for product in PRODUCTS])
    of = np.array([INTERESTS.index(product.interest) for product in PRODUCTS])
    product = np.empty(len(interest), dtype=np.int64)
    for number in range(len(INTERESTS)):
        rows = np.flatnonzero(interest == number)
        product[rows] = draw.weighted(rng, weight * np.where(of == number, _OWN_INTEREST, 1.0), len(rows))
    launched = (NEW_PRODUCT.launched - draw.FIRST_DAY).days
    replaced = (product == NUMBER_OF[REPLACED_PRODUCT]) & (day >= launched) & (rng.random(len(product)) < 0.75)
    return np.where(replaced, NUMBER_OF[NEW_PRODUCT.name], product)


def _returns(
    rng: np.random.Generator, day: np.ndarray, line_order: np.ndarray, product: np.ndarray, days: int, wanted: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which purchases come back, on which day, and which of their lines: those likeliest to."""
    wait = rng.integers(3, 22, len(day))
    # Exponential clocks: the line whose clock rings first is returned; the faulty product's runs faster.
    clock = rng.exponential(1, len(product)) / _RETURN_ODDS[product]
    first = np.full(len(day), np.inf)
    np.minimum.at(first, line_order, clock)
    late = day + 3 >= days
    back = np.sort(np.argsort(np.where(late, np.inf, first), kind="stable")[:wanted])
    back = back[~late[back]]
    is_back = np.zeros(len(day), dtype=bool)
    is_back[back] = True
    also = rng.random(len(product)) < 0.2
    back_line = np.flatnonzero(is_back[line_order] & ((clock == first[line_order]) | also))
    return back, np.minimum(day[back] + wait[back], days - 1), back_line


def in_time(
    customer: np.ndarray,
    day: np.ndarray,
    second: np.ndarray,
    is_return: np.ndarray,
    channel: np.ndarray,
    line_order: np.ndarray,
    product: np.ndarray,
    quantity: np.ndarray,
    discount: np.ndarray,
) -> tuple[Orders, np.ndarray]:
    """Orders and lines by time, with ids by it, and the new row of each."""
    order = np.lexsort((second, day))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    lines = np.argsort(rank[line_order], kind="stable")
    line_order = rank[line_order][lines]
    counts = np.bincount(line_order, minlength=len(order))
    sold = Orders(
        customer=customer[order],
        day=day[order],
        second=second[order],
        is_return=is_return[order],
        channel=channel[order],
        line_order=line_order,
        line_number=draw.ordinals(counts),
        product=product[lines],
        quantity=quantity[lines],
        discount=discount[lines],
        order_id=draw.ids("O", np.arange(1, len(order) + 1), 9),
    )
    return sold, rank


def order_records(sold: Orders, people: Customers, days: int) -> Records:
    """erp/orders: a row an order, a file a local day."""
    state = np.where(sold.is_return, 2, np.where(sold.day >= days - 2, 1, 0))
    return Records(
        "erp/orders/{day}.csv",
        {
            "order_id": sold.order_id,
            "customer_id": people.customer_id.take(pa.array(sold.customer)),
            "ordered_at": draw.times(sold.day * draw.DAY_SECONDS + sold.second),
            "status": draw.take(["completed", "paid", "refunded"], state),
            "currency": draw.take([CURRENCY], np.zeros(len(state), dtype=np.int8)),
            "total_amount": draw.money(sold.total),
            "channel": draw.take(["web", "app", "shop", "phone"], sold.channel),
            "is_return": draw.take(["false", "true"], sold.is_return.astype(np.int8)),
        },
        sold.day,
    )


def line_records(sold: Orders) -> Records:
    """erp/order_lines: a row a line, in the file of its order's day."""
    return Records(
        "erp/order_lines/{day}.csv",
        {
            "order_id": sold.order_id.take(pa.array(sold.line_order)),
            "line_number": pa.array(sold.line_number),
            "product_id": draw.take([product.product_id for product in CATALOGUE], sold.product),
            "quantity": pa.array(sold.quantity),
            "unit_price": draw.take(draw.money(_PRICE), sold.product),
            "discount": draw.money(sold.discount),
            "unit_cost": draw.take(draw.money(_COST), sold.product),
            "is_return": draw.take(["false", "true"], sold.is_return[sold.line_order].astype(np.int8)),
        },
        sold.day[sold.line_order],
    )


def daily_totals(sold: Orders, days: int) -> np.ndarray:
    """Cents of all lines by local day, returns taken off."""
    sums = np.zeros(days, dtype=np.int64)
    np.add.at(sums, sold.day[sold.line_order], sold.amount)
    return sums


def ledger_records(sold: Orders, days: int) -> Records:
    """erp/ledger.csv: finance's own total of each local day on which something was sold or came back."""
    traded = np.unique(sold.day)
    return Records(
        "erp/ledger.csv",
        {
            "ledger_date": draw.dates(traded),
            "currency": draw.take([CURRENCY], np.zeros(len(traded), dtype=np.int8)),
            "amount": draw.money(daily_totals(sold, days)[traded]),
        },
    )


def product_records() -> Records:
    """erp/products.csv: the catalogue."""
    columns: Mapping[str, list[str]] = {
        "product_id": [product.product_id for product in CATALOGUE],
        "name": [product.name for product in CATALOGUE],
        "category": [product.category for product in CATALOGUE],
        "brand": ["Alderwick"] * len(CATALOGUE),
        "list_price": draw.money(_PRICE).to_pylist(),
        "unit_cost": draw.money(_COST).to_pylist(),
        "currency": [CURRENCY] * len(CATALOGUE),
        "launched_at": [f"{product.launched} 09:00:00" for product in CATALOGUE],
    }
    return Records("erp/products.csv", {name: pa.array(values) for name, values in columns.items()})


def cost_records(
    seed: int, people: Customers, ticket_customer: np.ndarray, ticket_day: np.ndarray, days: int
) -> Records:
    """erp/costs.csv: winning each new customer, answering each ticket, and one campaign a month."""
    rng = draw.stream(seed, "costs")
    won = np.flatnonzero(people.joined >= 0)
    months = np.arange(0, days, 30)
    kind = np.repeat([0, 1, 2], [len(won), len(ticket_day), len(months)])
    customer = np.concatenate([won, ticket_customer, np.zeros(len(months), dtype=np.int64)])
    day = np.concatenate([np.floor(people.joined[won]).astype(np.int64), ticket_day, months])
    cents = np.concatenate(
        [
            rng.lognormal(7.4, 0.5, len(won)),
            rng.lognormal(6.6, 0.6, len(ticket_day)),
            len(people) * rng.uniform(80, 160, len(months)),
        ]
    ).astype(np.int64)
    campaign = np.concatenate([np.zeros(len(won) + len(ticket_day), dtype=np.int64), np.arange(len(months)) + 1])
    order = np.argsort(day, kind="stable")
    kind, customer, day, cents, campaign = (kind[order], customer[order], day[order], cents[order], campaign[order])
    return Records(
        "erp/costs.csv",
        {
            "cost_id": draw.ids("K", np.arange(1, len(order) + 1), 7),
            "kind": draw.take(["acquisition", "service", "campaign"], kind),
            "customer_id": draw.keep(people.customer_id.take(pa.array(customer)), kind != 2),
            "campaign_id": draw.keep(draw.ids("CMP-", campaign, 3), kind == 2),
            "amount": draw.money(cents),
            "currency": draw.take([CURRENCY], np.zeros(len(order), dtype=np.int8)),
            "cost_date": draw.dates(day),
        },
    )
