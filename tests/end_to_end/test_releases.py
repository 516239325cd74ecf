"""Feeds of competitors: entries become releases, and posts too where conf wants that."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from runs import good_run

from jobs import settings as conf
from jobs.cli.main import main
from jobs.errors import ConfError
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.runner import preflight
from jobs.sources import expressions, formats

RSS = """<rss version="2.0"><channel><title>Kestrel news</title><link>https://kestrel.example/news</link>
<item><guid>k-1</guid><title>Kestrel Brew 4 is here</title><link>https://kestrel.example/brew-4</link>
<pubDate>Mon, 03 Mar 2025 09:00:00 +0100</pubDate><description>&lt;p&gt;Faster &amp;amp; quieter.&lt;/p&gt;</description></item>
<item><guid>k-2</guid><title>We are hiring</title><pubDate>Tue, 04 Mar 2025 09:00:00 GMT</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<title>Osprey</title><link href="https://osprey.example/"/>
<entry><id>o-1</id><title>Osprey Mill is here</title><published>2025-03-05T10:00:00Z</published>
<link href="https://osprey.example/mill"/><summary>Grinds.</summary></entry>
<at:deleted-entry ref="o-0" when="2025-03-06T10:00:00Z"/></feed>"""
JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "Merlin", "home_page_url": "https://merlin.example/",
"items": [{"id": "m-1", "title": "Merlin Cup is here", "url": "https://merlin.example/cup", "content_text": "A cup.",
"date_published": "2025-03-07T10:00:00Z", "tags": ["cups"]},
{"id": "m-2", "title": "Merlin Spoon is here"}]}"""

MARKET = """
kind: market
format: feed
path: {folder}/*
tables:
  competitor_releases:
    from: posts
    where: title like '% is here'
    columns:
      competitor: >-
        case when _file like 'kestrel%' then 'Kestrel' when profile_id like '%osprey%' then 'Osprey' else 'Merlin' end
      product: regexp_extract(title, '(.+) is here', 1)
      observed_at: created_at
      launched_at: created_at
      category: tags[0]
      title: title
      text: text
      url: url
"""


@pytest.fixture
def market(tmp_path, write_conf):
    """market(kind=…) -> conf folder over three feeds."""

    def make(change: tuple[str, str] = ("", "")):
        folder = tmp_path / "feeds"
        folder.mkdir(exist_ok=True)
        for name, text in {"kestrel.xml": RSS, "osprey.atom": ATOM, "merlin.json": JSON_FEED}.items():
            (folder / name).write_text(text)
        text = MARKET.format(folder=folder)
        assert change[0] in text
        return write_conf({"rivals": text.replace(*change) if change[0] else text})

    return make


def landed(folder, spark, lake_of) -> Lake:
    settings = conf.load(folder)
    lake = Lake(lake_of, lambda: spark)
    good_run(settings, lake)
    return lake


def test_entries_of_rss_atom_and_json_feeds_become_releases(market, spark, tmp_path):
    lake = landed(market(), spark, tmp_path / "lake")
    rows = sorted(lake.rows("silver.competitor_releases"), key=lambda row: row["competitor"])
    columns = ("competitor", "product", "category", "title", "text", "url")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        (
            "Kestrel",
            "Kestrel Brew 4",
            None,
            "Kestrel Brew 4 is here",
            "Faster & quieter.",
            "https://kestrel.example/brew-4",
        ),
        ("Merlin", "Merlin Cup", "cups", "Merlin Cup is here", "A cup.", "https://merlin.example/cup"),
        ("Osprey", "Osprey Mill", None, "Osprey Mill is here", "Grinds.", "https://osprey.example/mill"),
    ]
    times = [
        datetime(2025, 3, 3, 8, tzinfo=UTC),
        datetime(2025, 3, 7, 10, tzinfo=UTC),
        datetime(2025, 3, 5, 10, tzinfo=UTC),
    ]
    assert [row["launched_at"] for row in rows] == [row["observed_at"] for row in rows] == times
    assert lake.rows("silver.posts") == []
    assert row_accounts.mistakes(lake) == []
    sums = {
        term: sum(row[term] or 0 for row in lake.rows("ops.row_accounts", "table_name = 'silver.competitor_releases'"))
        for term in ("emitted", "accepted", "quarantined", "not_applicable")
    }
    assert sums == {"emitted": 6, "accepted": 3, "quarantined": 1, "not_applicable": 2}  # no date; hiring, a deletion


def test_the_example_to_copy_tells_releases_from_other_entries(spark, tmp_path, write_conf, monkeypatch):
    monkeypatch.setenv("SCRM_PLATFORMS", str(tmp_path))
    example = conf.SHIPPED / "examples" / "your_platforms" / "sources" / "competitor_feeds.yaml"
    folder = tmp_path / "competitors"
    folder.mkdir()
    (folder / "kestrel.xml").write_text(RSS.replace("Kestrel Brew 4 is here", "Version 4.2 of Kestrel Brew"))
    (folder / "osprey.atom").write_text(ATOM.replace("Osprey Mill is here", "Introducing Osprey Mill"))
    lake = landed(write_conf({"competitor_feeds": example.read_text()}), spark, tmp_path / "lake")
    found = sorted((row["competitor"], row["product"]) for row in lake.rows("silver.competitor_releases"))
    assert found == [("Kestrel", "Version 4.2 of Kestrel Brew"), ("Osprey", "Introducing Osprey Mill")]


def test_a_social_feeds_entries_are_posts_as_well(market, spark, tmp_path):
    folder = market(("kind: market", "kind: social\nchannel: news\nservice_type: syndication"))
    lake = landed(folder, spark, tmp_path / "lake")
    assert len(lake.rows("silver.competitor_releases")) == 3
    assert sorted(row["post_id"] for row in lake.rows("silver.posts")) == ["k-1", "k-2", "m-1", "o-0", "o-1"]
    assert row_accounts.mistakes(lake) == []


def test_releases_are_tried_before_they_land(market, spark, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "160")
    assert main(["source", "check", "rivals", "--conf", str(market())]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "silver.competitor_releases: 4 rows, 1 would be refused" in said
    assert "silver.posts" not in said
    assert not (tmp_path / "lake").exists()


def test_which_tables_a_source_fills_and_what_its_expressions_can_name(market):
    source = conf.load(market()).source("rivals")
    assert formats.tables_of(source) == ("competitor_releases",)
    assert "`tags` array<string>" in expressions.ddl_of(source)
    assert "`title` string" in expressions.ddl_of(source)
    social = source.model_copy(update={"kind": "social"})
    assert formats.tables_of(social) == ("profiles", "posts", "post_metrics", "interactions", "competitor_releases")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("    from: posts\n", ""),
            "key tables.competitor_releases.from is missing: the format feed gives profiles, posts",
        ),
        (("from: posts", "from: orders"), "key tables.competitor_releases.from is 'orders': name another table"),
        (
            ("url: url", "url: link"),
            "columns.url is 'link': link is not a column of feed's posts; expected one of post_id, kind",
        ),
        (("title like", "headline like"), "headline is not a column of feed's posts"),
        (("format: feed", "format: json"), "key tables.competitor_releases.from: rows of json have no tables"),
        (("      product: regexp_extract(title, '(.+) is here', 1)\n", ""), "columns.product is missing"),
    ],
)
def test_wrong_conf_is_refused(market, change, said):
    with pytest.raises(ConfError) as refused:
        preflight.check_settings(conf.load(market(change)))
    assert said in str(refused.value)


def test_a_market_source_of_a_platform_needs_tables(market):
    folder = market()
    path = folder / "sources" / "rivals.yaml"
    path.write_text(path.read_text().split("tables:")[0])
    with pytest.raises(ConfError, match="key tables is missing"):
        preflight.check_settings(conf.load(folder))
