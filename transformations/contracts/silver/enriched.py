"""What is derived from posts and records: the content of a post, and who a person is."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table, TableRule
from transformations.contracts.silver.common import not_before

POST_ENRICHMENTS = Table(
    "silver.post_enrichments",
    "Language, tone, topics, intent and relevance of posts. One row per post.",
    key=("channel", "post_id"),
    columns=(
        f.channel.required(),
        f.post_id.required().references("silver.posts"),
        f.language,
        f.language_confidence,
        f.tone_score,
        f.tone,
        f.tone_confidence,
        f.tone_reason,
        f.topics,
        f.brands,
        f.products,
        f.intent,
        f.emotion,
        f.emotion_confidence,
        f.has_private_data,
        f.private_kinds,
        f.is_spam,
        f.spam_signs,
        f.relevance_ratio.required(),
        f.is_relevant,
        f.model_versions,
        f.run_id,
    ),
    table_rules=(
        TableRule(
            "posts_are_about_what_is_monitored",
            "relevance",
            "warn",
            query="select channel, post_id, relevance_ratio from {silver.post_enrichments} where not is_relevant",
            applicable="select count(*) from {silver.post_enrichments}",
            message="the post is not about anything that company.yaml monitors",
            threshold=0.5,
        ),
    ),
)

TEXT_SCORES = Table(
    "silver.text_scores",
    "Scores of texts, kept so that a text is scored once. One row per text and language that a current post has.",
    key=("text_hash",),
    columns=(
        f.text_hash.required(),
        f.model_version.described("Model that scored the text: a hash of its parameters.").required(),
        f.language.required(),
        f.tone_score,
        f.tone,
        f.tone_confidence,
        f.tone_reason,
        f.run_id,
    ),
)

PERSONS = Table(
    "silver.persons",
    "Persons across ERP, web and channels. One row per person.",
    key=("person_id",),
    columns=(
        f.person_id.required(),
        f.name,
        f.email,
        f.role,
        f.customers_count,
        f.profiles_count,
        f.first_seen_at,
        f.run_id,
    ),
)

PERSON_LINKS = Table(
    "silver.person_links",
    "Records of each person. One row per customer, profile or ticket.",
    key=("record_kind", "record_place", "linked_record_id"),
    columns=(
        f.record_kind.required(),
        f.record_place.required(),
        f.linked_record_id.required(),
        f.person_id.required().references("silver.persons"),
        f.method,
        f.probability,
        f.valid_from,
        f.valid_to,
        f.run_id,
    ),
)


def _agrees(attribute: str) -> TableRule:
    """The sources of one person have the same value."""
    several = f"from {{silver.person_attributes}} where attribute = '{attribute}' and sources_count > 1"
    return TableRule(
        f"{attribute}.same_in_every_source",
        "consistency",
        "warn",
        query=f"select person_id, attribute, value_source, value, other_values {several} and not is_agreed",
        applicable=f"select count(*) {several}",
        message=f"sources of one person differ in {attribute}; the value of value_source is used",
        threshold=0.9,
    )


PERSON_ATTRIBUTES = Table(
    "silver.person_attributes",
    "Current value of each attribute of a person, and the values of other sources. One row per person and attribute.",
    key=("person_id", "attribute"),
    columns=(
        f.person_id.required().references("silver.persons"),
        f.attribute.required(),
        f.attribute_value,
        f.value_source,
        f.value_record_id,
        f.valid_from,
        f.sources_count,
        f.values_count,
        f.other_values,
        f.is_agreed,
        f.run_id,
    ),
    table_rules=tuple(_agrees(name) for name in ("name", "email", "phone", "postcode", "country", "birth_date")),
)

PERSON_ID_CHANGES = Table(
    "silver.person_id_changes",
    "Person IDs that were replaced, by a merge, a split or a new earliest record. One row per old and new ID.",
    key=("old_person_id", "new_person_id"),
    columns=(f.old_person_id.required(), f.new_person_id.required(), f.cause, f.changed_at, f.run_id),
)

PERSON_PAIRS = Table(
    "silver.person_pairs",
    "Records that may be of one person by what is known of them. One row per pair from identity.review_at on, and per judged "
    "pair.",
    key=("left_kind", "left_place", "left_record_id", "right_kind", "right_place", "right_record_id"),
    columns=(
        f.left_kind.required(),
        f.left_place.required(),
        f.left_record_id.required(),
        f.right_kind.required(),
        f.right_place.required(),
        f.right_record_id.required(),
        f.probability.described(
            "Probability that the two are one person; null for a judged pair that was not compared."
        ),
        f.evidence,
        f.band.required(),
        f.run_id,
    ),
)

PERSON_ROLES = Table(
    "silver.person_roles",
    "Roles of persons towards the company, with their time. One row per person, role and time in which they had it; persons may "
    "have several roles at once.",
    key=("person_id", "role", "role_ordinal"),
    columns=(
        f.person_id.required().references("silver.persons"),
        f.role.required(),
        f.role_ordinal.required(),
        f.department.described("Department of a member of staff; null for other roles, and where it is not known."),
        f.role_from,
        f.role_to,
        f.run_id,
    ),
    rules=(not_before("valid_to", "valid_from"),),
)

TABLES = (
    POST_ENRICHMENTS,
    TEXT_SCORES,
    PERSONS,
    PERSON_LINKS,
    PERSON_PAIRS,
    PERSON_ATTRIBUTES,
    PERSON_ID_CHANGES,
    PERSON_ROLES,
)
