"""A source that fails while all is made from scratch: the others are loaded from scratch, and its own rows stay as they are."""

from __future__ import annotations

import shutil

from runs import HEADER, SHOP, good_run, make_conf, run

from jobs import settings as conf
from jobs.lake import row_accounts
from jobs.lake.tables import Lake

NEW = SHOP.replace("upper(trim(sku))", "lower(trim(sku))")
TABLES = ("silver.orders", "silver.order_lines", "silver.customers")


def products(lake: Lake) -> dict[str, set[str]]:
    rows = lake.arrow("silver.order_lines", ["source", "product_id"]).to_pylist()
    return {name: {row["product_id"] for row in rows if row["source"] == name} for name in ("shop", "other")}


def test_what_a_failing_source_gave_stays_while_the_others_are_made_from_scratch(tmp_path, spark):
    lines = "o1,A1,1,2025-03-01 09:00:00,1.50,c1,DE\no1,B2,2,2025-03-01 09:00:00,2.50,c1,DE\n"
    paths = {name: tmp_path / f"{name}.csv" for name in ("shop", "other")}
    for path in paths.values():
        path.write_text(HEADER + lines)
    folder = make_conf(tmp_path, {name: SHOP.format(path=path) for name, path in paths.items()})
    lake = Lake(tmp_path / "lake", lambda: spark)
    good_run(conf.load(folder), lake)
    assert products(lake) == {"shop": {"A1", "B2"}, "other": {"A1", "B2"}}

    shutil.move(lake.path("bronze.shop"), tmp_path / "aside")
    make_conf(tmp_path, {name: NEW.format(path=path) for name, path in paths.items()})
    report = run(conf.load(folder), lake, jobs=("erp",))
    assert report.exit_code == 1
    assert report.message.startswith("erp: bronze.shop is gone, and 1 batches of it are registered")
    assert "erp: what shop gave to silver stays as it was; the other sources are loaded" in report.notes
    assert products(lake) == {"shop": {"A1", "B2"}, "other": {"a1", "b2"}}
    assert row_accounts.mistakes(lake) == []

    shutil.move(tmp_path / "aside", lake.path("bronze.shop"))
    good_run(conf.load(folder), lake, jobs=("erp",))
    fresh = Lake(tmp_path / "fresh", lambda: spark)
    good_run(conf.load(folder), fresh)
    assert [lake.hash(name) for name in TABLES] == [fresh.hash(name) for name in TABLES]
