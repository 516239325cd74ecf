"""Patterns in the form that Java and Rust read alike."""

import re

import pytest

from transformations.canonical import patterns


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^[A-Z]{1,3}-[0-9]+", "^[A-Z]{1,3}-[0-9]+"),
        (r"\d+", "[0-9]+"),
        (r"[\d.]", "[0-9.]"),
        (r"\W", "[^a-zA-Z_0-9]"),
        ("(?i)a[b-d]1", "[aA][b-dB-D]1"),
        ("(?:a|b)[.]", "(?:a|b)[.]"),
        ("a$", f"a{patterns.END}"),
    ],
)
def test_what_differs_has_a_form_that_both_read_alike(pattern, expected):
    assert patterns.portable(pattern, "test") == expected


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(?=a)b", "no meaning that both engines share"),
        ("(?<!a)b", "no meaning that both engines share"),
        ("(?m)^a", "no meaning that both engines share"),
        (r"(a)\1", "refers back"),
        (r"a\b", "not read alike"),
        (r"\p{L}", "not read alike"),
        ("[a&&b]", "a class within a class"),
        ("[[:alpha:]]", "a class within a class"),
        ("a{x", r"written as \[{\]"),
        ("a*+b", "possessive"),
        ("$a", r"\$ stands at the end"),
    ],
)
def test_what_has_no_such_form_is_refused(pattern, says):
    with pytest.raises(ValueError, match=says):
        patterns.portable(pattern, "test")


@pytest.mark.parametrize(("pattern", "use"), [("x*", "replace"), ("", "replace"), ("", "split"), ("a$", "split")])
def test_what_matches_nothing_is_neither_replaced_nor_split_at(pattern, use):
    with pytest.raises(ValueError, match=r"matches nothing|splits between|\$"):
        patterns.portable(pattern, use)


@pytest.mark.parametrize("text", ["$1x", "$10", "${1}", "\\$", "$"])
def test_replacements_that_are_read_differently_are_refused(text):
    with pytest.raises(ValueError, match="replacement"):
        patterns.check_replacement(text)


def test_an_end_of_line_counts_as_one_more_group():
    assert patterns.groups(patterns.portable("(a)(b)$", "replace")) == 3
    assert re.search("a(\n)?$", "a\n")
