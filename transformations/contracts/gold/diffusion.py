"""Diffusion of posts, changes of conversations, authority of sources, flows between roles."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

CASCADES = Table(
    "gold.cascades",
    "What a post set off: replies and shares, and what these set off. One row per post that three acts or more belong to.",
    key=("channel", "root_post_id"),
    columns=(
        f.channel.required(),
        f.cascade_root.required().references("silver.posts"),
        f.person_id.described("Author of the root; null where it is nobody known."),
        f.cascade_started_at,
        f.cascade_ended_at,
        f.cascade_acts,
        f.cascade_replies,
        f.cascade_shares,
        f.cascade_persons,
        f.cascade_depth,
        f.cascade_width,
        f.half_life_seconds,
        f.structural_virality,
        f.originators,
    ),
    event_time="started_at",
    module="analytic",
    is_published=True,
)

CONVERSATION_CHANGES = Table(
    "gold.conversation_changes",
    "Weeks in which the posts on a topic rose or fell to a new level, and who led. One row per topic and week.",
    key=("topic", "period"),
    columns=(
        f.topic_of_change.required(),
        f.period.described("ISO week that begins the new level, in the company's time zone.").required(),
        f.direction_of_change.required(),
        f.mean_before,
        f.mean_after,
        f.leaders_count,
        f.leading_authority_class,
        f.leading_persons,
    ),
    module="strategic",
    is_published=True,
)

SOURCE_AUTHORITY = Table(
    "gold.source_authority",
    "Authority of sources: accounts that post, and sites whose feeds are read. One row per source, of all time.",
    key=("channel", "source_kind", "source_id"),
    columns=(
        f.channel.required(),
        f.source_kind.required(),
        f.source_id.required(),
        f.published_count,
        f.acts_received_count,
        f.influence,
        f.source_class,
        f.is_company_source,
    ),
    module="analytic",
    is_published=True,
)

RELATIONSHIP_FLOWS = Table(
    "gold.relationship_flows",
    "Interactions between roles: who turns to whom, and is answered. One row per pair of roles, channel and period (months and "
    "all time).",
    key=("from_role", "to_role", "channel", "period"),
    columns=(
        f.from_role.required(),
        f.to_role.required(),
        f.channel.required(),
        f.period.required(),
        f.flow_interactions,
        f.pairs_count,
        f.flow_persons,
        f.flow_reciprocity,
    ),
    module="analytic",
    is_published=True,
)

LINK_PREDICTIONS = Table(
    "gold.link_predictions",
    "Peers who are likely to get in touch, for introductions and leads. One row per person and peer.",
    key=("person_id", "other_person_id"),
    columns=(
        f.person_id.required(),
        f.other_person_id.required(),
        f.peer_rank,
        f.link_method,
        f.link_score,
        f.common_neighbours_count,
        f.via,
    ),
    module="operational",
    is_published=True,
)

LINK_PREDICTION_QUALITY = Table(
    "gold.link_prediction_quality",
    "How well each method of proposing peers foretold the last weeks. One row per method.",
    key=("method",),
    columns=(
        f.link_method.required(),
        f.auc,
        f.precision,
        f.base_ratio,
        f.new_pairs_count,
        f.held_out_from,
        f.held_out_to,
        f.is_used,
    ),
    module="analytic",
    is_published=True,
)

TABLES = (
    CASCADES,
    CONVERSATION_CHANGES,
    SOURCE_AUTHORITY,
    RELATIONSHIP_FLOWS,
    LINK_PREDICTIONS,
    LINK_PREDICTION_QUALITY,
)
