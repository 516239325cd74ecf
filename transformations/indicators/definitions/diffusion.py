"""Indicators of what posts set off, and of who leads the changes of conversations."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import Indicator

_SAID = ("silver.posts.created_at", "silver.posts.profile_id")
_cascade = partial(
    Indicator,
    aggregation="ratio",
    dimensions=("all", "channel"),
    better="up",
    process="relations in social networks",
    objective="image",
    source_tables=("gold.cascades",),
    needs=(*_SAID, "silver.posts.parent_post_id", "silver.interactions.kind", "silver.interactions.post_id"),
)
_OF = "over the posts that three acts or more belong to, by the day of the post that they began with"

INDICATORS = (
    _cascade(
        indicator_id="cascade_depth",
        name="Depth of cascades",
        definition=f"How far a post is passed on: mean steps from the first post to the farthest reply or share, {_OF}.",
        formula="sum of depth / cascades",
        unit="steps",
        caution="A quarrel of two is deep as well. Cascades that began lately are still growing.",
    ),
    _cascade(
        indicator_id="cascade_width",
        name="Width of cascades",
        definition=f"How broadly a post is passed on: mean of the most replies and shares at one depth, {_OF}.",
        formula="sum of width / cascades",
        unit="acts",
        caution="Wide and flat is a broadcast: many react to the post, nobody to each other.",
    ),
    Indicator(
        indicator_id="authority_changes",
        name="Changes led by those with authority",
        definition="Rises and falls of topics to a new level whose posts of these weeks came above all from persons of the "
        "authority classes A or B. By the week in which the new level begins. coverage_ratio is the share of all changes of "
        "which a class is known to have led.",
        formula="count of changes with leading_authority_class A or B",
        unit="changes",
        aggregation="sum",
        dimensions=("all", "topic"),
        grains=("all", "month", "week"),
        better="up",
        process="social media monitoring and responding",
        objective="image",
        source_tables=("gold.conversation_changes", "gold.person_activity"),
        needs=(*_SAID, "silver.posts.text"),
        caution="Who posts first need not be the cause: they may follow the same news as all others.",
    ),
)
