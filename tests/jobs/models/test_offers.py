from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.models.evaluations import evaluate
from jobs.models.offers import offers
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings, ModelSettings, OfferSettings
from jobs.settings.company import Company
from transformations.contracts import contract

AS_OF = datetime(2025, 3, 1, tzinfo=UTC)


def _run(tmp_path: Path) -> Run:
    models = ModelSettings(offers=OfferSettings(min_baskets=2, min_persons=10))
    base = Base(lake=LakeSettings(root=tmp_path), models=models)
    return Run("r1", AS_OF, Settings(folder=tmp_path, base=base, company=Company(name="Acme"), sources=()), AS_OF)


def _write(lake: Lake, name: str, rows: list[dict]) -> None:
    lake.write(name, pa.Table.from_pylist(rows, arrow.schema_of(contract(name))))


def test_offers_of_a_shop_where_tea_goes_with_cups(lake: Lake, tmp_path: Path) -> None:
    """30 persons buy tea, and most of them cups, at once or in the held-out month; all of them buy salt."""
    orders, lines, links = [], [], []
    for number in range(30):
        baskets = [["tea", "cup"]] if number < 15 else [["tea"]] + [["cup"]] * (number < 28)
        for place, products in enumerate([["salt"], *baskets]):
            order = f"{number}-{place}"
            at = AS_OF - timedelta(days=60 - number if place < 2 else 9)
            orders.append({"source": "erp", "order_id": order, "customer_id": f"c{number}", "ordered_at": at})
            lines += [
                {"source": "erp", "order_id": order, "line_number": line, "product_id": product, "quantity": 1}
                for line, product in enumerate(products)
            ]
        person = {"linked_record_id": f"c{number}", "person_id": f"P{number:02d}"}
        links.append({"record_kind": "customer", "record_place": "erp"} | person)
    _write(lake, "silver.orders", orders)
    _write(lake, "silver.order_lines", lines)
    _write(lake, "silver.person_links", links)
    offers(lake, _run(tmp_path))
    rows = lake.rows("gold.offers")
    assert {(row["person_id"], row["product_id"], row["because_product_id"]) for row in rows} == {
        ("P28", "cup", "tea"),
        ("P29", "cup", "tea"),
    }
    row = rows[0]
    assert (row["offer_rank"], row["together_count"], row["support_ratio"]) == (1, 15, 15 / 73)
    assert (row["confidence_ratio"], row["lift"]) == (0.5, 0.5 / (28 / 73))
    measured = {(row["method"], row["measure"]): row["value"] for row in evaluate(lake, "offers")}
    assert measured["association", "hit_rate_at_5"] == 1.0

    versions = [lake.version(name) for name in ("gold.offers", "gold.model_evaluations")]
    offers(lake, _run(tmp_path))
    assert [lake.version(name) for name in ("gold.offers", "gold.model_evaluations")] == versions


def test_without_orders_there_is_nothing_to_offer(lake: Lake, tmp_path: Path) -> None:
    offers(lake, _run(tmp_path))
    assert lake.rows("gold.offers") == []
    (row,) = evaluate(lake, "offers")
    assert row["not measured"].startswith("fewer than 10 persons")
