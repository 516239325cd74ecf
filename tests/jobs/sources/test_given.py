"""What an expression could not read is told from what is not there."""

import pytest

from jobs.sources.given import given


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("to_timestamp(a, 'dd/MM/yyyy')", ["a"]),
        ("to_date(`Order Date`)", ["`Order Date`"]),
        ("a::int", ["a"]),
        ("-cast(replace(a, ',', '.') as decimal(18,4)) / 100", ["REPLACE(a, ',', '.')"]),
        ("cast(a as int) * cast(b as int)", ["a", "b"]),
        ("timestamp_seconds(cast(a as bigint))", ["a"]),
        ("cast(nullif(a, '0000') as date)", ["NULLIF(a, '0000')"]),
    ],
)
def test_what_is_read_has_to_be_there(expression: str, texts: list[str]) -> None:
    there = " AND ".join(f"TRIM({text}) <> ''" for text in texts)
    assert given(expression) == f"COALESCE({there}, FALSE)"


def test_of_several_ways_to_read_one_is_enough() -> None:
    expression = "coalesce(to_date(a, 'dd/MM/yyyy'), cast(b as date), c)"
    assert given(expression) == "COALESCE((TRIM(a) <> '') OR (TRIM(b) <> ''), FALSE)"


@pytest.mark.parametrize(
    "expression",
    [
        "a",
        "upper(trim(a))",
        "cast(a as string)",
        "cast('1' as int)",
        "try_cast(a as int)",
        "try_to_timestamp(a, 'dd/MM/yyyy')",
        "cast(a as int) / cast(b as int)",  # null where b is 0
        "case when a = 'x' then cast(b as int) end",
        "cast(get_json_object(a, '$.n') as int)",
        "a b",
    ],
)
def test_what_may_be_null_for_other_reasons_is_absent(expression: str) -> None:
    assert given(expression) is None
