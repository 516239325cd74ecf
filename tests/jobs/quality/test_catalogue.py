"""For the rows of every source, shipped or an example, there are rules of all six properties that can speak about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from jobs.quality import catalogue
from jobs.settings import SHIPPED, Settings, load
from jobs.silver.families import TABLES
from jobs.sources import formats
from transformations.contracts import PROPERTIES, contract

AS_OF = datetime(2025, 1, 1, tzinfo=UTC)
FOLDERS = (SHIPPED, *sorted(path for path in (SHIPPED / "examples").iterdir() if path.is_dir()))
EXCEPT = {("silver.ledger_totals", "consistency"): "it is itself the reference that order lines are held against"}


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def conf(request, tmp_path_factory) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        for path in request.param.rglob("*.yaml"):
            for name in re.findall(r"\$\{(\w+)", path.read_text(encoding="utf-8")):
                if name not in ("SCRM_SPARK_MASTER", "SCRM_ENGINE"):
                    patch.setenv(name, str(tmp_path_factory.getbasetemp()))
        yield load(request.param)


def speaking(table: str, settings: Settings) -> set[str]:
    """Properties of rules that can speak about rows of the table, given what conf says."""
    of, found = contract(table), set()
    for rule in catalogue.of_table(of, settings, AS_OF):
        if rule.code == "is_fresh" and table not in catalogue.fresh_days(settings):
            continue
        found.add(rule.property)
    return found


def test_all_six_properties_are_judged_of_every_source(conf):
    missing = {}
    for source in conf.sources:
        tables = [f"silver.{table}" for table in formats.tables_of(source)]
        assert set(tables) <= set(TABLES)
        found = set().union(*(speaking(table, conf) for table in tables))
        allowed = {lacking for table, lacking in EXCEPT if tables == [table]}
        if lacking := set(PROPERTIES) - found - allowed:
            missing[source.name] = lacking
    assert missing == {}


def test_every_source_says_for_how_long_its_data_are_fresh(conf):
    assert [source.name for source in conf.sources if source.fresh_days is None] == []


@pytest.mark.parametrize("table", TABLES)
def test_all_six_properties_are_judged_of_every_table_that_sources_fill(table):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCRM_SIMULATED", "/nowhere")
        settings = load(SHIPPED)
    found = {rule.property for rule in catalogue.of_table(contract(table), settings, AS_OF)}
    assert set(PROPERTIES) - found == {lacking for of, lacking in EXCEPT if of == table}


def test_accuracy_of_the_simulated_company_rests_on_more_than_judges():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCRM_SIMULATED", "/nowhere")
        settings = load(SHIPPED)
    found = {
        f"{table}.{rule.code}"
        for table in TABLES
        for rule in catalogue.of_table(contract(table), settings, AS_OF)
        if rule.property == "accuracy" and not rule.code.endswith((catalogue.JUDGED, ".control_total"))
    }
    assert found == {
        "silver.customers.city.agrees_with_postcodes",
        "silver.products.name.agrees_with_product_master",
        "silver.products.list_price.agrees_with_product_master",
        "silver.order_lines.agrees_with_the_ledger",
    }
