"""Likely pairs of customers become persons; people judge the others, and take it back."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime

import people
import pyarrow as pa
import pytest

from jobs.errors import ConfError
from jobs.job import Run
from jobs.lake import arrow
from jobs.persons import decisions, evaluation, pairs, review
from jobs.persons.persons import persons
from jobs.settings import Settings
from jobs.settings.base import Base, IdentitySettings, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import contract

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def planted():
    return people.records(300, 60)


@pytest.fixture
def shop(lake, tmp_path, planted, monkeypatch):
    """Customers of two ERPs in a lake, and a function that runs the job and gives the person of each."""
    monkeypatch.setenv("SCRM_IDENTITY_KEY", "a secret of the tests")
    records, truth = planted
    seen: set[int] = set()
    rows = []
    for row, person in zip(records.to_pylist(), truth, strict=True):
        of = {name: row[name] for name in ("name", "email", "street", "city", "postcode", "phone")}
        born = date.fromisoformat(row["birth_date"])
        source = "crm" if person in seen else "erp"
        seen.add(person)
        rows.append({"source": source, "customer_id": row["record_id"], "birth_date": born, "valid_from": NOW, **of})
    lake.write("silver.customers", pa.Table.from_pylist(rows, arrow.schema_of(contract("silver.customers"))))
    for name in ("silver.profiles", "silver.tickets"):
        lake.write(name, arrow.schema_of(contract(name)).empty_table())

    def run(**identity) -> dict[str, str]:
        base = Base(lake=LakeSettings(root=tmp_path), identity=IdentitySettings(**identity))
        settings = Settings(folder=tmp_path, base=base, company=Company(name="Acme"), sources=())
        notes: list[str] = []
        persons(lake, replace(Run(run_id="r1", as_of=NOW, settings=settings, started_at=NOW), note=notes.append))
        run.notes = notes
        return {row["linked_record_id"]: row["person_id"] for row in lake.rows("silver.person_links")}

    return run


def groups(person_of: dict[str, str]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for record, person in person_of.items():
        found.setdefault(person, set()).add(record)
    return {frozenset(records) for records in found.values() if len(records) > 1}


def test_people_in_two_systems_are_one_person_each(lake, shop, planted):
    records, truth = planted
    of_truth = groups(dict(zip(records["record_id"].to_pylist(), map(str, truth), strict=True)))
    found = groups(shop())
    assert found <= of_truth
    assert len(found) >= 0.95 * len(of_truth)
    links = {row["linked_record_id"]: row for row in lake.rows("silver.person_links")}
    joined = [row for row in links.values() if row["method"] == "linkage"]
    assert len(joined) == len(found)
    assert all(0.9 <= row["probability"] <= 1 for row in joined)
    compared = lake.rows("silver.person_pairs")
    assert {row["band"] for row in compared} <= {"link", "review"}
    assert all(("link" if row["probability"] >= 0.9 else "review") == row["band"] for row in compared)


def test_a_second_run_changes_nothing_and_exact_keys_alone_join_nobody(lake, shop):
    first = shop()
    versions = {name: lake.version(name) for name in ("silver.persons", "silver.person_links", "silver.person_pairs")}
    assert shop() == first
    assert {name: lake.version(name) for name in versions} == versions
    assert groups(shop(link_at=1)) == set()
    assert lake.rows("silver.person_pairs") == []


def test_more_customers_than_fit_are_linked_by_exact_keys_and_it_is_said(shop):
    assert groups(shop(max_records_in_memory=10)) == set()
    assert "360 customers are more than identity.max_records_in_memory (10)" in shop.notes[0]


def test_decisions_are_kept_and_taken_back(lake, shop, tmp_path):
    """Where all but certain pairs wait for people: yes joins, no keeps apart, undo brings back what the model says."""
    strict = {"link_at": 0.999999}
    before = groups(shop(**strict))
    file = tmp_path / "pairs.csv"
    count = review.write(lake, file)
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == count > 0
    assert rows[0]["left_name"]
    assert rows[0]["evidence"].startswith("same: ")
    pair = frozenset({rows[0]["left_record_id"], rows[0]["right_record_id"]})
    assert pair not in before

    def decide(answer: str) -> set[frozenset[str]]:
        rows[0]["is_same"] = answer
        with file.open("w", encoding="utf-8", newline="") as handle:
            out = csv.DictWriter(handle, rows[0])
            out.writeheader()
            out.writerows(rows)
        assert review.read(lake, file, "ann", NOW) == 1
        return groups(shop(**strict))

    assert decide("Yes") == before | {pair}
    (judged,) = (row for row in lake.rows("silver.person_pairs") if row["band"] == "judged_same")
    assert frozenset({judged["left_record_id"], judged["right_record_id"]}) == pair
    assert decide("no") == before
    assert review.write(lake, tmp_path / "again.csv") == count - 1
    assert decide("undo") == before
    assert review.write(lake, tmp_path / "again.csv") == count
    with pytest.raises(ConfError, match=r"line 2: is_same is 'maybe'; expected yes, no, undo"):
        decide("maybe")


def test_a_judged_pair_that_is_different_is_not_linked(lake, shop):
    linked = next(row for row in _pairs_after(lake, shop) if row["band"] == "link")
    key = {name: linked[name] for name in pairs.KEY}
    from jobs.lake import ops

    ops.PERSON_DECISIONS.upsert(lake, [{**key, "is_same": False, "judge": "ann", "judged_at": NOW}])
    assert frozenset({key["left_record_id"], key["right_record_id"]}) not in groups(shop())


def test_no_keeps_two_apart_who_are_linked_over_a_third(lake, shop):
    """A third record of somebody who stands twice: no between two of the three leaves one of them alone."""
    linked = next(row for row in _pairs_after(lake, shop) if row["band"] == "link")
    customers = lake.arrow("silver.customers").to_pylist()
    one = next(row for row in customers if row["customer_id"] == linked["left_record_id"])
    third = {**one, "source": "shop", "customer_id": "third", "email": "another@example.net"}
    schema = arrow.schema_of(contract("silver.customers"))
    lake.write("silver.customers", pa.Table.from_pylist([*customers, third], schema))
    three = {linked["left_record_id"], linked["right_record_id"], "third"}
    assert three in map(set, groups(shop()))
    from jobs.lake import ops

    first = ("customer", linked["left_place"], linked["left_record_id"]), ("customer", "shop", "third")
    key = dict(zip(pairs.KEY, pairs.ordered(*first), strict=True))
    ops.PERSON_DECISIONS.upsert(lake, [{**key, "is_same": False, "judge": "ann", "judged_at": NOW}])
    found = shop()
    assert found["third"] != found[linked["left_record_id"]]
    assert len({found[name] for name in three}) == 2
    assert not [note for note in shop.notes if "judged to be different" in note]


def test_no_parts_two_whom_an_exact_key_joins_and_restates_them_alone(lake, shop):
    customers = lake.arrow("silver.customers").to_pylist()
    first = customers[0]
    third = {**first, "source": "shop", "customer_id": "third", "valid_from": datetime(2025, 3, 2, tzinfo=UTC)}
    named = {"source": "x", "channel": "x", "profile_id": "p", "customer_id": first["customer_id"], "valid_from": NOW}
    schema = arrow.schema_of(contract("silver.customers"))
    lake.write("silver.customers", pa.Table.from_pylist([*customers, third], schema))
    lake.write("silver.profiles", pa.Table.from_pylist([named], arrow.schema_of(contract("silver.profiles"))))
    tables = ("silver.persons", "silver.person_links", "silver.person_attributes")

    def contents() -> dict[str, dict[tuple, dict]]:
        return {
            name: {
                tuple(row[key] for key in contract(name).key): {k: v for k, v in row.items() if k != "run_id"}
                for row in lake.rows(name)
            }
            for name in tables
        }

    before = shop()
    assert before["third"] == before[first["customer_id"]] == before["p"]
    held, hashes = contents(), [lake.hash(name) for name in tables]
    decisions.decide(
        lake, f"customer:{first['source']}:{first['customer_id']}", "customer:shop:third", False, "ann", NOW
    )
    after = shop()
    assert after["third"] != after[first["customer_id"]] == before[first["customer_id"]] == after["p"]
    assert [record for record in before if before[record] != after[record]] == ["third"]
    assert not [note for note in shop.notes if "judged to be different" in note]
    touched = {after["third"], before["third"]}
    for name, rows in contents().items():
        changed = {key for key in rows.keys() | held[name].keys() if rows.get(key) != held[name].get(key)}
        persons_of = {(rows.get(key) or held[name][key])["person_id"] for key in changed}
        assert changed, name
        assert persons_of <= touched, name
    moves = [
        (row["old_person_id"], row["new_person_id"], row["cause"]) for row in lake.rows("silver.person_id_changes")
    ]
    assert moves == [(before["third"], after["third"], "split")]
    decisions.decide(
        lake, "customer:shop:third", f"customer:{first['source']}:{first['customer_id']}", None, "ann", NOW
    )
    assert shop() == before
    assert [lake.hash(name) for name in tables] == hashes


def test_records_of_any_kind_are_merged_by_decision_and_taken_back(lake, shop):
    alone = {"source": "x", "channel": "x", "profile_id": "p", "display_name": "Nobody", "valid_from": NOW}
    lake.write("silver.profiles", pa.Table.from_pylist([alone], arrow.schema_of(contract("silver.profiles"))))
    before = shop()
    customer = next(name for name in before if name != "p")
    source = next(
        row["record_place"] for row in lake.rows("silver.person_links") if row["linked_record_id"] == customer
    )
    assert before["p"] != before[customer]
    decided = decisions.decide(
        lake, before[customer], "profile:x:p", True, "ann", NOW
    )  # a person stands for its first record
    assert decided[1] == ("profile", "x", "p")
    after = shop()
    assert after["p"] == after[customer]
    (link,) = (row for row in lake.rows("silver.person_links") if row["linked_record_id"] == "p")
    assert {row["method"] for row in lake.rows("silver.person_links") if row["person_id"] == after["p"]} >= {"judged"}
    assert link["probability"] == 1
    decisions.decide(lake, before[customer], "profile:x:p", None, "ann", NOW)
    assert shop() == before
    assert source
    for one, other, told in (
        ("profile:x:p", "profile:x:p", "both are the record profile:x:p"),
        ("profile:x:q", "profile:x:p", "there is no profile 'q' of 'x'"),
        ("0" * 32, "profile:x:p", "no such person; expected a person_id, or KIND:PLACE:ID"),
    ):
        with pytest.raises(ConfError, match=told):
            decisions.decide(lake, one, other, True, "ann", NOW)
    with pytest.raises(ConfError, match="nobody has decided about"):
        decisions.decide(lake, before[customer], "profile:x:p", None, "ann", NOW)


def test_no_review_does_not_mean_no_links(shop):
    assert groups(shop(review_at=1)) == groups(shop())


def test_that_nobody_is_compared_any_more_is_said(lake, shop):
    shop()
    few = lake.arrow("silver.customers").slice(0, 150)
    lake.write("silver.customers", few)
    assert groups(shop()) == set()
    assert "150 records are too few to learn from" in shop.notes[0]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (
            ["customer", "erp", "1E+15", "customer", "erp", "r00001", "yes"],
            "line 2: there is no customer '1E\\+15' of 'erp'; IDs have to stay",
        ),
        (["customer", "erp", "", "customer", "crm", "", "yes"], "line 2: there is no customer ''"),
        (["customer", "{0}", "{1}", "customer", "{0}", "{1}", "yes"], "line 2: both sides are the customer"),
        (["yes"], "line 2: there is no  ''"),
    ],
)
def test_decisions_about_nobody_are_refused(lake, shop, tmp_path, cells, told):
    one = lake.arrow("silver.customers").slice(0, 1).to_pylist()[0]
    file = tmp_path / "pairs.csv"
    header = [*pairs.KEY, "is_same"] if len(cells) > 1 else ["is_same", *pairs.KEY]
    row = [cell.format(one["source"], one["customer_id"]) for cell in cells]
    file.write_text(f"{','.join(header)}\n{','.join(row)}\n")
    with pytest.raises(ConfError, match=told):
        review.read(lake, file, "ann", NOW)


def test_a_pair_that_stands_twice_is_refused_and_formulas_are_no_formulas(lake, shop, tmp_path):
    customers = lake.arrow("silver.customers").to_pylist()
    customers[0]["name"] = '=HYPERLINK("http://x.example")'
    schema = arrow.schema_of(contract("silver.customers"))
    lake.write("silver.customers", pa.Table.from_pylist(customers, schema))
    shop(link_at=1)
    one, other = (("customer", row["source"], row["customer_id"]) for row in customers[:2])
    key = dict(zip(pairs.KEY, pairs.ordered(one, other), strict=True))
    row = {**key, "probability": 0.6, "evidence": "same: city", "band": "review"}
    lake.write("silver.person_pairs", pa.Table.from_pylist([row], arrow.schema_of(contract("silver.person_pairs"))))
    file = tmp_path / "pairs.csv"
    assert review.write(lake, file) == 1
    assert "'=HYPERLINK" in file.read_text(encoding="utf-8-sig")
    cells = [*key.values(), "yes"]
    turned = [*cells[3:6], *cells[:3], "yes"]
    file.write_text("\n".join(",".join(line) for line in ([*pairs.KEY, "is_same"], cells, turned)))
    with pytest.raises(ConfError, match="line 3: this pair stands in the file twice"):
        review.read(lake, file, "ann", NOW)


def _pairs_after(lake, shop):
    shop()
    return lake.rows("silver.person_pairs")


def test_linkage_is_measured_on_a_file(tmp_path, planted):
    records, truth = planted
    file = tmp_path / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(["no", "who", "Full Name", "dob", "e-mail", "street", "town", "zip", "colour"])
        for row, person in zip(records.to_pylist(), truth, strict=True):
            shown = [row[name] or "" for name in ("name", "birth_date", "email", "street", "city", "postcode")]
            out.writerow([row["record_id"], person, *shown, "red"])
    found = evaluation.evaluate(file, "who", {}, 0.9)
    assert (found.records, found.ignored, found.reason) == (360, ("no", "colour"), "")
    assert found.persons.precision == found.pairs.precision == 1.0
    assert found.persons.recall >= 0.95
    assert found.used["Full Name"] == "name"
    for truth_column, given, told in (
        ("whom", {}, "no column whom; it has no, who"),
        ("who", {"colours": "city"}, "no column colours"),
        ("who", {"colour": "paint"}, "no attribute paint; attributes are name, given_name"),
    ):
        with pytest.raises(ConfError, match=told):
            evaluation.evaluate(file, truth_column, given, 0.9)
    with pytest.raises(ConfError, match="cannot be read"):
        evaluation.evaluate(tmp_path / "gone.csv", "who", {}, 0.9)


def test_what_people_judged_to_be_one_person_stands_before_what_is_likely():
    def pair(left: str, right: str, band: str, probability: float | None) -> dict:
        ends = dict(zip(pairs.KEY, ("customer", "erp", left, "customer", "erp", right), strict=True))
        return ends | {"band": band, "probability": probability, "evidence": None}

    rows = [pair("a", "b", "link", 1.0), pair("a", "c", "judged_different", None), pair("b", "c", "judged_same", None)]
    (kept,) = pairs.linking(rows).to_pylist()
    assert (kept["left_record_id"], kept["right_record_id"], kept["method"]) == ("b", "c", "judged")
    links = [
        {"record_kind": "customer", "record_place": "erp", "linked_record_id": record, "person_id": person}
        for record, person in (("a", "1"), ("b", "1"), ("c", "2"))
    ]
    of = ("customer", "erp", "b", "customer", "erp", "c")
    assert pairs.still_apart(rows, pa.Table.from_pylist(links)) == [of]
    assert pairs.still_apart(rows, pa.Table.from_pylist(links[:2])) == []
