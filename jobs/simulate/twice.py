"""People who stand in records more than once: with typos, after a move, under another address; and others in their household.

truth/people.csv is what `scrm persons evaluate` is tried on. No source lands it: who is who stands in it.
"""

from __future__ import annotations

import string

import numpy as np
import pyarrow as pa

from jobs.simulate import draw
from jobs.simulate.names import CITIES, GIVEN_NAMES, STREETS
from jobs.simulate.write import Records

_AGAIN, _A_THIRD_TIME, _SHARES = (
    0.4,
    0.15,
    0.2,
)  # of the customers; of those who stand twice; who live with another person
_COLUMNS = ("name", "birth_date", "email", "phone", "street", "city", "postcode")
Row = dict[str, str | None]


def people_truth(seed: int, customers: Records) -> Records:
    """truth/people.csv: a row a record, in random order, with the number of its person and how it came about.

    Args: customers: erp/customers.csv without faults.
    """
    rng = draw.stream(seed, "people who stand twice")
    columns = [customers.columns[name].to_pylist() for name in _COLUMNS]
    rows: list[Row] = []
    for number, values in enumerate(zip(*columns, strict=True), 1):
        first: Row = dict(zip(_COLUMNS, values, strict=True))
        person = f"Q{number:06}"
        rows.append({"person": person, "how": "first", **first})
        if rng.random() < _AGAIN:
            rows.append({"person": person, **_again(rng, first)})
            if rng.random() < _A_THIRD_TIME:
                rows.append({"person": person, **_again(rng, first)})
        if rng.random() < _SHARES:
            rows.append({"person": f"{person}B", **_beside(rng, first)})
    order = rng.permutation(len(rows))
    made = [rows[place] for place in order]
    names = ("person", "how", *_COLUMNS)
    return Records(
        "truth/people.csv",
        {"record_id": draw.ids("R", np.arange(1, len(made) + 1), 7)}
        | {name: pa.array([row[name] for row in made], pa.string()) for name in names},
    )


def _again(rng: np.random.Generator, first: Row) -> Row:
    """The same person in another system: two of these, and now and then something left out."""
    row = dict(first)
    ways = rng.choice(["typo", "turned", "moved", "mail", "phone"], size=2, replace=False).tolist()
    given, _, family = (first["name"] or "").rpartition(" ")
    if "typo" in ways:
        row["name"] = f"{given} {_mistyped(rng, family)}"
    if "turned" in ways:
        row["name"] = ", ".join(reversed((row["name"] or "").rsplit(" ", 1)))
    if "moved" in ways:
        row |= _elsewhere(rng)
    if "mail" in ways:
        row["email"] = f"{given[:1].lower()}{rng.integers(10, 10_000)}@example.org"
    if "phone" in ways:
        row["phone"] = f"+49 30 {rng.integers(1_000_000, 9_999_999)}"
    for name in ("birth_date", "email", "phone"):
        if rng.random() < 0.12:
            row[name] = None
    return {"how": "+".join(sorted(ways)), **row}


def _beside(rng: np.random.Generator, first: Row) -> Row:
    """Somebody else of the household: the same family name, address and phone; a twin was born on the same day, too."""
    family = (first["name"] or "").rpartition(" ")[2]
    given = GIVEN_NAMES[int(rng.integers(0, len(GIVEN_NAMES)))]
    while (first["name"] or "").startswith(f"{given} "):
        given = GIVEN_NAMES[int(rng.integers(0, len(GIVEN_NAMES)))]
    is_twin = rng.random() < 0.1
    born = f"{rng.integers(1945, 2006)}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}"
    mail = f"{given.lower().translate(_NO_MARKS)}{rng.integers(10, 10_000)}@example.net"
    row = first | {"name": f"{given} {family}", "birth_date": first["birth_date"] if is_twin else born, "email": mail}
    return {"how": "twin" if is_twin else "household", **row}


def _elsewhere(rng: np.random.Generator) -> Row:
    city, _, area = CITIES[int(rng.integers(0, len(CITIES)))]
    street = STREETS[int(rng.integers(0, len(STREETS)))]
    return {"street": f"{street} {rng.integers(1, 140)}", "city": city, "postcode": f"{area}{rng.integers(0, 1000):03}"}


def _mistyped(rng: np.random.Generator, word: str) -> str:
    """A letter is left out, doubled, replaced, or changes places with the next."""
    if len(word) < 3:
        return word
    place = int(rng.integers(1, len(word) - 1))
    letter = string.ascii_lowercase[int(rng.integers(0, 26))]
    before, its, after = word[:place], word[place], word[place + 1 :]
    ways = (before + after, before + its + its + after, before + letter + after, before + after[:1] + its + after[1:])
    return ways[int(rng.integers(0, len(ways)))]


_NO_MARKS = str.maketrans("äöüßéèøåç", "aouseeoac")
