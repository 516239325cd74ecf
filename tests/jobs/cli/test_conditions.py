"""What `scrm show --where` takes, and what it refuses."""

import pytest

from jobs.cli.conditions import checked
from jobs.errors import ConfError
from transformations.contracts import contract

PRODUCTS = contract("silver.products")


@pytest.mark.parametrize(
    "text",
    [
        "category = 'cups'",
        "name like '%it''s%' and list_price between 1 and 2.5",
        "Category = 'cups' or \"category\" is null",
        "lower(name) in ('a', 'b')",
        "list_price is not null -- of this year",
        "name = 'a; drop table t) or (1=1'",
    ],
)
def test_a_condition_is_taken(text):
    assert checked(text, PRODUCTS) == text + "\n"


@pytest.mark.parametrize(
    "text",
    [
        "1 = 1; delete from t",
        "1 = 1) or (1 = 1",
        "1 = 1) limit 1000 --",
        "1 = 1 limit 1000",
        "1 = 1 order by name",
        "1 = 1 group by name",
        "1 = 1 union all select * from t",
        "product_id in (select product_id from t)",
        "name = 'a",
        "1 = 1 /* the rest",
        "",
    ],
)
def test_what_would_be_more_than_a_condition_is_refused(text):
    with pytest.raises(ConfError, match=r"^--where "):
        checked(text, PRODUCTS)


@pytest.mark.parametrize(("text", "at"), [("name =", "="), ("name = 'a' and", "and")])
def test_what_is_incomplete_is_said_without_words_of_the_parser(text, at):
    with pytest.raises(ConfError, match=f"^--where {text!r}: incomplete at {at!r}$"):
        checked(text, PRODUCTS)


def test_a_misspelt_column_is_named():
    with pytest.raises(ConfError, match=r"silver.products has no column categry; did you mean category\?"):
        checked("categry = 'cups'", PRODUCTS)
