"""The gate: a Great Expectations checkpoint over real rows. It counts and judges; it moves nothing."""

from __future__ import annotations

import builtins
import contextlib
import logging
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from expectations import suites  # noqa: F401  (sets GX_ANALYTICS_ENABLED before the first import)
from transformations.contracts import Property, Severity

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Great Expectations keeps one temporary view a session: one validation at a time.
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


def unexpected_counts(rows: DataFrame, name: str, expectations: list[Any]) -> dict[str, int]:
    """Runs a checkpoint of these expectations over rows.

    Returns: code of each rule -> number of rows that break it.
    Raises: RuntimeError where an expectation itself failed (a missing column, bad SQL): that is no data failure.
    """
    return {code: unexpected(one) for code, one in results(rows, name, expectations).items()}


def results(
    rows: DataFrame,
    name: str,
    expectations: list[Any],
    counted: list[Any] | None = None,
    examples: int = 0,
    broken: list[Any] | None = None,
) -> dict[str, Any]:
    """Runs a checkpoint over rows.

    Args:
        expectations: those of which only broken cases matter.
        counted: those of which Great Expectations counts the applicable cases too, with some broken values.
        examples: how many broken values of `counted`.
        broken: those that are known not to hold.
    Returns: code of each rule -> Great Expectations' validation result of it.
    Raises: RuntimeError where an expectation itself failed.
    """
    counted = counted or []
    found: dict[str, Any] = {}
    with _one_at_a_time, _quiet():
        # First whether each holds: counting and collecting broken cases costs as much again, so only for those.
        if expectations:
            found = _validated(rows, name, expectations, {"result_format": "BOOLEAN_ONLY"})
        broken = [*(broken or ()), *(e for e in expectations if not found[e.meta["code"]].success)]
        if broken:
            found |= _validated(rows, name, broken, {"result_format": "BASIC", "partial_unexpected_count": 0})
        if counted:
            found |= _validated(rows, name, counted, {"result_format": "BASIC", "partial_unexpected_count": examples})
    return found


def holding(expectation: Any) -> Any:
    """The result of an expectation of which the one count of all rules across tables found no broken case."""
    from great_expectations.core import ExpectationValidationResult

    return ExpectationValidationResult(success=True, expectation_config=expectation.configuration, result={}, meta={})


def _validated(rows: DataFrame, name: str, expectations: list[Any], result_format: dict[str, Any]) -> dict[str, Any]:
    """Result of each expectation by its rule's code; results come back in another order than they were given."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_spark(name="lake").add_dataframe_asset(name=name)
    batch = asset.add_batch_definition_whole_dataframe("rows")
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=[e.copy() for e in expectations]))
    validation = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name=name, validation_definitions=[validation], result_format=result_format)
    )
    result = checkpoint.run(batch_parameters={"dataframe": rows})
    found = {}
    for validated in result.run_results.values():
        for one in validated.results:
            code = one.expectation_config.meta["code"]
            if problem := _exception(one.exception_info):
                raise RuntimeError(f"{name}.{code}: the expectation itself failed: {problem}")
            found[code] = one
    return found


def unexpected(one: Any) -> int:
    """Broken cases: UnexpectedRowsExpectation counts in observed_value, the others in unexpected_count."""
    if one.success:
        return 0
    count = one.result.get("unexpected_count")
    if count is None:
        count = one.result.get("observed_value")
    if count is None:
        raise RuntimeError(f"Great Expectations gave no count for {one.expectation_config.meta['code']}")
    return int(count)


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


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Its notices concern developers of expectations, not the person at the command."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
