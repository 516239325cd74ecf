"""What a person can mend ends with exit code 2 and one message that names it, before anything is written."""

import pytest

from jobs.cli.main import main
from jobs.engine import java
from jobs.engine import spark as session


@pytest.fixture
def refused(capsys, tmp_path):
    """Runs scrm and returns what it said, once: exit code 2, no stack trace, no lake."""

    def run(*arguments: str) -> str:
        assert main(list(arguments)) == 2
        said = " ".join(capsys.readouterr().err.split())
        assert said.count("error:") == 1
        assert "Traceback" not in said
        assert not list((tmp_path / "lake").glob("*/*/_delta_log"))
        return said

    return run


def conf_with(shop, name: str, old: str, new: str):
    folder = shop(day1="1,a1,2,2025-03-01 09:00:00,1.50,c1,UK\n")
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return folder, path


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("sources/shop.yaml", "kind: erp", "knid: erp", ["unknown key knid", "key kind is missing"]),
        ("sources/shop.yaml", "format: csv", "format: cvs", ["key format is 'cvs'", "expected one of"]),
        ("sources/shop.yaml", "Europe/London", "Europe/Londn", ["key timezone", "Europe/Londn", "not a time zone"]),
        (
            "sources/shop.yaml",
            "upper(trim(sku))",
            "upper(trim(sku)",
            ["order_lines.columns.product_id", "upper(trim(sku)"],
        ),
        ("sources/shop.yaml", "upper(trim(sku))", "uper(sku)", ["order_lines.columns.product_id", "uper"]),
        ("sources/shop.yaml", "quantity: qty", "quantty: qty", ["order_lines.columns.quantty", "no such column"]),
        (
            "sources/shop.yaml",
            "order_id: order, line_number",
            "line_number",
            ["order_lines.columns.order_id is missing"],
        ),
        ("sources/shop.yaml", "/in/*.csv", "/out/*.csv", ["key path", "/out/*.csv", "does not exist"]),
        ("sources/shop.yaml", "kind: erp", "kind: [", ["is not valid YAML"]),
        (
            "base.yaml",
            "lake:",
            "quality: {rules: {silver.orders.no_such: {severity: stop}}}\nlake:",
            ["silver.orders.no_such"],
        ),
        ("base.yaml", "lake:", "lak:", ["unknown key lak"]),
        ("company.yaml", "name: Test company", "nme: Test company", ["unknown key nme"]),
    ],
)
def test_conf_that_is_wrong_names_file_key_and_reason(shop, refused, spark, file, old, new, told):
    folder, path = conf_with(shop, file, old, new)
    said = refused("run", "--conf", str(folder), "--stage", "land", "silver")
    for words in (path.name, *told):
        assert words in said


@pytest.mark.usefixtures("jvm")
def test_no_java_is_said_in_one_line(shop, refused, monkeypatch):
    monkeypatch.setattr(session, "_made", [])  # a session that runs already needs no Java

    def missing(**_):
        raise java.JavaMissing("Java 17 or 21 is missing: install one")

    monkeypatch.setattr(session.java, "find_java", missing)
    folder, _ = conf_with(shop, "company.yaml", "name", "name")
    assert "Java 17 or 21 is missing" in refused("run", "--conf", str(folder))


def test_a_lake_that_cannot_be_written_is_named(shop, refused, tmp_path):
    (tmp_path / "lake").write_text("a file where the lake should be")
    folder, _ = conf_with(shop, "company.yaml", "name", "name")
    assert "cannot be written" in refused("run", "--conf", str(folder))


def test_a_lake_of_another_company_is_left_alone(shop, refused, tmp_path):
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "company.json").write_text('{"company": "Somebody else"}')
    folder, _ = conf_with(shop, "company.yaml", "name", "name")
    assert "belongs to the company 'Somebody else'" in refused("run", "--conf", str(folder))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "no_such_job"], "no job no_such_job"),
        (["run", "--stage", "sliver"], "no stage sliver"),
        (["run", "--from", "2025-13-01"], "--from 2025-13-01 is not a valid date (YYYY-MM-DD)"),
        (["run", "--from", "2025-02-01", "--to", "2025-01-01"], "is not before"),
        (["show", "silver.order"], "no table silver.order"),
        (["run", "--conf", "/no/such/folder"], "/no/such/folder does not exist"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(refused, arguments, told):
    assert told in refused(*arguments)
