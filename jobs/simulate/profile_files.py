"""Profiles of the microblog as records, and the planted truth of who is who and of the communities."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import FORUM_STAFF, INTEREST_TERMS, INTERESTS, MICROBLOG_ACCOUNTS, STAFF_IN_BOTH
from jobs.simulate.names import CITIES
from jobs.simulate.people import Customers
from jobs.simulate.profiles import BOT, BRAND, COMPETITOR, EMAIL, FIXED, GIVEN_ID, LINKS, NONE, STAFF, Accounts, Persons
from jobs.simulate.write import Records


def profile_records(
    seed: int, accounts: Accounts, known: Persons, people: Customers, followers: np.ndarray, following: np.ndarray
) -> Records:
    """microblog/profiles.jsonl: a row an account, as of the end of the run."""
    rng = draw.stream(seed, "profile records")
    size = len(accounts)
    mine = np.maximum(accounts.person, 0)
    is_person = accounts.person >= 0
    full = known.names.full.take(pa.array(mine))
    short = draw.join(known.names.given_name.take(pa.array(mine)), " ☕")
    shown = pc.if_else(pa.array(rng.random(size) < 0.72), full, short)
    fixed = np.minimum(np.arange(size), FIXED - 1)
    other = pc.if_else(
        pa.array(accounts.role == BOT),
        "Daily Deals",
        pa.array([a.name for a in MICROBLOG_ACCOUNTS]).take(pa.array(fixed)),
    )
    term = draw.take([terms[0] for terms in INTEREST_TERMS.values()], np.maximum(accounts.community, 0))
    hobby = draw.take(
        ["runner", "gardener", "teacher", "cyclist", "nurse", "baker", "student"], rng.integers(0, 7, size)
    )
    about = draw.join("Into ", term, ", also a ", hobby, ".")
    about = draw.keep(about, rng.random(size) < 0.75)
    bio = pc.if_else(
        pa.array(accounts.role == BOT),
        "Deals every hour",
        pa.array([a.bio for a in MICROBLOG_ACCOUNTS]).take(pa.array(fixed)),
    )
    link = np.where(is_person, known.link_microblog[mine], NONE)
    named = np.where(link == GIVEN_ID, known.customer[mine], 0)
    address = known.email.take(pa.array(mine))
    address = pc.if_else(pa.array(rng.random(size) < 0.25), pc.utf8_capitalize(address), address)
    consumer = is_person & (known.customer[mine] < 0) & (rng.random(size) < 0.3)
    city = draw.take([city for city, _, _ in CITIES], known.city[mine])
    return Records(
        "microblog/profiles.jsonl",
        {
            "profile_id": accounts.profile_id,
            "handle": accounts.handle,
            "display_name": pc.if_else(pa.array(is_person), shown, other),
            "bio": pc.if_else(pa.array(is_person), about, bio),
            "location": draw.keep(city, is_person & (rng.random(size) < 0.7)),
            "language": draw.take(["en", "de", None], draw.weighted(rng, np.array([0.85, 0.07, 0.08]), size)),
            "followers_count": pa.array(
                followers + np.floor(rng.lognormal(3.2, 0.9, size) * accounts.weight).astype(np.int64)
            ),
            "following_count": pa.array(following + np.floor(rng.lognormal(4, 0.8, size)).astype(np.int64)),
            "is_verified": pa.array(np.isin(accounts.role, (BRAND, COMPETITOR)) | (is_person & (accounts.weight > 12))),
            "is_company": pa.array(np.isin(accounts.role, (BRAND, STAFF))),
            "is_bot": pa.array(accounts.role == BOT),
            "created_at": draw.instants(-86_400 * rng.integers(20, 2500, size) + rng.integers(0, 86_400, size)),
            "customer_id": draw.keep(people.customer_id.take(pa.array(named)), link == GIVEN_ID),
            "email": draw.keep(address, (link == EMAIL) | consumer),
        },
        omitted=frozenset({"customer_id", "email"}),
    )


def person_truth(known: Persons, people: Customers, microblog: Accounts, forum: Accounts) -> Records:
    """truth/persons.csv: a row a person with any account, and each customer without one."""
    quiet = np.setdiff1d(np.arange(len(people)), known.customer)
    size, more = len(known), len(quiet)
    staff = list(FORUM_STAFF)
    staff_microblog = {a.handle: a.profile_id for a in MICROBLOG_ACCOUNTS if a.handle in STAFF_IN_BOTH}

    def ids_of(accounts: Accounts, number: np.ndarray, offset: int) -> pa.Array:
        found = accounts.profile_id.take(pa.array(np.maximum(number, 0) + offset))
        return draw.keep(found, number >= 0)

    customer = np.concatenate([known.customer, quiet])
    nothing = pa.nulls(more, pa.string())
    columns = {
        "customer_id": draw.keep(people.customer_id.take(pa.array(np.maximum(customer, 0))), customer >= 0),
        "microblog_profile_id": pa.concat_arrays([ids_of(microblog, known.microblog, FIXED), nothing]),
        "forum_profile_id": pa.concat_arrays([ids_of(forum, known.forum, len(FORUM_STAFF)), nothing]),
        "link_microblog": draw.take(LINKS, np.concatenate([known.link_microblog, np.zeros(more, dtype=np.int64)])),
        "link_forum": draw.take(LINKS, np.concatenate([known.link_forum, np.zeros(more, dtype=np.int64)])),
    }
    none = ["none"] * len(staff)
    of_staff = {
        "customer_id": pa.nulls(len(staff), pa.string()),
        "microblog_profile_id": pa.array([staff_microblog.get(a.handle) for a in staff], pa.string()),
        "forum_profile_id": pa.array([a.profile_id for a in staff]),
        "link_microblog": pa.array(none),
        "link_forum": pa.array(none),
    }
    person = draw.ids("H", np.arange(1, size + more + len(staff) + 1), 7)
    return Records(
        "truth/persons.csv",
        {"person": person} | {name: pa.concat_arrays([columns[name], of_staff[name]]) for name in columns},
    )


def community_truth(microblog: Accounts, forum: Accounts) -> Records:
    """truth/communities.csv: the planted community of each person's account."""
    both = (microblog, forum)
    members = [np.flatnonzero(accounts.community >= 0) for accounts in both]
    ids = [accounts.profile_id.take(pa.array(rows)) for accounts, rows in zip(both, members, strict=True)]
    community = [accounts.community[rows] for accounts, rows in zip(both, members, strict=True)]
    return Records(
        "truth/communities.csv",
        {
            "channel": draw.take(["microblog", "forum"], np.repeat([0, 1], [len(rows) for rows in members])),
            "profile_id": pa.concat_arrays(ids),
            "community": draw.take(INTERESTS, np.concatenate(community)),
        },
    )
