from datetime import date, timedelta

import pyarrow as pa

from jobs.gold.indicator_changes import indicator_changes
from jobs.job import Run
from jobs.lake import arrow
from transformations.contracts import contract


def test_current_days_of_counting_indicators_are_judged(quiet, run: Run) -> None:
    """run.as_of is 2025-03-01: the day itself is not over."""
    rows = []
    for back in range(60):
        row = {"grain": "day", "period_start": date(2025, 3, 1) - timedelta(days=back), "dimension": "all"}
        row |= {"dimension_value": "all", "known_from": run.started_at}
        rows.append(row | {"indicator_id": "orders", "value": {0: 500.0, 20: 90.0}.get(back, 9.0)})
        rows.append(row | {"indicator_id": "net_tone", "value": float(back == 20)})
        old = {"known_from": run.started_at - timedelta(days=1), "known_to": run.started_at, "value": 700.0 + back}
        rows.append(row | old | {"indicator_id": "orders"})
    quiet.write("gold.indicator_values", pa.Table.from_pylist(rows, arrow.schema_of(contract("gold.indicator_values"))))
    indicator_changes(quiet, run)
    (found,) = quiet.rows("gold.indicator_changes")
    assert (found["indicator_id"], found["changed_on"], found["change_kind"]) == ("orders", date(2025, 2, 9), "spike")
    assert (found["value"], round(found["expected_value"])) == (90, 9)


def test_without_values_there_is_nothing(rows_once) -> None:
    assert rows_once(indicator_changes) == []
