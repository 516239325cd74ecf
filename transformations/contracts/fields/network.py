"""Place of a person in the network, and communities."""

from __future__ import annotations

from transformations.contracts.fields.types import PERSONS, RATIO
from transformations.contracts.model import Field

_ONE_PERIOD = "Compare only within one period: it depends on the size of the network."
_WEIGHTED = "interactions, weighted by kind and age (network.weights, network.half_life_days)"
_PERIODS = "Do not sum over periods: one person may be in several."
_ALL_COVERS = "`all` and the moving window cover weeks and months: do not add them up."
_OVERLAP = "Do not sum over persons or periods: a connection counts at both ends and in several periods."

period = Field(
    "period",
    "string",
    "Period in the company's time zone: all, a day (2025-02-14), an ISO week (2025-W07), a month (2025-02) or a moving window "
    "that ends with the last day that has an act (last_90_days).",
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
    "weight",
    "double",
    "Strength: weight of the person's connections, in both directions.",
    unit=_WEIGHTED,
    caution=_OVERLAP,
)
in_strength = Field(
    "in_strength", "double", "Weight of the acts that address the person.", unit=_WEIGHTED, caution=_OVERLAP
)
out_strength = Field("out_strength", "double", "Weight of the person's acts.", unit=_WEIGHTED, caution=_OVERLAP)
hub = Field(
    "hub",
    "double",
    "Hub score (HITS): the person addresses those whom many good hubs address; sums to 1 over the persons of a period, 0 "
    "without connections.",
    unit=RATIO,
    caution=_ONE_PERIOD,
)
authority = Field(
    "authority",
    "double",
    "Authority score (HITS): good hubs address the person; sums to 1 over the persons of a period, 0 without connections.",
    unit=RATIO,
    caution=_ONE_PERIOD,
)
closeness = Field(
    "closeness",
    "double",
    "Harmonic closeness: mean over the other persons of 1 / steps from them to this one, 0 for those without a way. From a "
    "sample above network.exact_below persons; null where network.betweenness_samples is below 2.",
    unit=RATIO,
    caution=_ONE_PERIOD,
)
closeness_error = Field(
    "closeness_error",
    "double",
    "Standard error of closeness due to sampling: 0 where exact, null where closeness is null.",
    unit=RATIO,
)
core = Field(
    "core",
    "bigint",
    "Largest k for which the person is in the k-core: the part of the network in which everyone is connected with k others "
    "of it. Directions and weights are ignored.",
    unit=PERSONS,
    caution=_ONE_PERIOD,
)
clustering = Field(
    "clustering",
    "double",
    "Share of the possible connections between the person's neighbours that exist; null with fewer than two neighbours.",
    unit=RATIO,
)
local_reciprocity = Field(
    "reciprocity",
    "double",
    "Share of the person's connections, in and out, that are returned; null without connections.",
    unit=RATIO,
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
    "Share of the shortest paths between other persons that pass through this one; from a sample above network.exact_below "
    "persons, and null where network.betweenness_samples is below 2.",
    unit=RATIO,
    caution=_ONE_PERIOD,
)
betweenness_error = Field(
    "betweenness_error",
    "double",
    "Standard error of betweenness due to sampling: 0 where exact, null where betweenness is null.",
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

layout_x = Field(
    "x",
    "double",
    "Place in a diagram from left to right. Near each other are persons of one community; distances mean nothing else.",
    unit="0 to 1",
)
layout_y = Field("y", "double", "Place in a diagram from top to bottom.", unit="0 to 1")

source_person_id = Field("source_person_id", "string", "Person who acted.")
target_person_id = Field("target_person_id", "string", "Person who was addressed; may be the same.")
acted_on = Field("acted_on", "date", "Day in the company's time zone.")
interactions_count = Field("interactions_count", "bigint", "Interactions.", unit="interactions")
is_from_company = Field("is_from_company", "boolean", "The acting account is the company's own or its staff's.")
is_to_company = Field("is_to_company", "boolean", "The addressed account is the company's own or its staff's.")
activity_subject = Field(
    "subject",
    "string",
    "What the person's acts are about. topic: a topic of company.yaml that a post mentions. purchase: category of a product "
    "that was bought. tone: negative, neutral or positive.",
)
acts_count = Field("acts_count", "bigint", "Posts or order lines.", unit="posts or order lines")

network_persons = Field(
    "persons_count", "bigint", "Persons in the network of the period.", unit=PERSONS, caution=_PERIODS
)
connections_count = Field(
    "connections_count",
    "bigint",
    "Pairs of persons of whom one addressed the other; both directions count.",
    unit="directed pairs",
    caution=_PERIODS,
)
network_interactions = Field(
    "interactions_count", "bigint", "Interactions between them.", unit="interactions", caution=_ALL_COVERS
)
network_density = Field(
    "density",
    "double",
    "Connections over those possible; null with fewer than two persons.",
    unit=RATIO,
    caution=_ONE_PERIOD,
)
network_reciprocity = Field(
    "reciprocity", "double", "Share of the connections that are returned; null without connections.", unit=RATIO
)
components_count = Field(
    "components_count",
    "bigint",
    "Connected parts of the network, persons without connections included.",
    unit="components",
)
largest_component_ratio = Field(
    "largest_component_ratio", "double", "Share of the persons in the largest connected part.", unit=RATIO
)
mean_clustering = Field(
    "clustering",
    "double",
    "Mean clustering of the persons with two neighbours or more; null where nobody has.",
    unit=RATIO,
)
deepest_core = Field("core", "bigint", "Largest k with a k-core.", unit=PERSONS)
degree_assortativity = Field(
    "degree_assortativity",
    "double",
    "Correlation of the degrees at both ends of a connection; above 0 the well-connected know each other. Null where all "
    "degrees are the same.",
    unit="correlation -1 to 1",
)
role_assortativity = Field(
    "role_assortativity",
    "double",
    "Connections between persons of the same role beyond chance: 1 where all are, 0 at chance. Null where only one role is "
    "known.",
    unit="coefficient -1 to 1",
)
communities_count = Field(
    "communities_count", "bigint", "Communities of network.min_community_size or more.", unit="communities"
)
modularity = Field(
    "modularity",
    "double",
    "Modularity of all communities on the interactions alone: the weight within them beyond chance. Null without connections.",
    unit="modularity",
    caution=_ONE_PERIOD,
)
modularity_of_interactions = Field(
    "interaction_modularity",
    "double",
    "Modularity that communities reach where interests are not mixed in (network.interest_share of 0); what the mix costs is "
    "the difference. Null without connections.",
    unit="modularity",
    caution=_ONE_PERIOD,
)
interest_agreement = Field(
    "interest_agreement",
    "double",
    "Mean likeness (cosine) of interests of connected persons within a community, where both have interests; null where none do.",
    unit=RATIO,
)
interest_agreement_without = Field(
    "interest_agreement_without_mix",
    "double",
    "The same for the communities of interactions alone: what the mix brings is the difference.",
    unit=RATIO,
)
is_exact = Field("is_exact", "boolean", "Betweenness and closeness are exact: no sample.")
followers_count_of_person = Field(
    "followers_count",
    "bigint",
    "Reach: followers of the person's accounts as last reported by the platforms, added up; null where none reports them.",
    unit="followers",
    caution="One follower may follow several accounts of a person, and several persons.",
)
identified_on = Field(
    "identified_on",
    "date",
    "First day of the first month, begun before the end of this period, in which the person was of class A or B; null before.",
)
engaged_on = Field(
    "engaged_on",
    "date",
    "First day from identified_on on, within the period or before it, on which the company's account addressed the person; null "
    "before.",
)
enabled_on = Field(
    "enabled_on",
    "date",
    "First day from engaged_on on, within the period or before it, on which the person passed on, mentioned, answered or tagged "
    "the company; null before.",
)
