"""The Spark split and the Great Expectations suite count the same broken rows, on rows that know nothing of the rules."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations import flags, gate, rules, suites
from transformations.contracts import contract

CONTEXT = rules.RuleContext(datetime(2025, 1, 1, tzinfo=UTC))


def dirty(spark, name: str, seed: int, size: int = 60):
    """Random candidates of a table: every column null, right or wild, with no eye on the rules."""
    random = np.random.default_rng(seed)
    words = ["", "EUR", "XQZ", "a@b.example", "not an address", "question", "agent", "forum", "zz"]
    makers = {
        "string": lambda: str(random.choice(words)),
        "timestamp": lambda: datetime.fromtimestamp(int(random.integers(-(10**9), 4 * 10**9)), UTC),
        "date": lambda: datetime.fromtimestamp(int(random.integers(-(10**10) // 4, 4 * 10**9)), UTC).date(),
        "double": lambda: float(random.normal()),
        "boolean": lambda: bool(random.integers(2)),
        "bigint": lambda: int(random.integers(-3, 4)),
        "int": lambda: int(random.integers(-3, 4)),
    }
    table = contract(name)
    from decimal import Decimal

    def value(type_: str):
        if random.random() < 0.25:
            return None
        if type_.startswith("decimal"):
            return Decimal(int(random.integers(-2, 3)))
        if type_.startswith("array"):
            return [str(random.choice(words))]
        return makers[type_]()

    rows = []
    for _ in range(size):
        unreadable = [f.name for f in table.columns if f.type != "string" and random.random() < 0.05]
        row = [None if f.name in unreadable else value(f.type) for f in table.columns]
        rows.append((*row, unreadable))
    return spark.createDataFrame(rows, table.ddl + ", _uncastable array<string>")


@pytest.mark.parametrize("name", ["silver.order_lines", "silver.posts", "silver.survey_responses"])
@settings(max_examples=max(1, settings.default.max_examples // 50))  # each counts rows in Spark
@given(seed=st.integers(0, 2**32 - 1))
def test_both_count_alike(spark, name, seed):
    table = contract(name)
    of_table = rules.row_rules(table, CONTEXT)
    rows = dirty(spark, name, seed).persist()
    counted = flags.counts(rows, of_table)
    ours = {rule.code: counted[f"f{place}"] for place, rule in enumerate(of_table)}
    assert sum(ours.values()) > 50  # the generator is dirty enough to tell
    assert gate.unexpected_counts(rows, name, suites.row_expectations(table, of_table)) == ours


def test_an_expectation_that_fails_itself_is_an_error_and_no_finding(spark):
    import great_expectations.expectations as gxe

    missing = gxe.ExpectColumnValuesToNotBeNull(column="nowhere", meta={"code": "nowhere.required"})
    with pytest.raises(RuntimeError, match="nowhere"):
        gate.unexpected_counts(spark.range(3), "t", [missing])


def test_a_condition_that_every_row_breaks_is_broken_where_the_column_has_no_value_at_all(spark):
    table = contract("silver.orders")
    columns = ", ".join(f"cast(null as {f.type}) {f.name}" for f in table.columns if f.name != "order_id")
    rows = spark.sql(f"select 'o1' order_id, {columns}, array('ordered_at') _uncastable")
    (readable,) = (rule for rule in rules.row_rules(table, CONTEXT) if rule.code == "ordered_at.readable")
    assert gate.unexpected_counts(rows, "t", suites.row_expectations(table, [readable])) == {"ordered_at.readable": 1}
