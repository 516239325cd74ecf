"""Expectations that the core lacks; expectations added by hand may use them too.

`expect_column_values_to_satisfy`: rows satisfy an SQL condition. It is computed in the same aggregate as other column maps.
`expect_no_broken_cases`: the number of broken cases, counted beforehand, is 0.
"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.execution_engine import SparkDFExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics import ColumnMapMetricProvider, column_condition_partial
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from pyspark.sql import functions as F


class ColumnValuesSatisfy(ColumnMapMetricProvider):
    """Whether rows satisfy a condition, which may involve other columns too."""

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
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "condition")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "condition")

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **kwargs: Any
    ) -> list[RenderedStringTemplateContent]:
        """Renders the condition in Data Docs."""
        given = configuration.kwargs if configuration else {}
        template, params = "rows must satisfy $condition", {"condition": given.get("condition", "")}
        mostly = given.get("mostly")
        if mostly is not None and mostly < 1:
            template, params = template + ", at least $share of the time", {**params, "share": f"{mostly:.4g}"}
        styling = (runtime_configuration or {}).get("styling") or {}
        code = {**styling, "params": {**styling.get("params", {}), "condition": {"tag": "code"}}}
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={"template": template, "params": params, "styling": code},
            )
        ]

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        """Judges all rows: the core counts only those whose column has a value, and fails where there is none."""
        result = super()._validate(metrics, runtime_configuration, execution_engine)
        broken, rows = metrics[f"{self.map_metric}.unexpected_count"], metrics["table.row_count"]
        is_success = not broken or (rows - broken) / rows >= self._get_success_kwargs().get("mostly", 1.0)
        if isinstance(result, dict):
            result["success"] = is_success
        else:
            result.success = is_success
        return result


class ExpectNoBrokenCases(ExpectColumnValuesToSatisfy):
    """Expect that no case breaks a rule that spans rows or tables.

    Args:
        column: number of broken cases of the rule, the same in each row.
        query: SQL of the broken cases, for display.
    """

    condition: str = ""
    query: str
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "condition", "query")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "query")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "condition": f"{kwargs['column']} = 0"})

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **kwargs: Any
    ) -> list[RenderedStringTemplateContent]:
        """Shows the SQL of the broken cases in Data Docs."""
        given = configuration.kwargs if configuration else {}
        styling = (runtime_configuration or {}).get("styling") or {}
        code = {**styling, "params": {**styling.get("params", {}), "query": {"tag": "code"}}}
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={
                    "template": "no row of $query",
                    "params": {"query": given.get("query", "")},
                    "styling": code,
                },
            )
        ]
