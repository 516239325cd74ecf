"""The network of persons: measures, influencers, communities."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

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
        f.weight,
        f.pagerank,
        f.betweenness,
        f.betweenness_error,
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
        f.topics.described("Topics of company.yaml that the person's posts mention most."),
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
        f.topics.described("Topics of company.yaml that the members' posts mention most."),
        f.central_members,
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

TABLES = (NETWORK_MEASURES, INFLUENCERS, COMMUNITIES, COMMUNITY_MEMBERS)
