"""What every column declares about itself: unit, time zone, one family."""

import importlib
import pkgutil
from collections import Counter

from transformations.contracts import CONTRACTS, Field, bronze_table, fields, quarantine_table

TABLES = [*CONTRACTS.values(), bronze_table("x"), quarantine_table("x")]
# Numbers that only tell things apart: they count and measure nothing.
LABELS = {"level", "component", "status", "exit_code", "bronze_version", "to_version"}


def test_every_number_has_a_unit_and_nothing_else_has_one():
    is_number = {
        f"{table.name}.{field.name}": field.type.startswith(("bigint", "int", "double", "decimal"))
        for table in TABLES
        for field in table.columns
    }
    with_unit = {f"{table.name}.{field.name}" for table in TABLES for field in table.columns if field.unit}
    measured = {name for name, number in is_number.items() if number and name.split(".")[-1] not in LABELS}
    assert measured == with_unit


def test_units_of_columns_that_people_add_up():
    def unit(table: str, column: str) -> str | None:
        return CONTRACTS[table].field(column).unit

    assert unit("silver.page_views", "engaged_seconds") == "seconds"
    assert unit("silver.order_lines", "amount") == "currency of the row"
    assert unit("silver.post_enrichments", "relevance_ratio") == "ratio 0 to 1"
    assert unit("gold.customer_value", "recency_days") == "days"
    assert unit("gold.data_quality", "confidence_low") == "ratio 0 to 1"
    assert unit("gold.indicator_values", "confidence_low") == "unit of the row"


def test_amounts_beside_a_currency_may_not_be_summed_over_currencies():
    sums = [
        field
        for table in TABLES
        if "currency" in table.names
        for field in table.columns
        if field.type == "decimal(38,4)"
    ]
    assert len(sums) >= 5
    assert {field.caution for field in sums} == {"Do not sum over currencies: group by currency first."}


def test_followers_may_not_be_summed_over_channels():
    caution = CONTRACTS["silver.profiles"].field("followers_count").caution
    assert caution is not None
    assert "Do not sum over channels" in caution


def test_every_timestamp_says_its_time_zone():
    silent = {
        f"{table.name}.{field.name}"
        for table in TABLES
        for field in table.columns
        if field.type == "timestamp" and "UTC" not in field.description
    }
    assert silent == set()


def test_a_unit_is_not_written_into_the_description():
    prose = {
        f"{table.name}.{field.name}"
        for table in TABLES
        for field in table.columns
        if field.unit and any(text in field.description for text in ("0 to 1", ", seconds", "in the currency"))
    }
    assert prose == set()


def test_descriptions_are_sentences():
    for table in TABLES:
        assert "One row per " in table.description, table.name
        for field in table.columns:
            assert field.description.endswith((".", "…")), (table.name, field.name)


def test_a_name_belongs_to_one_family():
    families = [
        importlib.import_module(f"{fields.__name__}.{module.name}") for module in pkgutil.iter_modules(fields.__path__)
    ]
    declared = Counter(name for family in families for name, value in vars(family).items() if isinstance(value, Field))
    assert [name for name, count in declared.items() if count > 1] == []
    assert set(declared) == {name for name, value in vars(fields).items() if isinstance(value, Field)}
