"""Accounts, posts, interactions and reads: rules across tables."""

from __future__ import annotations

from transformations.contracts.silver.across.declaring import rule

PROFILE_FOLLOWERS = rule(
    "followers_are_no_fewer_than_held",
    "followers_count is lower than the number of follows in silver.interactions",
    cases="""
        select p.channel, p.profile_id, p.followers_count, count(distinct i.actor_profile_id) held
        from (
            select p.channel, p.profile_id, p.followers_count, coalesce(p.observed_at, b.landed_at) seen_at
            from {silver.profiles} p
            left join (select batch_id, max(landed_at) landed_at from {ops.batches} group by batch_id) b
                on b.batch_id = p.batch_id
            where p.deleted_at is null and p.followers_count is not null
                and not exists(coalesce(p.value_versions, array()), v -> startswith(v, 'followers_count='))
        ) p join {silver.interactions} i on i.channel = p.channel and i.target_profile_id = p.profile_id
        where i.deleted_at is null and i.kind = 'follow' and i.created_at <= p.seen_at
            and (i.ended_at is null or i.ended_at > p.seen_at)
        group by p.channel, p.profile_id, p.followers_count""",
    broken="followers_count < held",
    reads=("silver.interactions", "ops.batches"),
    threshold=0.95,  # not every platform reports unfollows
)

PROFILE_METRICS = rule(
    "followers_are_those_observed_last",
    "followers_count differs from that of silver.profile_metrics at the same observed_at",
    cases="""
        select p.channel, p.profile_id, p.followers_count, m.followers_count observed_count
        from {silver.profiles} p join {silver.profile_metrics} m
            on m.channel = p.channel and m.profile_id = p.profile_id and m.observed_at = p.observed_at
        where p.deleted_at is null and m.deleted_at is null
            and p.followers_count is not null and m.followers_count is not null""",
    broken="followers_count <> observed_count",
    reads=("silver.profile_metrics",),
)

# portable: no part of a struct is null
POSTS_COUNT = rule(
    "posts_are_no_fewer_than_held",
    "posts_count is lower than the number of the account's posts in silver.posts",
    cases="""
        select m.channel, m.profile_id, m.newest.observed_at, m.newest.posts_count, count(*) held
        from (
            select channel, profile_id, max(struct(observed_at, posts_count)) newest from {silver.profile_metrics}
            where deleted_at is null and posts_count is not null group by channel, profile_id
        ) m join {silver.posts} p on p.channel = m.channel and p.profile_id = m.profile_id
        where p.deleted_at is null and p.parent_post_id is null and p.kind in ('post', 'article', 'media')
            and p.created_at <= m.newest.observed_at
        group by m.channel, m.profile_id, m.newest""",
    broken="posts_count < held",
    reads=("silver.posts",),
    threshold=0.95,  # deletions that the platform does not report
)

POST_ROOT = rule(
    "root_is_that_of_its_parent",
    "root_post_id of the reply differs from that of the post that it answers",
    cases="""
        select c.channel, c.post_id, c.root_post_id, p.root_post_id parent_root_post_id
        from {silver.posts} c join {silver.posts} p on p.channel = c.channel and p.post_id = c.parent_post_id
        where c.deleted_at is null and p.deleted_at is null
            and c.root_post_id is not null and p.root_post_id is not null""",
    broken="root_post_id <> parent_root_post_id",
)

# portable: no part of a struct is null
POST_COMMENTS = rule(
    "comments_are_no_fewer_than_held",
    "comments is lower than the number of the post's comments in silver.posts",
    cases="""
        select m.channel, m.post_id, m.newest.observed_at, m.newest.comments, count(*) held
        from (
            select channel, post_id, max(struct(observed_at, comments)) newest from {silver.post_metrics}
            where deleted_at is null and comments is not null group by channel, post_id
        ) m join {silver.posts} p on p.channel = m.channel and p.parent_post_id = m.post_id
        where p.deleted_at is null and p.kind = 'comment' and p.created_at <= m.newest.observed_at
        group by m.channel, m.post_id, m.newest""",
    broken="comments < held",
    reads=("silver.posts",),
    threshold=0.95,
)

TARGET = rule(
    "target_wrote_the_post",
    "target_profile_id is not the author of the post",
    cases="""
        select i.channel, i.interaction_id, i.target_profile_id, p.profile_id
        from {silver.interactions} i join {silver.posts} p on p.channel = i.channel and p.post_id = i.post_id
        where i.deleted_at is null and p.deleted_at is null and i.kind in ('reaction', 'share')
            and i.target_profile_id is not null and p.profile_id is not null""",
    broken="target_profile_id <> profile_id",
    reads=("silver.posts",),
)

TAG = rule(
    "tag_is_among_the_posts_tags",
    "the author's tag of the post is not among the post's tags",
    cases="""
        select t.channel, t.tagging_id, regexp_replace(lower(trim(t.tag)), '^#', '') tag,
               transform(p.tags, tag -> regexp_replace(lower(trim(tag)), '^#', '')) tags
        from {silver.taggings} t join {silver.posts} p
            on p.channel = t.channel and p.post_id = t.object_id and p.profile_id = t.tagger_profile_id
        where t.deleted_at is null and p.deleted_at is null and t.object_kind = 'post' and p.tags is not null""",
    broken="not array_contains(tags, tag)",
    reads=("silver.posts",),
)

READER = rule(
    "reader_agreed_to_mail",
    "the reader of an e-mail has not agreed to receive e-mail",
    cases="""
        select channel, content_id, reader_profile_id, read_at, has_email_consent
        from (
            select r.channel, r.content_id, r.reader_profile_id, r.read_at, c.contact_id, c.has_email_consent,
                   avg(if(c.contact_id is null, 0, 1)) over (partition by r.channel) contacts_ratio
            from {silver.content_reads} r left join (
                select contact_id, max(has_email_consent) has_email_consent from {silver.contacts}
                where deleted_at is null group by contact_id
            ) c on c.contact_id = r.reader_profile_id
            where r.deleted_at is null
        ) where contact_id is not null and has_email_consent is not null and contacts_ratio >= 0.5""",
    broken="not has_email_consent",
    reads=("silver.contacts",),
    threshold=0.9,  # consent may have been withdrawn since
)

# portable: no part of a struct is null
READS = rule(
    "reads_are_no_more_than_views",
    "views is lower than the number of the content's reads in silver.content_reads",
    cases="""
        select m.channel, m.post_id, m.newest.observed_at, m.newest.views, count(*) held
        from (
            select channel, post_id, max(struct(observed_at, views)) newest from {silver.post_metrics}
            where deleted_at is null and views is not null group by channel, post_id
        ) m join {silver.content_reads} r on r.channel = m.channel and r.content_id = m.post_id
        where r.deleted_at is null and r.read_at <= m.newest.observed_at
        group by m.channel, m.post_id, m.newest""",
    broken="views < held",
    reads=("silver.post_metrics",),
)
