from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pytest

from transformations.indicators.groups import KEYS, in_groups, is_final, is_within, period_end

SCHEMA = pa.schema(
    [("day", pa.date32()), ("channel", pa.string()), ("region", pa.string()), ("tags", pa.list_(pa.string()))]
)


def _groups(row: dict, **choice: object) -> list[tuple]:
    with duckdb.connect() as connection:
        connection.register("rows", pa.Table.from_pylist([row], SCHEMA))
        return connection.sql(f"select {', '.join(KEYS)} from ({in_groups('rows', **choice)})").fetchall()


def test_a_row_stands_once_in_each_period_and_value_it_belongs_to() -> None:
    found = _groups(
        {"day": date(2025, 12, 31), "channel": "shop", "tags": ["a", "b", "a"]},
        grains=("all", "month", "week", "day"),
        one=("channel", "region"),
        many={"tag": "tags"},
    )
    starts = {
        "all": date(1970, 1, 1),
        "month": date(2025, 12, 1),
        "week": date(2025, 12, 29),
        "day": date(2025, 12, 31),
    }
    values = [("all", "all"), ("channel", "shop"), ("tag", "a"), ("tag", "b")]
    assert sorted(found) == sorted((grain, start, *value) for grain, start in starts.items() for value in values)


def test_no_list_is_no_value() -> None:
    assert _groups({"day": date(2025, 1, 1)}, grains=("all",), many={"tag": "tags"}) == [
        ("all", date(1970, 1, 1), "all", "all")
    ]


@pytest.mark.parametrize(
    ("grain", "start", "end"),
    [
        ("day", date(2024, 2, 28), date(2024, 2, 29)),
        ("week", date(2024, 12, 30), date(2025, 1, 6)),
        ("month", date(2024, 2, 1), date(2024, 3, 1)),
        ("month", date(2024, 12, 1), date(2025, 1, 1)),
        ("all", date(1970, 1, 1), None),
    ],
)
def test_period_end(grain: str, start: date, end: date | None) -> None:
    assert period_end(grain, start) == end


def test_final_when_the_end_and_the_late_days_have_passed_in_the_time_zone() -> None:
    def final(as_of: datetime, grain: str = "day") -> bool:
        return is_final(grain, date(2025, 7, 1), timezone="Europe/Berlin", as_of=as_of, late_days=3)

    assert not final(datetime(2025, 7, 4, 21, 59, tzinfo=UTC))
    assert final(datetime(2025, 7, 4, 22, 0, tzinfo=UTC))  # midnight of 5 July in Berlin
    assert not final(datetime(2030, 1, 1, tzinfo=UTC), "all")


def test_only_whole_periods_lie_in_a_window() -> None:
    window = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC))
    assert is_within("month", date(2025, 1, 1), window, "UTC")
    assert is_within("day", date(2025, 1, 31), window, "UTC")
    assert not is_within("day", date(2025, 2, 1), window, "UTC")
    assert not is_within("week", date(2025, 1, 27), window, "UTC")
    assert not is_within("all", date(1970, 1, 1), window, "UTC")
    assert is_within("all", date(1970, 1, 1), (None, None), "UTC")
    assert not is_within("day", date(2025, 1, 1), window, "Asia/Tokyo")  # begins on 31 December, UTC
