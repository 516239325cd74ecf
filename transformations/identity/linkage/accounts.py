"""Which customer an account belongs to where no key says it: by shown name, handle and location.

For each account that shows a name which a customer has, the chance that it is that customer's is weighed against the chance that
somebody else shows the same name: names are as frequent as their parts among the customers, taken as independent. How often
accounts of customers show their city is learnt from the accounts whose customer a key tells; the share of accounts that
belong to a customer, by expectation maximisation. Source: Fellegi and Sunter 1969, with frequencies of values (Winkler 2000).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from transformations.identity.linkage.attributes import comparable
from transformations.identity.linkage.model import LEAST_RECORDS
from transformations.identity.linkage.nicknames import full

CUSTOMER_COLUMNS = ("source", "customer_id", "name", "email", "city")
PROFILE_COLUMNS = (
    "channel",
    "profile_id",
    "handle",
    "display_name",
    "location",
    "email",
    "customer_id",
    "is_seen_only",
)
_MOST_ALIKE = 20
"""A name that more customers than this have says nothing."""
_ROUNDS = 20
_MARKS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa"})
_SAME_PLACE = (4.0, 5.0)
"""Accounts of customers that show their city, of so many: what is believed before any is seen."""


@dataclass(frozen=True)
class _Name:
    """given, family: first and last word of a name in lower case without accents, nicknames in full."""

    given: str
    family: str


@dataclass(frozen=True)
class _Candidate:
    customer: tuple[str, str]
    what: str
    chance: float
    """How often somebody who is not the customer shows this."""
    is_same_place: bool | None


def account_pairs(customers: pa.Table, profiles: pa.Table, *, least: float) -> list[dict[str, Any]]:
    """Accounts without a key and the customers to whom they may belong.

    An account of a channel on which the customer has one by a key is left out; of several accounts of a channel that may be one
    customer's, one is: their odds are shared. Nothing is found among fewer than LEAST_RECORDS customers.

    Args: customers (CUSTOMER_COLUMNS), profiles (PROFILE_COLUMNS; the company's own and bots left out). least: probability below
        which pairs are left out.
    Returns: source, customer_id, channel, profile_id, probability, evidence; sorted.
    """
    if customers.num_rows < LEAST_RECORDS:
        return []
    rows = customers.to_pylist()
    names, cities = _names(customers["name"]), _places(customers["city"])
    known = _known(rows, profiles)
    described = (profiles.to_pylist(), _names(profiles["display_name"]), _places(profiles["location"]))
    accounts = [
        row | {"shown": shown, "at": at} for row, shown, at in zip(*described, strict=True) if not row["is_seen_only"]
    ]
    same, placed = _SAME_PLACE
    by_id = {(row["source"], row["customer_id"]): place for place, row in enumerate(rows)}
    taken: set[tuple[tuple[str, str], str]] = set()
    for row in accounts:
        if (customer := known.get((row["channel"], row["profile_id"]))) is None:
            continue
        taken.add((customer, row["channel"]))
        if row["at"] and (city := cities[by_id[customer]]):
            placed += 1
            same += row["at"] == city
    share_same = same / placed
    city_counts = Counter(city for city in cities if city)
    found = _candidates(
        rows, names, cities, [row for row in accounts if (row["channel"], row["profile_id"]) not in known], taken
    )
    total, labelled = len(rows), len(known)
    share = max(labelled / max(len(accounts), 1), 0.05)

    def weights(candidates: Sequence[_Candidate]) -> tuple[list[float], float]:
        each = []
        for one in candidates:
            factor = 1.0
            if one.is_same_place is not None:
                of_others = city_counts[cities[by_id[one.customer]]] / max(sum(city_counts.values()), 1)
                factor = share_same / of_others if one.is_same_place else (1 - share_same) / max(1 - of_others, 0.01)
            each.append(share / total * factor)
        return each, (1 - share) * candidates[0].chance

    for _ in range(_ROUNDS):
        belonging = labelled + sum(sum(each) / (sum(each) + nobody) for each, nobody in map(weights, found.values()))
        share = min(max(belonging / max(len(accounts), 1), 0.01), 0.99)
    pairs: list[dict[str, Any]] = []
    for (channel, profile), candidates in found.items():
        each, nobody = weights(candidates)
        for one, weight in zip(candidates, each, strict=True):
            shown = {
                "source": one.customer[0],
                "customer_id": one.customer[1],
                "channel": channel,
                "profile_id": profile,
            }
            pairs.append(shown | {"probability": weight / (sum(each) + nobody), "evidence": _evidence(one)})
    _share_odds(pairs)
    kept = [row for row in pairs if row["probability"] >= least]
    return sorted(kept, key=lambda row: tuple(row[name] for name in ("source", "customer_id", "channel", "profile_id")))


def _share_odds(pairs: list[dict[str, Any]]) -> None:
    """Of the accounts of a channel that may be one customer's, one is: each has its share of the odds."""
    odds: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in pairs:
        odds[row["source"], row["customer_id"], row["channel"]] += _odds(row["probability"])
    for row in pairs:
        of_all = odds[row["source"], row["customer_id"], row["channel"]]
        row["probability"] = round(_odds(row["probability"]) / (1 + of_all), 6)


def _known(rows: Sequence[Mapping[str, Any]], profiles: pa.Table) -> dict[tuple[str, str], tuple[str, str]]:
    """Account -> the customer that it names, or whose address it has."""
    by_id: dict[str, list[tuple[str, str]]] = defaultdict(list)
    by_email: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        key = (row["source"], row["customer_id"])
        by_id[row["customer_id"]].append(key)
        if row["email"]:
            by_email[row["email"].strip().lower()].append(key)
    found = {}
    for row in profiles.to_pylist():
        named = by_id.get(row["customer_id"] or "", []) or by_email.get((row["email"] or "").strip().lower(), [])
        if named:
            found[row["channel"], row["profile_id"]] = named[0]
    return found


def _candidates(
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[_Name | None],
    cities: Sequence[str],
    accounts: Iterable[Mapping[str, Any]],
    taken: set[tuple[tuple[str, str], str]],
) -> dict[tuple[str, str], list[_Candidate]]:
    """Account -> the customers whose name it shows, by the strongest thing that it shows."""
    total = len(rows)
    given, family, initial = (
        Counter(part(name) for name in names if name)
        for part in (lambda name: name.given, lambda name: name.family, lambda name: name.given[:1])
    )
    by_name: dict[_Name, list[int]] = defaultdict(list)
    by_handle: dict[str, list[int]] = defaultdict(list)
    by_initial: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        if name is not None:
            by_name[name].append(place)
            for written in _written(rows[place]["name"], name):
                by_handle[written].append(place)
            by_initial[name.given[:1] + name.family].append(place)
    found: dict[tuple[str, str], list[_Candidate]] = {}
    for row in accounts:
        shown, handle, at = row["shown"], _letters(row["handle"]), row["at"]
        for what, places in (
            ("name", by_name.get(shown, []) if shown else []),
            ("handle", by_handle.get(handle, [])),
            ("initial and family name in the handle", by_initial.get(handle, [])),
        ):
            places = [
                place
                for place in dict.fromkeys(places)
                if ((rows[place]["source"], rows[place]["customer_id"]), row["channel"]) not in taken
            ]
            if not places or len(places) > _MOST_ALIKE:
                continue
            name = names[places[0]]
            assert name is not None
            first = initial[name.given[:1]] if what.startswith("initial") else given[name.given]
            chance = (first / total) * (family[name.family] / total)
            found[row["channel"], row["profile_id"]] = [
                _Candidate(
                    (rows[place]["source"], rows[place]["customer_id"]),
                    what,
                    chance,
                    at == cities[place] if at and cities[place] else None,
                )
                for place in places
            ]
            break
    return found


def _odds(probability: float) -> float:
    return probability / max(1 - probability, 1e-9)


def _evidence(one: _Candidate) -> str:
    parts = {True: ["same: location"], False: ["differs: location"], None: []}[one.is_same_place]
    return "; ".join([f"{'same' if one.what == 'name' else 'alike'}: {one.what}", *parts])


def _names(texts: pa.ChunkedArray) -> list[_Name | None]:
    """Names of two words or more; null for others, which say too little."""
    split = comparable(pa.table({"name": texts.cast(pa.string())}))
    return [
        _Name(full(given.split()[0]), family) if given and family and not re.search(r"\d", given + family) else None
        for given, family in zip(split["given_name"].to_pylist(), split["family_name"].to_pylist(), strict=True)
    ]


def _places(texts: pa.ChunkedArray) -> list[str]:
    """The first part of each place, in lower case without accents: Köln, Germany is koln."""
    first = pa.array([(text or "").split(",")[0] for text in texts.to_pylist()], pa.string())
    return [place or "" for place in comparable(pa.table({"city": first}))["city"].to_pylist()]


def _letters(text: str | None) -> str:
    """The letters of a handle without accents, without what stands between them and numbers at its end.

    >>> _letters("Márta_Vig-7")
    'martavig'
    """
    plain = unicodedata.normalize("NFKD", (text or "").casefold())
    return re.sub(r"[^\w]|_", "", re.sub(r"\d+$", "", plain))


def _written(text: str, name: _Name) -> set[str]:
    """How a handle would write a name: adalovelace, lovelaceada; with ae and with a for ä."""
    words = text.casefold().translate(_MARKS).replace(",", " ").split()
    found = {name.given + name.family, name.family + name.given}
    if len(words) > 1:
        found |= {_letters(words[0] + words[-1]), _letters(words[-1] + words[0])}
    return found
