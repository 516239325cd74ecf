"""Who can be engaged, and how: social customers, preferred channels, organisations as customers."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

SOCIAL_CUSTOMERS = Table(
    "gold.social_customers",
    "Customers, how fit they are for engagement on social software, and whether they are managed through Social CRM. One row per "
    "person with a customer record.",
    key=("person_id",),
    columns=(
        f.person_id.required(),
        f.is_social_customer.required(),
        f.fitness_score.required(),
        f.fitness_reasons,
        f.social_exclusions,
        f.email_consent,
        f.social_consent,
        f.active_days,
        f.last_active_at,
    ),
    module="operational",
    is_published=True,
)

CONTACT_PREFERENCES = Table(
    "gold.contact_preferences",
    "Where and when persons turn to the company most often. One row per person who did in the last social_customers.window_days.",
    key=("person_id",),
    columns=(
        f.person_id.required(),
        f.preferred_channel,
        f.preferred_daypart,
        f.preferred_weekday,
        f.touchpoints_count,
    ),
    module="operational",
    is_published=True,
)

ORGANISATION_CUSTOMERS = Table(
    "gold.organisation_customers",
    "Organisations and groups, and whether they are customers through their members. One row per organisation.",
    key=("source", "organisation_id"),
    columns=(
        f.source.described("Source of the organisation.").required(),
        f.organisation_id.required(),
        f.name,
        f.kind.described("Kind of organisation: company, school, group, public_body, other."),
        f.country,
        f.is_customer,
        f.customer_from,
        f.current_members,
        f.former_members_count,
        f.buying_members,
    ),
    module="operational",
    is_published=True,
)

LEADS = Table(
    "gold.leads",
    "People who are not customers and have written or acted, by how likely they are to become some. One row per person.",
    key=("person_id",),
    columns=(
        f.person_id.required(),
        f.lead_rank.required(),
        f.name,
        f.lead_score.required(),
        f.conversion_probability,
        f.score_reasons,
        f.lead_model.required(),
        f.lead_fit,
        f.interests,
        f.lead_follows,
        f.talks_to,
        f.lead_path,
        f.path_steps,
        f.last_act_date,
        f.lead_posts_count,
        f.purchase_intents_count,
        f.to_company_count,
        f.customers_met_count,
    ),
    module="operational",
    is_published=True,
)

EXPERTISE = Table(
    "gold.expertise",
    "Who knows what, by answers, edits and tags that people give each other; bots are left out. One row per person and topic.",
    key=("person_id", "topic"),
    columns=(
        f.person_id.required(),
        f.expert_topic.required(),
        f.expert_answers,
        f.expert_accepted,
        f.edits_count,
        f.taggers_count,
        f.expertise_score,
        f.expert_rank,
        f.expert_evidence,
        f.last_evidence_at,
    ),
    module="operational",
    is_published=True,
)

EXPERIENCE_MAPS = Table(
    "gold.experience_maps",
    "Journeys of persons over all channels. One row per person, journey and step.",
    key=("person_id", "journey", "step"),
    columns=(
        f.person_id.required(),
        f.journey.required(),
        f.step.required(),
        f.touchpoint.required(),
        f.touchpoint_channel,
        f.step_goal,
        f.emotion.described("Emotion that a post names; null for other touchpoints, and where it names none."),
        f.step_outcome,
        f.step_at.required(),
    ),
    event_time="occurred_at",
    module="analytic",
    is_published=True,
)

TABLES = (SOCIAL_CUSTOMERS, CONTACT_PREFERENCES, ORGANISATION_CUSTOMERS, LEADS, EXPERTISE, EXPERIENCE_MAPS)
