"""Acts upon the company's page on the microblog, as the platform exports them to its owner: who comes closer before they buy.

Most of those who become customers turn to the page in the weeks before; so do some who never buy, and now and then anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jobs.simulate import draw
from jobs.simulate.people import Customers
from jobs.simulate.profiles import BRAND, Accounts, Persons
from jobs.simulate.write import Records

_COME_CLOSER, _LOOK_ONLY = 0.7, 0.15  # of those who become customers, and of consumers who do not
_WEEKS = (7, 45)  # days before they join, from and to
_KINDS = ("reaction", "share")


@dataclass(frozen=True)
class PageActs:
    """actor: account; at: seconds since the first day, ascending; kind: position in _KINDS. comes_closer: accounts of those who
    become customers -> whether they turn to the page before."""

    actor: np.ndarray
    at: np.ndarray
    kind: np.ndarray
    later: np.ndarray
    comes_closer: np.ndarray

    def __len__(self) -> int:
        return len(self.at)


def page_acts(seed: int, people: Customers, known: Persons, accounts: Accounts, days: int) -> PageActs:
    """Draws who turns to the page, and when."""
    rng = draw.stream(seed, "company page")
    account = np.flatnonzero(accounts.person >= 0)
    customer = known.customer[accounts.person[account]]
    joined = np.where(customer >= 0, people.joined[np.maximum(customer, 0)], np.inf)
    becomes = (joined > 1) & (joined < days)
    comes = becomes & (rng.random(len(account)) < _COME_CLOSER)
    looks = (customer < 0) & (rng.random(len(account)) < _LOOK_ONLY)
    begins = np.where(comes, joined - rng.uniform(*_WEEKS, len(account)), rng.uniform(0, days, len(account)))
    ends = np.where(comes, joined, begins + 30)
    busy = np.where(comes | looks, 2 + rng.poisson(3.0, len(account)), 0)
    now_and_then = rng.poisson(0.3, len(account))
    who = np.concatenate([np.repeat(np.arange(len(account)), busy), np.repeat(np.arange(len(account)), now_and_then)])
    share = rng.random(len(who))
    is_busy = np.arange(len(who)) < busy.sum()
    day = np.where(is_busy, begins[who] + share * (ends[who] - begins[who]), share * days)
    at = np.floor(day * draw.DAY_SECONDS).astype(np.int64)
    kind = (rng.random(len(who)) < 0.25).astype(np.int64)
    within = (at >= 0) & (at < days * draw.DAY_SECONDS)
    order = np.flatnonzero(within)[np.argsort(at[within], kind="stable")]
    return PageActs(account[who[order]], at[order], kind[order], account[becomes], comes[becomes])


def page_records(acts: PageActs, accounts: Accounts) -> Records:
    """microblog/company_page.jsonl: a row an act."""
    brand = int(np.flatnonzero(accounts.role == BRAND)[0])
    return Records(
        "microblog/company_page.jsonl",
        {
            "act_id": draw.ids("g", np.arange(1, len(acts) + 1), 9),
            "profile_id": accounts.profile_id.take(pa.array(acts.actor)),
            "page_id": accounts.profile_id.take(pa.array(np.full(len(acts), brand))),
            "act": draw.take(_KINDS, acts.kind),
            "at": draw.instants(acts.at),
        },
    )


def later_truth(acts: PageActs, people: Customers, known: Persons, accounts: Accounts) -> Records:
    """truth/later_customers.csv: who becomes a customer within the run, on which day, and who comes closer before."""
    customer = known.customer[accounts.person[acts.later]]
    return Records(
        "truth/later_customers.csv",
        {
            "customer_id": people.customer_id.take(pa.array(customer)),
            "microblog_profile_id": accounts.profile_id.take(pa.array(acts.later)),
            "joined_on": draw.dates(np.floor(people.joined[customer])),
            "comes_closer": draw.take(["false", "true"], acts.comes_closer.astype(np.int8)),
        },
    )
