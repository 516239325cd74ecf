"""Indicators of posts: how much people write, about what, and in which tone."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import Indicator

_POSTS = ("silver.posts", "silver.post_enrichments", "silver.profiles")
_SAID = ("silver.posts.text", "silver.posts.created_at", "silver.posts.profile_id")
_PLACES = ("all", "channel", "service_type", "audience")
_SUBJECTS = ("topic", "brand", "product")

_of_tone = partial(
    Indicator,
    unit="ratio",
    aggregation="ratio",
    dimensions=(*_PLACES, *_SUBJECTS),
    process="company image",
    objective="image",
    source_tables=_POSTS,
    needs=_SAID,
    interval="wilson",
)
_of_talk = partial(
    Indicator,
    better="up",
    process="participation",
    objective="lower_marketing_cost",
    source_tables=("silver.posts", "silver.profiles"),
    needs=_SAID[1:],
)

INDICATORS = (
    Indicator(
        indicator_id="volume",
        name="Volume",
        definition="How often people talk about what the company monitors: distinct relevant posts. Posts of the "
        "company's own "
        "accounts and of bots are left out. A post on three topics counts once in each, and once in all.",
        formula="count of posts with is_relevant",
        unit="posts",
        aggregation="sum",
        dimensions=(*_PLACES, *_SUBJECTS, "authority_class"),
        better="up",
        process="social media monitoring and responding",
        objective="image",
        source_tables=_POSTS,
        needs=_SAID,
        caution="Volume is not reach: a post that nobody reads counts as much as one that everybody reads.",
    ),
    Indicator(
        indicator_id="net_tone",
        name="Net tone",
        definition="Balance of opinion in relevant posts with a known tone: 1 means all positive, -1 all negative. "
        "coverage_ratio is the share of relevant posts with a known tone.",
        formula="(positive - negative) / (positive + neutral + negative)",
        unit="ratio",
        aggregation="ratio",
        dimensions=(*_PLACES, *_SUBJECTS),
        better="up",
        process="company image",
        objective="image",
        source_tables=_POSTS,
        needs=_SAID,
        interval="difference",
        caution="What people write in public is no sample of what customers think; the interval speaks of the posts alone.",
    ),
    Indicator(
        indicator_id="coverage",
        name="Coverage",
        definition="Share of the sources (channel and profile) active in the period that talk about a topic; for the "
        "dimension all, "
        "about any topic. The company's own accounts and bots do not count as sources.",
        formula="sources with a relevant post on the topic / sources with any post",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all", "channel", "topic"),
        better="up",
        process="social media monitoring and responding",
        objective="image",
        source_tables=_POSTS,
        needs=_SAID,
        interval="wilson",
        caution="A feed without authors is one source, however many write in it.",
    ),
    Indicator(
        indicator_id="topic_mentions",
        name="Topic mentions",
        definition="How often the topics of company.yaml are mentioned: a relevant post with three topics counts three times "
        "in all, and once in each topic.",
        formula="sum over relevant posts of the number of their topics",
        unit="mentions",
        aggregation="sum",
        dimensions=(*_PLACES, "topic"),
        better="up",
        process="social media monitoring and responding",
        objective="image",
        source_tables=_POSTS,
        needs=_SAID,
        caution="Not a number of posts: see volume.",
    ),
    _of_tone(
        indicator_id="tone_positive_ratio",
        name="Positive opinions",
        definition="Share of the relevant posts with a known tone that are positive.",
        formula="positive / (positive + neutral + negative)",
        better="up",
        caution="The tone is that of the words, not that towards the company: praise of a competitor is positive.",
    ),
    _of_tone(
        indicator_id="tone_neutral_ratio",
        name="Neutral opinions",
        definition="Share of the relevant posts with a known tone that are neutral.",
        formula="neutral / (positive + neutral + negative)",
        better="down",
        caution="Irony and mixed opinions often end here.",
    ),
    _of_tone(
        indicator_id="tone_negative_ratio",
        name="Negative opinions",
        definition="Share of the relevant posts with a known tone that are negative.",
        formula="negative / (positive + neutral + negative)",
        better="down",
        caution="The tone is that of the words, not that towards the company: anger at a competitor is negative.",
    ),
    _of_tone(
        indicator_id="unlabelled_ratio",
        name="Posts without a known tone",
        definition="Share of the relevant posts whose tone is not known: the language is not covered, or the confidence "
        "too low.",
        formula="relevant posts without tone / relevant posts",
        better="down",
        caution="The shares of tone speak of the other posts only: where this is high they may be of one language.",
    ),
    Indicator(
        indicator_id="share_of_voice",
        name="Share of voice",
        definition="Share of the company's own brands in the mentions of all monitored brands, competitors' included; in the "
        "dimension brand, the share of that brand. Relevant posts only; a post that mentions two brands counts for both.",
        formula="mentions of own brands / mentions of all monitored brands",
        unit="ratio",
        aggregation="ratio",
        dimensions=(*_PLACES, "topic", "brand"),
        better="up",
        process="competitive environment and its changes",
        objective="image",
        source_tables=_POSTS,
        needs=_SAID,
        interval="wilson",
        caution="Depends on whom company.yaml monitors: a new competitor lowers it. Sources about the company raise it.",
    ),
    _of_talk(
        indicator_id="posts",
        name="Posts",
        definition="Posts, comments, questions and answers by people, about anything; the company's own and bots' are "
        "left out.",
        formula="count of posts",
        unit="posts",
        aggregation="sum",
        dimensions=(*_PLACES, "authority_class"),
        caution="Grows with every channel that is added: compare channels, or periods with the same ones.",
    ),
    _of_talk(
        indicator_id="participants",
        name="Participants",
        definition="Distinct accounts of people that wrote something. coverage_ratio is the share of the posts with a "
        "known author.",
        formula="count of distinct authors",
        unit="accounts",
        aggregation="distinct",
        dimensions=_PLACES,
        caution="An account is no person: one person may use several channels and counts in each.",
    ),
    _of_talk(
        indicator_id="new_participants",
        name="New participants",
        definition="Distinct accounts whose first post of all falls in the period.",
        formula="count of distinct authors whose first post is in the group",
        unit="accounts",
        aggregation="distinct",
        dimensions=_PLACES,
        caution="At the beginning of the data everybody is new: leave its first weeks out.",
    ),
    _of_talk(
        indicator_id="participation_ratio",
        name="Participation",
        definition="Share of the known accounts of people that ever wrote something; the company's own and bots are left "
        "out.",
        formula="distinct authors / known accounts",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all", "channel"),
        grains=("all",),
        interval="wilson",
        needs=(*_SAID[1:], "silver.profiles.profile_id"),
        caution="Who only reads is known only where the source lists its members: else everybody known has written, and "
        "it is 1.",
    ),
)
