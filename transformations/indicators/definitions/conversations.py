"""Indicators of conversations: in which direction they go."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import LONG_GRAINS, Indicator

_share = partial(
    Indicator,
    unit="ratio",
    aggregation="ratio",
    dimensions=("all", "channel", "service_type"),
    grains=LONG_GRAINS,
    process="community management",
    objective="image",
    source_tables=("silver.conversations",),
    needs=("silver.posts.parent_post_id", "silver.posts.profile_id", "silver.tickets.ticket_id"),
    interval="wilson",
    persons_in="two_way_ratio",
)
_OF = "of the conversations (threads and tickets, by when they began) with a turn of a person or of the company"

INDICATORS = (
    _share(
        indicator_id="two_way_ratio",
        name="Two-way conversations",
        definition=f"Share {_OF} that are two-way: the company answered a person, or a person answered what the company "
        "addressed to them. Those with people who are not known to be customers count too.",
        formula="(two_way + two_way_with_consumer) / conversations with a direction",
        better="up",
        caution="Most threads on public channels are people among themselves and need no company: compare within a channel.",
    ),
    _share(
        indicator_id="unanswered_ratio",
        name="Unanswered conversations",
        definition="Share of the conversations that are addressed to the company, or in which it answered, that it has "
        "not answered.",
        formula="unanswered / (unanswered + two_way + two_way_with_consumer)",
        better="down",
        caution="Recent ones may still be answered; not all that mentions a company asks for an answer.",
    ),
    _share(
        indicator_id="customer_to_customer_ratio",
        name="People among themselves",
        definition=f"Share {_OF} in which only people take part, without the company.",
        formula="customer_to_customer / conversations with a direction",
        better="up",
        caution="A single post that nobody answers is one too: see participants and peer_answer_ratio.",
    ),
    _share(
        indicator_id="broadcast_ratio",
        name="Broadcasts",
        definition=f"Share {_OF} in which the company speaks and nobody answers.",
        formula="broadcast / conversations with a direction",
        better="down",
        caution="Channels for announcements are meant for it.",
    ),
)
