"""The catalogue: every indicator declared once, as data, in the module of its theme.

The module of the same name in transformations/indicators computes what a theme declares. A test fails when an indicator is
declared and not computed, or computed and not declared.
"""

from __future__ import annotations

from collections.abc import Mapping

from transformations.indicators.definitions import (
    campaigns,
    comparisons,
    conversations,
    costs,
    customers,
    diffusion,
    loyalty,
    participation,
    patterns,
    posts,
    quarantine,
    reactions,
    reads,
    sales,
    support,
    surveys,
    waiting,
    web,
    worth,
)
from transformations.indicators.definitions.indicator import Indicator

THEMES: Mapping[str, tuple[Indicator, ...]] = {
    "web": web.INDICATORS,
    "posts": posts.INDICATORS,
    "patterns": patterns.INDICATORS,
    "reactions": reactions.INDICATORS,
    "reads": reads.INDICATORS,
    "diffusion": diffusion.INDICATORS,
    "conversations": conversations.INDICATORS,
    "participation": participation.INDICATORS,
    "waiting": waiting.INDICATORS,
    "support": support.INDICATORS,
    "surveys": surveys.INDICATORS,
    "sales": sales.INDICATORS,
    "loyalty": loyalty.INDICATORS,
    "worth": worth.INDICATORS,
    "costs": costs.INDICATORS,
    "customers": customers.INDICATORS,
    "campaigns": campaigns.INDICATORS,
    "comparisons": comparisons.INDICATORS,
    "quarantine": quarantine.INDICATORS,
}
"""Indicators by theme, in the order of the documentation."""

INDICATORS: tuple[Indicator, ...] = tuple(its for of_theme in THEMES.values() for its in of_theme)
CATALOGUE: Mapping[str, Indicator] = {indicator.indicator_id: indicator for indicator in INDICATORS}
