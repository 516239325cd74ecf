"""What to offer each person next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from transformations.contracts import contract
from transformations.offers import association
from transformations.offers.association import MILLION, Limits
from transformations.offers.evaluation import hit_rates
from transformations.value.purchases import LINK_COLUMNS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

_SCOPE = "model = 'offers'"


@job(
    stage="models",
    group="interact",
    reads=("silver.orders", "silver.order_lines", "silver.person_links", "silver.products"),
    writes=("gold.offers", "gold.model_evaluations"),
    conf=("base.models", "base.publish", "company.timezone"),
    reads_as_of=True,
)
def offers(lake: Lake, run: Run) -> None:
    """Finds what is bought together, offers each person what goes with their purchases, and measures that on a held-out month."""
    settings, timezone = run.settings.base.models.offers, run.settings.company.timezone
    limits = Limits(
        settings.products,
        settings.basket_products,
        settings.min_baskets,
        run.settings.base.publish.min_group_size,
        settings.rules,
        settings.per_person,
    )
    as_of_date = run.as_of.astimezone(ZoneInfo(timezone)).date()
    cutoff_date = as_of_date - timedelta(days=settings.holdout_days)
    dates = {"cutoff_date": cutoff_date, "as_of_date": as_of_date}
    schema = schema_of(contract("gold.model_evaluations"))
    if not lake.exists("silver.order_lines") or not lake.exists("silver.orders"):
        lake.write("gold.offers", schema_of(contract("gold.offers")).empty_table())
        rows = [row | dates for row in hit_rates((), limits.per_person, settings.min_persons)]
        lake.write("gold.model_evaluations", pa.Table.from_pylist(rows, schema), scope=_SCOPE)
        return
    bought = association.bought(
        lake.read("silver.orders").where(F.col("ordered_at") < F.lit(run.as_of)),
        lake.read("silver.order_lines"),
        lake.read("silver.person_links", LINK_COLUMNS),
        timezone,
    )
    with lake.materialised(bought) as items:
        with _made(lake, items, limits) as (_, products, found):
            baskets = items.select("source", "order_id").distinct()
            baskets = baskets.groupBy("source").agg(F.count("*").alias("all_baskets"))
            counted = products.select("source", "product_id", F.col("baskets"))
            with_counts = found.join(counted, ["source", "product_id"]).join(baskets, ["source"])
            lake.write("gold.offers", _rows(with_counts.toArrow()))
        with _made(lake, items.where(F.col("day") <= F.lit(cutoff_date)), limits) as (owned, products, found):
            naive = association.best_sellers(owned, products, limits)
            counts = association.hits(items, cutoff_date, owned, found, naive).toArrow().to_pylist()
    rows = [row | dates for row in hit_rates(counts, limits.per_person, settings.min_persons)]
    lake.write("gold.model_evaluations", pa.Table.from_pylist(rows, schema), scope=_SCOPE)


@contextmanager
def _made(lake: Lake, items: DataFrame, limits: Limits) -> Iterator[tuple[DataFrame, DataFrame, DataFrame]]:
    """What each person has, the popular products, and the offers, each computed once for all that reads them."""
    with lake.materialised(association.popular(items, limits)) as products:
        held, rules = association.held(items), association.rules(items, products, limits)
        with lake.materialised(held) as owned, lake.materialised(rules) as found:
            yield owned, products, association.offered(owned, found, limits)


def _rows(found: pa.Table) -> pa.Table:
    """Offers with support, confidence and lift, divided in Python so that both engines give the same digits."""
    together, because, other, all_ = (
        found[name].to_numpy() for name in ("together", "because_baskets", "baskets", "all_baskets")
    )
    columns = {
        "person_id": found["person_id"],
        "offer_rank": found["offer_rank"].cast(pa.int32()),
        "source": found["source"],
        "product_id": found["product_id"],
        "because_product_id": found["because_id"],
        "together_count": found["together"],
        "support_ratio": pa.array(together / all_, pa.float64()),
        "confidence_ratio": pa.array(together / because, pa.float64()),
        "lift": pa.array((together / because) / (other / all_), pa.float64()),
        "offer_score": pa.array(found["score"].to_numpy() / MILLION, pa.float64()),
    }
    return pa.table(columns)
