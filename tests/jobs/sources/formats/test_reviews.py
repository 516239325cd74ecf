"""Reviews as lines and as schema.org's JSON-LD, on made-up payloads."""

import pytest

from jobs.sources.base import ParseError
from jobs.sources.formats import reviews

AT = "2024-05-01T10:00:00Z"
LINE = {
    "review_id": "r1",
    "item_id": "SKU-1",
    "item_name": "Kettle",
    "rating": 8,
    "best_rating": 10,
    "worst_rating": 1,
    "title": "Good",
    "text": "Boils fast",
    "author_id": "a7",
    "author_name": "Ada",
    "created_at": AT,
    "url": "https://shop.example/r1",
    "language": "en-GB",
    "tags": ["fast"],
    "media": ["https://shop.example/p.jpg"],
    "helpful_count": 3,
    "reply": {"author_id": "shop", "author_name": "Alder", "text": "Thank you", "created_at": "2024-05-02T10:00:00Z"},
}
REVIEW = {
    "@context": "https://schema.org",
    "@type": "Review",
    "@id": "https://shop.example/r2",
    "author": {"@type": "Person", "name": "Ben", "url": "https://shop.example/u/ben"},
    "reviewRating": {"@type": "Rating", "ratingValue": "4", "bestRating": "5"},
    "itemReviewed": {"@type": "Product", "name": "Grinder", "sku": "SKU-2"},
    "name": "Solid",
    "reviewBody": "Grinds <b>well</b>",
    "datePublished": "2024-05-01",
    "keywords": "quiet, heavy",
    "inLanguage": "en",
    "interactionStatistic": {"interactionType": "https://schema.org/LikeAction", "userInteractionCount": 6},
    "comment": {"@type": "Comment", "text": "Thanks", "author": {"name": "Alder"}, "datePublished": "2024-05-03"},
}
PRODUCT = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": ["Product", "Thing"],
            "name": "Kettle",
            "sku": "SKU-1",
            "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.2, "reviewCount": 89},
            "review": [
                {
                    "@type": "Review",
                    "author": "Cleo",
                    "datePublished": "2024-04-01",
                    "reviewBody": "Leaks",
                    "reviewRating": {"ratingValue": 20, "bestRating": 100, "worstRating": 0},
                },
                {
                    "author": ["Dan"],
                    "datePublished": "2024-04-02",
                    "description": "Fine",
                    "reviewRating": {"ratingValue": 5},
                },
            ],
        }
    ],
}


def test_a_line_is_a_review_with_the_owners_reply(rows_of):
    found = rows_of(reviews, LINE)
    assert found["posts"] == [
        {
            "post_id": "r1",
            "kind": "review",
            "profile_id": "a7",
            "title": "Good",
            "text": "Boils fast",
            "url": "https://shop.example/r1",
            "media": ["https://shop.example/p.jpg"],
            "tags": ["Kettle"],
            "language": "en",
            "created_at": AT,
            "root_post_id": "r1",
            "rating": "4.111",
        },
        {
            "post_id": "r1:reply",
            "kind": "comment",
            "parent_post_id": "r1",
            "root_post_id": "r1",
            "profile_id": "shop",
            "text": "Thank you",
            "created_at": "2024-05-02T10:00:00Z",
        },
    ]
    assert found["post_metrics"] == [{"post_id": "r1", "observed_at": AT, "reactions": "3"}]
    assert found["taggings"] == [
        {
            "tagging_id": "r1:fast",
            "tagger_profile_id": "a7",
            "object_kind": "product",
            "object_id": "SKU-1",
            "tag": "fast",
            "created_at": AT,
        }
    ]
    assert found["profiles"] == [
        {"profile_id": "a7", "display_name": "Ada"},
        {"profile_id": "shop", "display_name": "Alder"},
    ]


def test_tags_of_a_review_of_nothing_known_are_its_own(rows_of):
    found = rows_of(reviews, {"review_id": "r1", "tags": ["fast"], "created_at": AT})
    assert (found["posts"][0]["tags"], "taggings" in found) == (["fast"], False)


def test_a_review_taken_back_leaves_its_key(rows_of):
    assert rows_of(reviews, {"review_id": "r1", "text": "x", "deleted_at": AT}) == {
        "posts": [{"post_id": "r1", "deleted_at": AT}]
    }


@pytest.mark.parametrize(
    ("rating", "best", "worst", "stars"),
    [
        (4.5, None, None, "4.5"),  # schema.org's own scale
        ("4,5", None, None, "4,5"),  # handed on for the contract to refuse
        (10, 10, 1, "5"),
        (1, 10, 1, "1"),
        (75, 100, 0, "4"),
        (3, 5, 5, "3"),  # no scale
        (None, 10, 1, None),
    ],
)
def test_ratings_are_brought_to_five_stars(rows_of, rating, best, worst, stars):
    line = {"review_id": "r", "rating": rating, "best_rating": best, "worst_rating": worst}
    assert rows_of(reviews, line)["posts"][0].get("rating") == stars


def test_a_schema_org_review(rows_of):
    found = rows_of(reviews, REVIEW)
    assert found["posts"] == [
        {
            "post_id": "https://shop.example/r2",
            "kind": "review",
            "profile_id": "https://shop.example/u/ben",
            "title": "Solid",
            "text": "Grinds well",
            "tags": ["Grinder"],
            "language": "en",
            "created_at": "2024-05-01",
            "root_post_id": "https://shop.example/r2",
            "rating": "4",
        },
        {
            "post_id": "https://shop.example/r2:reply:1",
            "kind": "comment",
            "parent_post_id": "https://shop.example/r2",
            "root_post_id": "https://shop.example/r2",
            "profile_id": "Alder",
            "text": "Thanks",
            "created_at": "2024-05-03",
        },
    ]
    assert found["post_metrics"][0]["reactions"] == "6"
    assert [(row["object_id"], row["tag"]) for row in found["taggings"]] == [("SKU-2", "quiet"), ("SKU-2", "heavy")]


def test_reviews_inside_the_thing_reviewed(rows_of):
    found = rows_of(reviews, PRODUCT)
    assert [(row["profile_id"], row["text"], row["rating"], row["tags"]) for row in found["posts"]] == [
        ("Cleo", "Leaks", "1.8", ["Kettle"]),
        ("Dan", "Fine", "5", ["Kettle"]),
    ]
    ids = [row["post_id"] for row in found["posts"]]
    assert ids == [row["post_id"] for row in rows_of(reviews, PRODUCT)["posts"]]  # the same each time
    assert len(set(ids)) == 2
    assert all(len(each) == len("review:") + 32 for each in ids)


def test_a_mean_over_reviews_is_no_review(rows_of):
    mean = {"@type": "AggregateRating", "ratingValue": 4.2, "reviewCount": 89, "itemReviewed": {"name": "Kettle"}}
    assert rows_of(reviews, mean) == {}
    assert rows_of(reviews, {"@type": "Product", "name": "Kettle", "aggregateRating": mean}) == {}


@pytest.mark.parametrize("value", [{"@type": "Person", "name": "Ada"}, {"@graph": [{"@type": "WebSite"}]}, [1], []])
def test_linked_data_about_other_things_is_refused(rows_of, value):
    with pytest.raises(ParseError, match=r"^not_this_format: "):
        rows_of(reviews, value)


def test_a_line_without_an_id_is_handed_on_for_the_contract_to_refuse(rows_of):
    assert "post_id" not in rows_of(reviews, LINE | {"review_id": None, "reply": None})["posts"][0]


def test_whatever_stands_in_a_payload_it_stays_readable(assert_unbreakable):
    assert_unbreakable(reviews, [LINE, REVIEW, PRODUCT])
