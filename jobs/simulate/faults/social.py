"""What can be wrong of social software: posts, counts, profiles, acts, and the forum."""

from __future__ import annotations

from jobs.simulate.company import MICROBLOG_ACCOUNTS
from jobs.simulate.faults.nothing import FUTURE, NO_CUSTOMER, NO_POST, NO_PROFILE
from jobs.simulate.kinds import (
    Good,
    Kind,
    Source,
    Values,
    bad_bytes,
    both,
    changed,
    cut,
    having,
    invalid,
    lacking,
    missing,
    named_in,
    orphan,
    other_than,
    repeated,
    set_to,
    unparsable,
    where,
)

_COUNTS = ("impressions", "reactions", "comments", "shares")
_SEEN = "2025-12-31T12:00:00Z"
_OURS = tuple(account.profile_id for account in MICROBLOG_ACCOUNTS if account.role in ("brand", "staff"))
_FIRMS = tuple(account.profile_id for account in MICROBLOG_ACCOUNTS)
_RIVAL = MICROBLOG_ACCOUNTS[-1].profile_id
_OWN_POSTS = lacking("posts", "parent_post_id")


def _bare_post(row: Values, number: int, good: Good) -> None:
    for name in ("edited_at", "url", "observed_at"):
        row.pop(name, None)
    row |= dict.fromkeys(_COUNTS)


def _bare_profile(row: Values, number: int, good: Good) -> None:
    row |= {"handle": f"visitor_{number}", "display_name": f"Visitor {number}", "bio": None, "location": None}
    for name in ("customer_id", "email"):
        row.pop(name, None)


def _own_thread(row: Values, number: int, good: Good) -> None:
    row["root_post_id"] = row["post_id"]


SOURCES = (
    Source(
        "posts",
        "posts",
        ("post_id",),
        "post_id",
        (
            changed(
                "reply_in_a_thread_of_its_own",
                "consistency",
                _own_thread,
                both(
                    having("posts", "parent_post_id"),
                    other_than(where("posts", "profile_id", *_OURS)),
                    other_than(named_in("posts", "post_id", "posts", "parent_post_id")),
                ),
            ),
            missing("post_without_date", _OWN_POSTS, created_at=None),
            invalid("post_from_the_future", _OWN_POSTS, created_at=FUTURE),
            Kind(
                "nul_in_text",
                "validity",
                "unparsable",
                lambda row, number, good: row.update(text=f"{row['text']}\0"),
                among=_OWN_POSTS,
            ),
            unparsable("truncated_json", cut, _OWN_POSTS),
            unparsable("invalid_utf8", bad_bytes, _OWN_POSTS),
            orphan("reply_to_nothing", _OWN_POSTS, parent_post_id=NO_POST, root_post_id=NO_POST),
            Kind(
                "post_about_nothing",
                "relevance",
                "flagged",
                set_to(text="Slept well. Off to the hills with the children.", hashtags=[], language="en"),
                among=both(_OWN_POSTS, other_than(where("posts", "profile_id", *_FIRMS))),
            ),
            repeated("duplicate_post", both(_OWN_POSTS, lacking("posts", "observed_at"))),
        ),
        _bare_post,
    ),
    Source(
        "posts",
        "post_metrics",
        ("post_id", "observed_at"),
        "post_id",
        (
            changed(
                "fewer_comments_than_held",
                "consistency",
                set_to(comments=0),
                both(having("posts", "observed_at"), named_in("posts", "post_id", "posts", "parent_post_id")),
            ),
            Kind(
                "impressions_below_zero",
                "validity",
                "quarantined",
                set_to(**dict.fromkeys(_COUNTS) | {"observed_at": _SEEN, "impressions": -5}),
                way="replace",
                among=both(_OWN_POSTS, lacking("posts", "observed_at")),
            ),
            missing("measured_post_without_id", _OWN_POSTS, post_id=None, observed_at=_SEEN),
        ),
    ),
    Source(
        "profiles",
        "profiles",
        ("profile_id",),
        "profile_id",
        (
            changed(
                "fewer_followers_than_held",
                "consistency",
                set_to(followers_count=0),
                named_in(
                    "profiles",
                    "profile_id",
                    "interactions",
                    "target_profile_id",
                    where("interactions", "kind", "follow"),
                ),
            ),
            missing("profile_without_id", profile_id=None),
            invalid("followers_below_zero", followers_count=-1),
            unparsable("truncated_profile", cut),
            orphan("profile_of_no_customer", customer_id=NO_CUSTOMER),
            repeated("duplicate_profile"),
        ),
        _bare_profile,
    ),
    Source(
        "interactions",
        "interactions",
        ("interaction_id",),
        "interaction_id",
        (
            changed(
                "reaction_to_another",
                "consistency",
                set_to(target_profile_id=_RIVAL),
                both(
                    where("interactions", "kind", "reaction", "share"),
                    other_than(where("interactions", "target_profile_id", _RIVAL)),
                    other_than(where("interactions", "actor_profile_id", _RIVAL)),
                ),
            ),
            missing("interaction_of_nobody", actor_profile_id=None),
            invalid("interaction_of_unknown_kind", kind="poke"),
            unparsable("truncated_interaction", cut),
            orphan("nobody_is_followed", where("interactions", "kind", "follow"), target_profile_id=NO_PROFILE),
            repeated("duplicate_interaction"),
        ),
    ),
    # Only questions and answers bring counts along.
    Source(
        "forum_posts",
        "posts",
        ("Id",),
        "Id",
        (
            missing("forum_post_without_date", CreationDate=None),
            invalid("forum_post_from_the_future", CreationDate="2199-01-01T08:00:00.000"),
            unparsable("truncated_row", cut),
        ),
        set_to(PostTypeId=6, AcceptedAnswerId=None),
    ),
    Source(
        "forum_comments",
        "posts",
        ("Id",),
        "Id",
        (
            missing("comment_without_id", Id=None),
            invalid("comment_on_no_day", CreationDate="2025-02-30T10:15:00.000"),
            orphan("comment_on_nothing", PostId=999_999_999),
            repeated("duplicate_comment"),
        ),
    ),
    Source(
        "forum_users",
        "profiles",
        ("Id",),
        "Id",
        (
            missing("forum_user_without_id", Id=None),
            invalid("forum_user_from_the_future", CreationDate="2199-01-01T08:00:00.000"),
            repeated("duplicate_forum_user"),
        ),
    ),
)
