"""Customers: who they are, how they buy (segment, interest, rate, churn) and their rows in the ERP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import INTEREST_SHARES, INTERESTS
from jobs.simulate.names import CITIES, COUNTRIES, FAMILY_NAMES, GIVEN_NAMES, PHONES, STREETS
from jobs.simulate.write import Records

SEGMENTS = ("champion", "loyal", "occasional", "one_time", "lapsed")
CHAMPION, LOYAL, OCCASIONAL, ONE_TIME, LAPSED = range(5)
RATE_SHAPE = 6.0


@dataclass(frozen=True)
class Habits:
    """By segment: how many are of it, purchases a day while active (spread by a Gamma of RATE_SHAPE; one-time buyers buy once),
    and how many leave at a time that nothing else has to do with."""

    shares: tuple[float, ...]
    rates: tuple[float, ...]
    leaving: tuple[float, ...]


USUAL = Habits((0.10, 0.20, 0.34, 0.18, 0.18), (0.265, 0.125, 0.042, 0.0, 0.135), (0.03, 0.10, 0.20, 0.0, 1.0))


@dataclass(frozen=True)
class Names:
    """Names as positions into the word lists, and handles and mail names made of them."""

    given: np.ndarray
    family: np.ndarray

    @property
    def full(self) -> pa.Array:
        return draw.join(draw.take(GIVEN_NAMES, self.given), " ", draw.take(FAMILY_NAMES, self.family))

    @property
    def given_name(self) -> pa.Array:
        return draw.take(GIVEN_NAMES, self.given)

    def plain(self, separator: str) -> pa.Array:
        """Unique lower-case ASCII form: tessia.ashgrove, tessia.ashgrove2, …"""
        given, family = (draw.take(_plain(GIVEN_NAMES), self.given), draw.take(_plain(FAMILY_NAMES), self.family))
        repeat = pd.Series(self.given.astype(np.int64) * len(FAMILY_NAMES) + self.family)
        number = repeat.groupby(repeat).cumcount().to_numpy() + 1
        suffix = pc.if_else(pa.array(number > 1), pa.array(number).cast(pa.string()), "")
        return draw.join(given, separator, family, suffix)

    def take(self, rows: np.ndarray) -> Names:
        return Names(self.given[rows], self.family[rows])


def names(rng: np.random.Generator, size: int) -> Names:
    """Names for size people; some share one, as in life."""
    return Names(rng.integers(0, len(GIVEN_NAMES), size), rng.integers(0, len(FAMILY_NAMES), size))


_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ø": "o", "å": "a", "ç": "c"})


def _plain(words: Sequence[str]) -> pa.Array:
    return pa.array([word.lower().translate(_ASCII).replace("'", "").replace(" ", "") for word in words])


@dataclass(frozen=True)
class Customers:
    """One row a customer, by joining; row i is customer i + 1.

    joined, left: days since the first day (joined may lie before it; left is infinite while the customer
    stays).
    buys_from, buys_to: the days [from, to) on which the customer may buy. weight: expected purchases a day.
    """

    names: Names
    segment: np.ndarray
    interest: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    buys_from: np.ndarray
    buys_to: np.ndarray
    rate: np.ndarray
    city: np.ndarray
    customer_id: pa.Array
    email: pa.Array

    def __len__(self) -> int:
        return len(self.segment)


def customers(seed: int, size: int, days: int, habits: Habits = USUAL) -> Customers:
    """Draws the customers of a run of so many days."""
    rng = draw.stream(seed, "customers")
    segment = draw.weighted(rng, np.array(habits.shares), size)
    before = rng.random(size) < np.where(segment == ONE_TIME, 0.45, 0.72)
    before |= segment == LAPSED
    joined = np.where(before, -1 - rng.exponential(260, size), rng.random(size) * 0.7 * days)
    order = np.argsort(joined, kind="stable")
    segment, joined = segment[order], joined[order]

    leaves = rng.random(size) < np.array(habits.leaving)[segment]
    earliest, latest = np.where(segment == LAPSED, 0.15, 0.45), np.where(segment == LAPSED, 0.45, 0.95)
    moment = (earliest + rng.random(size) * (latest - earliest)) * days
    left = np.where(leaves & (moment > joined + 7), moment, np.inf)

    buys_from = np.maximum(0, np.floor(joined) + 1).astype(np.int64)
    buys_to = np.minimum(np.floor(left), days).astype(np.int64)
    # A one-time buyer buys soon after joining, or any day when known for long; having bought is leaving.
    once = segment == ONE_TIME
    soon = np.where(joined < 0, rng.random(size) * 0.7 * days, np.floor(joined) + 1 + rng.exponential(2, size))
    day = np.clip(soon, buys_from, days - 1).astype(np.int64)
    buys_from, buys_to = np.where(once, day, buys_from), np.where(once, day + 1, buys_to)
    left = np.where(once, day + 1.0, left)

    people = names(rng, size)
    domain = draw.take(["example.com", "example.org", "example.net"], rng.integers(0, 3, size))
    address = draw.join(people.plain("."), "@", domain)
    return Customers(
        names=people,
        segment=segment,
        interest=draw.weighted(rng, np.array(INTEREST_SHARES), size),
        joined=joined,
        left=left,
        buys_from=buys_from,
        buys_to=buys_to,
        rate=np.array(habits.rates)[segment] * rng.gamma(RATE_SHAPE, 1 / RATE_SHAPE, size),
        city=rng.integers(0, len(CITIES), size),
        customer_id=draw.ids("C", np.arange(1, size + 1), 7),
        email=draw.keep(address, rng.random(size) > 0.06),
    )


def customer_records(seed: int, people: Customers, days: int) -> Records:
    """erp/customers.csv: a row a customer."""
    rng = draw.stream(seed, "customer records")
    size = len(people)
    cities = [city for city, _, _ in CITIES]
    country = np.array([COUNTRIES.index(c) for _, c, _ in CITIES])[people.city]
    area = np.array([area for _, _, area in CITIES])[people.city]
    long = np.isin(country, [COUNTRIES.index("DE"), COUNTRIES.index("FR")])
    in_area = rng.integers(0, np.where(long, 1000, 100))
    postcode = pa.array(area * np.where(long, 1000, 100) + in_area).cast(pa.string())
    number = pa.array(rng.integers(1, 140, size)).cast(pa.string())
    annexe = draw.take(["", ", rear building", ", 2nd floor"], draw.weighted(rng, np.array([0.9, 0.05, 0.05]), size))
    street = draw.join(draw.take(STREETS, rng.integers(0, len(STREETS), size)), " ", number, annexe)
    # Numbers kept for fiction, each given once; when they are used up nobody has one.
    place = rng.permutation(size)
    phone = draw.keep(draw.take(PHONES, np.minimum(place, len(PHONES) - 1)), place < min(len(PHONES), int(0.75 * size)))
    faithful = people.segment <= LOYAL
    given = np.where(rng.random(size) < np.where(faithful, 0.7, 0.1), 1, np.where(people.joined > 0, 2, 0))
    second = draw.second_of_day(rng, size)
    joined = np.floor(people.joined).astype(np.int64) * draw.DAY_SECONDS + second
    age = np.floor(rng.beta(2.2, 3.0, size) * 55 + 19)
    return Records(
        "erp/customers.csv",
        {
            "customer_id": people.customer_id,
            "name": people.names.full,
            "email": people.email,
            "phone": phone,
            "street": street,
            "city": draw.take(cities, people.city),
            "postcode": pc.if_else(pa.array(long), pc.utf8_lpad(postcode, 5, "0"), postcode),
            "country": draw.take(COUNTRIES, country),
            "birth_date": draw.keep(draw.dates(-(age * 365.25) - rng.integers(0, 365, size)), rng.random(size) > 0.15),
            "gender": draw.take(["f", "m", "x", None], draw.weighted(rng, np.array([0.46, 0.44, 0.02, 0.08]), size)),
            "segment": draw.take(["standard", "club", "new"], given),
            "email_consent": draw.take(["true", "false"], (rng.random(size) > 0.62).astype(np.int8)),
            "created_at": draw.times(joined),
            "updated_at": draw.times(np.minimum(joined + rng.integers(0, 90, size) * 86_400, days * 86_400 - 1)),
        },
    )


def segment_truth(people: Customers) -> Records:
    """truth/segments.csv: each customer's planted segment and interest."""
    return Records(
        "truth/segments.csv",
        {
            "customer_id": people.customer_id,
            "segment": draw.take(SEGMENTS, people.segment),
            "interest": draw.take(INTERESTS, people.interest),
        },
    )


def churn_truth(people: Customers, days: int) -> Records:
    """truth/churn.csv: customers who bought for the last time before a day within the run (local date)."""
    gone = np.flatnonzero(people.left < days)
    return Records(
        "truth/churn.csv",
        {"customer_id": people.customer_id.take(pa.array(gone)), "churned_at": draw.dates(np.floor(people.left[gone]))},
    )
