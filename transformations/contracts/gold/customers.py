"""Customers: value, segments, and the row that puts everything together."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

CUSTOMER_360 = Table(
    "gold.customer_360",
    "Everything known of a person in three blocks: customer data, web profiles, participation in insight. One row per person.",
    key=("person_id",),
    columns=(
        f.person_id.required(),
        f.name,
        f.email,
        f.country,
        f.role,
        f.customer_ids,
        f.profile_ids,
        f.is_linked,
        # customer data
        f.has_email_consent.described(
            "Consent to e-mail: false where a customer record refuses it or the person unsubscribed or complained; null where "
            "nothing is known."
        ),
        f.consented_purposes,
        f.refused_purposes,
        f.preferred_channel,
        f.preferred_daypart,
        f.preferred_weekday,
        f.orders_count,
        f.returns_count,
        f.revenue,
        f.currency,
        f.first_order_at,
        f.last_order_at,
        f.recency_days,
        f.frequency_count,
        f.tickets_count,
        f.open_tickets_count,
        f.open_items,
        f.open_items_count,
        f.segment_id,
        # web profiles
        f.handles,
        f.followers_of_person,
        f.visits_count,
        f.last_visit_at,
        f.is_social_customer,
        f.fitness_score,
        f.fitness_reasons,
        f.social_exclusions,
        f.community_id,
        f.authority_class,
        f.pagerank,
        # the customer's participation in insight
        f.posts_count.described("Posts of the person on all channels; null where no source has posts."),
        f.last_post_at,
        f.net_tone,
        f.questions_count,
        f.answers_given_count,
        f.accepted_answers_count,
        f.ideas_count,
        f.reviews_count,
        f.surveys_count,
    ),
    module="operational",
    is_published=True,
)

CUSTOMER_VALUE = Table(
    "gold.customer_value",
    "What each person bought, and what to expect of them. One row per person with a purchase, and date.",
    key=("person_id", "as_of_date"),
    columns=(
        f.person_id.required(),
        f.as_of_date.required(),
        f.recency_days,
        f.frequency_count,
        f.monetary,
        f.currency,
        f.tenure_days,
        f.recency_score,
        f.frequency_score,
        f.monetary_score,
        f.p_alive,
        f.expected_orders,
        f.expected_orders_low,
        f.expected_orders_high,
        f.expected_spend,
        f.clv,
        f.clv_low,
        f.clv_high,
        f.churn_risk,
        f.churn_model,
        f.growth_potential,
        f.value_model,
        f.value_missing_reason,
    ),
    module="analytic",
    is_published=True,
)

SEGMENTS = Table(
    "gold.segments",
    "Segments of customers: communities by interest (level 1), sub-communities by characteristics (level 2), value (level 3). "
    "One row per segment and model version.",
    key=("segment_id", "model_version"),
    columns=(
        f.segment_id.required(),
        f.model_version.required(),
        f.level,
        f.parent_segment_id,
        f.community_id.described("Community that it is a part of; null for segments of all customers."),
        f.name,
        f.description.described("What sets the members apart, in words."),
        f.members_count,
        f.social_members_count,
        f.criteria,
        f.features,
        f.silhouette,
        f.bootstrap_ari,
        f.asks_resegmentation,
        f.resegmentation_reason,
        f.mean_recency_days,
        f.mean_frequency_count,
        f.mean_monetary,
        f.segment_rule,
        f.rule_precision_ratio,
        f.rule_recall_ratio,
    ),
    module="strategic",
    is_published=True,
)

SEGMENT_MEMBERS = Table(
    "gold.segment_members",
    "Members of the segments. One row per person, level and model version.",
    key=("person_id", "level", "model_version"),
    columns=(
        f.person_id.required(),
        f.model_version.required(),
        f.segment_id.required(),
        f.level.required(),
        f.distance,
    ),
    module="analytic",
    is_published=True,
)

SEGMENT_MIGRATION = Table(
    "gold.segment_migration",
    "Moves of today's persons from the segments of the former champion to those of the current one. One row per pair of segments "
    "that somebody moved between, or stayed in.",
    key=("from_version", "from_segment_id", "to_version", "to_segment_id"),
    columns=(
        f.from_version.required(),
        f.from_segment_id.required(),
        f.to_version.required(),
        f.to_segment_id.required(),
        f.members_count.described("Persons in both segments.").cautioned(None),
        f.share_ratio,
    ),
    module="strategic",
    is_published=True,
)

SEGMENT_FEATURES = Table(
    "gold.segment_features",
    "What customers are segmented by: characteristics of level 2 and the twelve criteria of level 3. One row per feature.",
    key=("feature",),
    columns=(
        f.segment_feature.required(),
        f.level,
        f.criterion,
        f.meaning,
        f.unit.described("Unit of the feature, before its transformation."),
        f.feature_source,
        f.transformation,
        f.is_measured,
        f.filled_ratio.described("Share of the social customers with a value; null where no table holds it."),
    ),
    module="strategic",
    is_published=True,
)

TABLES = (CUSTOMER_360, CUSTOMER_VALUE, SEGMENTS, SEGMENT_MEMBERS, SEGMENT_MIGRATION, SEGMENT_FEATURES)
