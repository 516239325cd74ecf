"""What tests of platforms share."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.sources.base import ParseError
from transformations.contracts import contract

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["0", "1700000000", "2024-01-01T00:00:00Z", "1e999", "acct:a@b", "a/b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "data", "value"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture
def rows_of() -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """Rows of a payload by table: rows_of(format, value or bytes) -> {table: [row, …]}."""

    def read(format_: ModuleType, value: Any) -> dict[str, list[dict[str, Any]]]:
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        found: dict[str, list[dict[str, Any]]] = {}
        for table, row in format_.parse(raw, None):
            found.setdefault(table, []).append(row)
        return found

    return read


@pytest.fixture
def assert_readable() -> Callable[[ModuleType, Any], None]:
    """Asserts that a payload gives rows of the format's tables, each value of its column's kind, or a ParseError."""

    def check(format_: ModuleType, value: Any) -> None:
        rows, problem = [], None
        try:
            rows = list(format_.parse(json.dumps(value).encode(), None))
        except ParseError as error:
            problem = str(error)
        assert problem is None or re.match(r"^[a-z_]+: \S", problem)
        for table, row in rows:
            assert row.keys() <= set(format_.tables[table])
            for column, told in row.items():
                is_array = contract(f"silver.{table}").field(column).is_array
                assert all(isinstance(each, str) for each in told) if is_array else isinstance(told, str)

    return check


@pytest.fixture
def assert_unbreakable(assert_readable: Callable[[ModuleType, Any], None]) -> Callable[..., None]:
    """Asserts of payloads that they stay readable whatever stands in the place of one or two of their parts."""

    def check(format_: ModuleType, payloads: list[Any]) -> None:
        @settings(suppress_health_check=list(HealthCheck))
        @given(st.sampled_from(payloads), st.data())
        def holds(payload: Any, data: st.DataObject) -> None:
            value = {"payload": copy.deepcopy(payload)}
            for _ in range(data.draw(st.integers(1, 2))):
                place, key = data.draw(st.sampled_from(list(_places(value))))
                if isinstance(place, dict) and place is not value and data.draw(st.booleans()):
                    del place[key]
                else:
                    place[key] = data.draw(ANYTHING)
            assert_readable(format_, value["payload"])

        holds()

    return check


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield value, key
        yield from _places(part)
