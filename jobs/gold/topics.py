"""Topics found in posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.job import Run, job
from jobs.lake.accounts import own_accounts_of
from jobs.lake.arrow import schema_of
from transformations.contracts import contract
from transformations.text.topic_model import LEAST_POSTS, Post
from transformations.text.topic_model import topics as topics_of
from transformations.text.topic_words import ignored_words
from transformations.text.words import own_words

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

MOST_POSTS = 50_000
"""Posts in which topics are looked for; where there are more, those whose ids have the smallest hashes."""
_POSTS = """
select p.channel, p.post_id, p.profile_id, p.title, p.text, p.created_at, e.language, e.tone
from p join e on p.channel = e.channel and p.post_id = e.post_id
where p.deleted_at is null and e.is_relevant and not e.is_spam and e.language is not null and p.created_at is not null
order by sha256(p.channel || p.post_id) limit {most}
"""


@job(
    stage="gold",
    group="inquire",
    reads=("silver.posts", "silver.post_enrichments", "silver.profiles"),
    writes=("gold.topics",),
    conf=("company",),
    reads_as_of=True,
)
def topics(lake: Lake, run: Run) -> None:
    """Finds topics in relevant posts by people, names them by their words, and flags new and rising ones."""
    schema = schema_of(contract("gold.topics"))
    if not (lake.exists("silver.posts") and lake.exists("silver.post_enrichments")):
        lake.write("gold.topics", schema.empty_table())
        return
    company = run.settings.company
    accounts = own_accounts_of(lake, company)
    others = set(zip(accounts["channel"].to_pylist(), accounts["profile_id"].to_pylist(), strict=True))
    found = lake.sql(_POSTS.format(most=MOST_POSTS), p="silver.posts", e="silver.post_enrichments")
    if found.num_rows == MOST_POSTS:
        run.note(f"topics: looked for in {MOST_POSTS:,} of the relevant posts; counts are of these")
    by_language: dict[str, list[Post]] = {}
    for row in found.to_pylist():
        author = (row["channel"], row["profile_id"]) if row["profile_id"] else None
        if author not in others:
            text = own_words(row["title"], row["text"])
            post = Post((row["channel"], row["post_id"]), text, row["created_at"], row["tone"], author)
            by_language.setdefault(row["language"], []).append(post)
    ignored = ignored_words((company.name, *company.brands, *(handle.lstrip("@") for handle in company.handles)))
    rows = [
        row
        for language in sorted(by_language)
        if len(by_language[language]) >= LEAST_POSTS
        for row in topics_of(by_language[language], language, run.as_of, ignored)
    ]
    lake.write("gold.topics", pa.Table.from_pylist([{**row, "run_id": run.run_id} for row in rows], schema=schema))
