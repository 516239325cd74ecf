"""Great Expectations' pages in templates of our own, which load nothing from elsewhere."""

from __future__ import annotations

from typing import Any

from great_expectations.render.view.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader

from expectations.docs import TEMPLATES


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
