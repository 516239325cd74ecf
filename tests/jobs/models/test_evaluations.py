import pyarrow as pa

from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.models.evaluations import evaluate
from transformations.contracts import contract


def test_methods_stand_side_by_side(quiet: Lake) -> None:
    rows = [
        {"model": model, "method": method, "measure": measure, "value": value}
        for model, method, measure, value in (
            ("value", "naive_rate", "rmse_orders", 1.5),
            ("value", "bg_nbd", "rmse_orders", 1.2),
            ("value", "bg_nbd", "mae_orders", 0.9),
            ("offers", "best_sellers", "hit_rate_at_5", 0.1),
        )
    ]
    name = "gold.model_evaluations"
    quiet.write(name, pa.Table.from_pylist(rows, arrow.schema_of(contract(name))))
    assert [(row["measure"], row["method"], row["value"]) for row in evaluate(quiet, "value")] == [
        ("mae_orders", "bg_nbd", 0.9),
        ("rmse_orders", "bg_nbd", 1.2),
        ("rmse_orders", "naive_rate", 1.5),
    ]
    assert evaluate(quiet, "churn") == []
