"""The Spark split and the Great Expectations suite count the same broken rows, on rows that know nothing of the rules."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations import flags, gate, rules, suites
from jobs.engine import sessions
from jobs.lake.computed import Computed
from transformations.contracts import Rule, contract

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
    return sessions.frame(spark, rows, table.ddl + ", _uncastable array<string>")


def broken(rows, of_table) -> dict[str, int]:
    """Rows that break each rule, as a run counts them."""
    computed = Computed.of(flags.answered(rows, of_table), is_small=True)
    (counted,) = computed.sql(flags.counts_sql(of_table))
    computed.release()
    return {rule.code: counted[f"f{place}"] for place, rule in enumerate(of_table)}


def unexpected(rows, name: str, expectations: list) -> dict[str, int]:
    """Rows that break each rule, as Great Expectations counts them."""
    found, size = {}, rows.count()
    for code, one in gate.counted(rows, name, expectations, examples=0).items():
        passing, applicable, _ = gate.cases(one, size)
        found[code] = applicable - passing
    return found


@pytest.mark.parametrize("name", ["silver.order_lines", "silver.posts", "silver.survey_responses"])
@settings(max_examples=max(1, settings.default.max_examples // 50))  # each counts rows in Spark
@given(seed=st.integers(0, 2**32 - 1))
def test_both_count_alike(spark, name, seed):
    table = contract(name)
    of_table = rules.row_rules(table, CONTEXT)
    rows = dirty(spark, name, seed)
    ours = broken(rows, of_table)
    assert sum(ours.values()) > 50  # the generator is dirty enough to tell
    expectations = suites.row_expectations(table, of_table)
    assert unexpected(rows, name, expectations) == ours
    gate.check_agreement(name, gate.verdicts(rows, name, expectations), ours)


def test_an_expectation_that_fails_itself_is_an_error_and_no_finding(spark):
    import great_expectations.expectations as gxe

    missing = gxe.ExpectColumnValuesToNotBeNull(column="nowhere", meta={"code": "nowhere.required"})
    with pytest.raises(RuntimeError, match="nowhere"):
        gate.verdicts(spark.range(3), "t", [missing])


def test_a_condition_that_every_row_breaks_is_broken_where_the_column_has_no_value_at_all(spark):
    table = contract("silver.orders")
    columns = ", ".join(f"cast(null as {f.type}) {f.name}" for f in table.columns if f.name != "order_id")
    rows = spark.sql(f"select 'o1' order_id, {columns}, array('ordered_at') _uncastable")
    (readable,) = (rule for rule in rules.row_rules(table, CONTEXT) if rule.code == "ordered_at.readable")
    expectations = suites.row_expectations(table, [readable])
    assert unexpected(rows, "t", expectations) == broken(rows, [readable]) == {"ordered_at.readable": 1}
    gate.check_agreement("t", gate.verdicts(rows, "t", expectations), {"ordered_at.readable": 1})


ORDERS = contract("silver.orders")
KEY = Rule(
    "order_id.required", "existence", "quarantine", "order_id is not null", "", column="order_id", kind="not_null"
)
PAID = Rule("amount.paid", "validity", "warn", "amount > 0", "", applies="amount is not null", column="amount")
TWO_OF_THREE = "values ('o1', 5), ('o2', -5), ('o3', null) as t(order_id, amount)"


def judged(spark, rows: str, of_table: list[Rule]):
    """Great Expectations' verdicts, and our counts of broken rows."""
    frame = spark.sql(f"select * from {rows}")
    expectations = suites.row_expectations(ORDERS, of_table)
    return gate.verdicts(frame, ORDERS.name, expectations), broken(frame, of_table)


def test_a_run_takes_the_verdicts_and_counts_broken_rows_itself(spark):
    verdicts, found = judged(spark, TWO_OF_THREE, [KEY, PAID])
    assert {code: one.success for code, one in verdicts.items()} == {KEY.code: True, PAID.code: False}
    assert found == {KEY.code: 0, PAID.code: 1}
    gate.check_agreement(ORDERS.name, verdicts, found)
    gate.check_agreement(ORDERS.name, verdicts, {KEY.code: 0})  # of the rules that were asked


def test_of_no_rows_every_rule_holds(spark):
    verdicts, found = judged(spark, f"(select * from {TWO_OF_THREE}) where order_id = 'o4'", [KEY, PAID])
    assert [one.success for one in verdicts.values()] == [True, True]
    assert found == {KEY.code: 0, PAID.code: 0}
    gate.check_agreement(ORDERS.name, verdicts, found)


def test_where_verdict_and_count_differ_the_run_ends_and_says_which_says_what(spark):
    verdicts, _ = judged(spark, TWO_OF_THREE, [KEY, PAID])
    with pytest.raises(RuntimeError, match=r"silver\.orders\.amount\.paid: .* is broken, .* finds 0 broken cases"):
        gate.check_agreement(ORDERS.name, verdicts, {KEY.code: 0, PAID.code: 0})
    with pytest.raises(RuntimeError, match=r"silver\.orders\.order_id\.required: .* holds, .* finds 2 broken cases"):
        gate.check_agreement(ORDERS.name, verdicts, {KEY.code: 2, PAID.code: 1})


def test_a_rule_whose_sql_says_other_than_its_expectation_is_found(spark):
    lax = Rule(KEY.code, "existence", "quarantine", "true", "", column="order_id", kind="not_null")
    strict = Rule(KEY.code, "existence", "quarantine", "order_id <> 'o1'", "", column="order_id", kind="not_null")
    for rule, ids in ((lax, "values ('o1'), (null)"), (strict, "values ('o1'), ('o2')")):
        verdicts, found = judged(spark, f"{ids} as t(order_id)", [rule])
        with pytest.raises(RuntimeError, match=r"order_id\.required: "):
            gate.check_agreement(ORDERS.name, verdicts, found)


def test_a_rule_that_was_not_judged_ends_the_run_whether_it_is_broken_or_not(spark):
    verdicts, _ = judged(spark, TWO_OF_THREE, [KEY])
    for cases in (0, 1):
        with pytest.raises(RuntimeError, match=r"amount\.paid: Great Expectations did not judge it"):
            gate.check_agreement(ORDERS.name, verdicts, {KEY.code: 0, PAID.code: cases})


def test_without_expectations_nothing_is_asked():
    assert gate.verdicts(None, "t", []) == {}  # type: ignore[arg-type]


@pytest.mark.usefixtures("jvm")
def test_validating_leaves_nothing_in_the_memory_of_spark_and_takes_nothing_out_of_it(spark):
    held = spark.sql(f"select * from {TWO_OF_THREE}").persist()
    assert held.count() == 3
    before = set(spark.sparkContext._jsc.getPersistentRDDs())
    expectations = suites.row_expectations(ORDERS, [KEY, PAID])
    for rows in (held, held.where("order_id <> 'o1'"), spark.sql("select 'o9' as order_id, 1 as amount")):
        gate.verdicts(rows, ORDERS.name, expectations)
        gate.counted(rows, ORDERS.name, expectations, examples=2)
    assert set(spark.sparkContext._jsc.getPersistentRDDs()) - before == set()
    assert held.storageLevel.useMemory
    held.unpersist()


def test_what_takes_seconds_to_import_can_come_before_it_is_needed_and_before_there_is_a_session():
    script = (
        "import sys, threading\n"
        "from expectations import gate\n"
        "gate.prepare()\n"
        "[thread.join() for thread in threading.enumerate() if thread.name == 'great-expectations']\n"
        "from pyspark.sql import SparkSession\n"
        "print(gate._context.cache_info().currsize, SparkSession._instantiatedSession)\n"
    )
    without_java = os.environ | {"JAVA_HOME": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=without_java, timeout=120)
    assert (done.stdout, done.stderr) == ("1 None\n", "")
