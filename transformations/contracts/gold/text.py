"""What posts are about."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.fields.types import RATIO
from transformations.contracts.model import Field, Table

TOPICS = Table(
    "gold.topics",
    "Topics found in relevant posts by people: words that occur together. One row per topic and language.",
    key=("topic_id",),
    columns=(
        Field(
            "topic_id", "string", "Identifies the topic; it stays while its words drift from quarter to quarter."
        ).required(),
        f.language.required(),
        Field("name", "string", "Its three heaviest terms.", caution="Names change: join by topic_id."),
        Field("terms", "array<string>", "Its heaviest terms, words or pairs of words, the heaviest first."),
        Field(
            "keyphrases", "array<string>", "Phrases of two or three words that most of its posts have, at most three."
        ),
        Field(
            "posts_count",
            "bigint",
            "Posts of which it is the main topic.",
            unit="posts",
            caution="Posts without a main topic are in no row: the sum is less than the posts of the language.",
        ),
        Field(
            "authors_count",
            "bigint",
            "Accounts that wrote them.",
            unit="accounts",
            caution="Do not add over topics: an account writes about several.",
        ),
        Field(
            "posts_ratio", "double", "posts_count as a share of the posts in which topics were looked for.", unit=RATIO
        ),
        Field("negative_count", "bigint", "Posts of the topic with a negative tone.", unit="posts"),
        Field("positive_count", "bigint", "Posts of the topic with a positive tone.", unit="posts"),
        Field("first_post_at", "timestamp", "Its first post, UTC."),
        Field("last_post_at", "timestamp", "Its last post, UTC."),
        Field("recent_posts_count", "bigint", "Posts of the 30 days up to as_of.", unit="posts"),
        Field(
            "expected_posts",
            "double",
            "Posts that 30 days would have at the rate of the 90 days before them; null where posts do not reach back so far.",
            unit="posts",
        ),
        Field("is_new", "boolean", "No topic of an earlier quarter is like it."),
        Field(
            "is_rising",
            "boolean",
            "At least twice as many recent posts as expected, and so many by chance with a probability of at most 1 %.",
        ),
        Field(
            "coherence",
            "double",
            "How often its five heaviest terms occur together, beside chance: normalised pointwise mutual information.",
            unit="score -1 to 1",
        ),
        f.run_id,
    ),
    module="analytic",
    is_published=True,
)

TABLES = (TOPICS,)
