"""What competitors charge and bring out: weekly prices with planted changes, and releases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jobs.simulate import draw
from jobs.simulate.company import CATALOGUE, COMPETITORS, CURRENCY, NUMBER_OF
from jobs.simulate.write import Records


@dataclass(frozen=True)
class _Article:
    """A competitor's article. ours: what it competes with. released, changed: share of the run, None for never."""

    name: str
    category: str
    cents: int
    ours: str
    released: float | None = None
    changed: float | None = None
    factor: float = 1.0


_ARTICLES = (
    _Article("Kestrel Duo", "Machines/Espresso", 84_900, "Brennick Duo", changed=0.5, factor=0.85),
    _Article("Kestrel Slim", "Machines/Espresso", 39_900, "Brennick One"),
    _Article("Kestrel Carafe", "Drippers", 4_990, "Slowfall Glass", released=0.3),
    _Article("Harbourlight Press", "Cold brew", 3_490, "Nightsteep Jar", changed=0.7, factor=1.1),
    _Article("Harbourlight Mill", "Grinders", 11_900, "Mahlstead 40", released=0.6),
)
_MAKER = {article: competitor for competitor, articles in COMPETITORS.items() for article in articles}


def market(seed: int, days: int) -> tuple[Records, Records, Records]:
    """market/prices.csv, a row an article and week; market/releases.jsonl; and truth/market.csv, what changed when."""
    rng = draw.stream(seed, "market")
    weeks = np.arange(0, days, 7)
    day, number = np.repeat(weeks, len(_ARTICLES)), np.tile(np.arange(len(_ARTICLES)), len(weeks))
    released = np.array([int(article.released * days) if article.released else -1 for article in _ARTICLES])
    changed = np.array([int(article.changed * days) if article.changed else days for article in _ARTICLES])
    before = np.array([article.cents for article in _ARTICLES])
    after = np.array([round(article.cents * article.factor / 10) * 10 for article in _ARTICLES])
    seen = np.flatnonzero(day >= released[number])
    day, number = day[seen], number[seen]
    names = [article.name for article in _ARTICLES]
    makers = [_MAKER[name] for name in names]
    categories = [article.category for article in _ARTICLES]
    address = [f"https://{_MAKER[name].split()[0].lower()}.example/{name.split()[-1].lower()}" for name in names]
    prices = Records(
        "market/prices.csv",
        {
            "seen_at": draw.instants(day * draw.DAY_SECONDS + 6 * 3600 + rng.integers(0, 3600, len(day))),
            "competitor": draw.take(makers, number),
            "product": draw.take(names, number),
            "category": draw.take(categories, number),
            "price": draw.money(np.where(day >= changed[number], after[number], before[number])),
            "currency": draw.take([CURRENCY], np.zeros(len(day), dtype=np.int8)),
            "own_product_id": draw.take(
                [CATALOGUE[NUMBER_OF[article.ours]].product_id for article in _ARTICLES], number
            ),
            "url": draw.take(address, number),
        },
    )
    new = np.flatnonzero(released >= 0)
    releases = Records(
        "market/releases.jsonl",
        {
            "seen_at": draw.instants(released[new] * draw.DAY_SECONDS + 9 * 3600),
            "competitor": draw.take(makers, new),
            "product": draw.take(names, new),
            "category": draw.take(categories, new),
            "launched_on": draw.dates(released[new]),
            "headline": pa.array([f"{names[n]} is here" for n in new]),
            "text": pa.array([f"{makers[n]} brings out the {names[n]}." for n in new]),
            "url": draw.take(address, new),
        },
    )
    moved = np.flatnonzero(changed < days)
    events = np.concatenate([moved, new])
    is_release = np.arange(len(events)) >= len(moved)
    truth = Records(
        "truth/market.csv",
        {
            "kind": draw.take(["price_change", "release"], is_release.astype(np.int8)),
            "competitor": draw.take(makers, events),
            "product": draw.take(names, events),
            "day": draw.dates(np.concatenate([changed[moved], released[new]])),
            "price_before": draw.keep(draw.money(before[events]), ~is_release),
            "price_after": draw.money(np.where(is_release, before[events], after[events])),
        },
    )
    return prices, releases, truth
