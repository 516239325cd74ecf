"""Data Docs: built from what the lake holds, nothing in them is loaded from elsewhere, and a browser shows what is wrong."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import browser
import pytest

from expectations import data_docs
from expectations.gate import Outcome
from jobs.lake.whole_files import write_whole
from jobs.quality import history
from jobs.serving import quality_pages
from transformations.contracts import contract

NOW = datetime(2025, 3, 2, 9, tzinfo=UTC)
MARKUP = "<script>document.body.remove()</script><img src=https://evil.example/x.png>"


class Assets(HTMLParser):
    """Addresses that a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.styles = ""
        self._in_style = False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._in_style = tag == "style"
        self.found += [given[name] for name in ("src", "srcset", "poster", "data") if given.get(name)]
        if tag in ("link", "use", "image", "base") and given.get("href"):
            self.found.append(given["href"])
        self.styles += given.get("style") or ""

    def handle_data(self, data):
        if self._in_style:
            self.styles += data


def _result(code: str, type_: str, property_: str, is_kept: bool, **kwargs):
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    config = ExpectationConfiguration(type=type_, kwargs=kwargs, meta={"code": code, "property": property_})
    return ExpectationValidationResult(success=is_kept, expectation_config=config, result={})


@pytest.fixture
def site(quiet, put, settings) -> Path:
    """A lake where posts lack times since two days, one with markup in its id, and where all else is well."""
    table = contract("silver.posts")
    import expectations.custom  # noqa: F401

    outcomes = [
        Outcome("silver.posts", "created_at.required", "existence", "quarantine", "created_at is missing", 7, 10, 1.0),
        Outcome(
            "silver.posts", "created_at.readable", "validity", "quarantine", "created_at cannot be read", 10, 10, 1.0
        ),
        Outcome("silver.posts", "key.unique", "integrity", "stop", "the key stands more than once", 10, 10, 1.0),
        Outcome("silver.posts", "has_text_or_media", "existence", "warn", "the post has no text", 98, 100, 0.95),
    ]
    results = {
        "created_at.required": _result(
            "created_at.required", "expect_column_values_to_not_be_null", "existence", False, column="created_at"
        ),
        "created_at.readable": _result(
            "created_at.readable",
            "expect_column_values_to_satisfy",
            "validity",
            True,
            column="created_at",
            condition="not array_contains(_uncastable, 'created_at') and 1 < 2",
        ),
        "key.unique": _result(
            "key.unique", "expect_compound_columns_to_be_unique", "integrity", True, column_list=["channel", "post_id"]
        ),
        "has_text_or_media": _result(
            "has_text_or_media",
            "expect_column_values_to_satisfy",
            "existence",
            False,
            column="post_id",
            condition="length(text) > 0",
        ),
    }
    data_docs.keep(quiet.root / "quality", table, "rows", results, outcomes[:2], "run-2", NOW, write_whole)
    data_docs.keep(quiet.root / "quality", table, "table", results, outcomes[2:], "run-2", NOW, write_whole)
    for o in outcomes:
        examples = [f"channel=m, post_id={MARKUP}"] if o.passing < o.applicable else []
        put(
            "ops.rule_counts",
            {
                "batch_id": "*",
                "table_name": o.table,
                "rule": o.code,
                "passing": o.passing,
                "applicable": o.applicable,
                "examples": examples,
                "computed_at": NOW,
            },
        )
        history.keep(quiet, date(2025, 3, 1), [(o, o.passing - 1, o.applicable)])
        history.keep(quiet, date(2025, 3, 2), [(o, o.passing, o.applicable)])
    return quality_pages.build(quiet, settings(company={"name": "Alder & <Sons>"})).parent


def test_every_page_is_there_and_loads_nothing(site):
    found = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    assert found == [
        "expectations/silver/posts.html",
        "index.html",
        "suites.html",
        "validations/silver/posts/run-2/20250302T090000.000000Z/last.html",
    ]
    assert sorted(path.name for path in site.iterdir()) == [
        "expectations",
        "gx",
        "index.html",
        "suites.html",
        "validations",
    ]
    for name in found:
        page = Assets()
        page.feed((site / name).read_text(encoding="utf-8"))
        assert page.found == [], name
        assert not re.search(r"url\(|@import", page.styles), name


def test_pages_lead_to_each_other(site):
    for path in site.rglob("*.html"):
        for target in re.findall(r'<a [^>]*href="([^"#]+)', path.read_text(encoding="utf-8")):
            assert (path.parent / target).is_file(), f"{path}: {target}"


def test_the_overview_says_what_is_wrong_since_when_and_what_to_do(site):
    page = (site / "index.html").read_text(encoding="utf-8")
    for said in (
        "Data quality of Alder &amp; &lt;Sons&gt;",
        "created_at is missing",
        "quarantine: the row is refused",
        "70.00% pass, 100.00% required: 3 of 10 cases fail",
        "1 March 2025, better than the day before",
        "<code>scrm quarantine --table posts</code>",
        "&lt;script&gt;",
    ):
        assert said in page, said
    assert "text, title and url are all empty" in page.split("Within threshold")[1]


def test_a_validation_shows_message_threshold_and_examples_and_no_markup_of_the_data(site):
    (path,) = site.glob("validations/**/*.html")
    page = path.read_text(encoding="utf-8")
    for said in (
        "created_at is missing.",
        "70.00% of 10; required 100.00%: broken",
        "2025-03-01",
        "existence / quarantine",
        "3 unexpected values found",
        "post_id=&lt;script&gt;",
        "at least <",
        "0.95",
    ):
        assert said in page, said
    assert "<script" not in page
    assert "evil.example/x.png>" not in page


def test_no_value_of_a_row_stands_in_what_is_kept(site):
    assert "evil" not in "".join(path.read_text(encoding="utf-8") for path in (site / "gx").iterdir())


def test_building_again_replaces_the_pages(site, quiet, settings):
    before = {path.relative_to(site): path.read_bytes() for path in site.rglob("*.html")}
    quality_pages.build(quiet, settings(company={"name": "Alder & <Sons>"}))
    assert {path.relative_to(site): path.read_bytes() for path in site.rglob("*.html")} == before
    assert not list(site.glob(".*"))


def test_a_lake_without_a_validation_has_an_overview_all_the_same(quiet, settings):
    path = quality_pages.build(quiet, settings())
    assert "never" in path.read_text(encoding="utf-8")


def test_a_browser_without_a_network_shows_what_is_wrong(site, tmp_path, chromium):
    from PIL import Image

    (validation,) = site.glob("validations/**/*.html")
    for path in (site / "index.html", validation):
        assert "created_at is missing" in browser.document(chromium, path, tmp_path)
        picture = browser.screenshot(chromium, path, tmp_path)
        with Image.open(picture) as image:
            colours = image.convert("RGB").getcolors(maxcolors=1 << 24)
        shown = sum(count for count, _ in colours) - max(count for count, _ in colours)
        assert len(colours) > 100
        assert shown > 40_000  # it is not blank
