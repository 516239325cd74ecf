"""Indicators of what people contribute: ideas, degrees of taking part, advocacy, referrals; and of the staff who take part."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import LONG_GRAINS, Indicator

_SAID = ("silver.posts.text", "silver.posts.created_at", "silver.posts.profile_id")
_ACTED = ("silver.posts.created_at", "silver.posts.profile_id", "silver.posts.parent_post_id")
_idea = partial(
    Indicator,
    unit="ideas",
    aggregation="sum",
    dimensions=("all", "channel", "topic"),
    better="up",
    process="customers' needs and improvements",
    objective="design_collaboration",
    source_tables=("gold.ideas",),
    needs=_SAID,
)
_degree = partial(
    Indicator,
    aggregation="ratio",
    dimensions=("all", "community"),
    grains=("all",),
    better="up",
    process="community management",
    objective="lower_marketing_cost",
    source_tables=("gold.participation_degrees",),
    persons_in="interaction",
)
_OF = "of the persons with an account that has acted"

INDICATORS = (
    _idea(
        indicator_id="ideas_raised",
        name="Ideas raised",
        definition="Relevant posts of people with the intent idea, by the day of the post.",
        formula="count of gold.ideas",
        caution="The intent is read from the words: a wish may be read as an idea. Several posts may have the same idea.",
    ),
    _idea(
        indicator_id="ideas_supported",
        name="Ideas supported",
        definition="Ideas that at least ideas.min_supporters others react to, pass on or reply to in a positive tone, and those "
        "that were taken up or launched; by the day on which they were raised.",
        formula="count of gold.ideas whose state is supported, taken_up or launched",
        needs=(*_SAID, "silver.interactions.kind", "silver.interactions.post_id"),
        caution="Recent ideas may still find support.",
    ),
    _idea(
        indicator_id="ideas_taken_up",
        name="Ideas taken up",
        definition="Ideas that the company has taken up or launched, as a tag of the post says (ideas in company.yaml); by the "
        "day on which they were raised.",
        formula="count of gold.ideas whose state is taken_up or launched",
        needs=(*_SAID, "silver.posts.tags"),
        caution="What nobody tags counts as not taken up.",
    ),
    _degree(
        indicator_id="interaction",
        name="Degree of interaction",
        definition=f"Mean two-way turns {_OF}: posts that reply to the company, or that it replied to.",
        formula="sum of two-way turns / persons",
        unit="turns",
        needs=_ACTED,
        caution="A complaint that takes many turns counts as much as a good talk.",
    ),
    _degree(
        indicator_id="collaboration",
        name="Degree of collaboration",
        definition=f"Mean contributions {_OF}: accepted answers, ideas, and edits to what others wrote.",
        formula="sum of accepted answers, ideas and co-edits / persons",
        unit="contributions",
        needs=(*_ACTED, "silver.posts.text", "silver.posts.accepted_answer_id", "silver.interactions.kind"),
        caution="Counts contributions that a platform reports: not every one has accepted answers or edits.",
    ),
    _degree(
        indicator_id="commitment",
        name="Degree of commitment",
        definition=f"Months in which persons posted or interacted, {_OF}, of all months from the first act of each to the end of "
        "the data.",
        formula="sum of active months / sum of possible months",
        unit="ratio",
        needs=(*_ACTED, "silver.interactions.created_at"),
        caution="Who came in the last month is fully committed: few months say little.",
    ),
    Indicator(
        indicator_id="advocates",
        name="Advocates",
        definition="Persons who praise the company's brands or products in two relevant posts or more of the period, and "
        "complain of them in none; the company's own accounts and bots are left out.",
        formula="count of persons with 2 or more positive posts and no negative one",
        unit="persons",
        aggregation="distinct",
        dimensions=("all", "channel"),
        grains=LONG_GRAINS,
        better="up",
        process="company image",
        objective="image",
        source_tables=("silver.posts", "silver.post_enrichments", "silver.profiles"),
        needs=_SAID,
        caution="Whether anybody listens to them is not in it: see virality and the authority classes.",
    ),
    Indicator(
        indicator_id="referral_conversions",
        name="Conversions of referrals",
        definition="Distinct recipients that converted in campaigns whose medium is referral: who was brought by a customer.",
        formula="count of distinct recipients with a touch of the kind converted in campaigns of the medium referral",
        unit="recipients",
        aggregation="distinct",
        dimensions=("all", "campaign"),
        grains=LONG_GRAINS,
        better="up",
        process="outreach and lead generation",
        objective="lower_marketing_cost",
        source_tables=("silver.campaign_touches", "silver.campaigns"),
        needs=("silver.campaigns.medium", "silver.campaign_touches.kind", "silver.campaign_touches.created_at"),
        persons_in="referral_conversions",
        caution="Only referrals that a programme records: who is told by a friend and comes by themselves is not in it.",
    ),
    Indicator(
        indicator_id="staff_involvement",
        name="Involvement of staff",
        definition="Share of the staff that took part: wrote a post, or handled a ticket, in the period. Of the staff, who was "
        "employed on a day of it. coverage_ratio is the share of whom an account is known.",
        formula="members of staff who acted / members of staff",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all", "department"),
        grains=LONG_GRAINS,
        better="up",
        process="participation",
        objective="image",
        source_tables=("silver.staff", "silver.posts", "silver.ticket_events"),
        needs=(
            "silver.staff.staff_id",
            "silver.staff.department",
            "silver.posts.profile_id",
            "silver.ticket_events.actor_id",
        ),
        interval="wilson",
        persons_in="staff_involvement",
        caution="Accounts that several share count for the one that company.yaml names. How much each did is not in it.",
    ),
)
