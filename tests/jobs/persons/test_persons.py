from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import people
import pyarrow as pa
import pytest

from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.persons.persons import persons
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company, Competitor
from transformations.contracts import contract

NOW = datetime(2025, 3, 1, tzinfo=UTC)
T1, T2, T3 = (datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2, 3))


def _rows(name: str, *rows: dict) -> pa.Table:
    shared = {"source": "s", "channel": "x", "opened_at": T1}
    schema = arrow.schema_of(contract(name))
    return pa.Table.from_pylist(
        [{key: value for key, value in {**shared, **row}.items() if key in schema.names} for row in rows], schema
    )


def _run(folder: Path) -> Run:
    company = Company(
        name="Acme", company_profiles={"x": ("p2",)}, competitors=(Competitor(name="Other", handles=("other_co",)),)
    )
    settings = Settings(folder=folder, base=Base(lake=LakeSettings(root=folder)), company=company, sources=())
    return Run(run_id="r1", as_of=NOW, settings=settings, started_at=NOW)


def test_persons_and_what_became_of_their_ids(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRM_IDENTITY_KEY", "a secret of the tests")
    ada = {"customer_id": "c1", "name": "Ada", "email": "ada@b.c", "valid_from": T1}
    bert = {"customer_id": "c2", "name": "Bert", "valid_from": T2}
    lake.write("silver.customers", _rows("silver.customers", ada, bert))
    lake.write(
        "silver.profiles",
        _rows(
            "silver.profiles",
            {"profile_id": "p1", "customer_id": "c1", "valid_from": T3},
            {"profile_id": "p2", "valid_from": T3},
            {"profile_id": "p3", "handle": "other_co", "valid_from": T3},
        ),
    )
    lake.write("silver.tickets", _rows("silver.tickets", {"ticket_id": "t1", "email": "ada@b.c", "valid_from": T3}))
    persons(lake, _run(tmp_path))

    def person_of() -> dict[str, str]:
        return {row["linked_record_id"]: row["person_id"] for row in lake.rows("silver.person_links")}

    first = person_of()
    roles = {row["person_id"]: row["role"] for row in lake.rows("silver.persons")}
    assert {record: roles[person] for record, person in first.items()} == {
        "c1": "external_customer",
        "p1": "external_customer",
        "t1": "external_customer",
        "c2": "external_customer",
        "p2": "internal_customer",
        "p3": "competitor",
    }
    assert len(roles) == 4
    assert lake.rows("silver.person_id_changes") == []
    versions = [lake.version(f"silver.{name}") for name in ("persons", "person_links", "person_id_changes")]
    persons(lake, _run(tmp_path))
    assert versions == [lake.version(f"silver.{name}") for name in ("persons", "person_links", "person_id_changes")]

    lake.write("silver.customers", _rows("silver.customers", ada, {**bert, "email": "ada@b.c"}))
    persons(lake, _run(tmp_path))
    assert person_of()["c2"] == first["c1"]
    changes = lake.rows("silver.person_id_changes")
    assert [(row["old_person_id"], row["new_person_id"], row["cause"], row["changed_at"]) for row in changes] == [
        (first["c2"], first["c1"], "merged", NOW)
    ]


def test_one_percent_new_records_leave_the_ids_of_persons_that_they_do_not_touch(quiet, tmp_path, monkeypatch):
    monkeypatch.setenv("SCRM_IDENTITY_KEY", "a secret of the tests")
    records, _ = people.records(1_000, 200)
    rows = [
        {
            "source": "erp",
            "customer_id": row["record_id"],
            "birth_date": date.fromisoformat(row["birth_date"]),
            "valid_from": T1 if place < 1_188 else T3,
            **{name: row[name] for name in ("name", "email", "street", "city", "postcode", "phone")},
        }
        for place, row in enumerate(records.to_pylist())
    ]
    schema = arrow.schema_of(contract("silver.customers"))
    for name in ("silver.profiles", "silver.tickets"):
        quiet.write(name, arrow.schema_of(contract(name)).empty_table())
    settings = Settings(
        folder=tmp_path, base=Base(lake=LakeSettings(root=tmp_path)), company=Company(name="Acme"), sources=()
    )

    def resolved(count: int) -> dict[str, str]:
        quiet.write("silver.customers", pa.Table.from_pylist(rows[:count], schema))
        persons(quiet, replace(Run(run_id="r1", as_of=NOW, settings=settings, started_at=NOW), note=lambda line: None))
        return {row["linked_record_id"]: row["person_id"] for row in quiet.rows("silver.person_links")}

    before, after = resolved(1_188), resolved(1_200)
    assert len(after) - len(before) == 12
    touched = {after[record] for record in after.keys() - before.keys()}
    unaffected = [record for record in before if after[record] not in touched]
    stayed = sum(before[record] == after[record] for record in unaffected)
    assert len(unaffected) > 1_100
    assert stayed / len(unaffected) >= 0.999
