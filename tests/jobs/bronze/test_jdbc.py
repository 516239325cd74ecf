"""Rows of a real PostgreSQL: first load, only what is new afterwards, deletes by comparison, errors that say what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from runs import NOW, run

from jobs import settings as conf
from jobs.bronze import jdbc
from jobs.cli.main import main
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.runner.execution import RunReport

pytestmark = pytest.mark.usefixtures("jvm")  # databases are read by Spark

SOURCE = """
kind: erp
format: json
timezone: Europe/Berlin
{more}
jdbc:
  url: {url}
  query: {query}
  cursor: {cursor}
  key: [id]
tables:
  customers:
    columns: {{customer_id: id, name: name, email: email, created_at: created_at{columns}}}
"""


@pytest.fixture
def crm(postgres, monkeypatch):
    """A table of customers with three rows."""
    monkeypatch.setenv("SCRM_JDBC_USER", postgres.user)
    monkeypatch.setenv("SCRM_JDBC_PASSWORD", postgres.password)
    postgres.sql(
        "drop table if exists customers",
        "create table customers (id int, name text, email text, credit numeric(12, 2), created_at timestamp,"
        " updated_at timestamptz)",
        "insert into customers values"
        " (1, 'Ada Moss', 'ada@example.org', 12.50, '2025-03-01 09:30', '2025-03-01 10:00+02'),"
        " (2, 'Bo Fern', null, null, null, '2025-03-02 10:00+02'),"
        " (3, 'Cy \"Reed\"', 'cy@example.org', 0, '2025-07-01 09:30', '2025-03-02 10:00+02')",
    )
    return postgres


class Landing:
    """Runs a conf over and over, an hour later each time."""

    def __init__(self, folder, spark) -> None:
        self.settings = conf.load(folder)
        self.lake = Lake(self.settings.base.lake.root, lambda: spark)
        self.runs = 0

    def run(self, *stages: str, **choice) -> RunReport:
        now = NOW + timedelta(hours=self.runs)
        self.runs += 1
        return run(self.settings, self.lake, now, **({"stages": stages} if stages else {}), **choice)

    def landed(self) -> list[tuple[int, int, dict]]:
        """(landing, line, row) of all that landed, in order."""
        batches = {row["batch_id"]: row["file_version"] for row in self.lake.rows("ops.batches")}
        numbers = {batch: int(version.rpartition("@")[2]) for batch, version in batches.items()}
        rows = self.lake.rows("bronze.crm")
        return sorted(
            ((numbers[row["batch_id"]], row["line"], json.loads(row["raw"])) for row in rows), key=lambda r: r[:2]
        )

    def ids(self, landing: int) -> list[tuple[int, int]]:
        """(line, id) of one landing."""
        return [(line, row["id"]) for number, line, row in self.landed() if number == landing]

    def customers(self) -> list[tuple]:
        rows = self.lake.arrow("silver.customers").to_pylist() if self.lake.exists("silver.customers") else []
        return sorted((row["customer_id"], row["name"], row["email"]) for row in rows)


@pytest.fixture
def landing(crm, write_conf, spark) -> Callable[..., Landing]:
    """landing(cursor=…, deletes=…, change=(old, new)) -> its runs."""

    def make(
        cursor: str = "updated_at", query: str = "customers", deletes: bool = False, change: tuple[str, str] = ("", "")
    ) -> Landing:
        text = SOURCE.format(
            url=crm.url,
            query=query,
            cursor=cursor,
            more="deletes: missing_in_full_dump" if deletes else "",
            columns=", deleted_at: _deleted_at" if deletes else "",
        )
        assert change[0] in text
        return Landing(write_conf({"crm": text.replace(*change) if change[0] else text}), spark)

    return make


def test_a_first_load_then_nothing_new_then_only_what_changed(crm, landing):
    runs = landing()
    report = runs.run()
    assert (report.exit_code, report.message) == (0, "")
    assert [raw["raw"] for raw in sorted(runs.lake.rows("bronze.crm"), key=lambda row: row["line"])] == [
        b'{"id":1,"name":"Ada Moss","email":"ada@example.org","credit":"12.50",'
        b'"created_at":"2025-03-01T09:30:00","updated_at":"2025-03-01T08:00:00Z"}',
        b'{"id":2,"name":"Bo Fern","email":null,"credit":null,"created_at":null,"updated_at":"2025-03-02T08:00:00Z"}',
        b'{"id":3,"name":"Cy \\"Reed\\"","email":"cy@example.org","credit":"0.00",'
        b'"created_at":"2025-07-01T09:30:00","updated_at":"2025-03-02T08:00:00Z"}',
    ]
    (batch,) = runs.lake.rows("ops.batches")
    assert (batch["file"], batch["file_version"], batch["records_count"], batch["cursor"]) == (
        "jdbc/crm",
        "jdbc/crm@00000001",
        3,
        "updated_at=2025-03-02T08:00:00Z",
    )
    created = {row["customer_id"]: row["created_at"] for row in runs.lake.rows("silver.customers")}
    assert created == {  # of the source's time zone: Berlin, in winter and in summer
        "1": datetime(2025, 3, 1, 8, 30, tzinfo=UTC),
        "2": None,
        "3": datetime(2025, 7, 1, 7, 30, tzinfo=UTC),
    }

    runs.run()
    assert len(runs.lake.rows("ops.batches")) == 1

    crm.sql(  # one that shares the last value, one that is newer; an old value and a value from before are not asked for
        "insert into customers values (4, 'Di Ash', null, null, null, '2025-03-02 10:00+02')",
        "update customers set email = 'ada@new.example.org', updated_at = '2025-03-03 10:00+02' where id = 1",
        "update customers set email = 'unseen@example.org' where id = 2 and updated_at < '2025-01-01'",
        "insert into customers values (5, 'Too old', null, null, null, '2025-01-01 10:00+02')",
    )
    runs.run()
    assert runs.ids(2) == [(1, 4), (2, 1)]
    assert runs.lake.rows("ops.batches", "file_version = 'jdbc/crm@00000002'")[0]["cursor"] == (
        "updated_at=2025-03-03T08:00:00Z"
    )
    assert runs.customers() == [
        ("1", "Ada Moss", "ada@new.example.org"),
        ("2", "Bo Fern", None),
        ("3", 'Cy "Reed"', "cy@example.org"),
        ("4", "Di Ash", None),
    ]
    assert row_accounts.mistakes(runs.lake) == []


def test_a_changed_row_with_the_last_value_of_the_cursor_lands(crm, landing):
    runs = landing()
    runs.run("land")
    crm.sql("update customers set name = 'Cy Reed' where id = 3")
    runs.run("land")
    assert runs.ids(2) == [(1, 3)]


def test_rows_without_a_value_of_the_cursor_are_asked_for_each_time(crm, landing):
    crm.sql("update customers set updated_at = null where id = 2")
    runs = landing()
    runs.run("land")
    assert runs.ids(1) == [(1, 2), (2, 1), (3, 3)]
    runs.run("land")
    crm.sql("update customers set name = 'Bo Oak' where id = 2")
    runs.run("land")
    assert runs.ids(2) == [(1, 2)]


@pytest.mark.parametrize(
    ("cursor", "kept"), [("id", "id=3"), ("created_at", "created_at=2025-07-01T09:30:00"), ("credit", "credit=12.50")]
)
def test_cursors_of_other_types(crm, landing, cursor, kept):
    runs = landing(cursor=cursor)
    runs.run("land")
    assert [row["cursor"] for row in runs.lake.rows("ops.batches")] == [kept]
    crm.sql("insert into customers values (9, 'Eve Elm', null, 99.5, '2025-08-01', '2025-01-01')")
    runs.run("land")
    assert runs.ids(2) == [(1, 9)]


def test_without_a_cursor_all_is_read_and_only_what_changed_lands(crm, landing):
    runs = landing(cursor="null", query="select * from customers where id < 100;")
    runs.run("land")
    crm.sql("update customers set name = 'Bo Oak' where id = 2")
    runs.run("land")
    crm.sql("update customers set name = 'Bo Fern' where id = 2")  # the same bytes as at first
    runs.run("land")
    assert [(number, row["id"], row["name"]) for number, _, row in runs.landed()[3:]] == [
        (2, 2, "Bo Oak"),
        (3, 2, "Bo Fern"),
    ]


def test_what_is_gone_from_the_database_is_deleted_and_what_returns_stands_again(crm, landing):
    runs = landing(deletes=True)
    assert runs.run().exit_code == 0
    crm.sql("delete from customers where id in (1, 3)")
    assert runs.run().exit_code == 0
    blank = {"name": None, "email": None, "credit": None, "created_at": None, "updated_at": None}
    assert runs.landed()[3:] == [
        (2, 1, {"id": 1, **blank, "_deleted_at": "2026-01-15T13:00:00Z"}),
        (2, 2, {"id": 3, **blank, "_deleted_at": "2026-01-15T13:00:00Z"}),
    ]
    assert runs.customers() == [("2", "Bo Fern", None)]
    deleted = runs.lake.rows("silver.customers", "customer_id = '1'")
    assert [(row["name"], row["deleted_at"]) for row in deleted] == [(None, datetime(2026, 1, 15, 13, tzinfo=UTC))]
    assert runs.run().notes == []
    assert len(runs.lake.rows("ops.batches")) == 2

    crm.sql(  # with the old bytes, far behind the cursor
        "insert into customers values"
        " (1, 'Ada Moss', 'ada@example.org', 12.50, '2025-03-01 09:30', '2025-03-01 10:00+02')"
    )
    runs.run()
    assert runs.ids(3) == [(1, 1)]
    assert runs.customers() == [("1", "Ada Moss", "ada@example.org"), ("2", "Bo Fern", None)]
    crm.sql("delete from customers where id = 1")
    runs.run()
    assert runs.customers() == [("2", "Bo Fern", None)]
    assert row_accounts.mistakes(runs.lake) == []
    before = runs.lake.hash("silver.customers")
    assert runs.run(full=True).exit_code == 0
    assert runs.lake.hash("silver.customers") == before


def test_an_empty_table_deletes_nothing_and_is_said(crm, landing):
    runs = landing(deletes=True)
    runs.run()
    crm.sql("truncate customers")
    assert runs.run().notes == ["crm: the database has no rows; none counts as deleted"]
    assert len(runs.customers()) == 3


def test_a_table_that_is_empty_at_first_lands_later(crm, landing):
    crm.sql("create table kept as select * from customers", "truncate customers")
    runs = landing()
    assert runs.run().exit_code == 0
    assert not runs.lake.exists("bronze.crm")
    crm.sql("insert into customers select * from kept", "drop table kept")
    runs.run()
    assert len(runs.customers()) == 3


def test_what_a_landing_that_died_left_is_removed(crm, landing, monkeypatch):
    runs = landing()
    runs.run("land")
    crm.sql("insert into customers values (4, 'Di Ash', null, null, null, '2025-03-03')")
    with monkeypatch.context() as patch:
        patch.setattr(jdbc.batches, "register", lambda *_: (_ for _ in ()).throw(RuntimeError("killed")))
        assert runs.run("land").exit_code == 1
    assert len(runs.lake.rows("bronze.crm")) == 4
    runs.run("land")
    assert [(number, row["id"]) for number, _, row in runs.landed()] == [(1, 1), (1, 2), (1, 3), (2, 4)]


def test_a_wrong_password_is_said_without_it(crm, landing, monkeypatch):
    monkeypatch.setenv("SCRM_JDBC_PASSWORD", "not-the-password")
    runs = landing()
    report = runs.run()
    assert report.exit_code == 1
    assert report.message == (
        f"land: {runs.settings.source('crm').file}: key jdbc: {crm.url} could not be read: "
        'FATAL: password authentication failed for user "scrm". '
        "Fix the environment variables that user_variable and password_variable name"
    )
    for path in runs.lake.root.rglob("*"):
        assert not path.is_file() or b"not-the-password" not in path.read_bytes(), path


def test_neither_the_password_nor_the_user_is_kept(crm, landing):
    runs = landing()
    runs.run()
    for path in runs.lake.root.rglob("*"):
        assert not path.is_file() or crm.password.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("old", "new", "told", "code"),
    [
        ("query: customers", "query: no_such_table", 'relation "no_such_table" does not exist', 1),
        ("query: customers", "query: select * frm customers", "syntax error", 1),
        (
            "key: [id]",
            "key: [ident]",
            "key jdbc.key is 'ident'; expected one of the columns id, name, email, credit",
            2,
        ),
        ("key: [id]", "key: [updated_at]", 'updated_at = ["2025-03-02T08:00:00Z"] is in 2 rows', 2),
        ("cursor: updated_at", "cursor: changed", "key jdbc.cursor is 'changed'", 2),
        ("127.0.0.1:", "127.0.0.1:1", "could not be read", 1),
        ("jdbc:postgresql:", "jdbc:nosuchdb:", "no driver for jdbc:nosuchdb:", 2),
    ],
)
def test_what_the_database_refuses_is_named(landing, old, new, told, code):
    runs = landing(change=(old, new))
    report = runs.run("land")
    assert report.exit_code == code
    assert told in report.message
    assert "crm.yaml" in report.message
    assert not runs.lake.exists("bronze.crm")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("format: json", "format: csv", "key format is 'csv': rows of a database land as JSON; expected json"),
        ("key: [id]", "key: []", "key jdbc.key is missing: deletions are found by comparing keys"),
        ("kind: erp", "kind: erp\nversion: updated_at", "key version is 'updated_at'"),
        ("key: [id]", "user_variable: SCRM_NOBODY\n  key: [id]", "needs the environment variable SCRM_NOBODY"),
        ("5432/db", "5432/db?password=hidden", "key jdbc.url: leave out user and password"),
    ],
)
def test_conf_that_does_not_fit_together_is_refused_before_anything_runs(
    write_conf, monkeypatch, capsys, tmp_path, old, new, told
):
    monkeypatch.setenv("SCRM_JDBC_USER", "somebody")
    monkeypatch.setenv("SCRM_JDBC_PASSWORD", "hidden")
    text = SOURCE.format(
        url="jdbc:postgresql://127.0.0.1:5432/db",
        query="customers",
        cursor="updated_at",
        more="deletes: missing_in_full_dump",
        columns=", deleted_at: _deleted_at",
    )
    assert old in text
    folder = write_conf({"crm": text.replace(old, new)})
    assert main(["run", "--conf", str(folder)]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert told in said
    assert "hidden" not in said
    assert not (tmp_path / "lake").exists()


def test_a_session_gets_the_driver_that_a_source_needs(write_conf):
    text = SOURCE.format(url="jdbc:postgresql://h/db", query="t", cursor="id", more="", columns="")
    assert conf.load(write_conf({"crm": text})).jar_groups == ("core", "postgres")


# --- tried before it lands ------------------------------------------------------------------------------------


def test_a_database_is_tried_before_anything_lands(crm, write_conf, spark, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "160")
    crm.sql(
        "insert into customers select n, 'Name ' || n, 'no address', null, null, null from generate_series(4, 5000) n"
    )
    text = SOURCE.format(url=crm.url, query="customers", cursor="updated_at", more="", columns="")
    folder = write_conf({"crm": text})
    assert main(["source", "check", "crm", "--conf", str(folder), "--records", "100"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        f"crm (json, {crm.url}): the first 100 records, 100 readable. Nothing was landed.",
        "silver.customers: 100 rows, 0 would be refused",
        "created_at timestamp created_at 98% 2025-03-01 08:30:00, 2025-07-01 07:30:00",
        "Columns of the source that are not mapped: credit, updated_at",
    ):
        assert words in said, said
    crm.sql("delete from customers")
    assert main(["source", "check", "crm", "--conf", str(folder)]) == 0
    assert "There is nothing to try yet." in capsys.readouterr().out
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("query: customers", "query: no_such_table", "Create the table or grant the user access, or fix jdbc.query"),
        ("key: [id]", "key: [ident]", "key jdbc.key is 'ident'"),
        ("127.0.0.1:", "127.0.0.2:", "Start the database or wait for it, or fix host and port in jdbc.url"),
        ("127.0.0.1:", "127.0.0.1:1", "Fix jdbc.url"),
        ("127.0.0.1:", "nowhere.invalid:", "Start the database or wait for it, or fix host and port in jdbc.url"),
        ("/scrm", "/nothing", "Fix the database's name in jdbc.url"),
    ],
)
def test_a_trial_says_what_to_do_where_nothing_can_be_read(crm, write_conf, spark, capsys, tmp_path, old, new, advice):
    text = SOURCE.format(url=crm.url, query="customers", cursor="updated_at", more="", columns="")
    assert old in text
    assert main(["source", "check", "crm", "--conf", str(write_conf({"crm": text.replace(old, new)}))]) in (1, 2)
    said = " ".join(capsys.readouterr().err.split())
    assert advice in said
    assert crm.password not in said
    assert not (tmp_path / "lake").exists()


def test_a_trial_with_the_wrong_password_names_the_variables(crm, write_conf, spark, capsys, monkeypatch):
    monkeypatch.setenv("SCRM_JDBC_PASSWORD", "not it")
    text = SOURCE.format(url=crm.url, query="customers", cursor="updated_at", more="", columns="")
    assert main(["source", "check", "crm", "--conf", str(write_conf({"crm": text}))]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "Fix the environment variables that user_variable and password_variable name" in said
