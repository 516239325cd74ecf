"""The company's staff, organisations with their members, and how much customers use what they bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import CATALOGUE, FORUM_STAFF, INTERESTS, MICROBLOG_ACCOUNTS, SUPPORT_AGENTS
from jobs.simulate.names import COUNTRIES, FAMILY_NAMES
from jobs.simulate.orders import Orders
from jobs.simulate.people import Customers, names
from jobs.simulate.profiles import Accounts
from jobs.simulate.write import Records

_DEPARTMENTS = ("Sales", "Marketing", "Product", "Workshop", "Warehouse", "Finance")
_OF_FIXED = ("Support", "Workshop", "Product")  # of FORUM_STAFF
ORGANISATION_KINDS = ("company", "school", "group")
_NAMES = {"company": "Café {}", "school": "{} Barista School", "group": "{} Brew Circle"}
_ROLES = (("owner", "buyer"), ("teacher", "student"), ("organiser", "member"))
_USED = ("Machines/Espresso", "Grinders")
_WEEK = 7 * draw.DAY_SECONDS


# --- staff ----------------------------------------------------------------------------------------------------


def staff(seed: int, customers: int, days: int) -> tuple[Records, Records]:
    """company/staff.csv, a row a member of staff; and truth/staff.csv, which accounts and agents they are."""
    rng = draw.stream(seed, "staff")
    fixed, agents, others = len(FORUM_STAFF), len(SUPPORT_AGENTS), max(6, customers // 30)
    size = fixed + agents + others
    who = names(rng, size)
    given = who.given_name.to_pylist()
    given[:fixed] = [account.name.split()[0] for account in FORUM_STAFF]
    family = draw.take(FAMILY_NAMES, who.family).to_pylist()
    department = [
        *_OF_FIXED,
        *["Support"] * agents,
        *(_DEPARTMENTS[n] for n in rng.integers(0, len(_DEPARTMENTS), others)),
    ]
    staff_id = draw.ids("S", np.arange(1, size + 1), 4)
    joined = -rng.integers(30, 3_000, size)
    leaves = (np.arange(size) >= fixed + agents) & (rng.random(size) < 0.15)
    left = np.where(leaves, rng.integers(1, days, size), 0)
    accounts = {account.handle: account.profile_id for account in MICROBLOG_ACCOUNTS}
    nobody = [None] * (size - fixed)
    records = Records(
        "company/staff.csv",
        {
            "staff_id": staff_id,
            "name": pa.array([f"{first} {last}" for first, last in zip(given, family, strict=True)]),
            "email": draw.join(staff_id.cast(pa.string()), "@alderwick.example"),
            "department": pa.array(department),
            "joined_at": draw.dates(joined),
            "left_at": draw.keep(draw.dates(left), leaves),
        },
    )
    truth = Records(
        "truth/staff.csv",
        {
            "staff_id": staff_id,
            "microblog_profile_id": pa.array([*(accounts.get(a.handle) for a in FORUM_STAFF), *nobody], pa.string()),
            "forum_profile_id": pa.array([*(account.profile_id for account in FORUM_STAFF), *nobody], pa.string()),
            "agent_id": pa.array([*[None] * fixed, *SUPPORT_AGENTS, *[None] * others], pa.string()),
        },
    )
    return records, truth


# --- organisations --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Organisations:
    """Organisations, and who belongs to them; member is a row of the customers, or of the accounts for a profile."""

    kind: np.ndarray
    interest: np.ndarray
    founded: np.ndarray
    organisation: np.ndarray
    is_profile: np.ndarray
    member: np.ndarray
    role: np.ndarray
    joined: np.ndarray
    left: np.ndarray

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def organisation_id(self) -> pa.Array:
        return draw.ids("G", np.arange(1, len(self) + 1), 4)


def organisations(seed: int, people: Customers, accounts: Accounts, days: int) -> Organisations:
    """Draws organisations; groups gather who shares an interest, customers and accounts that buy nothing."""
    rng = draw.stream(seed, "organisations")
    size = max(6, len(people) // 25)
    kind = draw.weighted(rng, np.array([0.5, 0.15, 0.35]), size)
    kind[:3] = [0, 1, 2]
    interest = rng.integers(0, len(INTERESTS), size)
    founded = -rng.integers(400, 6_000, size)
    buyers, writers = np.arange(len(people)), np.flatnonzero(accounts.person >= 0)
    alike = [np.flatnonzero(people.interest == number) for number in range(len(INTERESTS))]
    writing_alike = [writers[accounts.community[writers] == number] for number in range(len(INTERESTS))]
    parts = []
    for number in range(size):
        is_group = kind[number] == 2
        joining = _some(rng, alike[interest[number]] if is_group else buyers, int(rng.integers(2, 9)))
        also = _some(rng, writing_alike[interest[number]] if is_group else writers[:0], int(rng.integers(0, 5)))
        parts.append(
            (
                np.full(len(joining) + len(also), number),
                np.repeat([False, True], [len(joining), len(also)]),
                np.concatenate([joining, also]),
            )
        )
    organisation, is_profile, member = (np.concatenate(part) for part in zip(*parts, strict=True))
    total = len(organisation)
    joined = -rng.integers(0, 380, total)
    leaves = rng.random(total) < 0.08
    is_first = np.concatenate([[True], organisation[1:] != organisation[:-1]])
    return Organisations(
        kind,
        interest,
        founded,
        organisation,
        is_profile,
        member,
        np.where(is_first, 0, 1),
        joined,
        np.where(leaves, rng.integers(1, days, total), -1),
    )


def _some(rng: np.random.Generator, among: np.ndarray, wanted: int) -> np.ndarray:
    """At most so many different ones, each as likely."""
    return np.unique(among[rng.integers(0, len(among), wanted)]) if len(among) else among


def organisation_records(made: Organisations) -> Records:
    """company/organisations.csv: a row an organisation."""
    number = np.arange(len(made))
    titles = [
        _NAMES[ORGANISATION_KINDS[kind]].format(FAMILY_NAMES[place % len(FAMILY_NAMES)])
        for place, kind in enumerate(made.kind)
    ]
    domain = draw.join(draw.ids("g", number + 1, 4), ".example")
    return Records(
        "company/organisations.csv",
        {
            "organisation_id": made.organisation_id,
            "name": pa.array(titles),
            "kind": draw.take(ORGANISATION_KINDS, made.kind),
            "url": draw.join("https://", domain),
            "country": draw.take(COUNTRIES, number % len(COUNTRIES)),
            "email_domain": draw.keep(domain, made.kind < 2),
            "created_at": draw.dates(made.founded),
        },
    )


def member_records(made: Organisations, people: Customers, accounts: Accounts) -> Records:
    """company/organisation_members.csv: a row a membership."""
    customer, profile = np.where(made.is_profile, 0, made.member), np.where(made.is_profile, made.member, 0)
    ids = pc.if_else(
        pa.array(made.is_profile),
        accounts.profile_id.take(pa.array(profile)),
        people.customer_id.take(pa.array(customer)),
    )
    return Records(
        "company/organisation_members.csv",
        {
            "organisation_id": made.organisation_id.take(pa.array(made.organisation)),
            "member_kind": draw.take(["customer", "profile"], made.is_profile.astype(np.int8)),
            "member_id": ids,
            "channel": draw.take([None, "microblog"], made.is_profile.astype(np.int8)),
            "role": draw.take(
                [role for roles in _ROLES for role in roles], made.kind[made.organisation] * 2 + made.role
            ),
            "joined_at": draw.dates(made.joined),
            "left_at": draw.keep(draw.dates(made.left), made.left > 0),
        },
    )


def organisation_truth(made: Organisations) -> Records:
    """truth/organisations.csv: the interest that a group's members share."""
    return Records(
        "truth/organisations.csv",
        {
            "organisation_id": made.organisation_id,
            "interest": draw.keep(draw.take(INTERESTS, made.interest), made.kind == 2),
        },
    )


# --- use of products ------------------------------------------------------------------------------------------


def usage_records(seed: int, sold: Orders, people: Customers, days: int, sudden: np.ndarray | None = None) -> Records:
    """usage/usage.csv: a row a machine or grinder and week in which it was used; less in the four weeks before its
    owner stops buying, and then not at all. sudden: customers whose use does not foretell that they stop."""
    rng = draw.stream(seed, "usage")
    is_used = np.array([product.category in _USED for product in CATALOGUE])
    line = np.flatnonzero(is_used[sold.product] & ~sold.is_return[sold.line_order])
    owner, product, day = sold.customer[sold.line_order[line]], sold.product[line], sold.day[sold.line_order[line]]
    pair, first = np.unique(owner * len(CATALOGUE) + product, return_index=True)  # lines lie in the order of time
    owner, product, day = pair // len(CATALOGUE), pair % len(CATALOGUE), day[first]
    end = np.minimum(people.left[owner], days)
    weeks = np.maximum(0, (end - day - 1) // 7).astype(np.int64)
    row = np.repeat(np.arange(len(owner)), weeks)
    week_day = day[row] + 1 + 7 * (draw.ordinals(weeks) - 1)
    is_leaving = (people.left[owner[row]] < days) & (week_day >= people.left[owner[row]] - 28)
    if sudden is not None:
        is_leaving &= ~np.isin(owner[row], sudden)
    habit = rng.gamma(4.0, 2.5, len(owner))
    uses = rng.poisson(habit[row] * np.where(is_leaving, 0.3, 1.0))
    kept = np.flatnonzero(uses > 0)
    at = week_day[kept] * draw.DAY_SECONDS + rng.integers(0, _WEEK, len(kept))
    kept, at = kept[np.argsort(at, kind="stable")], np.sort(at, kind="stable")
    uses, row = uses[kept], row[kept]
    is_machine = np.array([product.category == _USED[0] for product in CATALOGUE])[product[row]]
    seconds = np.rint(uses * np.where(is_machine, 30, 12) * rng.lognormal(0, 0.1, len(uses))).astype(np.int64)
    return Records(
        "usage/usage.csv",
        {
            "usage_id": draw.ids("W", np.arange(1, len(kept) + 1), 8),
            "customer_id": people.customer_id.take(pa.array(owner[row])),
            "product_id": draw.take([article.product_id for article in CATALOGUE], product[row]),
            "feature": draw.take(["grind", "brew"], is_machine.astype(np.int8)),
            "used_at": draw.instants(at),
            "seconds": pa.array(seconds),
            "uses": pa.array(uses),
        },
    )
