"""The network of persons: measures, influencers, communities."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

NETWORK_EDGES = Table(
    "gold.network_edges",
    "Interactions between persons, added up. One row per pair, channel, kind and day; bots are left out.",
    key=("source_person_id", "target_person_id", "channel", "kind", "acted_on", "is_from_company", "is_to_company"),
    columns=(
        f.source_person_id.required(),
        f.target_person_id.required(),
        f.channel.required(),
        f.kind.required(),
        f.acted_on.required(),
        f.is_from_company.required(),
        f.is_to_company.required(),
        f.interactions_count.required(),
    ),
    module="analytic",
)

PERSON_ACTIVITY = Table(
    "gold.person_activity",
    "What persons talk about, how they sound and what they buy. One row per person, kind, subject and day.",
    key=("person_id", "kind", "subject", "acted_on"),
    columns=(
        f.person_id.required(),
        f.kind.one_of("topic", "tone", "purchase").required(),
        f.activity_subject.required(),
        f.acted_on.required(),
        f.acts_count.required(),
    ),
    module="analytic",
)

NETWORK_SUMMARY = Table(
    "gold.network_summary",
    "The network of persons as a whole. One row per period.",
    key=("period",),
    columns=(
        f.period.required(),
        f.network_persons,
        f.connections_count,
        f.network_interactions,
        f.network_density,
        f.network_reciprocity,
        f.components_count,
        f.largest_component_ratio,
        f.mean_clustering,
        f.deepest_core,
        f.degree_assortativity,
        f.role_assortativity,
        f.communities_count,
        f.modularity,
        f.modularity_of_interactions,
        f.interest_agreement,
        f.interest_agreement_without,
        f.is_exact,
    ),
    module="analytic",
    is_published=True,
)

NETWORK_MEASURES = Table(
    "gold.network_measures",
    "Position of a person in the network of interactions. One row per person and period.",
    key=("person_id", "period"),
    columns=(
        f.person_id.required(),
        f.period.required(),
        f.degree,
        f.in_degree,
        f.out_degree,
        f.in_strength,
        f.out_strength,
        f.weight,
        f.pagerank,
        f.hub,
        f.authority,
        f.betweenness,
        f.betweenness_error,
        f.closeness,
        f.closeness_error,
        f.core,
        f.clustering,
        f.local_reciprocity,
        f.component,
    ),
    module="analytic",
    is_published=True,
)

INFLUENCERS = Table(
    "gold.influencers",
    "Influence of a person. One row per person and period.",
    key=("person_id", "period"),
    columns=(
        f.person_id.required(),
        f.period.required(),
        f.degree,
        f.pagerank,
        f.betweenness,
        f.authority_class,
        f.topics.described("Topics of influence: topics of company.yaml that the person's posts mention most."),
        f.followers_count_of_person,
        f.identified_on,
        f.engaged_on,
        f.enabled_on,
    ),
    module="strategic",
    is_published=True,
)

COMMUNITIES = Table(
    "gold.communities",
    "Communities: groups that interact more among themselves than with others. One row per community and period.",
    key=("community_id", "period"),
    columns=(
        f.community_id.required(),
        f.period.required(),
        f.size,
        f.density,
        f.modularity_share,
        f.conductance,
        f.community_name,
        f.topics.described("Topics of company.yaml that the members' posts mention most."),
        f.central_members,
        f.brokers,
        f.community_tone,
        f.customer_ratio,
        f.active_ratio,
    ),
    module="analytic",
    is_published=True,
)

COMMUNITY_MEMBERS = Table(
    "gold.community_members",
    "Members of the communities. One row per person and period.",
    key=("person_id", "period"),
    columns=(
        f.person_id.required(),
        f.period.required(),
        f.community_id.references("gold.communities"),
        f.rank_in_community,
    ),
    module="analytic",
    is_published=True,
)

SUB_COMMUNITIES = Table(
    "gold.sub_communities",
    "Parts of large communities, where conf asks for them (network.sub_communities_from). One row per part and period.",
    key=("sub_community_id", "period"),
    columns=(
        f.sub_community_id.required(),
        f.period.required(),
        f.community_id.references("gold.communities").required(),
        f.size.described("Members of the part."),
        f.community_size,
        f.density,
        f.conductance.described("Share of the members' edge weight within the community that leaves the part."),
        f.sub_community_name,
        f.central_members,
    ),
    module="analytic",
    is_published=True,
)

SUB_COMMUNITY_MEMBERS = Table(
    "gold.sub_community_members",
    "Members of the parts of large communities. One row per person and period.",
    key=("person_id", "period"),
    columns=(
        f.person_id.required(),
        f.period.required(),
        f.sub_community_id.references("gold.sub_communities").required(),
    ),
    module="analytic",
)

COMMUNITY_EVOLUTION = Table(
    "gold.community_evolution",
    "What became of each community from one week or month to the next. One row per community, period and event.",
    key=("community_id", "period", "event"),
    columns=(
        f.community_id.required(),
        f.period.required(),
        f.evolution_event.required(),
        f.previous_period,
        f.from_ids,
        f.to_ids,
        f.size_before,
        f.size_after,
        f.jaccard,
        f.life_stage,
    ),
    module="analytic",
    is_published=True,
)

COMMUNITY_EFFECTS = Table(
    "gold.community_effects",
    "What people did after they met members, against matched people who did not. One row per community of all time and outcome.",
    key=("community_id", "outcome"),
    columns=(
        f.community_id.required(),
        f.effect_outcome.required(),
        f.effect_subject,
        f.exposed_count,
        f.controls_count,
        f.exposed_ratio,
        f.control_ratio,
        f.effect,
        f.effect_low,
        f.effect_high,
        f.placebo_effect,
        f.placebo_low,
        f.placebo_high,
        f.effect_grade,
        f.is_effect,
    ),
    module="strategic",
    is_published=True,
)

NETWORK_LAYOUTS = Table(
    "gold.network_layouts",
    "Places of persons in a diagram of the network. One row per person and period.",
    key=("person_id", "period"),
    columns=(f.person_id.required(), f.period.required(), f.layout_x, f.layout_y),
    module="analytic",
    is_published=True,
)

TABLES = (
    NETWORK_EDGES,
    PERSON_ACTIVITY,
    NETWORK_SUMMARY,
    NETWORK_MEASURES,
    INFLUENCERS,
    COMMUNITIES,
    COMMUNITY_MEMBERS,
    SUB_COMMUNITIES,
    SUB_COMMUNITY_MEMBERS,
    COMMUNITY_EVOLUTION,
    COMMUNITY_EFFECTS,
    NETWORK_LAYOUTS,
)
