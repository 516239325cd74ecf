"""Texts as numbers, truth values and lists: as Spark's own casts read them."""

from decimal import Decimal

import pytest

from jobs.engine import sessions
from transformations.canonical import casting


def read(spark, sql, texts):
    rows = sessions.frame(spark, [(text,) for text in texts], "text string").coalesce(1)
    return [row[0] for row in rows.selectExpr(sql).collect()]


def test_whole_numbers_lose_their_fraction(spark):
    texts = ["12", " -7\n", "12.7", ".5", "1e3", "12a", "", "9223372036854775808", None]
    assert read(spark, casting.whole("text", "bigint"), texts) == [12, -7, 12, 0, None, None, None, None, None]


def test_decimals_know_exponents_and_other_digits(spark):
    texts = ["1e3", "-2.55E2", "123e-2", " 12.7\t", "１２", ".", "1.2.3", "\u00a012", "e3", "1e400", "", None]
    expected = ["1000", "-255", "1.23", "12.7", "12", *[None] * 7]
    found = read(spark, casting.decimal("text", "decimal(18,4)"), texts)
    assert found == [None if each is None else Decimal(each) for each in expected]


def test_truth_has_few_words(spark):
    texts = ["true", " YES ", "1", "f", "No", "on", "2", "", None]
    assert read(spark, casting.boolean("text"), texts) == [True, True, True, False, False, None, None, None, None]


def test_lists_of_json(spark):
    texts = ['["a", 1, null]', " []", '{"a": 1}', '["a', "text", None]
    expected = [["a", "1", None], [], None, None, None, None]
    assert read(spark, casting.list_of_json("text"), texts) == expected


def test_a_list_that_the_engines_read_differently_ends_the_run(spark):
    with pytest.raises(Exception, match="engine: spark"):
        read(spark, casting.list_of_json("text"), ['["a",]'])
