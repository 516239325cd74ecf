"""What a customer is worth, segments of customers, and the row that puts everything together."""

from __future__ import annotations

from transformations.contracts.fields.types import OF_THE_ROW, ONE_CURRENCY, PERSONS, RATIO, SUM
from transformations.contracts.model import Field

_QUINTILE = "score 1 to 5"
_OF_ALL = "A rank among all persons at as_of_date: do not compare over dates."

as_of_date = Field("as_of_date", "date", "Date up to which recency and tenure are counted, in the company's time zone.")
recency_days = Field("recency_days", "double", "Time from the last purchase to as_of_date.", unit="days")
frequency_count = Field("frequency_count", "bigint", "Distinct days with a purchase.", unit="purchase days")
monetary = Field(
    "monetary",
    SUM,
    "Revenue of the person over all orders; returns are not deducted. Of several currencies only the one in the row "
    "counts. Null where no price of what was bought is known.",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
tenure_days = Field("tenure_days", "double", "Time from the first purchase to as_of_date.", unit="days")
recency_score = Field(
    "recency_score", "int", "Quintile of recency_days; 5 is the most recent.", unit=_QUINTILE, caution=_OF_ALL
)
frequency_score = Field(
    "frequency_score", "int", "Quintile of frequency_count; 5 is the most frequent.", unit=_QUINTILE, caution=_OF_ALL
)
monetary_score = Field(
    "monetary_score",
    "int",
    "Quintile of monetary; 5 is the highest. Null where monetary is.",
    unit=_QUINTILE,
    caution=_OF_ALL,
)

segment_id = Field(
    "segment_id", "string", "Segment of a model version.", caution="Comparable only within model_version."
)
model_version = Field(
    "model_version",
    "string",
    "Version of the model in the registry; communities: the segment follows from the communities of the network.",
)
level = Field("level", "int", "Level of segmentation: 1 interest, 2 characteristics, 3 value. A label, not a measure.")
members_count = Field(
    "members_count",
    "bigint",
    "Members of the segment.",
    unit=PERSONS,
    caution="Do not sum over model versions: each assigns every person.",
)
parent_segment_id = Field(
    "parent_segment_id", "string", "Segment that it is a part of; null where it is of all customers."
)
social_members_count = Field(
    "social_members_count",
    "bigint",
    "Members who are social customers, as gold.social_customers says.",
    unit=PERSONS,
    caution="Do not sum over model versions or levels.",
)
criteria = Field("criteria", "array<string>", "Types of characteristics, or criteria of value, that it was formed by.")
features = Field("features", "array<string>", "Features that it was formed by.")
silhouette = Field(
    "silhouette",
    "double",
    "How well the community's segments of this level are separated; null where it is not divided. Of the model of value see "
    "MLflow.",
    unit="-1 to 1",
)
bootstrap_ari = Field(
    "bootstrap_ari",
    "double",
    "How alike clusters of resampled members are: mean adjusted Rand index; null where the community is not divided.",
    unit="index, at most 1",
)
asks_resegmentation = Field(
    "asks_resegmentation",
    "boolean",
    "The community's members changed markedly in its last month (models.segments.resegment_below). Null for other segments.",
)
resegmentation_reason = Field(
    "resegmentation_reason", "string", "What happened to the community, where it asks for resegmentation."
)
segment_feature = Field("feature", "string", "Feature of a person.")
criterion = Field(
    "criterion", "string", "Type of characteristic (level 2) or criterion of value (level 3) that it measures."
)
meaning = Field("meaning", "string", "What it is, in words.")
feature_source = Field(
    "feature_source", "string", "Table that it comes from; where it is not measured, what would fill it."
)
transformation = Field("transformation", "string", "How it is prepared for clustering.")
is_measured = Field("is_measured", "boolean", "Some social customer has a value.")
distance = Field(
    "distance",
    "double",
    "Distance from the centre of the segment.",
    unit="standard deviations of the scaled features",
    caution="Comparable only within model_version.",
)
mean_recency_days = Field(
    "mean_recency_days", "double", "Mean of recency_days over the members; null without members.", unit="days"
)
mean_frequency_count = Field(
    "mean_frequency_count",
    "double",
    "Mean of frequency_count over the members; null without members.",
    unit="purchase days",
)
mean_monetary = Field(
    "mean_monetary",
    "double",
    "Mean of monetary over the members; null without members.",
    unit="the company's currency, or the most frequent one where nobody bought in it",
)

segment_rule = Field(
    "segment_rule",
    "string",
    "Who is in the segment, in conditions on features, as a small decision tree finds it; null where it finds none.",
)
rule_precision_ratio = Field(
    "rule_precision_ratio",
    "double",
    "Share of the persons whom the rule chooses that are in the segment, among persons whom the tree had not seen; null where it "
    "chooses nobody.",
    unit=RATIO,
)
rule_recall_ratio = Field(
    "rule_recall_ratio",
    "double",
    "Share of the segment's members that the rule chooses, among persons whom the tree had not seen; null without members.",
    unit=RATIO,
)
from_version = Field("from_version", "string", "Version of the model that was champion before.")
from_segment_id = Field("from_segment_id", "string", "Segment by from_version.")
to_version = Field("to_version", "string", "Version of the champion.")
to_segment_id = Field("to_segment_id", "string", "Segment by to_version.")
share_ratio = Field(
    "share_ratio", "double", "Share of the members of from_segment_id that are in to_segment_id.", unit=RATIO
)

customer_ids = Field("customer_ids", "array<string>", "Customer records of the person.")
profile_ids = Field("profile_ids", "array<string>", "Profiles of the person as channel:profile_id.")
orders_count = Field(
    "orders_count",
    "bigint",
    "Orders of the person without returns and voided ones; null where no order of any source names a customer.",
    unit="orders",
)
returns_count = Field(
    "returns_count",
    "bigint",
    "Orders of the person that are returns: their source says so, or all of their lines are returns. Null where the "
    "returns of one of the person's sources name no customer, or nothing in it tells of returns.",
    unit="orders",
)
revenue = Field(
    "revenue",
    SUM,
    "Revenue of the person, as monetary of gold.customer_value; null without a purchase of a known price.",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
first_order_at = Field("first_order_at", "timestamp", "First order, UTC; null without an order.")
last_order_at = Field("last_order_at", "timestamp", "Last order, UTC; null without an order.")
last_post_at = Field("last_post_at", "timestamp", "Last post, UTC; null without a post.")
net_tone = Field(
    "net_tone",
    "double",
    "(positive - negative) / posts with a tone; null without any.",
    unit="ratio -1 to 1",
    caution="Do not average over persons: count the posts of each tone in silver.post_enrichments.",
)
tickets_count = Field(
    "tickets_count", "bigint", "Support tickets of the person; null where no source has tickets.", unit="tickets"
)
open_tickets_count = Field(
    "open_tickets_count", "bigint", "Support tickets of the person that are not solved.", unit="tickets"
)
is_linked = Field("is_linked", "boolean", "The person has a customer record and at least one profile.")
