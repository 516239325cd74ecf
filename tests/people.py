"""Made-up people of whom some stand twice in the records, and who is who."""

from __future__ import annotations

import random

import pyarrow as pa

SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "wen", "zar", "dol", "fin", "gus", "hel", "jor")
ATTRIBUTES = ("name", "birth_date", "email", "street", "city", "postcode", "phone")


def records(people: int, twice: int, seed: int = 3) -> tuple[pa.Table, list[int]]:
    """record_id and attributes of people, of whom so many stand there twice, written another way; and the person of each row."""
    draw = random.Random(seed)

    def word(parts: int) -> str:
        return "".join(draw.choice(SYLLABLES) for _ in range(parts)).capitalize()

    given, family, cities = ([word(parts) for _ in range(count)] for parts, count in ((2, 60), (3, 150), (2, 25)))
    rows, truth = [], []
    for number in range(people):
        city = draw.randrange(len(cities))
        row = {
            "name": f"{draw.choice(given)} {draw.choice(family)}",
            "birth_date": f"{draw.randint(1940, 2005)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            "email": f"{word(2).lower()}{number}@example.org",
            "street": f"{word(3)} {draw.randint(1, 90)}",
            "city": cities[city],
            "postcode": f"{10000 + 37 * city}",
            "phone": f"+49 30 {draw.randint(1000000, 9999999)}",
        }
        rows.append(row)
        truth.append(number)
        if number < twice:
            rows.append(_again(row, draw))
            truth.append(number)
    order = draw.sample(range(len(rows)), len(rows))
    table = pa.Table.from_pylist([{"record_id": f"r{place:05}", **rows[of]} for place, of in enumerate(order)])
    return table, [truth[of] for of in order]


def _again(row: dict[str, str], draw: random.Random) -> dict[str, str | None]:
    """The same person in another system: a letter of the name differs, another address of e-mail, moved or with no phone."""
    given, family = row["name"].split()
    place = draw.randrange(1, len(family))
    again: dict[str, str | None] = {**row, "name": f"{family[:place]}{family[place + 1 :]}, {given}"}
    again["email"] = f"{given.lower()}.{draw.randint(1, 10**6)}@example.com" if draw.random() < 0.7 else None
    if draw.random() < 0.4:
        again["street"] = None
    if draw.random() < 0.5:
        again["phone"] = None
    return again
