"""Which source's value stands: the first named, then the freshest; and what the others say is kept."""

from datetime import UTC, datetime

import pyarrow as pa

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.identity.attributes import LINK_COLUMNS, person_attributes, with_current_values

OLD, NEW = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
CUSTOMERS = [
    {
        "source": "erp",
        "customer_id": "1",
        "name": "Ada Byron",
        "email": "ada@a.example",
        "phone": "+49 30 123-45",
        "country": "DE",
        "valid_from": OLD,
    },
    {
        "source": "crm",
        "customer_id": "x",
        "name": "ada  byron",
        "email": "ada@b.example",
        "phone": "004930 12345",
        "valid_from": NEW,
    },
    {"source": "erp", "customer_id": "2", "name": "Bob", "valid_from": OLD},
]
TICKETS = [{"channel": "mail", "ticket_id": "t", "email": "ada@a.example", "valid_from": NEW}]
LINKS = [
    ("customer", "erp", "1", "A"),
    ("customer", "crm", "x", "A"),
    ("ticket", "mail", "t", "A"),
    ("customer", "erp", "2", "B"),
]


def of(name: str, rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, arrow.schema_of(contract(f"silver.{name}")))


def standing(precedence) -> dict:
    links = of("person_links", [dict(zip(LINK_COLUMNS, link, strict=True)) for link in LINKS]).select(LINK_COLUMNS)
    rows = person_attributes(
        of("customers", CUSTOMERS), of("profiles", []), of("tickets", TICKETS), links, precedence
    ).to_pylist()
    return {(row["person_id"], row["attribute"]): row for row in rows}


def test_precedence_decides_and_the_disagreement_is_kept():
    found = standing({"default": ["erp", "crm"], "email": ["crm"]})
    email = found["A", "email"]
    assert (email["value"], email["value_source"], email["value_record_id"]) == ("ada@b.example", "crm", "x")
    assert (email["sources_count"], email["values_count"], email["is_agreed"]) == (3, 2, False)
    assert email["other_values"] == ["erp: ada@a.example", "mail: ada@a.example"]
    name = found["A", "name"]
    assert (name["value"], name["is_agreed"]) == ("Ada Byron", True)  # case and spaces are no disagreement
    assert found["A", "country"]["is_agreed"] is None  # one source alone has it
    assert ("B", "email") not in found


def test_without_precedence_the_freshest_stands():
    assert standing({})["A", "name"]["value_source"] == "crm"
    assert standing({})["A", "email"]["value"] == "ada@b.example"  # as fresh as the ticket's: by name of the source


def test_what_is_written_alike_but_for_punctuation_agrees():
    phone = standing({})["A", "phone"]
    assert (phone["values_count"], phone["is_agreed"]) == (1, True)


def test_persons_bear_the_values_that_stand():
    persons = pa.table({"person_id": ["A", "C"], "name": ["Old", "Cy"], "email": [None, None]})
    attributes = pa.table({"person_id": ["A", "A"], "attribute": ["name", "email"], "value": ["Ada", "a@b.example"]})
    assert with_current_values(persons, attributes).to_pylist() == [
        {"person_id": "A", "name": "Ada", "email": "a@b.example"},
        {"person_id": "C", "name": "Cy", "email": None},
    ]
