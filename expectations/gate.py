"""The gate: Great Expectations validates real rows. It judges; it moves nothing.

Whether a rule holds is its word; how many cases break it is our one-pass count. The two must agree.
"""

from __future__ import annotations

import builtins
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations import gx_import, suites  # noqa: F401  (suites sets GX_ANALYTICS_ENABLED before the first import)
from transformations.canonical.quiet import quiet
from transformations.contracts import Property, Severity

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Great Expectations keeps one context a process and one temporary view a session: one validation at a time.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Outcome:
    """What became of one rule.

    Attributes:
        applicable, passing: cases that it speaks about, and those that keep it.
        threshold: smallest passing ratio that counts as kept.
        examples: a few broken cases.
        estimate, low, high: ratio and its 95 % interval where only a sample was judged.
    """

    table: str
    code: str
    property: Property
    severity: Severity
    message: str
    passing: int
    applicable: int
    threshold: float
    examples: tuple[str, ...] = field(default=())
    estimate: float | None = None
    low: float | None = None
    high: float | None = None

    @builtins.property
    def ratio(self) -> float | None:
        if self.estimate is not None:
            return self.estimate
        return self.passing / self.applicable if self.applicable else None

    @builtins.property
    def state(self) -> str:
        if self.ratio is None:
            return "not_applicable"
        return "kept" if self.ratio >= self.threshold else "broken"

    @builtins.property
    def stops(self) -> bool:
        return self.severity == "stop" and self.state == "broken"


def prepare() -> None:
    """Imports Great Expectations beside what the caller does: it takes seconds of Python while Java is only starting."""

    def work() -> None:
        gx_import.imported()
        with _one_at_a_time, quiet("great_expectations"):
            _context()

    threading.Thread(target=work, name="great-expectations", daemon=True).start()


def verdicts(rows: DataFrame, name: str, expectations: list[Any]) -> dict[str, Any]:
    """Asks Great Expectations once whether each expectation holds over rows.

    Returns: code of each rule -> validation result; `success` is the verdict, cases are counted by `flags.counts_sql`.
    Raises: RuntimeError where an expectation itself failed (a missing column, bad SQL): that is no data failure.
    """
    return _validated(rows, name, expectations, {"result_format": "BOOLEAN_ONLY"}) if expectations else {}


class Contradiction(RuntimeError):
    """Great Expectations and our count say different things of a rule: neither can be trusted."""


def check_agreement(table: str, verdicts: dict[str, Any], broken: dict[str, int]) -> None:
    """Holds Great Expectations' verdicts against our counts of broken cases, rule by rule.

    Args: broken: code of each rule that was asked -> cases that break it.
    Raises: Contradiction where the two differ, or a rule was not judged.
    """
    for code, cases in broken.items():
        if code not in verdicts:
            raise Contradiction(f"{table}.{code}: Great Expectations did not judge it")
        if bool(verdicts[code].success) != (cases == 0):
            said = "holds" if verdicts[code].success else "is broken"
            raise Contradiction(
                f"{table}.{code}: Great Expectations says that it {said}, the one-pass count finds {cases} broken cases. "
                "This is a fault of the rule, not of the data, and running again does not change it: make the rule's "
                "expectation and its SQL say the same (in its contract, expectations/rules.py or suites.py)"
            )


def counted(rows: DataFrame, name: str, expectations: list[Any], examples: int) -> dict[str, Any]:
    """Validates expectations of which Great Expectations counts the applicable and the broken cases.

    Args: examples: how many broken values are given.
    Returns: code of each rule -> validation result.
    """
    return _validated(rows, name, expectations, {"result_format": "BASIC", "partial_unexpected_count": examples})


def _validated(rows: DataFrame, name: str, expectations: list[Any], result_format: dict[str, Any]) -> dict[str, Any]:
    """Result of each expectation by its rule's code; results come back in another order than they were given."""
    gx_import.imported()
    import great_expectations as gx

    with _one_at_a_time, quiet("great_expectations"):
        batch = _batch_definition().get_batch(batch_parameters={"dataframe": rows})
        batch.data.execution_engine.spark = rows.sparkSession  # it asks for views that it makes of these rows
        suite = gx.ExpectationSuite(name=name, expectations=[e.copy() for e in expectations])
        result = batch.validate(suite, result_format=result_format)
    found = {}
    for one in result.results:
        code = one.expectation_config.meta["code"]
        if problem := _exception(one.exception_info):
            raise RuntimeError(f"{name}.{code}: the expectation itself failed: {problem}")
        found[code] = one
    return found


@cache
def _batch_definition() -> Any:
    """Where Great Expectations takes rows from. It asks for a session, and would make one of its own where there is none yet."""
    # Rows are read once a validation, and what Great Expectations persists it never releases.
    asset = _context().data_sources.add_spark(name="lake", persist=False).add_dataframe_asset(name="rows")
    return asset.add_batch_definition_whole_dataframe("rows")


@cache
def _context() -> Any:
    """One for the process, since making one costs more than a validation."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def cases(one: Any, rows_count: int) -> tuple[int, int, tuple[str, ...]]:
    """Cases that keep an expectation and those that it speaks about, by its kind, and examples of broken ones.

    Of a column map a case is a row whose value is there; of UnexpectedRowsExpectation a row; of what speaks of a column
    or table as a whole (its mean, its row count) there is one case.
    """
    result = one.result
    if "element_count" in result:
        broken = int(result.get("unexpected_count") or 0)
        missing = 0 if one.expectation_config.type == "expect_column_values_to_satisfy" else result.get("missing_count")
        applicable = max(result["element_count"] - (missing or 0), broken)
        values = result.get("partial_unexpected_list") or ()
        seen = dict.fromkeys(str(value) for value in values if value is not None)
        return applicable - broken, applicable, tuple(seen)
    observed = result.get("observed_value")
    if one.expectation_config.type == "unexpected_rows_expectation":
        return max(rows_count - int(observed or 0), 0), rows_count, ()
    shown = () if one.success or observed is None else (f"observed {observed}",)
    return int(bool(one.success)), 1, shown


def is_one_case(one: Any) -> bool:
    """Whether an expectation speaks of a column or table as a whole."""
    return "element_count" not in one.result and one.expectation_config.type != "unexpected_rows_expectation"


def _exception(info: dict[str, Any]) -> str | None:
    """The first exception message; it is nested by metric id for metrics that could not be computed."""
    if not info:
        return None
    if "raised_exception" in info:
        return str(info.get("exception_message")) if info["raised_exception"] else None
    for nested in info.values():
        if isinstance(nested, dict) and nested.get("raised_exception"):
            return str(nested.get("exception_message"))
    return None
