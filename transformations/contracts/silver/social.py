"""What people do on social software."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Rule, Table, TableRule
from transformations.contracts.silver.across import social as across
from transformations.contracts.silver.common import FROM_POSTS, LINEAGE, SEEN, SEEN_ONLY, not_before, not_in_the_future

PROFILES = Table(
    "silver.profiles",
    "Accounts on social channels, those included that only posts or acts name. One row per account.",
    key=("channel", "profile_id"),
    columns=(
        f.channel.required(),
        f.profile_id.required(),
        f.handle,
        f.display_name,
        f.bio,
        f.url,
        f.location,
        f.language,
        f.email,
        f.customer_id.described("Customer that the account belongs to; null where the source does not say.").references(
            "silver.customers"
        ),
        f.followers_count,
        f.following_count,
        f.posts_count,
        f.is_verified,
        f.is_company,
        f.is_bot,
        f.created_at,
        f.observed_at,
        f.value_versions,
        *SEEN,
        *LINEAGE,
    ),
    rules=(not_in_the_future("created_at"),),
    table_rules=(across.PROFILE_FOLLOWERS, across.PROFILE_METRICS),
    event_time="created_at",
    derived_source=SEEN_ONLY,
)

POSTS = Table(
    "silver.posts",
    "Posts, comments, questions, answers and reviews on social software. One row per post.",
    key=("channel", "post_id"),
    columns=(
        f.channel.required(),
        f.post_id.required(),
        f.service_type,
        f.audience,
        f.kind.one_of(
            "post", "article", "comment", "question", "answer", "review", "wiki_edit", "bookmark", "media", "message"
        ).required(),
        f.profile_id.references("silver.profiles"),
        f.organisation_id.described("Group or page that it was written in; null where the channel has none."),
        f.title,
        f.text,
        f.url,
        f.media,
        f.tags,
        f.language,
        f.created_at.required(),
        f.edited_at,
        f.parent_post_id.references("silver.posts"),
        f.root_post_id,
        f.accepted_answer_id,
        f.is_accepted_answer,
        f.rating,
        *LINEAGE,
    ),
    rules=(
        not_in_the_future("created_at"),
        not_before("edited_at", "created_at"),
        Rule(
            "has_text_or_media",
            "existence",
            "warn",
            "coalesce(length(text), 0) > 0 or coalesce(length(title), 0) > 0 or url is not null",
            "text, title and url are all empty; expected at least one of them",
            applies="kind <> 'media'",
            threshold=0.95,
        ),
    ),
    table_rules=(
        across.POST_ROOT,
        TableRule(
            "reply_is_not_before_its_post",
            "validity",
            "warn",
            query="""
                select c.channel, c.post_id, c.created_at, p.created_at parent_created_at
                from {silver.posts} c join {silver.posts} p
                    on p.channel = c.channel and p.post_id = c.parent_post_id
                where c.created_at < p.created_at""",
            applicable="""
                select count(*) from {silver.posts} c join {silver.posts} p
                    on p.channel = c.channel and p.post_id = c.parent_post_id""",
            message="created_at of the reply is before created_at of the post that it answers",
            threshold=0.99,
        ),
    ),
    event_time="created_at",
)

POST_METRICS = Table(
    "silver.post_metrics",
    "Metrics of posts as observed over time. One row per post and observation; null where the platform does not report it.",
    key=("channel", "post_id", "observed_at"),
    columns=(
        f.channel.required(),
        f.post_id.required().references("silver.posts"),
        f.observed_at.required(),
        f.impressions,
        f.reach,
        f.clicks,
        f.reactions,
        f.comments,
        f.shares,
        f.saves,
        f.views,
        *LINEAGE,
    ),
    table_rules=(across.POST_COMMENTS,),
    event_time="observed_at",
)

INTERACTIONS = Table(
    "silver.interactions",
    "Interactions between accounts. One row per interaction.",
    key=("channel", "interaction_id"),
    columns=(
        f.channel.required(),
        f.interaction_id.required(),
        f.actor_profile_id.required().references("silver.profiles"),
        f.target_profile_id.references("silver.profiles"),
        f.post_id.references("silver.posts"),
        f.kind.one_of(
            "follow", "reply", "mention", "share", "reaction", "answer", "accept", "tag", "co_edit"
        ).required(),
        f.created_at.required(),
        f.ended_at,
        *LINEAGE,
    ),
    rules=(not_in_the_future("created_at"), not_before("ended_at", "created_at")),
    table_rules=(across.TARGET,),
    event_time="created_at",
    derived_source=FROM_POSTS,
)

PROFILE_METRICS = Table(
    "silver.profile_metrics",
    "Metrics of accounts as observed over time. One row per account and observation; null where the platform does not "
    "report it.",
    key=("channel", "profile_id", "observed_at"),
    columns=(
        f.channel.required(),
        f.profile_id.required().references("silver.profiles"),
        f.observed_at.required(),
        f.followers_count,
        f.following_count,
        f.posts_count,
        *LINEAGE,
    ),
    table_rules=(across.POSTS_COUNT,),
    event_time="observed_at",
)

TAGGINGS = Table(
    "silver.taggings",
    "Tags that people assign to things and to each other. One row per assignment of a tag.",
    key=("channel", "tagging_id"),
    columns=(
        f.channel.required(),
        f.tagging_id.required(),
        f.tagger_profile_id.references("silver.profiles"),
        f.object_kind.required(),
        f.object_id.required(),
        f.tag.required(),
        f.created_at,
        *LINEAGE,
    ),
    rules=(not_in_the_future("created_at"),),
    table_rules=(across.TAG,),
    event_time="created_at",
    derived_source=FROM_POSTS,
)

CONTENT_READS = Table(
    "silver.content_reads",
    "Reads of content by named readers; totals without readers are in silver.post_metrics. One row per reader and time.",
    key=("channel", "content_id", "reader_profile_id", "read_at"),
    columns=(
        f.channel.required(),
        f.content_id.required(),
        f.reader_profile_id.required().references("silver.profiles"),
        f.read_at.required(),
        f.is_shared,
        *LINEAGE,
    ),
    rules=(not_in_the_future("read_at"),),
    table_rules=(across.READER, across.READS),
    event_time="read_at",
)

CONVERSATIONS = Table(
    "silver.conversations",
    "Threads of posts, and tickets: who began, who took part, in which direction. One row per conversation.",
    key=("channel", "conversation_id"),
    columns=(
        f.channel.required(),
        f.conversation_id.required(),
        f.service_type,
        f.audience,
        f.began_by_role,
        f.began_by_profile_id,
        f.started_at.required(),
        f.last_turn_at,
        f.turns_count,
        f.company_turns_count,
        f.customer_turns_count,
        f.other_turns_count,
        f.bot_turns_count,
        f.participants_count,
        f.direction_of_talk,
        f.run_id,
    ),
    event_time="started_at",
)

TABLES = (PROFILES, PROFILE_METRICS, POSTS, POST_METRICS, INTERACTIONS, TAGGINGS, CONTENT_READS, CONVERSATIONS)
