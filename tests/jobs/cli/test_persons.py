"""scrm persons: what it prints, and what it writes and reads."""

import csv

import people
import pyarrow as pa
import pytest

from jobs.cli import options
from jobs.cli.main import main
from jobs.lake import arrow, ops
from transformations.contracts import contract
from transformations.identity.linkage import model

KEY = ("left_kind", "left_place", "left_record_id", "right_kind", "right_place", "right_record_id")


@pytest.fixture
def file(tmp_path):
    records, truth = people.records(250, 50)
    path = tmp_path / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(["who", "wer", "born", "e-mail", "town", "zip", "colour"])
        for row, person in zip(records.to_pylist(), truth, strict=True):
            born = row["birth_date"] if person else "24.12.1985"
            out.writerow([person, row["name"], born, row["email"], row["city"], row["postcode"], "red"])
    return path


def test_evaluate_says_what_was_compared_and_how_right_it_is(file, capsys):
    columns = ("--column", "wer=name", "--column", "born=birth_date")
    assert main(["persons", "evaluate", "--on", str(file), "--truth", "who", *columns]) == 0
    said = capsys.readouterr().out
    assert (
        "300 records; compared: e-mail as email, town as city, zip as postcode, wer as name, born as birth_date" in said
    )
    assert "Not compared: colour" in said
    assert "2 dates of birth are not compared: expected the year first" in said
    (linked,) = (line.split() for line in said.splitlines() if line.strip().startswith("linked"))
    assert linked[3:5] == ["50", "1.0000"]
    assert float(linked[5]) >= 0.9


def test_evaluate_beside_splink_shows_both(file, capsys):
    columns = ("--column", "wer=name", "--column", "born=birth_date")
    assert main(["persons", "evaluate", "--on", str(file), "--truth", "who", "--beside-splink", *columns]) == 0
    said = capsys.readouterr().out
    if "Splink's own training failed on these records: " in said:
        pytest.skip("Splink's own training underflows on some runs")
    ours, theirs = (line.split() for line in said.splitlines() if line.strip().startswith("in one person"))
    assert float(ours[-1]) >= float(theirs[-1]) > 0.5
    assert "s, trained by Splink " in said


def test_evaluate_says_that_splink_s_own_training_failed(file, capsys, monkeypatch):
    real = model.linked

    def failing(records, *, trained_by_splink=False):
        if trained_by_splink:
            raise ValueError("m_probability value 0.0 is below the minimum")
        return real(records)

    monkeypatch.setattr(model, "linked", failing)
    columns = ("--column", "wer=name", "--column", "born=birth_date")
    assert main(["persons", "evaluate", "--on", str(file), "--truth", "who", "--beside-splink", *columns]) == 0
    said = capsys.readouterr().out
    assert "Splink's own training failed on these records: m_probability value 0.0 is below the minimum" in said
    assert "trained by Splink" not in said


@pytest.mark.parametrize(
    ("options_", "told"),
    [
        (["--truth", "whom"], "no column whom; it has who, wer"),
        (["--truth", "who", "--column", "wer"], "'wer': expected COLUMN=ATTRIBUTE"),
        (["--truth", "who", "--column", "wer=nome"], "no attribute nome; attributes are name, given_name"),
        (["--truth", "who", "--column", "wer=city", "--column", "born=city"], "two columns are said to hold the same"),
        (["--truth", "who", "--at", "1.5"], "1.5 is not in the range"),
    ],
)
def test_wrong_usage_of_evaluate_ends_with_2(file, capsys, options_, told):
    assert main(["persons", "evaluate", "--on", str(file), *options_]) == 2
    assert told in " ".join(capsys.readouterr().err.split())


def test_review_writes_pairs_and_reads_decisions(lake, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(options, "lake_of", lambda conf: (lake, None))
    schema = arrow.schema_of(contract("silver.customers"))
    customers = [
        {"source": source, "customer_id": name, "name": "Ada"} for source, name in (("crm", "1"), ("erp", "2"))
    ]
    lake.write("silver.customers", pa.Table.from_pylist(customers, schema))
    pair = dict(zip(KEY, ("customer", "crm", "1", "customer", "erp", "2"), strict=True))
    pairs = arrow.schema_of(contract("silver.person_pairs"))
    row = {**pair, "probability": 0.7, "evidence": "same: given_name", "band": "review"}
    lake.write("silver.person_pairs", pa.Table.from_pylist([row], pairs))
    path = tmp_path / "pairs.csv"
    assert main(["persons", "review", "--out", str(path)]) == 0
    assert "Pairs to judge: 1, in " in capsys.readouterr().out
    path.write_text(path.read_text(encoding="utf-8-sig").replace("Ada,,,,,,,,,,,,,,", "Ada,,,,,,,,,,,,,yes,"))
    assert main(["persons", "review", "--in", str(path), "--judge", "ann"]) == 0
    assert "Decisions kept: 1; the next `scrm run` restates the persons" in capsys.readouterr().out
    (decision,) = ops.PERSON_DECISIONS.rows(lake)
    assert (decision["is_same"], decision["judge"], decision["left_record_id"]) == (True, "ann", "1")
    lake.write("silver.person_pairs", pairs.empty_table())
    assert main(["persons", "review", "--out", str(path)]) == 0
    assert "No pair waits for a judgement" in capsys.readouterr().out
    for wrong in ([], ["--in", str(path), "--out", str(path)]):
        assert main(["persons", "review", *wrong]) == 2
    assert "say --out FILE.csv to write pairs, or --in FILE.csv" in capsys.readouterr().err


def test_merge_split_and_undo_keep_a_decision(lake, capsys, monkeypatch):
    monkeypatch.setattr(options, "lake_of", lambda conf: (lake, None))
    customers = [{"source": "erp", "customer_id": name} for name in ("1", "2")]
    lake.write("silver.customers", pa.Table.from_pylist(customers, arrow.schema_of(contract("silver.customers"))))
    pair = ("customer:erp:2", "customer:erp:1")
    for command, is_same, said in (
        ("merge", True, "one person from now on"),
        ("split", False, "two persons from now on"),
        ("undo", None, "nobody decides any more"),
    ):
        assert main(["persons", command, *pair, "--judge", "ann"]) == 0
        assert said in " ".join(capsys.readouterr().out.split())
        (decision,) = ops.PERSON_DECISIONS.rows(lake)
        assert (decision["is_same"], decision["judge"], decision["left_record_id"]) == (is_same, "ann", "1")
    assert main(["persons", "merge", "customer:erp:9", pair[0]]) == 2
    assert "there is no customer '9' of 'erp'" in capsys.readouterr().err
