"""Diffusion of posts, changes of conversations, authority of sources, flows between roles."""

from __future__ import annotations

from transformations.contracts.fields.types import PERSONS, RATIO
from transformations.contracts.model import Field

_SEVERAL = "Do not sum: one person may be in several rows."

cascade_root = Field("root_post_id", "string", "Post that the cascade began with.")
cascade_started_at = Field("started_at", "timestamp", "Time of the root, UTC.")
cascade_ended_at = Field("ended_at", "timestamp", "Time of the last act, UTC.")
cascade_acts = Field("acts_count", "bigint", "Posts and shares, the root included.", unit="acts")
cascade_replies = Field("replies_count", "bigint", "Replies, answers and comments at any depth.", unit="posts")
cascade_shares = Field("shares_count", "bigint", "Shares at any depth.", unit="shares")
cascade_persons = Field("persons_count", "bigint", "Persons who took part.", unit=PERSONS, caution=_SEVERAL)
cascade_depth = Field("depth", "bigint", "Steps from the root to the farthest act.", unit="steps")
cascade_width = Field("width", "bigint", "Most acts at one depth.", unit="acts")
half_life_seconds = Field(
    "half_life_seconds", "double", "Speed: time until half of what followed the root had happened.", unit="seconds"
)
structural_virality = Field(
    "structural_virality",
    "double",
    "Mean steps between two acts: near 2 where all reacted to the root (broadcast), larger where one reacted to the other.",
    unit="steps",
)
originators = Field(
    "originators",
    "array<string>",
    "Persons beside the root's author whose posts the most others hang on, directly or not; at most three.",
)
topic_of_change = Field("topic", "string", "Topic of company.yaml.")
direction_of_change = Field("direction", "string", "Posts on the topic rose or fell.", allowed=("rise", "fall"))
mean_before = Field("mean_before", "double", "Mean posts a week of the level before.", unit="posts a week")
mean_after = Field("mean_after", "double", "Mean posts a week of the new level.", unit="posts a week")
leaders_count = Field(
    "persons_count",
    "bigint",
    "Persons who posted on the topic in the first two weeks of a rise, or the last two before a fall.",
    unit=PERSONS,
    caution=_SEVERAL,
)
leading_authority_class = Field(
    "leading_authority_class",
    "string",
    "Authority class whose share of these weeks' posts is most above its share of all posts on the topic; null where no class "
    "is known.",
    allowed=("A", "B", "C", "D"),
)
leading_persons = Field(
    "leading_persons", "array<string>", "Persons with the most posts in these weeks, the most first; at most three."
)
source_kind = Field("source_kind", "string", "An account, or a site whose feed is read.", allowed=("profile", "site"))
source_id = Field("source_id", "string", "profile_id of the account, or host name of the site.")
published_count = Field("posts_count", "bigint", "Posts of the source.", unit="posts")
acts_received_count = Field(
    "acts_received_count",
    "bigint",
    "Acts of others that address the account, or reactions to the site's posts.",
    unit="acts",
)
influence = Field(
    "influence",
    "double",
    "Weight of the acts received, by kind (network.weights), whatever their age.",
    unit="interactions, weighted by kind",
)
source_class = Field(
    "authority_class",
    "string",
    "Class by influence: A is the top 1 % of sources, B the next 9 %, C the next 40 %, D the rest; null with fewer posts than "
    "network.min_source_posts, and where fewer than 10 sources have as many.",
    allowed=("A", "B", "C", "D"),
)
is_company_source = Field("is_company", "boolean", "The account is the company's own or its staff's.")
from_role = Field("from_role", "string", "Role of who acts; what the company's accounts do is internal_customer's.")
to_role = Field("to_role", "string", "Role of who is addressed.")
flow_interactions = Field(
    "interactions_count", "bigint", "Interactions from one role to the other.", unit="interactions"
)
pairs_count = Field(
    "pairs_count", "bigint", "Pairs of a person who acted and one who was addressed.", unit="pairs", caution=_SEVERAL
)
flow_persons = Field("persons_count", "bigint", "Persons on either side.", unit=PERSONS, caution=_SEVERAL)
flow_reciprocity = Field(
    "reciprocity",
    "double",
    "Share of the pairs in which the one who was addressed addressed the other too, on the channel and in the period.",
    unit=RATIO,
)

other_person_id = Field("other_person_id", "string", "Person who is proposed; so far the two have not interacted.")
peer_rank = Field("rank", "bigint", "Rank among the proposals to the person.", unit="rank, 1 is the best")
link_method = Field(
    "method",
    "string",
    "How pairs are scored. common_neighbours: persons that both interact with. adamic_adar: the same, those with few connections "
    "count more. preferential_attachment: product of the persons' degrees. naive: any pair is as likely.",
    allowed=("adamic_adar", "common_neighbours", "preferential_attachment", "naive"),
)
link_score = Field("score", "double", "Score of the pair by the method; compare only within one method.", unit="score")
common_neighbours_count = Field("common_neighbours_count", "bigint", "Persons that both interact with.", unit=PERSONS)
via = Field(
    "via", "array<string>", "Who could introduce them: shared neighbours, the least connected first; at most three."
)
auc = Field(
    "auc",
    "double",
    "Probability that a pair that connected in the held-out days has a higher score than one that did not.",
    unit="probability 0 to 1",
)
precision = Field(
    "precision",
    "double",
    "Share of the pairs with the highest scores that connected in the held-out days; as many pairs as did connect. Of naive: the "
    "share that any pair has.",
    unit=RATIO,
)
base_ratio = Field("base_ratio", "double", "Share of all pairs not connected before that connected.", unit=RATIO)
new_pairs_count = Field("new_pairs_count", "bigint", "Pairs that connected in the held-out days.", unit="pairs")
held_out_from = Field("held_out_from", "date", "First of the held-out days, in the company's time zone.")
held_out_to = Field("held_out_to", "date", "Last of the held-out days.")
is_used = Field("is_used", "boolean", "The method by which gold.link_predictions are made: the one of the highest AUC.")
