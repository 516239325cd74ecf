"""Indicators of the quarantine."""

from __future__ import annotations

from transformations.indicators.definitions.indicator import Indicator

INDICATORS = (
    Indicator(
        indicator_id="quarantined_rows",
        name="Rows in quarantine",
        definition="Records that could not be read and rows that were refused, and are still in quarantine, by the table "
        "or source "
        "that they were meant for.",
        formula="count of rows in quarantine",
        unit="rows",
        aggregation="sum",
        dimensions=("all", "place"),
        better="down",
        process="data-driven decisions",
        objective="lower_marketing_cost",
        source_tables=("ops.row_accounts",),
        needs=("ops.row_accounts.quarantined",),
        grains=("all",),
        is_zero_of_nothing=True,
        caution="Says how many rows are missing, not whether they matter.",
    ),
    Indicator(
        indicator_id="quarantine_age_days",
        name="Age of the quarantine",
        definition="Mean time that refused records and rows have been in quarantine.",
        formula="sum of days since the rows were refused / rows in quarantine",
        unit="days",
        aggregation="ratio",
        dimensions=("all", "place"),
        better="down",
        process="data-driven decisions",
        objective="lower_marketing_cost",
        source_tables=("ops.row_accounts",),
        needs=("ops.row_accounts.quarantined",),
        grains=("all",),
        caution="A mean: one old file weighs as much as its rows.",
    ),
)
