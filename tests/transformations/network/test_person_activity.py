from datetime import UTC, date, datetime

from jobs.engine import sessions
from transformations.network.person_activity import bought, said

LATE = datetime(2025, 1, 31, 23, 30, tzinfo=UTC)
DAY = date(2025, 2, 1)


def test_topics_and_tone_of_posts(spark):
    posts = sessions.frame(
        spark,
        [
            ("x", "1", "a", LATE),
            ("x", "2", "a", LATE),
            ("x", "3", "shop", LATE),
            ("x", "4", None, LATE),
            ("x", "5", "a", None),
        ],
        "channel string, post_id string, profile_id string, created_at timestamp",
    )
    enrichments = sessions.frame(
        spark,
        [
            ("x", "1", ["tea", "milk"], "positive"),
            ("x", "2", ["tea"], None),
            ("x", "3", ["tea"], "positive"),
            ("x", "4", ["tea"], None),
            ("x", "5", ["tea"], None),
        ],
        "channel string, post_id string, topics array<string>, tone string",
    )
    accounts = sessions.frame(
        spark,
        [("x", "a", "Ada", False), ("x", "shop", "Shop", True)],
        "channel string, profile_id string, person_id string, is_company boolean",
    )
    found = said(posts, enrichments, accounts, "Europe/Berlin")
    assert sorted(tuple(row) for row in found.collect()) == [
        ("Ada", "tone", "positive", DAY, 1),
        ("Ada", "topic", "milk", DAY, 1),
        ("Ada", "topic", "tea", DAY, 2),
    ]


def test_categories_of_what_was_bought(spark):
    orders = sessions.frame(
        spark,
        [
            ("s", "1", "c", LATE, None, None),
            ("s", "2", "c", LATE, True, None),
            ("s", "3", "c", LATE, False, True),
            ("s", "4", None, LATE, None, None),
        ],
        "source string, order_id string, customer_id string, ordered_at timestamp, is_return boolean, is_voided boolean",
    )
    lines = sessions.frame(
        spark,
        [("s", order, product) for order in "1234" for product in ("tea", "tea", "odd")],
        "source string, order_id string, product_id string",
    )
    products = sessions.frame(
        spark, [("s", "tea", "Drinks/Tea"), ("s", "odd", None)], "source string, product_id string, category string"
    )
    links = sessions.frame(
        spark,
        [("customer", "s", "c", "Cy")],
        "record_kind string, record_place string, linked_record_id string, person_id string",
    )
    found = bought(orders, lines, products, links, "UTC")
    assert [tuple(row) for row in found.collect()] == [("Cy", "purchase", "Drinks/Tea", date(2025, 1, 31), 2)]
