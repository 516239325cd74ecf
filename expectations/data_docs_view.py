"""Great Expectations' pages with our notes about each rule, in templates of our own that load nothing from elsewhere.

Its own way to add columns (a suite's `meta_properties`) fails in 1.24: it passes the columns to the expectation, which
refuses them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from great_expectations.render.renderer.content_block import ValidationResultsTableContentBlockRenderer
from great_expectations.render.view.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader

from expectations.data_docs import COLUMNS, TEMPLATES, marked_up

NOTES = "scrm"
"""Key of a result's meta with the notes for its page, by column."""


class OfflinePageView(DefaultJinjaPageView):
    """A validation or a suite."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.env.loader = ChoiceLoader([FileSystemLoader(TEMPLATES), self.env.loader])


class OfflineIndexPageView(DefaultJinjaIndexPageView):
    """The list of validations and suites."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.env.loader = ChoiceLoader([FileSystemLoader(TEMPLATES), self.env.loader])


class TableWithNotes(ValidationResultsTableContentBlockRenderer):
    """Results of a column, with columns for our notes about each rule."""

    @classmethod
    def _process_content_block(cls, content_block: Any, has_failed_evr: Any, render_object: Any = None) -> None:
        super()._process_content_block(content_block, has_failed_evr, render_object)
        content_block.header_row = [*content_block.header_row, *COLUMNS]

    @classmethod
    def _get_content_block_fn(cls, expectation_type: str, expectation_config: Any = None) -> Callable[..., Any] | None:
        rows_of = super()._get_content_block_fn(expectation_type, expectation_config)
        if rows_of is None:
            return None

        def with_notes(configuration: Any = None, result: Any = None, **kwargs: Any) -> Any:
            notes = result.expectation_config.meta.get(NOTES, {})
            rows = rows_of(configuration=configuration, result=result, **kwargs)
            # Strings of a list are put into the page unescaped.
            return [[*row, *([marked_up(notes.get(name, ""))] for name in COLUMNS)] for row in rows]

        return with_notes
