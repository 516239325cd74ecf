"""Communities of the network, and what becomes of them."""

from __future__ import annotations

from transformations.contracts.fields.types import PERSONS, RATIO
from transformations.contracts.model import Field

_ONE_PERIOD = "Compare only within one period: it depends on the size of the network."

community_id = Field(
    "community_id", "string", "Community; keeps its ID from one period to the next while its members do."
)
size = Field(
    "size",
    "bigint",
    "Members of the community.",
    unit=PERSONS,
    caution="Do not sum over periods: one person may be counted in several.",
)
density = Field(
    "density",
    "double",
    "Share of the possible connections between members that exist; null for a single member.",
    unit=RATIO,
)
modularity_share = Field(
    "modularity_share",
    "double",
    "Contribution of the community to the modularity of its network; may be negative, and null without connections.",
    unit="modularity",
    caution=_ONE_PERIOD,
)
conductance = Field(
    "conductance",
    "double",
    "Share of the members' edge weight that leaves the community; null without connections.",
    unit=RATIO,
)
central_members = Field("central_members", "array<string>", "Members with the highest PageRank, the highest first.")
rank_in_community = Field(
    "rank_in_community", "bigint", "Rank by PageRank in the community.", unit="rank, 1 is the highest"
)
community_name = Field(
    "name",
    "string",
    "The interests that set the members apart, at most three: topics and categories of purchases whose share among them is most "
    "above their share in the whole network; null where the members have no interests.",
)
brokers = Field(
    "brokers",
    "array<string>",
    "Members with connections outside who have the highest betweenness above 0, the highest first.",
)
community_tone = Field(
    "net_tone",
    "double",
    "Positive less negative posts of the members in the period over those with a tone; null without any.",
    unit="ratio -1 to 1",
)
customer_ratio = Field("customer_ratio", "double", "Share of the members whose role is external_customer.", unit=RATIO)
active_ratio = Field(
    "active_ratio", "double", "Share of the members with an act of their own in the period.", unit=RATIO
)

evolution_event = Field(
    "event",
    "string",
    "born: did not exist before, and not out of a split. grown, shrunk: by a tenth or more. continued: by less. "
    "merged: two or more communities went into it. split: two or more came out of it. "
    "dissolved: no longer exists, and not by a merger.",
    allowed=("born", "grown", "shrunk", "continued", "merged", "split", "dissolved"),
)
previous_period = Field(
    "previous_period", "string", "Period compared with: the one before of the same grain that has communities."
)
from_ids = Field("from_ids", "array<string>", "Communities of the previous period concerned.")
to_ids = Field("to_ids", "array<string>", "Communities of this period concerned.")
size_before = Field(
    "size_before", "bigint", "Members in the previous period; null where it did not exist.", unit=PERSONS
)
size_after = Field("size_after", "bigint", "Members in this period; null where it does not exist.", unit=PERSONS)
jaccard = Field(
    "jaccard",
    "double",
    "What decided: members in both periods over members in either, of the community itself where it is in both, "
    "else with the one most like it on the other side; 0 where there is none.",
    unit=RATIO,
)
life_stage = Field(
    "life_stage",
    "string",
    "emerging: in its first period. growing, declining: larger or smaller by a tenth. mature: neither. dissolved: gone.",
    allowed=("emerging", "growing", "mature", "declining", "dissolved"),
)

effect_outcome = Field(
    "outcome",
    "string",
    "product_adopted: non-members who interacted with a member who has the community's category bought it within 60 days. "
    "customer_attracted: non-members without a purchase who interacted with a member who is a customer bought something "
    "within 60 days. member_retained: members who interacted with members were in the network in the month after.",
    allowed=("product_adopted", "customer_attracted", "member_retained"),
)
effect_subject = Field(
    "subject", "string", "Category that sets the community's members apart; null for other outcomes."
)
exposed_count = Field("exposed_count", "bigint", "Exposed persons who have a match.", unit=PERSONS)
controls_count = Field(
    "controls_count", "bigint", "Persons who were not exposed that they are compared with.", unit=PERSONS
)
exposed_ratio = Field("exposed_ratio", "double", "Share of the exposed for whom it happened.", unit=RATIO)
control_ratio = Field(
    "control_ratio", "double", "Share of the matched, weighted as the exposed are, for whom it happened.", unit=RATIO
)
effect = Field(
    "effect",
    "double",
    "Difference between the two.",
    unit="difference of ratios",
    caution="Read it with its grade: see is_effect.",
)
effect_low = Field("confidence_low", "double", "Lower end of its 95 % interval.", unit="difference of ratios")
effect_high = Field("confidence_high", "double", "Upper end of its 95 % interval.", unit="difference of ratios")
placebo_effect = Field(
    "placebo_effect",
    "double",
    "The same difference in something that the exposure cannot have caused: purchases of another category, or having been in the "
    "network the month before; null where there is no such case.",
    unit="difference of ratios",
)
placebo_low = Field("placebo_low", "double", "Lower end of its 95 % interval.", unit="difference of ratios")
placebo_high = Field("placebo_high", "double", "Upper end of its 95 % interval.", unit="difference of ratios")
effect_grade = Field(
    "grade",
    "string",
    "Grade of the evidence. B: matched comparison, the placebo shows nothing. C: the exposed differ in the placebo too, so the "
    "difference may be theirs. Null with fewer than 10 exposed persons who have a match.",
    allowed=("B", "C"),
)
is_effect = Field("is_effect", "boolean", "The grade is B and the interval leaves out 0.")

sub_community_id = Field(
    "sub_community_id",
    "string",
    "Part of a community: the community's ID, a slash and a number, 1 for the largest; of one period, it is kept in no other.",
)
community_size = Field("community_size", "bigint", "Members of the community that it is part of.", unit=PERSONS)
sub_community_name = Field(
    "name",
    "string",
    "The interests that set the members apart from the other members of the community, at most three; null without any.",
)
