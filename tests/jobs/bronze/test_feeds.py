"""Feeds over HTTP, against a server of this test: what lands, what is asked for, and what is refused. No JVM, but to try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from web_server import rss, say

from jobs import settings as conf
from jobs.bronze import batches, feeds, recovering
from jobs.cli.main import main
from jobs.errors import ConfError, ScrmError
from jobs.job import Run
from jobs.lake.tables import Lake


class Polling:
    """A lake without Spark that polls addresses."""

    def __init__(self, write_conf: Callable[..., Path], tmp_path: Path, urls: list[str], more: str = "") -> None:
        feed = f"feed: {{urls: [{', '.join(repr(url) for url in urls)}], allow_private: true{more}}}\n"
        source = "kind: social\nformat: feed\nchannel: blog\nservice_type: blog\n" + feed
        self.settings = conf.load(write_conf({"news": source}))
        self.source = self.settings.source("news")

        def no_jvm():
            raise AssertionError("polling starts no JVM")

        self.lake = Lake(tmp_path / "lake", no_jvm)
        self.lake.prepare()
        self.notes: list[str] = []
        self.clock = datetime(2026, 1, 1, tzinfo=UTC)

    def poll(self) -> list[str]:
        """One run; the notes that it made."""
        self.clock += timedelta(minutes=10)
        self.lake.run_id = f"run-{self.clock:%H%M}"
        self.notes.clear()
        run = Run(self.lake.run_id, self.clock, self.settings, self.clock, note=self.notes.append)
        asked_twice = [feeds.has_new(self.lake, run, self.source) for _ in range(2)]  # before a run, and in its job
        self.has_new = asked_twice[0]
        assert asked_twice[1] == self.has_new
        if self.has_new:
            recovering.recover(self.lake, run, self.source)
            feeds.land(self.lake, run, self.source)
        return list(self.notes)

    def records(self) -> list[bytes]:
        if not self.lake.exists("bronze.news"):
            return []
        return sorted(row["raw"] for row in self.lake.rows("bronze.news"))

    def polls(self) -> dict[str, dict]:
        return {row["file"]: row for row in self.lake.rows("ops.polls")}


@pytest.fixture
def polling(write_conf, tmp_path) -> Callable[..., Polling]:
    return lambda urls, more="": Polling(write_conf, tmp_path, urls, more)


# --- what lands -----------------------------------------------------------------------------------------------


def test_a_feed_lands_once_and_is_then_asked_for_changes_only(server, polling):
    url = server.url("/feed.xml")
    server.answers["/feed.xml"] = say(rss("One", "Two"), ETag='"v1"', Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")
    feed = polling([url])
    assert feed.poll() == []
    assert [raw[:12] for raw in feed.records()] == [b"<item><guid>"] * 2
    (batch,) = feed.lake.rows("ops.batches")
    assert (batch["file"], batch["path"], batch["records_count"], batch["batch_state"]) == (url, url, 2, "landed")
    assert batch["bytes_count"] == len(rss("One", "Two"))
    first = server.asked[0][1]
    assert "If-None-Match" not in first
    assert first["User-Agent"].startswith("scrm-iris")

    server.answers["/feed.xml"] = say(status=304, ETag='"v1"')
    assert feed.poll() == []
    asked = server.asked[1][1]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"v1"', "Thu, 01 Jan 2026 00:00:00 GMT")
    assert len(feed.lake.rows("ops.batches")) == 1
    poll = feed.polls()[url]
    assert (poll["status"], poll["etag"], poll["error"], poll["bytes_count"]) == (304, '"v1"', None, 139)
    assert (feed.has_new, len(server.asked)) == (
        False,
        2,
    )  # what was asked to see whether there is something new, counts
    server.answers["/feed.xml"] = say(rss("One", "Two", "Three"), ETag='"v2"')
    feed.poll()
    assert (feed.has_new, len(server.asked), len(feed.records())) == (True, 3, 5)


def test_a_date_alone_is_asked_for_too(server, polling):
    server.answers["/a"] = say(rss("One"), Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")
    feed = polling([server.url("/a")])
    feed.poll()
    server.answers["/a"] = say(status=304)
    assert feed.poll() == []
    assert server.asked[1][1]["If-Modified-Since"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert "If-None-Match" not in server.asked[1][1]
    assert feed.polls()[server.url("/a")]["last_modified"] == "Thu, 01 Jan 2026 00:00:00 GMT"


def test_the_same_bytes_are_nothing_new(server, polling):
    server.answers["/a"] = say(rss("One"))
    feed = polling([server.url("/a")])
    feed.poll()
    version = feed.lake.version("bronze.news")
    assert feed.poll() == []
    assert feed.lake.version("bronze.news") == version
    assert len(feed.lake.rows("ops.batches")) == 1


def test_changed_content_is_a_newer_version_of_the_file_also_the_tenth_time(server, polling):
    feed = polling([server.url("/a")])
    for number in range(12):
        server.answers["/a"] = say(rss(f"Title {number}"))
        feed.poll()
    rows = sorted(feed.lake.rows("ops.batches"), key=lambda row: row["landed_at"])
    versions = [row["file_version"] for row in rows]
    assert versions == sorted(set(versions))
    assert versions[0] == f"2026-01-01T00:10:00.000000Z {server.url('/a')}"
    assert {row["file"] for row in rows} == {server.url("/a")}
    assert len(feed.records()) == 12


def test_the_same_bytes_at_two_addresses_are_landed_once_and_counted_as_repeated(server, polling):
    server.answers |= {"/a": say(rss("One")), "/b": say(rss("One"))}
    feed = polling([server.url("/a"), server.url("/b")])
    feed.poll()
    assert len(feed.records()) == 1
    assert sorted((row["batch_state"], row["records_count"]) for row in feed.lake.rows("ops.batches")) == [
        ("landed", 1),
        ("repeated", 1),
    ]


def test_a_feed_without_items_lands_without_records(server, polling):
    server.answers["/a"] = say(rss())
    feed = polling([server.url("/a")])
    assert feed.poll() == []
    assert [row["records_count"] for row in feed.lake.rows("ops.batches")] == [0]
    assert feed.poll() == []


def test_one_that_fails_is_noted_stops_no_other_and_keeps_its_state(server, polling):
    server.answers |= {"/a": say(rss("A"), ETag='"a1"'), "/b": say(rss("B"))}
    feed = polling([server.url("/a"), server.url("/b")])
    feed.poll()
    server.answers |= {"/a": say(b"sorry", status=500), "/b": say(rss("B2"))}
    told = "news: " + server.url("/a") + " was not read: it answers with status 500; the next run tries again"
    assert feed.poll() == [told]
    assert len(feed.records()) == 3
    poll = feed.polls()[server.url("/a")]
    assert (poll["status"], poll["etag"], poll["error"]) == (500, '"a1"', "it answers with status 500")
    server.answers["/a"] = say(status=304)
    assert feed.poll() == []
    assert [headers.get("If-None-Match") for path, headers in server.asked if path == "/a"] == [None, '"a1"', '"a1"']
    assert feed.polls()[server.url("/a")]["error"] is None


def test_what_was_not_registered_is_asked_for_again_and_landed_once(server, polling, monkeypatch):
    server.answers["/a"] = say(rss("One"), ETag='"v1"')
    feed = polling([server.url("/a")])

    def die(*args):
        raise RuntimeError("the driver died")

    with monkeypatch.context() as patched:
        patched.setattr(batches, "register", die)
        with pytest.raises(RuntimeError):
            feed.poll()
    assert len(feed.records()) == 1  # in bronze, not in the register
    assert feed.poll() == [
        "news: 1 batches (1 records) in bronze.news were not in ops.batches; they are registered again"
    ]
    assert "If-None-Match" not in server.asked[-1][1]
    assert len(feed.records()) == 1
    feed.lake.delete("ops.batches", "true")
    feed.poll()  # its register is made again from bronze
    assert len(feed.records()) == 1


def test_secrets_of_an_address_are_sent_and_shown_nowhere(server, polling):
    path = "/a?token=s3cret"
    url = server.url(path).replace("http://", "http://ann:hidden@")
    server.answers[path] = say(rss("One"))
    feed = polling([url])
    feed.poll()
    assert server.asked[0][1]["Authorization"] == "Basic YW5uOmhpZGRlbg=="
    server.answers[path] = say(status=404)
    (note,) = feed.poll()
    (batch,) = feed.lake.rows("ops.batches")
    shown = f"{note} {batch} {feed.lake.rows('ops.polls')} {feed.lake.rows('bronze.news')}"
    assert "s3cret" not in shown
    assert "hidden" not in shown
    assert batch["file"].startswith(server.url("/a~"))


@pytest.mark.parametrize(
    ("urls", "told"),
    [
        (["file:///etc/passwd"], "key feed.urls.0: expected an address"),
        (["http://"], "key feed.urls.0: expected an address"),
        (["https://a.example/", "http://[::1"], "key feed.urls.1: expected an address"),
        (["https://a.example/x", "https://a.example/x"], "is listed twice"),
    ],
)
def test_addresses_that_are_none_are_refused_before_anything_runs(polling, urls, told):
    feed = polling(urls)
    with pytest.raises(ConfError, match=told):
        feed.poll()


# --- tried before they land -----------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_sample_asks_each_address_once_and_without_a_condition_until_it_has_enough(server, polling, tmp_path):
    for name in ("a", "b", "c"):
        server.answers[f"/{name}"] = say(rss("One", "Two"), ETag='"v1"')
    feed = polling([server.url(f"/{name}") for name in ("a", "b", "c")])
    assert feed.poll() == []
    before, server.asked[:] = contents(tmp_path), []
    run = Run("", feed.clock, feed.settings, feed.clock)
    sample = feeds.sample(feed.lake, run, feed.source, 3)
    assert [path for path, _ in server.asked] == ["/a", "/b"]
    assert not any("If-None-Match" in headers for _, headers in server.asked)
    rows = sample.records.to_pylist()
    assert [(row["file"], row["line"]) for row in rows] == [
        (server.url("/a"), 1),
        (server.url("/a"), 2),
        (server.url("/b"), 1),
    ]
    assert rows[0]["raw"] == b"<item><guid>0</guid><title>One</title></item>"
    assert (sample.origin, sample.notes) == ("2 of 3 addresses", ())
    assert contents(tmp_path) == before


def test_a_sample_is_taken_within_the_limits_and_names_what_was_not_read(server, polling):
    server.answers["/large"] = say(rss("x" * 2000))
    server.answers["/gone"] = say(b"", 404)
    server.answers["/good"] = say(rss("One"))
    feed = polling([server.url(path) for path in ("/large", "/gone", "/good")], ", max_bytes: 1000")
    run = Run("", feed.clock, feed.settings, feed.clock)
    sample = feeds.sample(feed.lake, run, feed.source, 9)
    assert sample.records.num_rows == 1
    assert [note.split(" was not read: ")[0] for note in sample.notes] == [server.url("/large"), server.url("/gone")]
    alone = polling([server.url("/gone")])
    with pytest.raises(ScrmError, match=r"/gone was not read: .*404.*\. Fix feed.urls, or try again later"):
        feeds.sample(alone.lake, run, alone.source, 9)
    public = feed.source.feed.model_copy(update={"allow_private": False})
    with pytest.raises(ScrmError, match="allow_private"):
        feeds.sample(feed.lake, run, feed.source.model_copy(update={"feed": public}), 9)


def test_a_feed_is_tried_before_anything_lands(server, write_conf, spark, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "160")
    dated = b"<item><guid>7</guid><title>Dated</title><pubDate>Thu, 01 Jan 2026 10:00:00 GMT</pubDate></item>"
    server.answers["/feed"] = say(b"<rss><channel>" + dated + b"<item><guid>8</guid></item></channel></rss>")
    source = "kind: social\nformat: feed\nchannel: blog\nservice_type: blog\n"
    conf_folder = write_conf({"news": source + f"feed: {{urls: ['{server.url('/feed')}'], allow_private: true}}\n"})
    assert main(["source", "check", "news", "--conf", str(conf_folder)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "news (feed, 1 of 1 addresses): the first 2 records, 2 readable. Nothing was landed.",
        "silver.posts: 2 rows, 1 would be refused",
        "created_at timestamp by feed 50% 2026-01-01 10:00:00",
    ):
        assert words in said, said
    assert not (tmp_path / "lake").exists()
