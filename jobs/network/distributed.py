"""The network above the memory gate: GraphFrames on Spark, for all time.

Not tested against GraphFrames itself: its jar (io.graphframes:graphframes-spark4_2.13:0.12.2) was not to be had here. What is
written around it is, with a stand-in of the same interface.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pyspark.sql import Window
from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.errors import ScrmError
from jobs.network.rows import SMALLEST_POPULATION
from transformations.network.authority import CLASSES, SHARES
from transformations.network.label_propagation import ROUNDS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from jobs.lake.tables import Lake
    from jobs.settings.base import NetworkSettings

JAR = "io.graphframes:graphframes-spark4_2.13"
ALL = "all"


def graphframe(lake: Lake) -> Callable[..., Any]:
    """The class GraphFrame. Raises ScrmError, which says what is missing, where it cannot be used."""
    if sessions.is_embedded(lake.spark):
        raise ScrmError("the embedded engine has no GraphFrames: engine: spark")
    try:
        found = importlib.import_module("graphframes").GraphFrame
        rows = sessions.frame(lake.spark, [(0,)], "id bigint")
        found(rows, sessions.frame(lake.spark, [], "src bigint, dst bigint"))
    except Exception as error:  # no package, or no classes in the JVM: as py4j says it
        raise ScrmError(
            f"GraphFrames cannot be used ({type(error).__name__}): pip install graphframes-py, and name the file of the jar "
            f"{JAR} in SCRM_EXTRA_JARS"
        ) from error
    return found


def measured(lake: Lake, settings: NetworkSettings, frame: Callable[..., Any]) -> Iterator[tuple[str, DataFrame]]:
    """Rows of the network's tables, for all time.

    Args: frame: GraphFrame, or what has its interface.
    Yields: the table's name and its rows, which are held until the next one is asked for: gold.network_measures with degrees,
        strengths, PageRank (of connections, not of their weights: GraphFrames knows no other), component and clustering;
        gold.communities by label propagation, with size and central members alone; their members; gold.influencers without
        topics and dates; gold.network_summary with counts. What is missing is null.
    """
    edges = lake.read("gold.network_edges").where("not is_from_company and not is_to_company")
    ends = [edges.select(F.col(f"{end}_person_id").alias("person_id")) for end in ("source", "target")]
    everyone = ends[0].union(ends[1]).distinct()
    # Dense ids, held: GraphFrames numbers vertices again, and wrongly, where ids change between two computations.
    numbered = everyone.select(
        "person_id", (F.row_number().over(Window.orderBy("person_id")) - 1).cast("bigint").alias("id")
    )
    with lake.materialised(numbered) as vertices, lake.materialised(_arcs(edges, vertices, settings)) as arcs:
        graph = frame(vertices.select("id"), arcs.select("src", "dst"))
        with lake.materialised(_positions(graph, vertices, arcs, settings.min_community_size)) as persons:
            yield from _tables(persons, edges, arcs).items()


def _arcs(edges: DataFrame, vertices: DataFrame, settings: NetworkSettings) -> DataFrame:
    """Connections between two persons: src, dst, weight."""
    weight: Column = F.lit(0.0)
    for kind, of in settings.weights.items():
        weight = F.when(F.col("kind") == kind, F.lit(float(of))).otherwise(weight)
    last = edges.agg(F.max("acted_on").alias("last"))
    aged = edges.where("source_person_id <> target_person_id").crossJoin(last)
    share = F.pow(F.lit(0.5), F.datediff("last", "acted_on") / F.lit(float(settings.half_life_days)))
    pairs = aged.groupBy("source_person_id", "target_person_id").agg(
        F.sum(F.col("interactions_count") * weight * share).alias("weight")
    )
    for end, number in (("source_person_id", "src"), ("target_person_id", "dst")):
        named = vertices.select(F.col("person_id").alias(end), F.col("id").alias(number))
        pairs = pairs.join(named, on=[end], how="inner")
    return pairs.where("weight > 0").select("src", "dst", "weight")


def _positions(graph: Any, vertices: DataFrame, arcs: DataFrame, smallest: int) -> DataFrame:
    """One row per person with measures, component and community."""
    component = graph.connectedComponents(broadcastThreshold=-1, use_local_checkpoints=True).select("id", "component")
    rank = graph.pageRank(resetProbability=0.15, tol=1e-8).vertices.select("id", "pagerank")
    label = graph.labelPropagation(maxIter=ROUNDS).select("id", "label")
    triangles = graph.triangleCount().select("id", F.col("count").alias("triangles"))
    out = arcs.groupBy(F.col("src").alias("id")).agg(
        F.count("dst").alias("out_degree"), F.sum("weight").alias("out_strength")
    )
    into = arcs.groupBy(F.col("dst").alias("id")).agg(
        F.count("src").alias("in_degree"), F.sum("weight").alias("in_strength")
    )
    both = arcs.select("src", "dst").union(arcs.select("dst", "src")).distinct()
    near = both.groupBy(F.col("src").alias("id")).agg(F.count("dst").alias("degree"))
    found = vertices
    for other in (component, rank, label, triangles, out, into, near):
        found = found.join(other, on=["id"], how="left")
    counts = [F.coalesce(name, F.lit(0)).cast("bigint").alias(name) for name in ("out_degree", "in_degree", "degree")]
    sums = [F.coalesce(name, F.lit(0.0)).alias(name) for name in ("out_strength", "in_strength")]
    found = found.select("person_id", "component", "pagerank", "label", "triangles", *counts, *sums)
    whole = found.agg(F.sum("pagerank").alias("all_ranks"))
    found = found.crossJoin(whole).withColumn("pagerank", F.col("pagerank") / F.col("all_ranks")).drop("all_ranks")
    return _named(_renumbered(found), smallest)


def _renumbered(persons: DataFrame) -> DataFrame:
    """Components from 0, the largest, on; ties by their first person."""
    of = persons.groupBy("component").agg(F.count("person_id").alias("size"), F.min("person_id").alias("first"))
    number = F.row_number().over(Window.orderBy(F.desc("size"), "first")) - 1
    ranked = of.select("component", number.cast("bigint").alias("number"))
    return (
        persons.join(ranked, on=["component"], how="inner").drop("component").withColumnRenamed("number", "component")
    )


def _named(persons: DataFrame, smallest: int) -> DataFrame:
    """Communities large enough, with the id of their first person, and each one's rank in it."""
    of = persons.groupBy("label").agg(F.count("person_id").alias("size"), F.min("person_id").alias("first"))
    named = of.where(F.col("size") >= smallest).select(
        "label", "size", F.concat(F.lit(f"{ALL}-"), F.substring("first", 1, 12)).alias("community_id")
    )
    order = Window.partitionBy("label").orderBy(F.desc("pagerank"), "person_id")
    return persons.join(named, on=["label"], how="left").withColumn(
        "rank_in_community", F.row_number().over(order).cast("bigint")
    )


def _tables(persons: DataFrame, edges: DataFrame, arcs: DataFrame) -> dict[str, DataFrame]:
    period = F.lit(ALL).alias("period")
    possible = F.col("degree") * (F.col("degree") - 1)
    measures = persons.select(
        "person_id",
        period,
        *("degree", "in_degree", "out_degree", "in_strength", "out_strength", "pagerank", "component"),
        (F.col("in_strength") + F.col("out_strength")).alias("weight"),
        F.when(F.col("degree") > 1, 2 * F.col("triangles") / possible).alias("clustering"),
    )
    members = persons.where("community_id is not null")
    central = members.where("rank_in_community <= 5").groupBy("community_id")
    communities = central.agg(
        F.max("size").cast("bigint").alias("size"),
        F.array_sort(F.collect_list(F.struct("rank_in_community", "person_id")))
        .getField("person_id")
        .alias("central_members"),
    ).select("community_id", period, "size", "central_members")
    return {
        "gold.network_measures": measures,
        "gold.communities": communities,
        "gold.community_members": members.select("person_id", period, "community_id", "rank_in_community"),
        "gold.influencers": persons.select(
            "person_id", period, "degree", "pagerank", _authority().alias("authority_class")
        ),
        "gold.network_summary": _summary(persons, edges, arcs).select(period, "*"),
    }


def _authority() -> Column:
    """Class by PageRank, as `authority_class`."""
    count = F.count(F.lit(1)).over(Window.partitionBy())
    place = F.row_number().over(Window.orderBy(F.desc("pagerank"), "person_id"))
    found: Column = F.lit(CLASSES[-1])
    cuts = [round(100 * sum(SHARES[: number + 1])) for number in range(len(SHARES))]  # in hundredths
    for name, cut in reversed(list(zip(CLASSES, cuts))):
        found = F.when(place <= F.ceil(count * F.lit(cut) / F.lit(100)), F.lit(name)).otherwise(found)
    return F.when(count >= SMALLEST_POPULATION, found)


def _summary(persons: DataFrame, edges: DataFrame, arcs: DataFrame) -> DataFrame:
    counted = persons.agg(
        F.count("person_id").alias("persons_count"),
        F.countDistinct("component").alias("components_count"),
        F.countDistinct("community_id").alias("communities_count"),
    )
    return counted.crossJoin(arcs.agg(F.count("src").alias("connections_count"))).crossJoin(
        edges.agg(F.sum("interactions_count").alias("interactions_count"))
    )
