"""Indicators of volume against its own history."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import Indicator

_history = partial(
    Indicator,
    unit="ratio",
    aggregation="ratio",
    dimensions=("all", "channel", "topic"),
    grains=("day",),
    better="up",
    process="social media monitoring and responding",
    objective="image",
    source_tables=("silver.posts", "silver.post_enrichments", "silver.profiles"),
    needs=("silver.posts.text", "silver.posts.created_at", "silver.posts.profile_id"),
)
_BEFORE = "the same weekday of the eight weeks before; a day without posts counts 0. Null where the history is shorter."

INDICATORS = (
    _history(
        indicator_id="volume_against_history",
        name="Volume against its history",
        definition=f"Volume of the day per median of {_BEFORE}",
        formula="volume / median of the same weekday of the last 8 weeks",
        caution="Holidays and campaigns are no anomaly, and look like one. With few posts a day it jumps.",
    ),
    _history(
        indicator_id="volume_anomaly_score",
        name="Anomaly of the volume",
        definition=f"How many robust standard deviations the day's volume is above the median of {_BEFORE}",
        formula="(volume - median) / (1.4826 x median absolute deviation), over the same weekday of the last 8 weeks",
        unit="standard deviations",
        caution="Of eight values only: in white noise 5 days in a hundred are beyond 3.5, and 2 beyond 5. Null where at least "
        "half of the eight are equal to their median.",
    ),
)
