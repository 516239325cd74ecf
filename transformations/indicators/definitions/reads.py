"""Indicators of reads by named readers."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import LONG_GRAINS, Indicator

_READ = ("silver.content_reads.read_at", "silver.content_reads.reader_profile_id")
_read = partial(
    Indicator,
    dimensions=("all", "channel"),
    grains=LONG_GRAINS,
    better="up",
    process="participation in every channel",
    objective="cross_marketing",
    source_tables=("silver.content_reads",),
    needs=_READ,
    persons_in="readers",
)

INDICATORS = (
    _read(
        indicator_id="reads",
        name="Reads",
        definition="Reads of posts, pages and issues by named readers; one who reads a thing at two times counts twice.",
        formula="count of reads",
        unit="reads",
        aggregation="sum",
        caution="Only channels that name readers: totals without readers are impressions.",
    ),
    _read(
        indicator_id="readers",
        name="Readers",
        definition="Distinct accounts that read something.",
        formula="count of distinct readers",
        unit="accounts",
        aggregation="distinct",
        caution="Programs that open mail for people count as readers where the source does not tell them apart.",
    ),
    _read(
        indicator_id="reads_per_issue",
        name="Reads per issue",
        definition="Mean number of reads of the posts, pages and issues that were read in the period.",
        formula="reads / distinct contents with a read",
        unit="reads",
        aggregation="ratio",
        caution="What nobody read is not in it.",
    ),
    _read(
        indicator_id="read_shares",
        name="Reads passed on",
        definition="Reads after which the reader passed the content on. coverage_ratio is the share of the reads of which "
        "the source "
        "says whether.",
        formula="count of reads with is_shared",
        unit="reads",
        aggregation="sum",
        needs=(*_READ, "silver.content_reads.is_shared"),
        caution="Passing on by other ways than the channel's own is not seen.",
    ),
)
