"""The values of one CSV record."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.splitting.csv_values import reader


@pytest.mark.parametrize(
    ("record", "values", "is_broken"),
    [
        ("", [""], False),
        ("a,,b,", ["a", "", "b", ""], False),
        ('"a","b ""c""",d', ["a", 'b "c"', "d"], False),
        ('6" pipe,5" pipe"', ['6" pipe', '5" pipe"'], False),
        ('"a" \t,b', ["a", "b"], False),
        ('"a\nb",""', ["a\nb", ""], False),
        ('"a"b,x', ['"a"b', "x"], True),
        ('x,"open', ["x", "open"], True),
        ('x,"', ["x", '"'], True),
        ('x,"y""', ["x", 'y"'], True),
    ],
)
def test_a_quote_opens_at_the_start_of_a_value_and_closes_at_its_end(record, values, is_broken):
    assert reader(",", None)(record) == (values, is_broken)


def test_a_backslash_escapes_quotes_where_conf_says_so():
    read = reader(";", "\\")
    assert read('"a \\"b\\"";"c\\\\";d\\e') == (['a "b"', "c\\", "d\\e"], False)
    assert read('"a\\";b') == (['a";b'], True)


def test_a_tab_that_separates_is_no_blank_behind_a_quote():
    assert reader("\t", None)('"a"\t\t"b" ') == (["a", "", "b"], False)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0")), min_size=2, max_size=4))
def test_what_the_csv_module_writes_comes_back(values):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(values)
    assert reader(",", None)(text.getvalue()[:-1]) == (values, False)
