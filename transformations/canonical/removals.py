"""Posts whose text is a platform's notice of their removal, in sources that conf maps as well as in those with a parser."""

from __future__ import annotations

from collections.abc import Collection

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.contracts import Table
from transformations.text.words import LONGEST_NOTICE, REMOVAL_NOTICE

_POSTS = "silver.posts"
_BLANKS = "[ \t\n\x0b\f\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
# portable: notices are letters of one case, blanks and signs; \\z is the end of a text in Java and in Rust
_NOTICE = f"^(?:{REMOVAL_NOTICE})\\z"
_NOBODY = r"^\[ ?(?:deleted|removed)(?: (?:user|account))? ?\]\z"
"""Names that dumps write in place of an account that is gone."""


def may_tell(table: Table, columns: Collection[str]) -> bool:
    """Whether rows of a table with these columns may be deletions: by `deleted_at`, or by what they say."""
    return "deleted_at" in columns or (table.name == _POSTS and "text" in columns)


def as_deletions(rows: DataFrame, table: Table) -> DataFrame:
    """Cast candidates, where a post with a removal notice as its text has `deleted_at`, as of its last change.

    It was deleted then or later. Neither its text nor `[deleted]` in place of its author is content: both are null.
    """
    if table.name != _POSTS:
        return rows
    is_gone = F.coalesce(is_notice(F.col("text")), F.lit(False))
    is_nobody = F.coalesce(_tidy(F.col("profile_id")).rlike(_NOBODY), F.lit(False))
    return rows.withColumns(
        {
            "deleted_at": F.when(is_gone, F.coalesce("deleted_at", "edited_at", "created_at")).otherwise(
                F.col("deleted_at")
            ),
            "text": F.when(~is_gone, F.col("text")),
            "profile_id": F.when(~is_nobody, F.col("profile_id")),
        }
    )


def is_notice(text: Column) -> Column:
    """The same as `words.is_removal_notice`, on the engine."""
    return (F.length(text) <= LONGEST_NOTICE) & _tidy(text).rlike(_NOTICE)


def _tidy(text: Column) -> Column:
    return F.lower(F.trim(F.regexp_replace(text, _BLANKS, " ")))
