"""Resolves records of the ERP, of channels and of support to persons by exact keys and by likely pairs, in memory.

Two records belong to one person when they have the same e-mail address or when an account or a ticket names the customer
to whom it belongs, transitively. Two customers of one ERP with the same address are one person too. These addresses are
no key: placeholders (noemail@…, and what conf lists), those that more than MOST_PER_EMAIL customers of one source, or
accounts of one channel, share, and those whose customers contradict each other (`addresses.contradicted`). The address of a
ticket that names its customer is no key either: people write for others. Pairs of customers that linkage finds likely
enough, or that people judged to be one person, belong together too.
"""

from __future__ import annotations

import hmac
import itertools
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse import csgraph

from transformations.identity.accounts import public_names
from transformations.identity.addresses import contradicted, is_placeholder

MOST_PER_EMAIL = 5

CUSTOMER, PROFILE, TICKET = "customer", "profile", "ticket"
LEFT, RIGHT = (tuple(f"{end}_{name}" for name in ("kind", "place", "record_id")) for end in ("left", "right"))
"""Columns that name the two records of a pair."""
LINK = ["record_kind", "record_place", "linked_record_id"]
_RECORD = [*LINK, "source", "email", "customer_id", "name", "birth_date", "seen_at", "is_own", "is_rival"]
_ORDER = ["seen_at", "source", "linked_record_id", "record_kind", "record_place"]
_KEYS = {CUSTOMER: "customer_id", PROFILE: "profile_id", TICKET: "ticket_id"}


@dataclass(frozen=True)
class Persons:
    """persons: columns of silver.persons except run_id. links: columns of silver.person_links except run_id."""

    persons: pa.Table
    links: pa.Table


def resolve(
    customers: pa.Table,
    profiles: pa.Table,
    tickets: pa.Table,
    *,
    key: bytes,
    own: pa.Table,
    rival_handles: Collection[str] = (),
    not_a_key: Collection[str] = (),
    likely: pa.Table | None = None,
    apart: pa.Table | None = None,
) -> Persons:
    """Persons, and which records belong to them.

    Args:
        customers (silver.customers: source, customer_id, name, email, birth_date, valid_from),
        profiles (silver.profiles: source, channel, profile_id, handle, display_name, email, customer_id, is_seen_only,
            valid_from),
        tickets (silver.tickets: source, channel, ticket_id, customer_id, email, valid_from); only those that name a
            known customer or have an e-mail address that is no placeholder are used.
        key: secret that person IDs are computed with.
        own: accounts of the company: channel, profile_id.
        rival_handles: handles of competitors in any case, with or without @.
        not_a_key: addresses that conf lists as placeholders, where * stands for anything.
        likely: pairs of records that are of one person: LEFT, RIGHT (kind, place and ID of each), probability, and method
            (linkage, which is the default, or judged).
        apart: pairs of records that people judged to be of different persons: LEFT, RIGHT. No key and no likely pair joins
            them, over other records either (`_part`).
    Returns: one row per person and one row per record. person_id is the first 32 hex digits of HMAC-SHA256 over
        the key of the person's earliest record by valid_from (unknown last), source and ID; it is stable while
        that record is the earliest. A ticket that names its customer is never it.
        role: internal_customer with an account of the company, else external_customer with a customer record,
        else competitor with an account of one, else consumer.
        method of a link: `given_id` for an account or ticket that names its customer, `email` for an account or a
        ticket that shares an address, `same_email` for a customer that shares one with an earlier customer,
        `linkage` (or `judged`) for the first of the records that keys join, where only a likely pair joins them to the
        person, `seed` for the rest. Exact keys have probability 1; of a link by linkage it is that of its likeliest pair.
    """
    records = _records(customers, profiles, tickets, own, rival_handles)
    named = _named_customers(records)
    is_known = ~_is_placeholder(records["email"], not_a_key)
    is_used = (records["record_kind"] != TICKET) | (named >= 0) | is_known
    if not is_used.all():
        records = records[is_used].reset_index(drop=True)
        named, is_known = _named_customers(records), is_known[is_used].reset_index(drop=True)
    is_of_customer = (records["record_kind"] == TICKET) & (named >= 0)
    records.loc[is_of_customer, "email"] = None
    address = _usable_emails(records, is_known)
    pairs = _pairs(records, likely)
    pairs = _part(address, named, pairs, _pairs(records, apart))
    records["person"] = _components(address, named, pairs)
    records["method"] = _methods(records, address, named)
    _mark_linked(records, _components(address, named, pairs[:0]), pairs)
    first = records[~is_of_customer].drop_duplicates("person").sort_values("person")
    messages = map("\x1f".join, zip(*(first[name] for name in LINK), strict=True))
    ids = np.array([hmac.digest(key, text.encode(), "sha256").hex()[:32] for text in messages], dtype=object)
    return Persons(_persons(records, ids), _links(records, ids))


def _records(
    customers: pa.Table, profiles: pa.Table, tickets: pa.Table, own: pa.Table, rival_handles: Collection[str]
) -> pd.DataFrame:
    """All records, the earliest first: by valid_from (unknown last), source, ID and kind."""
    buyers = customers.to_pandas().rename(columns={"source": "record_place"})
    buyers["source"], buyers["linked_record_id"] = buyers["record_place"], buyers.pop("customer_id")
    accounts = profiles.to_pandas()
    handle = accounts["handle"].astype("object")
    accounts["name"] = accounts["display_name"].where(accounts["display_name"].notna(), handle)
    accounts["is_seen_only"] = accounts["is_seen_only"].astype("boolean").fillna(False).astype(bool)
    of_company = pd.MultiIndex.from_frame(own.select(["channel", "profile_id"]).to_pandas())
    accounts["is_own"] = pd.MultiIndex.from_frame(accounts[["channel", "profile_id"]]).isin(of_company)
    rivals = {name.lower().lstrip("@") for name in rival_handles}
    accounts["is_rival"] = public_names(accounts).isin(rivals)
    parts = []
    for kind, part in ((CUSTOMER, buyers), (PROFILE, accounts), (TICKET, tickets.to_pandas())):
        named = part.rename(
            columns={"channel": "record_place", _KEYS[kind]: "linked_record_id", "valid_from": "seen_at"}
        )
        parts.append(named.assign(record_kind=kind).reindex(columns=_RECORD))
    records = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    records["email"] = records["email"].astype("object").str.strip().str.lower().replace("", None)
    for flag in ("is_own", "is_rival"):
        records[flag] = records[flag].astype("boolean").fillna(False).astype(bool)
    keys = pa.table({name: pa.array(records[name], from_pandas=True) for name in _ORDER})
    order = pc.sort_indices(keys, [(name, "ascending") for name in _ORDER])  # nulls last
    return records.take(order.to_numpy()).reset_index(drop=True)


def _is_placeholder(emails: pd.Series, not_a_key: Collection[str]) -> pd.Series:
    """Whether each address is missing or stands for nobody."""
    nobody = {address for address in emails.dropna().unique() if is_placeholder(address, not_a_key)}
    return emails.isna() | emails.isin(nobody)


def _usable_emails(records: pd.DataFrame, may_be: pd.Series) -> pd.Series:
    """The address of each record, null where it cannot be used as a key. Args: may_be: records whose address may be one."""
    of_one_person = records["record_kind"] != TICKET
    shared_by = records[of_one_person].groupby(["email", "record_kind", "record_place"]).size()
    shared = set(shared_by[shared_by > MOST_PER_EMAIL].index.get_level_values("email"))
    shared |= contradicted(records.loc[records["record_kind"] == CUSTOMER, ["email", "name", "birth_date"]])
    return records["email"].where(may_be & ~records["email"].isin(shared))


def of_one_customer(customers: pa.Table, not_a_key: Collection[str] = ()) -> pa.Array:
    """The address of each customer, null where it tells of no one person: a placeholder, shared by many, contradicted.

    Args: customers: source, email, name, birth_date of silver.customers.
    """
    rows = customers.select(["source", "email", "name", "birth_date"]).to_pandas()
    rows["email"] = rows["email"].astype("object").str.strip().str.lower().replace("", None)
    rows = rows.assign(record_kind=CUSTOMER, record_place=rows["source"])
    return pa.array(_usable_emails(rows, ~_is_placeholder(rows["email"], not_a_key)), pa.string(), from_pandas=True)


def _named_customers(records: pd.DataFrame) -> np.ndarray:
    """The row of the customer that each account and ticket names, -1 for none.

    Where several sources have a customer with that ID, the record's own source decides.
    """
    named = np.full(len(records), -1)
    giving = records[(records["record_kind"] != CUSTOMER) & records["customer_id"].notna()]
    customers = records[records["record_kind"] == CUSTOMER]
    rows = pd.Series(customers.index, index=customers["linked_record_id"])
    unambiguous = rows[~rows.index.duplicated(keep=False)]
    named[giving.index] = giving["customer_id"].map(unambiguous).fillna(-1)
    places = pd.MultiIndex.from_frame(customers[["source", "linked_record_id"]])
    by_source = pd.Series(customers.index, index=places)
    open_ = giving[named[giving.index] < 0]
    own = pd.MultiIndex.from_frame(open_[["source", "customer_id"]])
    named[open_.index] = by_source.reindex(own).fillna(-1)
    return named


def _pairs(records: pd.DataFrame, likely: pa.Table | None) -> pd.DataFrame:
    """Rows of the two records of each pair, and its probability; pairs of records that are gone are left out."""
    if likely is None or not likely.num_rows:
        return pd.DataFrame({"left": [], "right": [], "probability": [], "method": []}).astype(
            {"left": int, "right": int}
        )
    rows = pd.Series(records.index, index=pd.MultiIndex.from_frame(records[LINK]))
    of = likely.to_pandas()
    of = of.assign(**{name: value for name, value in (("probability", 1.0), ("method", "linkage")) if name not in of})
    found = {
        end: rows.reindex(pd.MultiIndex.from_frame(of[list(columns)])).to_numpy()
        for end, columns in (("left", LEFT), ("right", RIGHT))
    }
    return (
        pd.DataFrame({**found, **{name: of[name].to_numpy() for name in ("probability", "method")}})
        .dropna()
        .astype({"left": int, "right": int})
    )


def _part(address: pd.Series, named: np.ndarray, pairs: pd.DataFrame, apart: pd.DataFrame) -> pd.DataFrame:
    """Takes what joins two records that are of different persons, over others too, until nothing does.

    Of the links between the two the weakest goes: a likely pair, else an address, else the customer that is named; of
    equal ones that of the later record, or the one next to it. What people judged to be the same goes last.
    Returns: the pairs that remain; keys are taken from address and named.
    """
    for one, other in zip(apart["left"], apart["right"], strict=True):
        earlier, later = sorted((one, other))  # records lie in the order of time
        if earlier == later:
            continue
        while path := _way(address, named, pairs, later, earlier):
            pairs = _without_weakest(address, named, pairs, path)
    return pairs


def _way(address: pd.Series, named: np.ndarray, pairs: pd.DataFrame, start: int, end: int) -> list[int]:
    """Vertices of a shortest way between two records, from the first to the last; none where nothing joins them."""
    graph = _graph(address, named, pairs)
    before = csgraph.breadth_first_order(graph, start, directed=False)[1]
    if before[end] < 0:
        return []
    way = [end]
    while way[-1] != start:
        way.append(int(before[way[-1]]))
    return way[::-1]


def _without_weakest(address: pd.Series, named: np.ndarray, pairs: pd.DataFrame, way: list[int]) -> pd.DataFrame:
    """Takes the weakest link of a way; of equal ones the first. Returns: the pairs that remain."""
    size = len(address)
    links: list[tuple[float, int, int]] = []  # what holds it: the larger, the stronger; and the two records
    for one, other in itertools.pairwise(way):
        if max(one, other) >= size:
            links.append((2, min(one, other), -1))
        elif named[other] == one:
            links.append((3, other, one))
        elif named[one] == other:
            links.append((3, one, other))
        else:
            of = pairs[_joins(pairs, one, other)]
            is_judged = bool((of["method"] == "judged").any())
            links.append((4 if is_judged else float(of["probability"].max()), one, other))
    strength, one, other = min(links, key=lambda link: link[0])
    if strength == 2:
        address.iloc[one] = None
    elif strength == 3:
        named[one] = -1
    else:
        pairs = pairs[~_joins(pairs, one, other)]
    return pairs


def _joins(pairs: pd.DataFrame, one: int, other: int) -> pd.Series:
    """Whether each pair is of these two records."""
    return pairs["left"].isin((one, other)) & pairs["right"].isin((one, other))


def _mark_linked(records: pd.DataFrame, by_keys: np.ndarray, pairs: pd.DataFrame) -> None:
    """The first record of those that exact keys join, where only a likely pair joins them to earlier ones of the person.

    Its probability is that of the likeliest pair with earlier ones; with later ones where these alone join it.
    Args: by_keys: number of what exact keys join, of each record.
    """
    records["probability"] = 1.0
    if pairs.empty:
        return
    first = pd.Series(records.index, index=by_keys).groupby(level=0).min()
    both = pd.concat([pairs, pairs.rename(columns={"left": "right", "right": "left"})])
    ends = pd.DataFrame(
        {
            "first": first.reindex(by_keys[both["left"]]).to_numpy(),
            "other": first.reindex(by_keys[both["right"]]).to_numpy(),
            "probability": both["probability"].to_numpy(),
            "method": both["method"].to_numpy(),
        }
    )
    ends = ends[ends["first"] != ends["other"]].assign(is_earlier=ends["other"] < ends["first"])
    best = ends.sort_values(["is_earlier", "probability"]).groupby("first")[["probability", "method"]].last()
    is_first = ~records["person"].duplicated()
    linked = best[~is_first.reindex(best.index)]
    records.loc[linked.index, "method"] = linked["method"]
    records.loc[linked.index, "probability"] = linked["probability"]


def _components(address: pd.Series, named: np.ndarray, pairs: pd.DataFrame) -> np.ndarray:
    """Number of the person of each record."""
    return csgraph.connected_components(_graph(address, named, pairs), directed=False)[1][: len(address)]


def _graph(address: pd.Series, named: np.ndarray, pairs: pd.DataFrame) -> sparse.csr_matrix:
    """What joins records. Vertices: the records, and after them the addresses."""
    size = len(address)
    codes, addresses = pd.factorize(address)
    by_email, by_name = np.flatnonzero(codes >= 0), np.flatnonzero(named >= 0)
    tails = np.concatenate([by_email, by_name, pairs["left"].to_numpy(dtype=np.int64)])
    heads = np.concatenate([size + codes[by_email], named[by_name], pairs["right"].to_numpy(dtype=np.int64)])
    total = size + len(addresses)
    return sparse.csr_matrix((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(total, total))


def _methods(records: pd.DataFrame, address: pd.Series, named: np.ndarray) -> np.ndarray:
    is_customer = records["record_kind"] == CUSTOMER
    repeated = address.notna() & address.duplicated(keep=False)
    again = address[is_customer & address.notna()].duplicated()
    after_a_customer = is_customer & again.reindex(records.index, fill_value=False)
    return np.select(
        [named >= 0, after_a_customer, repeated & ~is_customer], ["given_id", "same_email", "email"], "seed"
    )


def _persons(records: pd.DataFrame, ids: np.ndarray) -> pa.Table:
    """Name and address are those of the earliest customer that has one, else of the earliest account or ticket."""
    kinds = pd.Categorical(records["record_kind"], [CUSTOMER, PROFILE, TICKET])
    of_person = records.take(np.argsort(kinds.codes, kind="stable")).groupby("person", sort=True)
    rows = of_person[["name", "email"]].first()
    is_own, is_rival = (of_person[flag].max().to_numpy() for flag in ("is_own", "is_rival"))
    counts = {kind: np.bincount(records["person"][(kinds == kind)], minlength=len(ids)) for kind in (CUSTOMER, PROFILE)}
    role = np.select(
        [is_own, counts[CUSTOMER] > 0, is_rival], ["internal_customer", "external_customer", "competitor"], "consumer"
    )
    return pa.table(
        {
            "person_id": pa.array(ids, pa.string()),
            "name": pa.array(rows["name"], pa.string(), from_pandas=True),
            "email": pa.array(rows["email"], pa.string(), from_pandas=True),
            "role": pa.array(role, pa.string()),
            "customers_count": counts[CUSTOMER],
            "profiles_count": counts[PROFILE],
            "first_seen_at": _times(of_person["seen_at"].min()),
        }
    ).sort_by("person_id")


def _links(records: pd.DataFrame, ids: np.ndarray) -> pa.Table:
    columns = {name: pa.array(records[name], pa.string()) for name in LINK}
    return pa.table(
        {
            **columns,
            "person_id": pa.array(ids[records["person"]], pa.string()),
            "method": pa.array(records["method"], pa.string()),
            "probability": records["probability"].to_numpy(),
            "valid_from": _times(records["seen_at"]),
            "valid_to": pa.nulls(len(records), pa.timestamp("us", tz="UTC")),
        }
    ).sort_by([(name, "ascending") for name in LINK])


def _times(values: pd.Series) -> pa.Array:
    return pa.array(pd.to_datetime(values, utc=True), pa.timestamp("us", tz="UTC"), from_pandas=True)
