from datetime import date

import pyarrow as pa

from transformations.network.windows import Period, periods, slices

DAYS = [date(2024, 12, 31), None, date(2025, 1, 5), date(2025, 1, 6)]


def days() -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(DAYS, pa.date32())])


def test_a_week_has_the_year_of_its_thursday():
    weeks = [each for each in periods(days(), ["week"], 1) if each.grain == "week"]
    assert weeks == [
        Period("week", "2025-W01", date(2024, 12, 30), date(2025, 1, 6)),
        Period("week", "2025-W02", date(2025, 1, 6), date(2025, 1, 13)),
    ]


def test_no_acts_no_periods():
    assert periods(pa.chunked_array([], pa.date32()), ["week", "month", "window"], 7) == []


def test_rows_of_each_period():
    rows = pa.table({"acted_on": days(), "n": [1, 2, 3, 4]})
    found = {
        period.name: part["n"].to_pylist() for period, part in slices(rows, periods(days(), ["month", "window"], 2))
    }
    assert found == {"2024-12": [1], "2025-01": [3, 4], "last_2_days": [3, 4], "all": [1, 3, 4]}
