"""What fails in silence on one engine is found in our own code."""

import importlib.machinery
import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "bin" / "portable-lint"


@pytest.fixture(scope="module")
def lint():
    loader = importlib.machinery.SourceFileLoader("portable_lint", str(PATH))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("portable_lint", loader))
    loader.exec_module(module)
    return module


BAD = {
    "rows.persist()": "persist",
    "rows.orderBy('a').mapInArrow(f, ddl)": "orderBy before mapInArrow",
    "sessions.mapped(rows.orderBy('a'), f, ddl)": "orderBy before mapped",
    "def f(rows):\n    one = rows.repartition(2, 'a').sortWithinPartitions('a')\n    return one.mapInArrow(g, ddl)": "dropped",
    "F.max(F.struct('a', 'b'))": "max over structs",
    "F.min(F.when(c, F.struct('a')))": "min over structs",
    "F.max_by('a', F.struct('b', 'c'))": "max_by over structs",
    "sql = 'select max(struct(a, b)) from t'": "over structs",
    "sql = 'select max_by(a, struct(b)) from t'": "over structs",
    "F.round('a', 2)": "round",
    "sql = 'case when a > 1 then round(a, 2) end'": "round",
    "from delta.tables import DeltaTable": "DeltaTable",
    "F.col('a').rlike('(?=x)y')": "looks around",
    "F.regexp_replace('a', r'(a)\\1', '')": "refers back",
    "F.regexp_replace('a', r'^@|\\s', '')": "Unicode",
    "sql = r\"a rlike '(?i)x'\"": "Unicode",
    "sql = r\"coalesce(regexp_extract(a, '(\\\\w+)', 1), b)\"": "Unicode",
    "sql = \"case when a = 'it''s' then 1 end\"": "doubled quote",
    'sql = f"coalesce(cast(trim({x}) as int), 0)"': "try_cast",
    "F.to_json('a')": "to_json",
    "sql = \"coalesce(get_json_object(a, '$.b'), c)\"": "get_json_object",
    "F.split('a', '')": "split at ''",
    "sql = \"coalesce(split(a, ''), b)\"": "split at ''",
    "sql = 'select initcap(a) from t'": "initcap",
    "F.percentile_approx('a', 0.5)": "percentile_approx",
    "F.collect_set('a')": "collect_set",
    "F.unix_seconds('a')": "unix_seconds",
    "F.expr('to_json(a)')": "to_json",
    "rows.selectExpr('initcap(a) as a')": "initcap",
    "SPACES = r'\\s+'\nF.regexp_replace('a', SPACES, '')": "Unicode",
    "def f(rows):\n    a: DataFrame = rows.orderBy('a')\n    return a.mapInArrow(g, ddl)": "dropped",
    "def f(rows):\n    a = rows.orderBy('a')\n    b = a.where('x')\n    return b.mapInArrow(g, ddl)": "dropped",
    "def s(rows):\n    return rows.orderBy('a')\ndef f(rows):\n    return s(rows).mapInArrow(g, ddl)": "dropped",
    "rows.orderBy('a').transform(lambda r: r.mapInArrow(g, ddl))": "dropped",
    "spark.sql('select * from t order by a').mapInArrow(g, ddl)": "order by before mapInArrow",
    "rows.orderBy('a').foreachPartition(g)": "dropped",
    "rows.orderBy('a').dropDuplicates(['b'])": "which row stays",
    "s = F.struct('a', 'b')\nF.max(s)": "over structs",
    "F.greatest(F.struct('a'), F.struct('b'))": "over structs",
    "F.array_max(F.collect_list(F.struct('a', 'b')))": "over structs",
    "sql = 'select max((a, b)) from t'": "over structs",
    "sql = 'select max(if(a, struct(a, b), null)) from t'": "over structs",
    "sql = 'select max_by(coalesce(a, b), struct(b)) from t'": "over structs",
    "from pyspark.sql.functions import round as r\nr('a', 2)": "round",
    "import pyspark.sql.functions as fn\nfn.round('a', 2)": "round",
    "from pyspark.sql import functions as fn\nfn.initcap('a')": "initcap",
    "import delta.tables as d\nd.DeltaTable.forPath(s, p)": "DeltaTable",
    "import delta": "DeltaTable",
    "F.split('a', '\\\\s+')": "Unicode",
    "F.split('a', '(?=x)')": "looks around",
    "F.rlike('a', F.lit('\\\\w'))": "Unicode",
    "F.col('a').rlike(f'^{x}\\\\w+')": "Unicode",
    "F.col('a').rlike('a' + '\\\\w')": "Unicode",
    "F.col('a').rlike('a$')": "end of line",
    "sql = \"a rlike 'a$'\"": "end of line",
    r"sql = 'select a regexp \'\\w+\' from t'": "Unicode",
    r"sql = 'select split(a, \'\\s+\') from t'": "Unicode",
    "sql = \"case when a = '''' then 1 end\"": "doubled quote",
    "sql = \"case when a = 'x '' y' then 1 end\"": "doubled quote",
    "sql = \"a in ('it''s')\"": "doubled quote",
    "F.trim('a').cast('decimal(18,2)')": "try_cast",
    "sql = \"coalesce(cast(nullif(a, '') as int), 0)\"": "try_cast",
    "sql = \"coalesce(cast(regexp_replace(a, 'x', '') as bigint), 0)\"": "try_cast",
    "sql = 'select int(a) from t'": "try_cast",
    "rows.selectExpr('a::int')": "try_cast",
    "F.date_part(F.lit('dow'), 'a')": "dow",
    "rows.approxQuantile('a', [0.5], 0.0)": "approxQuantile",
    "F.rand(1)": "rand",
    "F.monotonically_increasing_id()": "row_number",
    "spark.sql('cache table t')": "cache table",
    "spark.catalog.cacheTable('t')": "cacheTable",
    "def f(rows):\n    around: str = '(?=x)y'\n    return rows.where(F.col('a').rlike(F.lit(around)))": "looks around",
}


@pytest.mark.parametrize("code", BAD)
def test_what_differs_in_silence_is_found(lint, code):
    assert any(BAD[code] in fault for _, fault in lint.faults(code))


@pytest.mark.parametrize(
    "code",
    [
        "rows.orderBy('a').toArrow()",
        "rows.groupBy('bucket').applyInArrow(f, ddl)",
        "w = Window.partitionBy('a').orderBy('b')\nrows.withColumn('n', F.row_number().over(w)).mapInArrow(f, ddl)",
        "F.max('a')",
        "round(a, 2)",
        "F.size(F.collect_set('a'))",
        "F.array_sort(F.collect_set('a'))",
        "F.col('a').rlike('^[0-9]+x')",
        "rows.orderBy('a').groupBy('a').applyInArrow(g, ddl)",
        "def f(rows):\n    b = rows.orderBy('a')\n    return rows.mapInArrow(g, ddl)",
        "sql = \"coalesce(a, '') = '' and b in ('', 'x')\"",
        "sql = 'select $now::timestamp from t'",
        'sql = "coalesce(cast(a as decimal(18, 2)), 0)"',
        "from math import floor as round\nround('a')",
        "re.compile(r'(?i)\\w+(?=x)')",
        'sql = "coalesce(try_cast(trim(a) as int), 0)"',
        "sql = \"coalesce(cast(trim(a) as string), '')\"",
        '"""A text that says round(x) and select initcap from hand."""',
        "SPACES = r'\\s+'\nre.sub(SPACES, '', a)",
        "F.to_json('a')  # portable: only shown",
        "# portable: none of it is null\nF.max(F.struct('a'))",
    ],
)
def test_what_is_alike_or_says_why_is_not(lint, code):
    assert list(lint.faults(code)) == []
