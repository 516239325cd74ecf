"""Conf on the embedded engine: all that is shipped may run there, and what may not is told with file, key and reason."""

from pathlib import Path

import pytest

from jobs import settings
from jobs.errors import ConfError
from jobs.sources import expressions, on_engine

CONF = Path(__file__).resolve().parents[3] / "conf"
FOLDERS = [CONF, *sorted(path for path in (CONF / "examples").iterdir() if (path / "sources").is_dir())]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_expression_that_is_shipped_may_run_embedded(folder, monkeypatch, tmp_path):
    for name in ("SCRM_DATA", "SCRM_SIMULATED", "SCRM_LAKE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("SCRM_IDENTITY_KEY", "a key that is long enough for tests")
    for source in settings.load(folder).sources:
        found = on_engine.portable_source(source)
        assert expressions.of_source(found).keys() == expressions.of_source(source).keys()


SHOP = """
kind: erp
format: csv
path: /nowhere.csv
tables: {{customers: {{columns: {{customer_id: id, name: "{expression}"}}}}}}
"""


def shop(write_conf, expression):
    (source,) = settings.load(write_conf({"shop": SHOP.format(expression=expression)})).sources
    return on_engine.portable_source(source)


def test_an_expression_is_written_in_the_form_that_both_share(write_conf):
    found = shop(write_conf, "regexp_replace(n, '[ ]$', '')").tables["customers"].columns
    assert found["customer_id"] == "id"
    assert found["name"].startswith("REGEXP_REPLACE(n, '[ ](")


def test_what_may_give_something_else_names_file_key_reason_and_way_out(write_conf):
    with pytest.raises(ConfError) as raised:
        shop(write_conf, "initcap(n)")
    message = str(raised.value)
    assert "shop.yaml: key tables.customers.columns.name is 'initcap(n)'" in message
    assert "INITCAP(n) is not among" in message
    assert "engine: spark" in message


def test_the_engine_that_is_chosen_decides(write_conf):
    loaded = settings.load(write_conf({"shop": SHOP.format(expression="regexp_replace(n, '[ ]$', '')")}))

    def on(engine: str) -> settings.Settings:
        return loaded.model_copy(update={"base": loaded.base.model_copy(update={"engine": engine})})

    spark = on("spark")
    assert on_engine.of_settings(spark) is spark
    embedded = on_engine.of_settings(on("embedded"))
    assert embedded.sources[0].tables["customers"].columns["name"].startswith("REGEXP_REPLACE")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (
            "tables: {customers: {columns: {customer_id: id, name: 'cast(n as int) / 2'}}}",
            "it is double and the column is string",
        ),
        (
            "version: 'cast(n as int) / 2'\ntables: {customers: {columns: {customer_id: id}}}",
            "key version .*it is double",
        ),
    ],
)
def test_the_cast_into_the_column_s_type_is_looked_at_as_well(write_conf, key, says):
    (source,) = settings.load(write_conf({"shop": f"kind: erp\nformat: csv\npath: /nowhere.csv\n{key}\n"})).sources
    with pytest.raises(ConfError, match=says):
        on_engine.portable_source(source)
