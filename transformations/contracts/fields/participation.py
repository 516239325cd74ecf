"""What people contribute: ideas, and how far they take part."""

from __future__ import annotations

from transformations.contracts.fields.types import PERSONS, RATIO
from transformations.contracts.model import Field

raised_at = Field("raised_at", "timestamp", "Time of the post with the idea, UTC.")
supporters_count = Field(
    "supporters_count",
    "bigint",
    "Accounts of others that reacted to the post, passed it on or replied to it in a positive tone; not the company's, no bots.",
    unit=PERSONS,
    caution="Accounts, not persons; do not sum: one account may support several ideas.",
)
told_at = Field(
    "told_at", "timestamp", "Time of the company's first reply to the post, UTC; null where it has not replied."
)
idea_state = Field(
    "state",
    "string",
    "raised, and supported by at least ideas.min_supporters of company.yaml; or what a tag of the post says: taken_up, launched, "
    "declined (the tags are declared there).",
    allowed=("raised", "supported", "taken_up", "launched", "declined"),
)
two_way_turns_count = Field(
    "two_way_turns_count",
    "bigint",
    "Posts of the person that reply to the company, or that the company replied to.",
    unit="posts",
)
followed_ideas_count = Field("ideas_count", "bigint", "Ideas of the person (gold.ideas).", unit="posts")
co_edits_count = Field(
    "co_edits_count",
    "bigint",
    "Edits of the person to what others wrote (co_edit of silver.interactions).",
    unit="edits",
)
active_months_count = Field(
    "active_months_count", "bigint", "Months in which the person posted or interacted.", unit="months"
)
possible_months_count = Field(
    "possible_months_count", "bigint", "Months from the person's first act to the last act of anybody.", unit="months"
)
member_months_count = Field(
    "member_months_count", "bigint", "Months in which the person was a member of a community.", unit="months"
)
interaction_degree = Field("interaction", "bigint", "Degree of interaction: two-way turns.", unit="turns")
collaboration_degree = Field(
    "collaboration", "bigint", "Degree of collaboration: accepted answers, ideas and co-edits.", unit="contributions"
)
commitment_degree = Field(
    "commitment", "double", "Degree of commitment: active months of those that were possible.", unit=RATIO
)
