from datetime import date

import pyarrow as pa
import pytest

from transformations.identity.linkage.attributes import comparable, named


@pytest.mark.parametrize(
    ("attribute", "value", "plain"),
    [
        ("family_name", " Müller-Lüdenscheidt", "muller ludenscheidt"),
        ("family_name", "O\u2019Brien", "o brien"),
        ("city", "ＴＯＫＹＯ", "tokyo"),
        ("family_name", "Иванов", "иванов"),
        ("given_name", "محمد", "محمد"),
        ("given_name", "X", "x"),
        ("given_name", "  ", None),
        ("given_name", "🙂", None),
        ("birth_date", "19851224", "1985-12-24"),
        ("birth_date", "1985-12-24", "1985-12-24"),
        ("birth_date", "1985-12-24 00:00:00", "1985-12-24"),
        ("birth_date", "24.12.1985", None),
        ("birth_date", "12/24/1985", None),
        ("birth_date", "19851350", None),
        ("birth_date", "Christmas", None),
        ("family_name", "कोमल", "कोमल"),
        ("family_name", "สมชาย ใจดี", "สมชาย ใจดี"),
        ("family_name", "ホンダ", "ホンダ"),
        ("family_name", "Θεοδωράκης", "θεοδωρακησ"),
        ("email", "noemail@shop.example", None),
        ("email", " Ada@Example.ORG ", "ada@example.org"),
        ("phone", "+44 (0)20 7946 0018", "079460018"),
        ("phone", "020 7946 0018", "079460018"),
        ("phone", "none", None),
        ("postcode", "SW1A 1AA", "sw1a 1aa"),
    ],
)
def test_the_same_is_written_alike(attribute, value, plain):
    assert comparable(pa.table({attribute: [value, None]}))[attribute].to_pylist() == [plain, None]


def test_dates_are_read_as_dates():
    assert comparable(pa.table({"birth_date": [date(1985, 12, 24)]}))["birth_date"].to_pylist() == ["1985-12-24"]


def test_a_whole_name_is_split_unless_its_parts_stand_apart():
    names = ["Ada Augusta Lovelace", "Lovelace, Ada", "Ada", ", ", None, "  "]
    split = comparable(pa.table({"name": names, "record_id": list("abcdef")}))
    assert split.column_names == ["record_id", "given_name", "family_name"]
    assert split["given_name"].to_pylist() == ["ada augusta", "ada", "ada", None, None, None]
    assert split["family_name"].to_pylist() == ["lovelace", "lovelace", None, None, None, None]
    apart = comparable(pa.table({"name": ["Ada Lovelace"], "given_name": ["Augusta"], "family_name": ["King"]}))
    assert (apart["given_name"].to_pylist(), apart["family_name"].to_pylist()) == (["augusta"], ["king"])


def test_columns_that_say_what_they_hold_are_found_once():
    found = named(["rec_id", "Given Name", "surname", "SUBURB", "city", "soc_sec_id", "dob"])
    assert found == {
        "Given Name": "given_name",
        "surname": "family_name",
        "SUBURB": "city",
        "soc_sec_id": "national_id",
        "dob": "birth_date",
    }
