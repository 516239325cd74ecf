"""Who has an account on the microblog and the forum, how it links to the ERP, and its community.

Persons come first (customers with an account, then consumers who bought nothing); accounts are theirs. The
company, its rivals and bots have accounts beside them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import FIRST_FREE_FORUM_USER, FORUM_STAFF, INTEREST_SHARES, MICROBLOG_ACCOUNTS
from jobs.simulate.names import CITIES
from jobs.simulate.people import LOYAL, Customers, Names, names

LINKS = ("none", "email", "given_id")
NONE, EMAIL, GIVEN_ID = range(3)
_CONSUMERS = 0.30  # for each customer
_BOTS = 0.012  # for each customer, at least three
FIXED = len(MICROBLOG_ACCOUNTS)


@dataclass(frozen=True)
class Persons:
    """People with at least one account; row i of any array is person i.

    customer: row of the customer, -1 for a consumer. microblog, forum: number of the account, -1 without one.
    link_microblog, link_forum: how the account names its customer, a position in LINKS.
    """

    names: Names
    customer: np.ndarray
    interest: np.ndarray
    city: np.ndarray
    microblog: np.ndarray
    forum: np.ndarray
    link_microblog: np.ndarray
    link_forum: np.ndarray
    email: pa.Array

    def __len__(self) -> int:
        return len(self.customer)


@dataclass(frozen=True)
class Accounts:
    """Accounts of one channel, by number; a person's row is -1 for the company, rivals, bots.

    weight: how much attention the account draws. activity: how much it writes. community: -1 for accounts
    of no person. later: times (UTC seconds since the first day, ascending) from which on communities are other ones.
    """

    profile_id: pa.Array
    handle: pa.Array
    person: np.ndarray
    role: np.ndarray
    community: np.ndarray
    weight: np.ndarray
    activity: np.ndarray
    later: tuple[tuple[int, np.ndarray], ...] = ()

    def __len__(self) -> int:
        return len(self.person)

    @property
    def spans(self) -> Iterator[tuple[float, float, np.ndarray]]:
        """From, to (not in it) and the community of each account in that time."""
        begins: list[float] = [-math.inf, *(at for at, _ in self.later), math.inf]
        return zip(begins, begins[1:], (self.community, *(groups for _, groups in self.later)), strict=False)


PERSON, BRAND, STAFF, COMPETITOR, BOT = range(5)
_ROLES = {"brand": BRAND, "staff": STAFF, "competitor": COMPETITOR}


def persons(seed: int, people: Customers) -> Persons:
    """Draws who has which accounts: a third of the customers write on the microblog, fewer on the forum."""
    rng = draw.stream(seed, "persons")
    size = len(people)
    keen = np.where(people.segment <= LOYAL, 1.35, 0.85)
    on_microblog = rng.random(size) < 0.335 * keen
    on_forum = rng.random(size) < np.where(on_microblog, 0.28, 0.08) * keen
    customer = np.flatnonzero(on_microblog | on_forum)
    consumers = max(12, round(size * _CONSUMERS))
    outside_microblog = rng.random(consumers) < 0.85
    outside_forum = ~outside_microblog | (rng.random(consumers) < 0.15)
    outside = names(rng, consumers)
    everyone = Names(
        np.concatenate([people.names.given[customer], outside.given]),
        np.concatenate([people.names.family[customer], outside.family]),
    )
    total = len(customer) + consumers
    is_customer = np.arange(total) < len(customer)
    known = np.concatenate([customer, np.full(consumers, -1)])
    outside_email = draw.join(
        outside.plain("-"), "@", draw.take(["example.com", "example.org"], np.arange(consumers) % 2)
    )
    email = pa.concat_arrays([people.email.take(pa.array(customer)), outside_email])
    link_microblog = np.where(is_customer, draw.weighted(rng, np.array([0.22, 0.48, 0.30]), total), NONE)
    link_microblog[(link_microblog == EMAIL) & email.is_null().to_numpy(zero_copy_only=False)] = NONE
    link_forum = np.where(is_customer & (rng.random(total) < 0.6), GIVEN_ID, NONE)
    has_microblog = np.concatenate([on_microblog[customer], outside_microblog])
    has_forum = np.concatenate([on_forum[customer], outside_forum])
    return Persons(
        names=everyone,
        customer=known,
        interest=np.concatenate([people.interest[customer], draw.weighted(rng, np.array(INTEREST_SHARES), consumers)]),
        city=np.concatenate([people.city[customer], rng.integers(0, len(CITIES), consumers)]),
        microblog=_numbers(rng, has_microblog),
        forum=_numbers(rng, has_forum),
        link_microblog=np.where(has_microblog, link_microblog, NONE),
        link_forum=np.where(has_forum, link_forum, NONE),
        email=email,
    )


def _numbers(rng: np.random.Generator, has: np.ndarray) -> np.ndarray:
    """Account numbers from 0 in random order, so that a number says nothing about its person."""
    number = np.full(len(has), -1)
    number[has] = rng.permutation(int(has.sum()))
    return number


def microblog_accounts(seed: int, known: Persons, customers: int) -> Accounts:
    """The microblog's accounts: fixed ones, then people's, then bots."""
    rng = draw.stream(seed, "microblog accounts")
    person = np.full(FIXED + int((known.microblog >= 0).sum()), -1)
    owner = np.flatnonzero(known.microblog >= 0)
    person[FIXED + known.microblog[owner]] = owner
    bots = max(3, round(customers * _BOTS))
    person = np.concatenate([person, np.full(bots, -1)])
    role = np.full(len(person), PERSON)
    role[:FIXED] = [_ROLES[account.role] for account in MICROBLOG_ACCOUNTS]
    role[-bots:] = BOT
    people = person[FIXED:-bots]
    style = draw.weighted(rng, np.array([0.45, 0.35, 0.2]), len(people))
    own = known.names.take(people)
    plain = own.plain("_")
    short = pc.replace_substring_regex(plain, "^(.)[^_]*_", r"\1")
    nick = draw.join(draw.take(_NICKS, rng.integers(0, len(_NICKS), len(people))), "_", draw.ids("", people, 3))
    handle = pc.if_else(pa.array(style == 0), plain, pc.if_else(pa.array(style == 1), short, nick))
    repeat = pd.Series(handle.to_numpy(zero_copy_only=False)).pipe(lambda texts: texts.groupby(texts).cumcount())
    again = repeat.to_numpy()
    handle = draw.join(handle, pc.if_else(pa.array(again > 0), draw.ids("_", again, 2), ""))
    fixed = pa.array([account.handle for account in MICROBLOG_ACCOUNTS])
    weight = np.minimum(rng.pareto(1.6, len(person)) + 0.3, 25)
    activity = rng.gamma(1.1, 1 / 1.1, len(person))
    return Accounts(
        profile_id=draw.ids("u", np.arange(1, len(person) + 1), 7),
        handle=pa.concat_arrays([fixed, handle, draw.ids("daily_deals_", np.arange(bots), 3)]),
        person=person,
        role=role,
        community=np.where(person >= 0, known.interest[person], -1),
        weight=weight,
        activity=np.where(role == PERSON, activity * (0.5 + 0.5 * np.sqrt(weight)), 0),
    )


_NICKS = ("brewfan", "beanbound", "morningcup", "slowsip", "grindhappy", "kitchenbar", "cupnotes", "roastlover")


def forum_accounts(seed: int, known: Persons) -> Accounts:
    """The forum's users: staff, then people's."""
    rng = draw.stream(seed, "forum accounts")
    owner = np.flatnonzero(known.forum >= 0)
    person = np.full(len(owner), -1)
    person[known.forum[owner]] = owner
    own = draw.join(known.names.take(person).given_name, " ", draw.ids("", person % 97, 1))
    full = known.names.take(person).full
    staff = len(FORUM_STAFF)
    shown = pc.if_else(pa.array(rng.random(len(person)) < 0.5), full, own)
    numbers = np.arange(FIRST_FREE_FORUM_USER, FIRST_FREE_FORUM_USER + len(person))
    return Accounts(
        profile_id=pa.concat_arrays(
            [pa.array([account.profile_id for account in FORUM_STAFF]), draw.ids("", numbers, 1)]
        ),
        handle=pa.concat_arrays([pa.array([account.name for account in FORUM_STAFF]), shown]),
        person=np.concatenate([np.full(staff, -1), person]),
        role=np.repeat([STAFF, PERSON], [staff, len(person)]),
        community=np.concatenate([np.full(staff, -1), known.interest[person]]),
        weight=np.concatenate([np.zeros(staff), rng.pareto(1.8, len(person)) + 0.3]),
        activity=np.concatenate([np.zeros(staff), rng.gamma(1.0, 1.0, len(person))]),
    )
