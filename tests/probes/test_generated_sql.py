"""SQL that our own code writes means the same on both engines: times, casts, versions, and the rules of every table."""

import runpy
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from probes import generated, running, sessions

from expectations.rules import RuleContext, row_rules
from jobs.engine.sessions import frame
from transformations.canonical import casting, mapping, times
from transformations.canonical.names import natural_sql
from transformations.contracts import CONTRACTS

pytestmark = pytest.mark.slow

OF_TIMES = runpy.run_path(str(Path(__file__).parents[1] / "transformations" / "canonical" / "test_times.py"))
MORE = [
    "2024-06-30 12:30 AM",
    "2024-06-30 13:00 PM",
    "2024-06-30Z",
    "2024-06-30",
    "2024-6-3 5:07",
    "2024-06",
    "2024",
    "0999-01-01",
    "1582-10-10",
    "1883-11-18 12:00:00",
    "1969-12-31T23:59:59.999999Z",
    "2024-03-31 02:30:00",
    "2024-10-27 02:30:00",
    "2024-10-27 02:30:00 CET",
    "2024-11-03 01:30:00 America/New_York",
    "2024-03-10 02:30:00 America/New_York",
    "2024-06-30 23:30:00.123456789Z",
    "2024-06-30T00:00:00+00:00",
    "1980-05-03T00:00:00.000Z",
    "2024-06-30 23:30:00\n",
    "2024-06-30\r\n",
    "\t2024-06-30 23:30",
    "  2024-06-30T23:30:00Z  ",
    "2024-06-30 23:30:00 +0530",
    "2024-06-30 23:30:00 -18:00",
    "2024-06-30 23:30:00 +18:30",
    "2024-06-30 23:30:00+02:00:30",
    "2024-06-30 23:30:00 GMT+14",
    "2024-06-30 23:30 US/Eastern",
    "2024-06-30 23:30 (Europe/Berlin)",
    "2024-06-30 23:30:00 europe/berlin",
    "2024-06-30 23:30:00 msk",
    "2024-06-30 1:00:00.5 a.m. CET",
    "2024-06-30 23:30:00 İ",
    "2024-12-31 23:59:60",
    "2023-02-29",
    "２０２４-06-30",
    "24-06-30",
]
TEXTS = [*OF_TIMES["SAME"], *OF_TIMES["REFUSED"], *MORE]
(NUMBERS,) = ([row[0] for row in theme.rows] for theme in running.themes() if theme.name == "numbers_in_text")
VERSIONS = [
    "2024-06-30",
    "2024-06-30 10:00:00",
    "2024-06-30\n",
    "v1.10",
    "v1.9",
    "10",
    "9",
    "abc 12 x 3",
    "export.csv",
    "export-2.csv@0002",
    "export.1.csv.gz",
    "export.csv\n",
    "a\nb.csv\r\n",
    "export.csv\u2028",
    "",
    None,
    "-5",
]


@pytest.fixture(scope="module")
def engines(spark, embedded):
    return sessions.interpreting(spark), embedded


def assert_same(engines, expressions: list[str], rows: list, ddl: str) -> None:
    """Every expression gives the same for every row on both engines."""
    named = [f"{sql} as v{place}" for place, sql in enumerate(expressions)]
    ours, other = (
        [running.plain(row) for row in frame(engine, rows, ddl).coalesce(1).selectExpr(*named).collect()]
        for engine in engines
    )
    assert len(ours) == len(rows)
    differing = {
        expressions[place]: (row, one, another)
        for row, these, those in zip(rows, ours, other, strict=True)
        for place, (one, another) in enumerate(zip(these, those, strict=True))
        if one != another
    }
    assert differing == {}


@pytest.mark.parametrize("timezone", ["Europe/Berlin", "UTC", "America/New_York"])
def test_times(engines, timezone):
    rows = [(text,) for text in TEXTS]
    assert_same(engines, [times.instant("text", timezone), times.day("text", timezone)], rows, "text string")


def test_casts_of_the_contract(engines):
    types = ["int", "bigint", "decimal(18,4)", "decimal(38,18)", "boolean", "date", "timestamp"]
    expressions = [mapping._as_type("text", "string", type_, "Europe/Berlin") for type_ in types]
    more = ["120.0\n", "120.00 ", "120.0\u00a0", "true", "on", " Yes\n"]
    assert_same(engines, expressions, [(text,) for text in (*NUMBERS, *more)], "text string")


def test_casts_between_times(engines):
    rows = [
        (day, at)
        for day, at in (
            (date(2024, 6, 30), datetime(2024, 6, 30, 23, 30, tzinfo=UTC)),
            (date(1582, 10, 15), datetime(2024, 3, 31, 0, 30, tzinfo=UTC)),
            (date(1969, 12, 31), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
            (None, None),
        )
    ]
    for zone in ("UTC", "Europe/Berlin"):
        casts = [
            ("day", "date", "timestamp"),
            ("at", "timestamp", "date"),
            ("cast(at as timestamp_ntz)", "timestamp_ntz", "timestamp"),
        ]
        assert_same(engines, [mapping._as_type(*cast, zone) for cast in casts], rows, "day date, at timestamp")


def test_casts_between_decimals(engines):
    rows = [
        (Decimal(text),) for text in ("0", "1.00000001", "-2.00005", "0.00005", "12345.67895", "-99999999999999.99995")
    ]
    rows.append((Decimal("123456789012345678901234567890.12345678"),))
    haves = ["decimal(38,8)", "decimal(10,2)", "decimal(22,8)", "decimal(29,4)", "decimal(20,0)"]
    wants = ["decimal(18,4)", "decimal(38,4)", "decimal(38,18)", "decimal(10,2)"]
    casts = [mapping._as_type(f"try_cast(v as {have})", have, want, "UTC") for have in haves for want in wants]
    assert_same(engines, casts, rows, "v decimal(38,8)")


def test_parts_of_texts(engines):
    places = (1, 0, -1, -2, -7, -100, 2, 99, 2147483647, -2147483648, None)
    rows = [
        (text, place, many)
        for text in ("abc", "ünï 😀", "", None)
        for place in places
        for many in (2, 0, -1, 2147483647, None)
    ]
    expressions = [casting.part("s", "k"), casting.part("s", "k", "n")]
    assert_same(engines, expressions, rows, "s string, k int, n int")
    by_spark = frame(engines[0], rows, "s string, k int, n int").selectExpr(
        *(f"{form} <=> {sql}" for form, sql in zip(expressions, ("substring(s, k)", "substring(s, k, n)"), strict=True))
    )
    assert {tuple(row) for row in by_spark.collect()} == {(True, True)}


def test_forms_of_casts(engines):
    expressions = [casting.whole("text", "bigint"), casting.decimal("text", "decimal(20,0)"), casting.boolean("text")]
    assert_same(engines, expressions, [(text,) for text in NUMBERS], "text string")


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("string", VERSIONS),
        ("int", [1, -5, 2147483647, None]),
        ("bigint", [1, -5, 9223372036854775807, None]),
        ("decimal(18,4)", [Decimal("1.5"), Decimal("-2.25"), None]),
        ("date", [date(2024, 6, 30), date(1582, 10, 15), None]),
        (
            "timestamp",
            [datetime(2024, 6, 30, 23, 30, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), None],
        ),
        ("boolean", [True, None]),
    ],
)
def test_versions(engines, type_, values):
    expressions = [mapping.sortable("v", type_, "UTC"), mapping.sortable("v", type_, "Europe/Berlin")]
    if type_ == "string":
        expressions.append(natural_sql("v"))
    assert_same(engines, expressions, [(value,) for value in values], f"v {type_}")


def test_rules_of_every_table(engines):
    context = RuleContext(
        datetime(2024, 12, 1, tzinfo=UTC), "Europe/Berlin", competitors=("kestrel",), objectives=("o",)
    )
    for table in CONTRACTS.values():
        rules = row_rules(table, context)
        expressions = [f"({sql})" for rule in rules for sql in (rule.passes, rule.applies)]
        if expressions:
            assert_same(engines, expressions, generated.rows_of(table), generated.ddl_of(table))
