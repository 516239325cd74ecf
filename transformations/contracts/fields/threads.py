"""What accounts do to each other: interactions, tags, reads and conversations."""

from __future__ import annotations

from transformations.contracts.fields.types import EPOCH
from transformations.contracts.model import Field

interaction_id = Field("interaction_id", "string", "Interaction on a channel.")
actor_profile_id = Field("actor_profile_id", "string", "Account that acts.")
target_profile_id = Field("target_profile_id", "string", "Account acted upon; null where the source does not name it.")

tagging_id = Field("tagging_id", "string", "Assignment of a tag on a channel.")
tagger_profile_id = Field(
    "tagger_profile_id", "string", "Account that set the tag; null where the source does not name it."
)
object_kind = Field(
    "object_kind", "string", "What is tagged.", allowed=("post", "person", "page", "product", "group", "other")
)
object_id = Field("object_id", "string", "ID of the tagged thing on its channel; for a page, its address.")
tag = Field("tag", "string", "The tag as it was entered.")

content_id = Field("content_id", "string", "Post, page or issue that was read.")
reader_profile_id = Field("reader_profile_id", "string", "Account that read it.")
read_at = Field("read_at", "timestamp", "When it was read, UTC.", minimum=EPOCH)
is_shared = Field("is_shared", "boolean", "The reader passed it on; null where the source does not say.")

conversation_id = Field(
    "conversation_id",
    "string",
    "First post of the thread, or the ticket; `ticket:<id>` where a thread of the channel has the ticket's ID.",
)
began_by_role = Field(
    "began_by_role",
    "string",
    "Role of whoever took the first turn; null where only bots posted.",
    allowed=("company", "customer", "other"),
)
began_by_profile_id = Field(
    "began_by_profile_id", "string", "Account, customer or agent that took the first turn; null where it is not known."
)
last_turn_at = Field("last_turn_at", "timestamp", "When the last turn was taken, UTC.")
turns_count = Field(
    "turns_count", "bigint", "Turns of people and of the company; posts of bots are left out.", unit="turns"
)
company_turns_count = Field("company_turns_count", "bigint", "Turns of the company and its staff.", unit="turns")
customer_turns_count = Field("customer_turns_count", "bigint", "Turns of customers.", unit="turns")
other_turns_count = Field(
    "other_turns_count", "bigint", "Turns of people who are not known to be customers.", unit="turns"
)
bot_turns_count = Field(
    "bot_turns_count", "bigint", "Posts of bots in the conversation.", unit="posts", caution="Not part of turns_count."
)
participants_count = Field(
    "participants_count",
    "bigint",
    "Distinct known accounts, customers and agents that took a turn.",
    unit="accounts",
    caution="Do not sum over conversations: one account may take part in several.",
)
direction_of_talk = Field(
    "direction",
    "string",
    "broadcast: the company speaks and nobody answers. unanswered: addressed to the company, which has not answered. "
    "two_way: the company answered a customer's turn, or a customer answered a turn that the company addressed to "
    "them. two_way_with_consumer: the same with somebody who is not known to be a customer. customer_to_customer: "
    "people among themselves, without the company. Null: only bots posted.",
    allowed=("broadcast", "unanswered", "two_way", "two_way_with_consumer", "customer_to_customer"),
)
