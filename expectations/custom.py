"""An expectation that the core lacks: rows satisfy an SQL condition. It shares the one aggregate of column maps."""

from __future__ import annotations

from great_expectations.execution_engine import SparkDFExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics import ColumnMapMetricProvider, column_condition_partial
from pyspark.sql import functions as F


class ColumnValuesSatisfy(ColumnMapMetricProvider):
    """Whether rows satisfy a condition that may speak of other columns too."""

    condition_metric_name = "column_values.satisfy"
    condition_value_keys = ("condition",)
    filter_column_isnull = False

    @column_condition_partial(engine=SparkDFExecutionEngine)
    def _spark(cls, column, condition, **kwargs):
        return F.coalesce(F.expr(condition), F.lit(True))


class ExpectColumnValuesToSatisfy(ColumnMapExpectation):
    """Expect the rows to satisfy an SQL condition about the column.

    Args:
        column: the column that the condition is about.
        condition: Spark SQL; null counts as satisfied.
    """

    condition: str
    map_metric = "column_values.satisfy"
    success_keys = ("mostly", "condition")
    args_keys = ("column", "condition")
