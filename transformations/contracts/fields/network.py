"""Place of a person in the network, and communities."""

from __future__ import annotations

from transformations.contracts.fields.types import PERSONS, RATIO
from transformations.contracts.model import Field

_ONE_PERIOD = "Compare only within one period: it depends on the size of the network."
_OVERLAP = "Do not sum over persons or periods: a connection counts at both ends and in several periods."

period = Field(
    "period",
    "string",
    "Period in the company's time zone: all, a day (2025-02-14), an ISO week (2025-W07) or a month (2025-02).",
    caution="`all` covers every other period: do not add it to them.",
)
degree = Field(
    "degree", "bigint", "Persons that the person interacts with, in either direction.", unit=PERSONS, caution=_OVERLAP
)
in_degree = Field("in_degree", "bigint", "Persons whose interactions address this one.", unit=PERSONS, caution=_OVERLAP)
out_degree = Field(
    "out_degree", "bigint", "Persons that this one's interactions address.", unit=PERSONS, caution=_OVERLAP
)
weight = Field(
    "weight", "double", "Interactions of the person, in both directions.", unit="interactions", caution=_OVERLAP
)
pagerank = Field(
    "pagerank",
    "double",
    "PageRank (damping 0.85); sums to 1 over the persons of a period.",
    unit="probability 0 to 1",
    caution=_ONE_PERIOD,
)
betweenness = Field(
    "betweenness",
    "double",
    "Share of the shortest paths between other persons that pass through this one, estimated from a sample; null where "
    "network.betweenness_samples is below 2.",
    unit=RATIO,
    caution=_ONE_PERIOD,
)
betweenness_error = Field(
    "betweenness_error",
    "double",
    "Standard error of betweenness due to sampling; null where betweenness is null.",
    unit=RATIO,
)
component = Field(
    "component", "bigint", "Connected component that the person belongs to; 0 is the largest. A label, not a measure."
)
authority_class = Field(
    "authority_class",
    "string",
    "Class by PageRank: A is the top 1 %, B the next 9 %, C the next 40 %, D the rest; null in a network of fewer than 10 "
    "persons.",
    allowed=("A", "B", "C", "D"),
)
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
