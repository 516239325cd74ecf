from datetime import date

import numpy as np
import pyarrow as pa

from transformations.effects.series import daily


def _values(*rows: tuple) -> pa.Table:
    schema = pa.schema([("indicator_id", pa.string()), ("period_start", pa.date32()), ("value", pa.float64())])
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def test_days_without_a_row_count_0_in_a_sum_and_are_not_measured_in_a_ratio() -> None:
    values = _values(
        ("orders", date(2026, 3, 2), 4.0),
        ("orders", date(2026, 3, 5), 2.0),
        ("orders", date(2026, 3, 7), 9.0),  # is not over
        ("net_tone", date(2026, 3, 1), None),
        ("net_tone", date(2026, 3, 3), 0.5),
        ("net_tone", date(2026, 3, 5), -0.5),
    )
    orders, tone = (daily(values, name, date(2026, 3, 7)) for name in ("orders", "net_tone"))
    assert (orders.first, orders.end) == (date(2026, 3, 2), date(2026, 3, 6))
    assert orders.values.tolist() == [4, 0, 0, 2]
    assert tone.first == date(2026, 3, 3)
    assert np.isnan(tone.values).tolist() == [False, True, False]
    assert orders.between(date(2026, 3, 5), date(2026, 3, 6)).tolist() == [2]
    assert daily(values, "revenue", date(2026, 3, 7)) is None
    assert daily(values, "orders", date(2026, 3, 2)) is None
