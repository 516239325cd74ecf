"""Rules and offers of a few baskets, counted by hand and by a plain loop."""

import math
from collections import Counter
from datetime import date, timedelta
from itertools import permutations

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.offers import association
from transformations.offers.association import Limits

LIMITS = Limits(products=50, basket_products=6, min_baskets=2, min_persons=2, rules=10, per_person=2)
DAY = date(2025, 1, 1)


def _items(spark: SparkSession, baskets: list[tuple[str, str, date]]) -> DataFrame:
    """Of (person, products, day): one letter a product."""
    rows = [
        {"person_id": person, "source": "erp", "order_id": str(number), "product_id": product, "day": day}
        for number, (person, products, day) in enumerate(baskets)
        for product in products
    ]
    schema = pa.schema([(name, pa.string()) for name in ("person_id", "source", "order_id", "product_id")])
    table = pa.Table.from_pylist(rows, schema.append(pa.field("day", pa.date32())))
    types = "person_id string, source string, order_id string, product_id string, day date"
    return sessions.frame(spark, table, types)


@pytest.fixture(scope="module")
def baskets() -> list[tuple[str, str, date]]:
    random = np.random.default_rng(6)
    liked = ["abc", "def", "ghi"]
    found = []
    for number in range(300):
        person = f"p{number % 100:02d}"
        most = liked[number % 100 % 3]
        products = {product for product in "abcdefghi" if random.random() < (0.6 if product in most else 0.12)}
        found.append((person, "".join(sorted(products)), DAY + timedelta(days=number // 5)))
    return [basket for basket in found if basket[1]]


def test_rules_are_those_of_a_plain_loop(spark: SparkSession, baskets: list[tuple[str, str, date]]) -> None:
    items = _items(spark, baskets)
    found = association.rules(items, association.popular(items, LIMITS), LIMITS).collect()
    single = Counter(product for _, products, _ in baskets for product in products)
    small = [basket for basket in baskets if len(basket[1]) <= LIMITS.basket_products]
    pairs = Counter(pair for _, products, _ in small for pair in permutations(products, 2))
    persons = {pair: len({person for person, products, _ in small if set(pair) <= set(products)}) for pair in pairs}
    expected = {
        (*pair, count, int(count * 1_000_000 / math.sqrt(single[pair[0]] * single[pair[1]])))
        for pair, count in pairs.items()
        if count >= 2 and persons[pair] >= 2
    }
    assert {(row["because_id"], row["product_id"], row["together"], row["likeness"]) for row in found} == expected
    assert len(expected) > 20


def test_offers_are_new_to_the_person_and_say_why(spark: SparkSession) -> None:
    together = [(person, "ab", DAY) for person in "uvw"] + [("u", "ac", DAY), ("v", "ac", DAY)]
    items = _items(spark, [*together, ("new", "a", DAY), ("all", "abc", DAY)])
    found = association.rules(items, association.popular(items, LIMITS), LIMITS)
    rows = association.offered(association.held(items), found, LIMITS).collect()
    offers = {(row["person_id"], row["offer_rank"]): (row["product_id"], row["because_id"]) for row in rows}
    # b: in 4 of the 7 baskets with a; c: in 3 of them
    assert offers == {("new", 1): ("b", "a"), ("new", 2): ("c", "a"), ("w", 1): ("c", "a")}


def test_pairs_of_one_person_are_no_rule(spark: SparkSession) -> None:
    items = _items(spark, [("u", "ab", DAY + timedelta(days=day)) for day in range(9)])
    assert association.rules(items, association.popular(items, LIMITS), LIMITS).collect() == []


def test_what_is_bought_next_is_hit_more_often_than_by_best_sellers(
    spark: SparkSession, baskets: list[tuple[str, str, date]]
) -> None:
    items = _items(spark, baskets)
    cutoff = DAY + timedelta(days=39)
    seen = items.where(F.col("day") <= F.lit(cutoff))
    products, owned = association.popular(seen, LIMITS), association.held(seen)
    offers = association.offered(owned, association.rules(seen, products, LIMITS), LIMITS)
    naive_offers = association.best_sellers(owned, products, LIMITS)
    rows = association.hits(items, cutoff, owned, offers, naive_offers).collect()
    counts = {(row["by_rules"], row["by_best_sellers"]): row["persons"] for row in rows}
    early = {
        person: {p for who, its, day in baskets if who == person and (day - DAY).days < 40 for p in its}
        for person, _, _ in baskets
    }
    late = {
        person: {p for who, its, day in baskets if who == person and (day - DAY).days >= 40 for p in its}
        for person, _, _ in baskets
    }
    assert sum(counts.values()) == sum(bool(late[person] - early[person]) for person in early if early[person])
    by_rules, naive = (sum(count for key, count in counts.items() if key[place]) for place in (0, 1))
    assert by_rules > naive


_LINES = (
    ("1", 1, "a", 2),
    ("1", 2, "a", 1),
    ("1", 3, None, 1),
    ("2", 1, "b", 1),
    ("3", 1, "c", 1),
    ("4", 1, "d", -1),
    ("5", 1, "e", 1),
)


def test_returns_and_voided_orders_are_left_out(spark: SparkSession) -> None:
    def frame(name: str, rows: list[dict]) -> DataFrame:
        table = contract(name)
        return sessions.frame(spark, pa.Table.from_pylist(rows, arrow.schema_of(table)), table.ddl)

    orders = [{"source": "erp", "order_id": its, "customer_id": "c"} for its in "12345"]
    orders[1]["is_return"], orders[2]["is_voided"], orders[4]["customer_id"] = True, True, None
    lines = [
        {"source": "erp", "order_id": order, "line_number": number, "product_id": product, "quantity": quantity}
        for order, number, product, quantity in _LINES
    ]
    links = [{"record_kind": "customer", "record_place": "erp", "linked_record_id": "c", "person_id": "P"}]
    found = association.bought(
        frame("silver.orders", orders), frame("silver.order_lines", lines), frame("silver.person_links", links), "UTC"
    )
    assert [(row["person_id"], row["order_id"], row["product_id"]) for row in found.collect()] == [("P", "1", "a")]
