"""The published file against the lake: equal after publishing, and every later difference is counted and named."""

from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest

from jobs.job import Run
from jobs.publish import duckdb_file
from jobs.publish.publish import PUBLISHED, publish, rows_shown
from jobs.quality import report
from jobs.quality.published import Comparison
from jobs.runner import execution

NOW = datetime(2025, 3, 1, 23, 30, tzinfo=UTC)
CODE = "published.is_the_same"


@pytest.fixture
def published(quiet, put, settings):
    """Three customers' values, published. Gives: publish again -> notes."""
    put(
        "gold.customer_value",
        *({"person_id": p, "as_of_date": date(2025, 1, 1), "monetary": Decimal(1)} for p in "ABC"),
    )

    def again() -> list[str]:
        notes: list[str] = []
        publish(quiet, Run("r1", NOW, settings(), NOW, note=notes.append))
        return notes

    again()
    return again


def _path(lake):
    return lake.root / "published" / "scrm.duckdb"


def _compared(lake):
    return duckdb_file.compare(_path(lake), PUBLISHED, rows_shown(lake, 5))


def test_what_was_published_is_the_lake_and_a_rule_says_so(quiet, published, settings):
    assert _compared(quiet)["gold.customer_value"] == Comparison(3, 3)
    found = {o.table: o for o in report.outcomes(quiet, settings()) if o.code == CODE}
    assert (found["gold.customer_value"].passing, found["gold.customer_value"].property) == (3, "consistency")
    assert found["gold.segments"].state == "not_applicable"
    assert report.days(quiet, settings())["gold.customer_value", CODE][0].day == date(2025, 3, 2)  # Berlin's day


def test_a_row_that_differs_is_counted_and_named(quiet, published, put):
    put("gold.customer_value", {"person_id": "B", "as_of_date": date(2025, 1, 1), "monetary": Decimal(2)})
    put("gold.customer_value", {"person_id": "D", "as_of_date": date(2025, 1, 1), "monetary": Decimal(2)})
    found = _compared(quiet)["gold.customer_value"]
    assert (found.same, found.either) == (2, 5)
    assert found.examples == (
        "B, 2025-01-01 only in the lake or different there",
        "D, 2025-01-01 only in the lake or different there",
        "B, 2025-01-01 only in the file or different there",
    )


@pytest.mark.parametrize(
    ("change", "same", "either"),
    [
        ("update gold.customer_value set monetary = 9 where person_id = 'A'", 2, 4),
        ("delete from gold.customer_value where person_id = 'A'", 2, 3),
        ("insert into gold.customer_value select * from gold.customer_value where person_id = 'A'", 3, 4),
        ("drop table gold.customer_value", 0, 3),
    ],
)
def test_a_file_that_someone_changed_is_found_and_written_anew(quiet, published, change, same, either):
    with duckdb.connect(str(_path(quiet))) as file:
        file.execute(change)
    found = _compared(quiet)["gold.customer_value"]
    assert (found.same, found.either) == (same, either)
    assert published() == [
        f"publish: {_path(quiet)} was changed after it had been published (gold.customer_value); it is replaced"
    ]
    assert _compared(quiet)["gold.customer_value"] == Comparison(3, 3)
    assert published() == [f"publish: {_path(quiet)} already has the same content"]


def _breaking(monkeypatch, change):
    """Makes the writer do what nobody asked of it."""
    fill = duckdb_file._fill

    def broken(aside, *arguments):
        filled = fill(aside, *arguments)
        with duckdb.connect(str(aside)) as file:
            file.execute(change)
        return filled

    monkeypatch.setattr(duckdb_file, "_fill", broken)


WRONG = [
    ("delete from gold.customer_value where person_id = 'B'", 2, 3),
    ("insert into gold.customer_value select * from gold.customer_value where person_id = 'B'", 3, 4),
    ("update gold.customer_value set as_of_date = '2025-01-02' where person_id = 'B'", 2, 4),
    ("update gold.customer_value set monetary = round(monetary, 1)", 0, 6),
    ("alter table gold.customer_value alter monetary type double", 0, 6),
]


@pytest.mark.parametrize(
    ("change", "same", "either", "severity", "exit_code"),
    [*((*wrong, None, 3) for wrong in WRONG), (*WRONG[0], "warn", 0)],
)
def test_a_writer_that_errs_breaks_the_rule_and_puts_nothing_in_place(
    quiet, put, settings, monkeypatch, change, same, either, severity, exit_code
):
    chosen = execution.Choice(jobs=("publish",))
    rules = {"rules": {f"gold.customer_value.{CODE}": {"severity": severity}}} if severity else {}
    given = settings(rules)
    put("gold.customer_value", {"person_id": "A", "as_of_date": date(2025, 1, 1), "monetary": Decimal("1.25")})
    assert execution.execute(given, chosen, lake=quiet, clock=lambda: NOW).exit_code == 0
    for person in "BC":
        put("gold.customer_value", {"person_id": person, "as_of_date": date(2025, 1, 1), "monetary": Decimal("1.25")})
    before = _path(quiet).read_bytes()
    _breaking(monkeypatch, change)
    report_ = execution.execute(given, chosen, lake=quiet, clock=lambda: NOW)
    assert report_.exit_code == exit_code
    (said,) = report_.notes or [report_.message]
    assert "published gold.customer_value differs from the lake" in said
    assert said.endswith(f"{_path(quiet)} was not replaced")
    assert _path(quiet).read_bytes() == before
    (found,) = (o for o in report.outcomes(quiet, given) if (o.table, o.code) == ("gold.customer_value", CODE))
    assert (found.passing, found.applicable, found.state) == (same, either, "broken")
    assert found.examples


def test_what_goes_wrong_while_it_is_put_in_place_is_seen_by_the_reading_after_it(quiet, put, settings, monkeypatch):
    put("gold.customer_value", {"person_id": "A", "as_of_date": date(2025, 1, 1), "monetary": Decimal("1.25")})
    put_in_place = duckdb_file._put_in_place

    def torn(aside, path):
        put_in_place(aside, path)
        with duckdb.connect(str(path)) as file:
            file.execute("delete from gold.customer_value")

    monkeypatch.setattr(duckdb_file, "_put_in_place", torn)
    made = execution.execute(settings(), execution.Choice(jobs=("publish",)), lake=quiet, clock=lambda: NOW)
    assert (made.exit_code, made.message.rpartition("; ")[2]) == (3, f"{_path(quiet)} was replaced nevertheless")
