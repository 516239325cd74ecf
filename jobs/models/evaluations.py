"""How well models forecast what they had not seen: what `scrm models evaluate` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_SHOWN = ("measure", "method", "value", "value_low", "value_high", "unit", "persons_count", "is_serving")


def evaluate(lake: Lake, model: str) -> list[dict[str, Any]]:
    """One row per measure and method, in the order of measures; where nothing could be measured, one that says why.

    Args: model: value, churn or offers.
    """
    rows = lake.rows("gold.model_evaluations", f"model = '{model}'")
    if reasons := [row for row in rows if row["missing_reason"]]:
        return [
            {"model": model, "not measured": row["missing_reason"], "cutoff_date": row["cutoff_date"]}
            for row in reasons
        ]
    ordered = sorted(rows, key=lambda row: (row["measure"], row["method"]))
    return [{name: row[name] for name in _SHOWN} for row in ordered]
