"""Forty row and column rules over a Delta table: our one pass against stock Great Expectations.

Both read the table in each repeat; Great Expectations keeps it in Spark's cache while it works, as it does by default.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bench.contest import Contest, ratios
from bench.tables import console, ratio_table
from expectations import flags, gate, suites
from jobs.lake.computed import Computed
from transformations.contracts import Field, Rule, Table

_GROUPS = 10
_ALLOWED = ("a", "b", "c", "d")
_MAIL = "^[^@]+@[^@]+$"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)


def run(options: argparse.Namespace) -> int:
    """Prints the ratios; 0, or 3 where a goal was missed."""
    found = [ratio for contest in contests(options.rows) for ratio in ratios(contest, options.repeats)]
    console().print(ratio_table(found))
    return 0 if all(ratio.is_good for ratio in found) else 3


def contests(rows_count: int) -> list[Contest]:
    spark = _session()
    path = f"{mkdtemp(prefix='scrm-bench-')}/rows"
    _rows(spark, rows_count).write.format("delta").save(path)
    rules = _rules()

    def rows() -> DataFrame:
        return spark.read.format("delta").load(path)

    return [
        Contest(
            f"{len(rules)} checks on {rows_count:,} rows: counts",
            lambda: _ours(rows(), rules),
            {"Great Expectations": lambda: _stock(rows())},
            {"Great Expectations": 3},
        ),
        Contest(
            "the same as a run does it: flags, counts and the gate over the flagged rows",
            lambda: _as_in_a_run(rows(), rules),
            {"Great Expectations": lambda: _stock(rows())},
            {},
        ),
    ]


def _session() -> SparkSession:
    from jobs import settings
    from jobs.lake import opening

    folder = Path(mkdtemp(prefix="scrm-bench-"))
    base = settings.load().base
    base = base.model_copy(update={"lake": settings.LakeSettings(root=folder / "lake")})
    company = settings.Company(name="bench")
    return opening.session(settings.Settings(folder=folder, base=base, company=company, sources=()))


def _rows(spark: SparkSession, rows_count: int) -> DataFrame:
    """Ten groups of four columns, a few values in a hundred missing or wrong."""
    columns = []
    for group in range(_GROUPS):
        draw = F.pmod(F.xxhash64("id", F.lit(group)), F.lit(1000))
        columns += [
            F.when(draw >= 20, F.concat(F.lit("k"), F.col("id").cast("string"))).alias(f"key{group}"),
            F.when(draw >= 990, F.lit("z"))
            .otherwise(F.element_at(F.array(*map(F.lit, _ALLOWED)), (draw % 4 + 1).cast("int")))
            .alias(f"kind{group}"),
            (draw - 30).cast("double").alias(f"amount{group}"),
            F.when(draw >= 950, F.lit("nowhere"))
            .otherwise(F.concat(F.lit("u"), draw, F.lit("@x.example")))
            .alias(f"mail{group}"),
        ]
    return spark.range(rows_count).select("id", *columns)


def _rules() -> list[Rule]:
    values = ", ".join(f"'{value}'" for value in _ALLOWED)
    made = []
    for group in range(_GROUPS):
        for name, kind, passes in (
            (f"key{group}", "not_null", f"key{group} is not null"),
            (f"kind{group}", "in_set", f"kind{group} in ({values})"),
            (f"amount{group}", "row", f"amount{group} >= 0"),
            (f"mail{group}", "pattern", f"mail{group} rlike r'{_MAIL}'"),
        ):
            made.append(Rule(name, "validity", "quarantine", passes, "", column=name, kind=kind))  # type: ignore[arg-type]
    return made


def _ours(rows: DataFrame, rules: list[Rule]) -> dict[str, int]:
    answered = flags.answered(rows, rules)
    return _broken(Computed(lambda: rows.sparkSession, dict(answered.dtypes), answered), rules)


def _as_in_a_run(rows: DataFrame, rules: list[Rule]) -> dict[str, int]:
    """What a run does of the same rows: it flags and keeps them, counts, and has Great Expectations judge them again."""
    told = Computed.of(flags.flagged(rows, rules), is_small=False)
    try:
        found = _broken(told, rules)
        judged = gate.verdicts(told.frame(rows.columns), "bench", suites.row_expectations(_table(), rules))
    finally:
        told.release()
    gate.check_agreement("bench", judged, found)
    return found


def _broken(answered: Computed, rules: list[Rule]) -> dict[str, int]:
    counted = answered.sql(flags.counts_sql(rules))[0]
    return {rule.code: counted[f"f{place}"] for place, rule in enumerate(rules)}


def _table() -> Table:
    """What the suites need to know of the columns."""
    columns = []
    for group in range(_GROUPS):
        columns += [
            Field(f"key{group}", "string", ""),
            Field(f"kind{group}", "string", "", allowed=_ALLOWED),
            Field(f"amount{group}", "double", ""),
            Field(f"mail{group}", "string", "", pattern=_MAIL),
        ]
    return Table("bench.rows", "", ("id",), (Field("id", "bigint", ""), *columns))


def _stock(rows: DataFrame) -> dict[str, int]:
    """The same checks as its users write them: one suite, one checkpoint, counts of what is unexpected."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    found: list[Any] = []
    for group in range(_GROUPS):
        found += [
            gxe.ExpectColumnValuesToNotBeNull(column=f"key{group}"),
            gxe.ExpectColumnValuesToBeInSet(column=f"kind{group}", value_set=list(_ALLOWED)),
            gxe.ExpectColumnValuesToBeBetween(column=f"amount{group}", min_value=0),
            gxe.ExpectColumnValuesToMatchRegex(column=f"mail{group}", regex=_MAIL),
        ]
    with _quiet():
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        batch = (
            context.data_sources.add_spark(name="s")
            .add_dataframe_asset(name="t")
            .add_batch_definition_whole_dataframe("b")
        )
        suite = context.suites.add(gx.ExpectationSuite(name="suite", expectations=found))
        validation = context.validation_definitions.add(gx.ValidationDefinition(name="v", data=batch, suite=suite))
        checkpoint = context.checkpoints.add(
            gx.Checkpoint(name="c", validation_definitions=[validation], result_format={"result_format": "BASIC"})
        )
        try:
            result = checkpoint.run(batch_parameters={"dataframe": rows})
        finally:
            rows.unpersist()  # or the next repeats, ours too, would find the table in the cache
    counts = {}
    for validated in result.run_results.values():
        for one in validated.results:
            counts[one.expectation_config.kwargs["column"]] = int(one.result["unexpected_count"])
    return counts


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
