"""What objectives need is held, obtainable or absent; what serves none of them is named."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from jobs.gold.objective_data import objective_data
from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company, Objective
from jobs.settings.sources import Source, TableMapping
from transformations.contracts import contract

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def source(name: str, table: str, **columns: str) -> Source:
    return Source(
        name=name,
        kind="erp",
        format="csv",
        path=("x",),
        file=Path(f"{name}.yaml"),
        channel="c",
        tables={table: TableMapping(columns=columns)},
    )


def test_needs_of_an_objective_are_held_obtainable_or_absent_and_the_rest_reaches_none(tmp_path):
    objective = Objective(objective_id="sell", name="Sell", kind="up_selling", indicator="revenue", target=1)
    lines = {"order_id": "o", "line_number": "n", "product_id": "p"}
    filling = source("priceless", "order_lines", **lines)
    filling.tables["order_lines"].fill["unit_cost"] = "products.unit_cost"
    sources = (
        source("shop", "orders", order_id="id", customer_id="c", ordered_at="at", status="s"),
        source("lines", "order_lines", order_id="id", line_number="n", product_id="p", quantity="q"),
        filling,
    )
    settings = Settings(
        folder=tmp_path,
        base=Base(lake=LakeSettings(root=tmp_path)),
        sources=sources,
        company=Company(name="Acme", objectives=(objective,)),
    )
    lake = Lake(tmp_path / "lake", lambda: None)
    rows = [
        {"source": "shop", "order_id": "1", "customer_id": "c1", "ordered_at": datetime(2025, 1, 1, tzinfo=UTC)},
        {"source": "shop", "order_id": "2", "customer_id": None, "ordered_at": datetime(2025, 2, 1, tzinfo=UTC)},
    ]
    lake.write("silver.orders", pa.Table.from_pylist(rows, arrow.schema_of(contract("silver.orders"))))
    objective_data(lake, Run("r", NOW, settings, NOW))

    needs = {f"{row['table_name']}.{row['column_name']}": row for row in lake.rows("gold.objective_data")}
    assert {name: (row["data_state"], row["filled_ratio"]) for name, row in needs.items()} == {
        "silver.orders.ordered_at": ("held", 1.0),
        "silver.orders.customer_id": ("held", 0.5),
        "silver.order_lines.quantity": ("obtainable", None),
        "silver.order_lines.unit_price": ("absent", None),
    }
    held = needs["silver.orders.customer_id"]
    assert (held["held_sources"], held["held_from"], held["held_to"]) == (["shop"], date(2025, 1, 1), date(2025, 2, 1))
    assert needs["silver.order_lines.quantity"]["obtainable_sources"] == ["lines"]

    reach = {(row["source"], row["column_name"]): row["reaches_objective"] for row in lake.rows("gold.data_reach")}
    assert reach == {
        ("shop", "customer_id"): True,
        ("shop", "ordered_at"): True,
        ("shop", "status"): False,
        ("lines", "product_id"): False,
        ("priceless", "product_id"): False,
        ("priceless", "unit_cost"): False,  # conf fills it from the products
        ("lines", "quantity"): True,
    }


def test_what_no_source_could_give_names_the_formats_that_carry_it(tmp_path):
    objective = Objective(objective_id="speak", name="Speak", kind="image", indicator="volume", target=1)
    settings = Settings(
        folder=tmp_path,
        base=Base(lake=LakeSettings(root=tmp_path)),
        sources=(source("shop", "orders", order_id="id"),),
        company=Company(name="Acme", objectives=(objective,)),
    )
    lake = Lake(tmp_path / "lake", lambda: None)
    objective_data(lake, Run("r", NOW, settings, NOW))
    (text,) = (row for row in lake.rows("gold.objective_data") if row["column_name"] == "text")
    assert text["data_state"] == "absent"
    assert "stackexchange" in text["possible_formats"]
