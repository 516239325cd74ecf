"""What people contribute: ideas, and how far they take part."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

IDEAS = Table(
    "gold.ideas",
    "Ideas that people raised, who supported them, and what became of them. One row per relevant post with the intent idea.",
    key=("channel", "post_id"),
    columns=(
        f.channel.required(),
        f.post_id.required().references("silver.posts"),
        f.person_id.described("Person who raised it; null where it is nobody known."),
        f.role.described("Role of that person towards the company."),
        f.topics,
        f.products,
        f.raised_at.required(),
        f.supporters_count,
        f.told_at,
        f.idea_state,
    ),
    event_time="raised_at",
    module="operational",
    is_published=True,
)

PARTICIPATION_DEGREES = Table(
    "gold.participation_degrees",
    "How far a person takes part: interaction, collaboration and commitment, with their parts. One row per person with an "
    "account that has acted; the company's accounts and bots are left out.",
    key=("person_id",),
    columns=(
        f.person_id.required(),
        f.community_id.described("Community of the person, of all time; null: in none, or it is not published."),
        f.interaction_degree,
        f.collaboration_degree,
        f.commitment_degree,
        f.two_way_turns_count,
        f.accepted_answers_count.described("Answers of the person that were accepted."),
        f.followed_ideas_count,
        f.co_edits_count,
        f.active_months_count,
        f.possible_months_count,
        f.member_months_count,
    ),
    module="analytic",
    is_published=True,
)

TABLES = (IDEAS, PARTICIPATION_DEGREES)
"""Gold tables of what people contribute."""
