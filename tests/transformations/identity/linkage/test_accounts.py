import random

import pyarrow as pa
import pytest

from transformations.identity.linkage.accounts import CUSTOMER_COLUMNS, PROFILE_COLUMNS, account_pairs

GIVEN = [f"Ga{letter}n" for letter in "abcdefghijklmnopqrst"]
FAMILY = [f"Fa{letter}{other}" for letter in "bcdfg" for other in "klmnp"]
CITIES = ["Vigo", "Lyon", "Köln", "Gent", "Graz"]


def customer(number: int, name: str | None, city: str | None = None, email: str | None = None) -> tuple:
    return ("erp", f"c{number}", name, email, city)


def profile(
    name: str, shown: str | None = None, handle: str | None = None, at: str | None = None, of: str | None = None
):
    return ("x", name, handle, shown, at, None, of, False)


@pytest.fixture(scope="module")
def found() -> dict[str, tuple]:
    """Pairs of a company of 300 customers by account: customer, probability, evidence."""
    draw = random.Random(1)
    people = [(f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}", draw.choice(CITIES)) for _ in range(290)]
    customers = [customer(number, *person) for number, person in enumerate(people)]
    customers += [
        customer(300, "Elizabeth Quince", "Köln"),
        customer(301, "Márta Øster", "Graz"),
        customer(302, "Ivo Twin", "Vigo"),
        customer(303, "Ivo Twin", "Lyon"),
        customer(304, "Solo Person", "Gent"),
        customer(305, "Has Account", "Gent"),
        customer(306, "Two Accounts", "Gent"),
        customer(307, "A", "Gent"),
        customer(308, None, None),
    ]
    known = [profile(f"k{n}", people[n][0], None, people[n][1], f"c{n}") for n in range(100)]
    strangers = [profile(f"s{n}", f"Nobody{chr(97 + n % 26)} Else{chr(97 + n // 26)}", f"nick{n}") for n in range(40)]
    unknown = [
        profile("liz", "Liz Quince", at="Köln, Germany"),
        profile("marta", "coffee lover", "marta_oester7", "Graz"),
        profile("twin", "Ivo Twin", at="Lyon"),
        profile("turned", "Person, Solo"),
        profile("held", "Has Account", at="Gent", of="c305"),
        profile("again", "Has Account", at="Gent"),
        profile("two1", "Two Accounts", at="Gent"),
        profile("two2", "Two Accounts", at="Gent"),
        profile("initial", None, "squince"),
        profile("equince", None, "equince", "Vigo"),
        profile("one", "A"),
        profile("none"),
    ]
    tables = (
        pa.Table.from_pylist(
            [dict(zip(names, row, strict=True)) for row in rows],
            pa.schema([(n, kinds.get(n, pa.string())) for n in names]),
        )
        for names, rows, kinds in (
            (CUSTOMER_COLUMNS, customers, {}),
            (PROFILE_COLUMNS, [*known, *strangers, *unknown], {"is_seen_only": pa.bool_()}),
        )
    )
    pairs = account_pairs(*tables, least=0.05)
    best: dict[str, tuple] = {}
    for row in sorted(pairs, key=lambda row: row["probability"]):
        best[row["profile_id"]] = (row["customer_id"], row["probability"], row["evidence"])
    return best


def test_a_rare_name_links_with_nicknames_in_any_order_and_by_handle(found) -> None:
    assert found["liz"][0] == "c300"
    assert found["liz"][1] > 0.9
    assert found["turned"][0] == "c304"
    assert found["turned"][1] > 0.9
    assert found["marta"] == ("c301", found["marta"][1], "alike: handle; same: location")
    assert found["marta"][1] > 0.9


def test_of_two_with_one_name_the_place_decides(found) -> None:
    assert found["twin"][0] == "c303"
    assert found["twin"][2] == "same: name; same: location"


def test_who_has_an_account_there_gets_no_second_one(found) -> None:
    assert "held" not in found  # a key links it
    assert "again" not in found
    assert found["two1"][1] == found["two2"][1] <= 0.5  # which of them it is, people say


def test_what_says_little_links_nobody(found) -> None:
    assert not {"one", "none", "initial"} & set(found)
    assert not [name for name in found if name.startswith("s")]
    assert found.get("equince", ("", 0.0, ""))[1] < 0.9  # an initial, and another place


def test_few_customers_are_not_compared() -> None:
    few = pa.table({name: pa.array(["a b"] * 5) for name in CUSTOMER_COLUMNS})
    accounts = pa.table({name: pa.array(["a b"]) for name in PROFILE_COLUMNS})
    assert account_pairs(few, accounts, least=0.5) == []
