"""Indicators of what platforms report of posts: impressions, reach, reactions."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import Indicator

_LATEST = "By the day of the post, each post's latest observation; the company's own posts included."
_metric = partial(
    Indicator,
    aggregation="sum",
    dimensions=("all", "channel", "service_type"),
    better="up",
    process="social media monitoring and responding",
    objective="image",
    source_tables=("silver.post_metrics", "silver.posts"),
)
_OBSERVED = ("silver.posts.created_at", "silver.post_metrics.observed_at")

INDICATORS = (
    _metric(
        indicator_id="impressions",
        name="Impressions",
        definition=f"How often posts were shown. {_LATEST} coverage_ratio is the share of the observed posts that report it.",
        formula="sum of impressions",
        unit="impressions",
        needs=(*_OBSERVED, "silver.post_metrics.impressions"),
        caution="Platforms count differently: compare within a channel. One person may be shown a post many times.",
    ),
    _metric(
        indicator_id="reach",
        name="Reach",
        definition=f"Accounts that were shown a post, added up over posts. {_LATEST}",
        formula="sum of reach",
        unit="accounts",
        needs=(*_OBSERVED, "silver.post_metrics.reach"),
        caution="Not distinct over posts: one account counts once for each post that it was shown.",
    ),
    _metric(
        indicator_id="post_clicks",
        name="Clicks on posts",
        definition=f"Clicks on posts and their links. {_LATEST}",
        formula="sum of clicks",
        unit="clicks",
        needs=(*_OBSERVED, "silver.post_metrics.clicks"),
        caution="Platforms differ in which clicks they count.",
    ),
    _metric(
        indicator_id="engagement_ratio",
        name="Engagement",
        definition=f"Reactions, clicks, comments and shares per impression, over posts with impressions. {_LATEST}",
        formula="(reactions + clicks + comments + shares) / impressions",
        unit="ratio",
        aggregation="ratio",
        needs=(*_OBSERVED, "silver.post_metrics.impressions", "silver.post_metrics.reactions"),
        caution="What a platform does not report of the four is missing above the line: compare within a channel.",
    ),
    _metric(
        indicator_id="virality",
        name="Virality",
        definition=f"Shares per account reached, over posts that report both. {_LATEST}",
        formula="shares / reach",
        unit="ratio",
        aggregation="ratio",
        needs=(*_OBSERVED, "silver.post_metrics.shares", "silver.post_metrics.reach"),
        caution="Copies without the platform's own button are not seen; depth and width of cascades are not in it.",
    ),
)
