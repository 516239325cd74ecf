"""Accounts, posts and how they were seen."""

from __future__ import annotations

from transformations.contracts.fields.types import OBSERVED
from transformations.contracts.model import Field

_OTHER_CHANNELS = "Do not sum over channels (one person may use several) nor over observations of one account."
_ONE_PERSON = (
    "Running total at observed_at: do not sum over observations, posts or channels; one person may be in several."
)

profile_id = Field("profile_id", "string", "Account on a channel.", caution="Unique only within channel.")
handle = Field("handle", "string", "Public name of the account, without @.")
display_name = Field("display_name", "string", "Name that the account shows.")
bio = Field("bio", "string", "How the account describes itself.")
location = Field("location", "string", "Place that the account names.")
followers_count = Field(
    "followers_count",
    "bigint",
    "Accounts that follow it; null where the platform does not report it.",
    minimum="0",
    unit="accounts",
    caution=_OTHER_CHANNELS,
)
following_count = Field(
    "following_count",
    "bigint",
    "Accounts that it follows; null where the platform does not report it.",
    minimum="0",
    unit="accounts",
    caution=_OTHER_CHANNELS,
)
posts_count = Field(
    "posts_count",
    "bigint",
    "Posts of the account as the platform counts them; null where it does not report it.",
    minimum="0",
    unit="posts",
)
is_verified = Field(
    "is_verified", "boolean", "The platform has verified the account; null where it does not report it."
)
is_company = Field("is_company", "boolean", "The account belongs to the company or its staff.")
post_id = Field("post_id", "string", "Post on a channel.", caution="Unique only within channel.")
service_type = Field(
    "service_type",
    "string",
    "Kind of social software that the channel is.",
    allowed=(
        "blog",
        "wiki",
        "tagging",
        "multimedia",
        "syndication",
        "social_network",
        "microblog",
        "forum",
        "review",
        "community",
        "email",
    ),
)
audience = Field("audience", "string", "For whom the channel is meant.", allowed=("internal", "external", "top_layer"))
media = Field("media", "array<string>", "Addresses of the post's images, videos and audio.")
tags = Field("tags", "array<string>", "Tags and hashtags that the author set.")
edited_at = Field("edited_at", "timestamp", "Last edit, UTC; null where it was never edited or nobody reports it.")
parent_post_id = Field(
    "parent_post_id", "string", "Post that this one answers or comments on; null for an opening post."
)
root_post_id = Field("root_post_id", "string", "First post of the thread.")
accepted_answer_id = Field("accepted_answer_id", "string", "Answer that the asker accepted; null where there is none.")
is_accepted_answer = Field(
    "is_accepted_answer", "boolean", "The asker accepted this answer; null where the platform does not report it."
)
rating = Field(
    "rating",
    "double",
    "Rating that the author gave; null where there is none.",
    unit="scale of the platform",
    caution="Compare and average only within one channel: platforms use different scales.",
)
impressions = Field(
    "impressions",
    "bigint",
    "Times it was shown; null where the platform does not report it.",
    minimum="0",
    unit="impressions",
    caution=OBSERVED,
)
reach = Field(
    "reach",
    "bigint",
    "Accounts that saw it; null where the platform does not report it.",
    minimum="0",
    unit="accounts",
    caution=_ONE_PERSON,
)
clicks = Field(
    "clicks",
    "bigint",
    "Clicks on it; null where the platform does not report it.",
    minimum="0",
    unit="clicks",
    caution=OBSERVED,
)
reactions = Field(
    "reactions",
    "bigint",
    "Reactions or likes, or the score (up votes less down votes), which may be negative; null where the platform does not "
    "report it.",
    unit="reactions",
    caution=OBSERVED,
)
comments = Field(
    "comments",
    "bigint",
    "Comments or answers; null where the platform does not report it.",
    minimum="0",
    unit="comments",
    caution=OBSERVED,
)
shares = Field(
    "shares",
    "bigint",
    "Times it was shared; null where the platform does not report it.",
    minimum="0",
    unit="shares",
    caution=OBSERVED,
)
saves = Field(
    "saves",
    "bigint",
    "Times it was bookmarked; null where the platform does not report it.",
    minimum="0",
    unit="bookmarks",
    caution=OBSERVED,
)
views = Field(
    "views", "bigint", "Views; null where the platform does not report it.", minimum="0", unit="views", caution=OBSERVED
)
