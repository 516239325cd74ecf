"""Makes the class archive: runs what runs have in common once, and has Java archive the classes that it took.

python -m jobs.engine.training    (about 20 s)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.engine import java
from jobs.engine.class_archive import NOTICES, path
from jobs.engine.spark import Options, spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SECONDS_TO_WRITE = 180


def make() -> Path:
    """Runs what runs have in common once, and has Java archive the classes that it took."""
    archive = path(java.find_java())
    archive.parent.mkdir(parents=True, exist_ok=True)
    aside = archive.with_suffix(".aside")
    aside.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        asked = f"-XX:TieredStopAtLevel=1 -XX:+UseParallelGC -XX:ArchiveClassesAtExit={aside} {NOTICES}"
        made_with = Options("local[2]", "1g", 2, asked, (("spark.ui.enabled", "false"),), ("core",))
        spark = spark_session(made_with, Path(folder) / "spark.log", uses_archive=False)
        _train(spark, Path(folder))
        gateway: Any = spark.sparkContext._gateway
        process = gateway.proc
        spark.stop()
        process.stdin.close()  # ends the JVM, which then writes the archive
        process.wait(timeout=_SECONDS_TO_WRITE)
    aside.replace(archive)
    return archive


def _train(spark: SparkSession, folder: Path) -> None:
    """Statements like those of a run: parse, cast, rank, join, count, write and merge."""
    import pyarrow as pa

    rows = pa.table({"k": ["a", "b", "b"], "t": ["2025-01-01T00:00:00Z", "x", None], "n": ["1", "2.50", "z"]})
    # portable: trains Spark alone
    typed = spark.createDataFrame(rows).selectExpr(
        "k",
        "if(t rlike r'Z$', try_cast(t as timestamp), to_utc_timestamp(try_cast(t as timestamp), 'Europe/Berlin')) as t",
        "try_cast(trim(n) as decimal(18,4)) as n",
        "cast(array_compact(array(if(n is null, named_struct('code', 'n'), null))) as array<struct<code:string>>) as r",
        "from_csv(concat_ws(',', k, n), 'a string, b string', map('mode', 'PERMISSIVE')) as c",
        "row_number() over (partition by k order by t desc nulls last) as place",
    )
    typed.toArrow()
    target = str(folder / "rows")
    typed.select("k", "t", "n").write.format("delta").save(target)
    read = spark.read.format("delta").load(target)
    read.createOrReplaceTempView("rows")
    spark.sql("select struct(count(*), count_if(n > 1)), (select count(*) from rows where k = 'a') from rows").first()
    # portable: trains Spark alone
    read.join(typed.groupBy("k").count(), "k", "left").persist().orderBy("k").collect()
    read.mapInArrow(lambda batches: batches, "k string, t timestamp, n decimal(18,4)").toArrow()
    spark.sql(
        f"merge into delta.`{target}` t using (select k, t, n from rows where k = 'a') s on t.k = s.k "
        "when matched then update set * when not matched then insert *"
    )


if __name__ == "__main__":
    try:
        make()
    except Exception as error:  # without it a session only starts more slowly
        print(f"No class archive, sessions start more slowly: {error}", file=sys.stderr)
