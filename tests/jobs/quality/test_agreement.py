"""Accuracy against a reference that conf names."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from expectations import flags
from jobs.errors import ConfError
from jobs.lake.arrow import schema_of
from jobs.lake.computed import Computed
from jobs.quality import agreement, catalogue
from jobs.runner import preflight
from jobs.settings.sources import Source
from transformations.contracts import contract

PRODUCTS = contract("silver.products")
MASTER = {
    "name": "master",
    "table": "silver.products",
    "reference": "master.csv",
    "on": {"product_id": "sku"},
    "compare": {"list_price": "price", "name": "label"},
    "tolerance": 0.01,
}
CSV = "sku,price,label\nA,1.50,Kettle\nB,2.00,Mill\nC,,Jar\nE,5,\n"


@pytest.fixture
def products(lake):
    rows = [
        ("A", "1.50", "Kettle"),
        ("B", "2.02", "mill"),
        ("C", "3.00", "Jar"),
        ("D", "4.00", "Cup"),
        ("E", "5.005", None),
    ]
    table = pa.Table.from_pylist(
        [{"source": "erp", "product_id": key, "list_price": Decimal(price), "name": name} for key, price, name in rows],
        schema_of(PRODUCTS),
    )
    lake.upsert("silver.products", table)
    return lake


def judged(lake, settings):
    """Passing and applicable rows of each rule."""
    given = agreement.of_table(PRODUCTS, settings)
    rows = lake.read("silver.products")
    for one in given:
        rows = agreement.with_agreement(lake, settings, rows, PRODUCTS, one)
    rules = agreement.rules(PRODUCTS, settings, given)
    assert set(rows.columns) - set(PRODUCTS.names) == {rule.passes for rule in rules}
    (row,) = Computed.of(flags.answered(rows, rules), is_small=True).sql(flags.counts_sql(rules))
    return {rule.code: (row[f"a{n}"] - row[f"f{n}"], row[f"a{n}"]) for n, rule in enumerate(rules)}


def test_columns_are_compared_where_the_reference_speaks_of_them(products, settings, tmp_path):
    (tmp_path / "master.csv").write_text(CSV)
    # C has no price and D no row in the master, E no name: nothing is said of them. B differs by more than .01 and by case.
    assert judged(products, settings({"references": [MASTER]})) == {
        "list_price.agrees_with_master": (2, 3),
        "name.agrees_with_master": (2, 3),
    }
    loose = {**MASTER, "tolerance": 0.02, "ignore_case": True, "where": "product_id <> 'A'"}
    assert judged(products, settings({"references": [loose]})) == {
        "list_price.agrees_with_master": (2, 2),
        "name.agrees_with_master": (2, 2),
    }


def test_without_compare_the_row_must_stand_in_the_reference(products, settings, tmp_path):
    pyarrow.parquet.write_table(pa.table({"code": ["A", "B", "B", "c"]}), tmp_path / "codes.parquet")
    given = {"name": "codes", "table": "silver.products", "reference": "codes.parquet", "on": {"product_id": "code"}}
    assert judged(products, settings({"references": [given]})) == {"stands_in_codes": (2, 5)}
    assert judged(products, settings({"references": [{**given, "ignore_case": True}]})) == {"stands_in_codes": (3, 5)}


def test_a_reference_may_be_a_table_and_a_key_an_expression(products, settings):
    given = {
        "name": "itself",
        "table": "silver.products",
        "reference": "silver.products",
        "on": {"upper(product_id)": "product_id", "source": "source"},
        "compare": {"list_price": "list_price"},
    }
    assert judged(products, settings({"references": [given]})) == {"list_price.agrees_with_itself": (5, 5)}


def test_one_of_several_values_of_a_key_must_agree(products, settings, tmp_path):
    (tmp_path / "master.csv").write_text("sku,price,label\nA,9,x\nA,1.5,Kettle\n")
    found = judged(products, settings({"references": [MASTER]}))
    assert found == {"list_price.agrees_with_master": (1, 1), "name.agrees_with_master": (1, 1)}


def test_an_empty_reference_speaks_of_nothing(products, settings, tmp_path):
    (tmp_path / "master.csv").write_text("sku,price,label\n")
    found = judged(products, settings({"references": [MASTER]}))
    assert found == {"list_price.agrees_with_master": (0, 0), "name.agrees_with_master": (0, 0)}


@pytest.mark.parametrize(
    ("changes", "csv", "said"),
    [
        ({}, None, "master.csv does not exist"),
        ({}, CSV.replace("price", "prize"), "master.csv has no column price; it has sku, prize, label"),
        (
            {},
            CSV.replace("2.00", "two"),
            r"column price: 1 values cannot be read as decimal\(18,4\), for example 'two'",
        ),
        ({"table": "silver.wares"}, CSV, "no table silver.wares"),
        ({"compare": {"colour": "label"}}, CSV, "has no plain column colour"),
        (
            {"on": {"upper(product_id": "sku"}},
            CSV,
            r"base.yaml: key quality.references.master.on is 'upper\(product_id': no Spark SQL expression: Expecting \)",
        ),
        (
            {"on": {"product": "sku"}},
            CSV,
            "master.on is 'product': silver.products has no column product; it has product_id",
        ),
        ({"on": {"product_id": "upper(sku)"}}, CSV, r"master.csv has no column upper\(sku\); it has sku, price, label"),
        ({"where": "name in ("}, CSV, r"master.where is 'name in \(': no Spark SQL expression"),
        ({"where": "name, source"}, CSV, "master.where is 'name, source': no Spark SQL expression: expected one"),
        ({"where": "labell = 'x'"}, CSV, "master.where is \"labell = 'x'\": silver.products has no column labell"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_runs(settings, tmp_path, changes, csv, said):
    if csv:
        (tmp_path / "master.csv").write_text(csv)
    with pytest.raises(ConfError, match=said):
        agreement.check(settings({"references": [{**MASTER, **changes}]}))


def test_two_references_of_one_name_are_refused(settings, tmp_path):
    (tmp_path / "master.csv").write_text(CSV)
    with pytest.raises(ConfError, match="stands twice"):
        agreement.check(settings({"references": [MASTER, MASTER]}))


def test_expressions_over_the_tables_row_are_accepted(settings, tmp_path):
    (tmp_path / "master.csv").write_text(CSV)
    fine = {"on": {"upper(trim(Product_ID))": "sku"}, "where": "name <> '' and deleted_at is null"}
    preflight.check_settings(settings({"references": [{**MASTER, **fine}]}))


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"on": {"initcap(product_id)": "sku"}}, "on is 'initcap"), ({"where": "initcap(name) = 'Mill'"}, "where is")],
)
def test_an_expression_that_the_embedded_engine_may_compute_otherwise_is_refused_there(
    settings, tmp_path, changes, key
):
    (tmp_path / "master.csv").write_text(CSV)
    given = settings({"references": [{**MASTER, **changes}]})
    on_embedded = given.model_copy(update={"base": given.base.model_copy(update={"engine": "embedded"})})
    on_spark = given.model_copy(update={"base": given.base.model_copy(update={"engine": "spark"})})
    agreement.check(on_spark)
    with pytest.raises(ConfError, match=rf"quality\.references\.master\.{key}.*engine: spark"):
        agreement.check(on_embedded)


def test_a_bad_expression_is_refused_before_a_run(settings, tmp_path):
    (tmp_path / "master.csv").write_text(CSV)
    with pytest.raises(ConfError, match=r"key quality\.references\.master\.where"):
        preflight.check_settings(settings({"references": [{**MASTER, "where": "name = "}]}))


def test_references_of_company_yaml_count_too_and_lie_in_the_conf_folder_or_where_scrm_runs(
    settings, tmp_path, monkeypatch
):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "list.csv").write_text("sku\np1\n")
    monkeypatch.chdir(tmp_path / "elsewhere")
    of_company = {"name": "master", "table": "silver.products", "reference": "list.csv", "on": {"product_id": "sku"}}
    of_base = {**of_company, "name": "twin"}
    found = settings(quality={"references": [of_base]}, company={"references": [of_company]})
    agreement.check(found)
    products = contract("silver.products")
    codes = {rule.code for rule in catalogue.of_table(products, found, datetime(2025, 1, 1, tzinfo=UTC))}
    assert {"stands_in_master", "stands_in_twin"} <= codes
    assert agreement.path(found.references[0], found) == Path("list.csv")
    (tmp_path / "list.csv").write_text("sku\np2\n")
    assert agreement.path(found.references[0], found) == tmp_path / "list.csv"


def test_a_file_that_company_yaml_names_has_to_be_there(settings):
    missing = {"name": "master", "table": "silver.products", "reference": "gone.csv", "on": {"product_id": "sku"}}
    with pytest.raises(ConfError, match=r"company\.yaml: key references: master: reference .*gone\.csv does not exist"):
        agreement.check(settings(company={"references": [missing]}))


def test_a_new_fresh_days_is_judged_anew(settings):
    def mark(days: float | None) -> str:
        source = Source.model_validate(
            {
                "name": "shop",
                "kind": "erp",
                "format": "csv",
                "path": ("x.csv",),
                "fresh_days": days,
                "file": Path("x.yaml"),
                "tables": {"orders": {"columns": {"order_id": "id"}}},
            }
        )
        return catalogue.files_mark(settings().model_copy(update={"sources": (source,)}), {"silver.orders"})

    assert mark(None) == ""
    assert len({mark(None), mark(3), mark(4)}) == 3
