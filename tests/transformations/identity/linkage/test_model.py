"""Linkage against planted doubles, and against public records whose persons are known."""

import csv

import people
import pyarrow as pa
import pytest

from transformations.identity.linkage import model
from transformations.identity.linkage.attributes import comparable, named
from transformations.identity.linkage.clusters import clusters, quality


@pytest.fixture(scope="module")
def planted():
    records, truth = people.records(400, 80)
    return comparable(records), truth


@pytest.fixture(scope="module")
def found(planted):
    return model.linked(planted[0])


def test_people_who_stand_twice_are_found_and_no_others_joined(planted, found):
    records, truth = planted
    of = quality(clusters(records["record_id"].to_pylist(), found.pairs, 0.9), truth)
    assert of.precision == 1.0
    assert of.recall >= 0.95
    assert of.true == 80


def test_pairs_tell_what_agrees(found):
    first = found.pairs.to_pylist()[0]
    assert first["left_id"] < first["right_id"]
    assert first["probability"] > 0.99
    assert "birth_date" in first["evidence"].split("; ")[0]
    assert first["evidence"].startswith("same: ")
    assert found.pairs["probability"].to_pylist() == sorted(found.pairs["probability"].to_pylist(), reverse=True)


def test_the_order_of_records_makes_no_difference(planted, found):
    records = planted[0]
    turned = records.take(pa.array(range(records.num_rows - 1, -1, -1)))
    assert model.linked(turned).pairs.equals(found.pairs)


def test_placeholder_addresses_are_no_evidence():
    records, truth = people.records(400, 80)
    emails = [
        "noemail@shop.example" if place % 5 == 0 else value for place, value in enumerate(records["email"].to_pylist())
    ]
    place = records.column_names.index("email")
    found = model.linked(comparable(records.set_column(place, "email", pa.array(emails))))
    of = quality(clusters(records["record_id"].to_pylist(), found.pairs, 0.9), truth)
    assert of.precision == 1.0
    assert of.recall >= 0.95


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        (people.records(model.LEAST_RECORDS - 1, 0)[0], "too few to learn from"),
        (
            people.records(250, 20)[0].select(["record_id", "birth_date", "email", "city", "postcode"]),
            "given and family name",
        ),
        (people.records(250, 20)[0].select(["record_id", "name", "city"]), "two more attributes"),
        (pa.table({"record_id": [str(n) for n in range(300)], **{a: [None] * 300 for a in people.ATTRIBUTES}}), "name"),
        (people.records(250, 0)[0].select(["record_id", "name", "email", "phone"]), "too few records agree"),
    ],
    ids=["few", "without names", "names alone", "nothing known", "nothing alike"],
)
def test_where_nothing_can_be_learnt_it_says_why(records, reason):
    found = model.linked(comparable(records))
    assert reason in found.reason
    assert found.pairs.num_rows == 0
    assert found.pairs.schema == model.PAIRS


def test_values_that_many_share_bring_nobody_together():
    """One date of birth on every record: all pairs of 1,560 would be more than a million."""
    records, truth = people.records(1_500, 60)
    shared = records.set_column(
        records.schema.get_field_index("birth_date"), "birth_date", pa.array(["1900-01-01"] * records.num_rows)
    )
    found = model.linked(comparable(shared))
    assert found.pairs.num_rows < 20_000
    assert quality(clusters(shared["record_id"].to_pylist(), found.pairs, 0.9), truth).precision >= 0.95


FLOORS = {
    "splink_fake_1000/fake_1000": (0.99, 0.58),
    "febrl/dataset1": (0.999, 0.99),
    "febrl/dataset2": (0.999, 0.99),
    "febrl/dataset3": (0.999, 0.99),
    "febrl/dataset4a+febrl/dataset4b": (0.999, 0.99),
}


@pytest.mark.parametrize("names", FLOORS)
def test_public_records_are_linked_as_well_as_is_asked(shared_data, names):
    rows = []
    for name in names.split("+"):
        with (shared_data / "identity" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows += [dict(row) for row in csv.DictReader(file, skipinitialspace=True)]
    truth = [row["cluster"] if "cluster" in row else row["rec_id"].split("-")[1] for row in rows]
    used = named(column for column in rows[0] if column != "cluster")
    columns = {name: [row[column] or None for row in rows] for column, name in used.items()}
    ids = [f"{place:06}" for place in range(len(rows))]
    found = model.linked(comparable(pa.table({"record_id": ids, **columns})))
    precision, recall = FLOORS[names]
    linked = [
        (truth[int(row["left_id"])], truth[int(row["right_id"])])
        for row in found.pairs.to_pylist()
        if row["probability"] >= 0.9
    ]
    right = sum(one == other for one, other in linked)
    persons = quality(clusters(ids, found.pairs, 0.9), truth)
    assert right / len(linked) >= precision
    assert right / persons.true >= recall
    assert persons.precision >= precision
