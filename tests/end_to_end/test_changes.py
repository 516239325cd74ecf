"""What changes at a source after it was landed: deletions, files that go back, accounts told of twice, columns.

One lake takes five runs; each source is a story of its own, on a channel of its own.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from runs import FORUM, HEADER, MICROBLOG, SHOP, good_run, make_conf

from jobs import settings
from jobs.lake import row_accounts
from jobs.lake.tables import Lake

pytestmark = pytest.mark.slow

WIKI = "kind: social\nformat: mediawiki_changes\npath: {path}\nchannel: {channel}\nservice_type: wiki\n"


def lines(*records: dict) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def status(number: str, user: dict, at: str = "Mon Mar 03 10:00:00 +0000 2025") -> dict:
    return {"id_str": number, "text": "Hi", "created_at": at, "user": user}


def edit(revision: int, title: str, at: str) -> dict:
    return {
        "type": "edit",
        "rcid": revision,
        "revid": revision,
        "old_revid": 0,
        "title": title,
        "user": "Ada",
        "userid": 5,
        "comment": "spelling",
        "timestamp": at,
    }


FIRST = lines(
    {"id": "1", "author": "a", "text": "Leaks", "at": "2025-03-01T10:00:00Z"},
    {"id": "2", "author": "b", "text": "Mine too", "at": "2025-03-01T11:00:00Z"},
)
EDITED = FIRST.replace("Leaks", "Leaks no more")
DELETED = lines({"id": "1", "deleted": "2025-03-02T09:00:00Z"}, {"deleted": "2025-03-02T09:00:00Z"})

ADA = {"id_str": "7", "screen_name": "ada", "name": "Ada", "description": "Coffee", "followers_count": 12}
TOLD = lines(status("1", ADA))
PASSING = lines(status("2", {"id_str": "7", "screen_name": "ada_l", "name": "Ada L"}, "Tue Mar 04 10:00:00 +0000 2025"))

USERS = lines(
    *(status(number, {"id_str": user, "screen_name": f"u{user}"}) for number, user in (("1", "7"), ("2", "8")))
)
USER_GONE = lines({"data": {"user_delete": {"user": {"id": "7"}, "event_at": "2025-03-04T10:00:00.000Z"}}})
PAGES = lines(edit(1, "Grinder", "2025-03-01T10:00:00Z"), edit(2, "Kettle", "2025-03-01T10:00:00Z"))
PAGE_GONE = lines(
    {
        "type": "log",
        "logtype": "delete",
        "logaction": "delete",
        "title": "Grinder",
        "rcid": 9,
        "timestamp": "2025-03-02T10:00:00Z",
    },
    edit(3, "Grinder", "2025-03-03T10:00:00Z"),
)


@dataclass(frozen=True)
class Story:
    """A source: its YAML, and the files that each run finds new or changed. It begins with the first run that has some."""

    source: str
    steps: tuple[dict[str, str], ...]
    channel: str = ""


STORIES = {
    "forum": Story(FORUM, ({"day1": FIRST}, {"day2": DELETED})),
    "forum_reversed": Story(FORUM, ({"day2": DELETED}, {"day1": FIRST})),
    "board": Story(FORUM, tuple({"day1": content} for content in (FIRST, EDITED, FIRST, FIRST, EDITED))),
    "told_together": Story(MICROBLOG, ({"day12": TOLD + PASSING},)),
    "told_in_turn": Story(MICROBLOG, ({"day1": TOLD}, {"day2": PASSING})),
    "told_reversed": Story(MICROBLOG, ({"day2": PASSING}, {"day1": TOLD})),
    "micro": Story(MICROBLOG, ({"1": USERS}, {"2": USER_GONE})),
    "wiki": Story(WIKI, ({"1": PAGES}, {"2": PAGE_GONE})),
    # The deletions first, told by one source, and what they are of by another one of the channel.
    "micro_gone": Story(MICROBLOG, ({"2": USER_GONE},), "micro_reversed"),
    "micro_before": Story(MICROBLOG, ({}, {"1": USERS}), "micro_reversed"),
    "wiki_gone": Story(WIKI, ({"2": PAGE_GONE},), "wiki_reversed"),
    "wiki_before": Story(WIKI, ({}, {"1": PAGES}), "wiki_reversed"),
}


@dataclass
class Told:
    """The lake after five runs, and of each run the text of the board's first post, the version of silver.posts and
    mistakes of the row accounts."""

    lake: Lake
    texts: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def told(tmp_path_factory, spark) -> Told:
    root = tmp_path_factory.mktemp("changes")
    found = Told(Lake(root / "lake", lambda: spark))
    sources: dict[str, str] = {}
    for step in range(5):
        for name, story in STORIES.items():
            for file, content in (story.steps[step] if step < len(story.steps) else {}).items():
                write(root / name / f"{file}.json", content, age=step)
                sources[name] = story.source.format(path=root / name / "*.json", channel=story.channel or name)
        good_run(settings.load(make_conf(root, sources)), found.lake)
        (post,) = found.lake.rows("silver.posts", "channel = 'board' and post_id = '1'")
        found.texts.append(post["text"])
        found.versions.append(found.lake.version("silver.posts"))
        found.mistakes += row_accounts.mistakes(found.lake)
    return found


def write(path: Path, content: str, age: int) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    os.utime(path, (1_700_000_000 + age, 1_700_000_000 + age))


def standing(lake: Lake, channel: str) -> set[str]:
    return {row["post_id"] for row in lake.arrow("silver.posts").to_pylist() if row["channel"] == channel}


def test_every_record_is_accounted_for_after_every_run(told):
    assert told.mistakes == []


def test_a_tombstone_blanks_the_content_keeps_the_key_and_readers_no_longer_see_it(told):
    (gone,) = told.lake.rows("silver.posts", "channel = 'forum' and post_id = '1'")
    assert {name for name, value in gone.items() if value not in (None, [])} == {
        "channel",
        "post_id",
        "source",
        "source_record_id",
        "source_version",
        "valid_from",
        "deleted_at",
        "batch_id",
        "run_id",
    }
    assert gone["deleted_at"].isoformat() == "2025-03-02T09:00:00+00:00"
    assert standing(told.lake, "forum") == {"2"}
    (refused,) = told.lake.rows("quarantine.posts", "source = 'forum'")  # a deletion that names nothing
    assert [reason["code"] for reason in refused["reasons"]] == ["post_id.required"]


def test_a_tombstone_that_lands_before_its_post_still_wins(told):
    assert standing(told.lake, "forum_reversed") == {"2"}


def test_a_file_that_goes_back_to_what_it_held_is_landed_again(told):
    assert told.texts == ["Leaks", "Leaks no more", "Leaks", "Leaks", "Leaks no more"]
    versions = sorted(row["file_version"] for row in told.lake.rows("ops.batches", "source = 'board'"))
    assert versions == ["day1.json", "day1.json@0002", "day1.json@0003", "day1.json@0004"]


def test_a_run_with_the_same_files_changes_nothing(told):
    assert told.versions[3] == told.versions[2]
    assert told.versions == sorted(told.versions)


def test_an_account_named_in_passing_keeps_what_its_profile_told(told):
    """The same statuses in one file, and a file each in either order, end in the same profiles."""
    places = {
        "channel",
        "source",
        "source_record_id",
        "source_version",
        "batch_id",
        "run_id",
        "valid_from",
        "value_versions",
    }
    profiles = []
    for channel in ("told_together", "told_in_turn", "told_reversed"):
        (profile,) = told.lake.rows("silver.profiles", f"channel = '{channel}' and profile_id = '7'")
        assert (profile["handle"], profile["bio"], profile["followers_count"]) == ("ada_l", "Coffee", 12)
        profiles.append({name: value for name, value in profile.items() if name not in places})
    assert profiles[0] == profiles[1] == profiles[2]


@pytest.mark.parametrize("suffix", ["", "_reversed"])
def test_a_deleted_account_and_a_deleted_page_take_what_belongs_to_them_along(told, suffix):
    assert standing(told.lake, f"wiki{suffix}") == {"2", "3"}  # the page was begun again
    assert standing(told.lake, f"micro{suffix}") == {"2"}
    for channel, post_id, at in (("wiki", "1", "2025-03-02"), ("micro", "1", "2025-03-04")):
        (gone,) = told.lake.rows("silver.posts", f"channel = '{channel}{suffix}' and post_id = '{post_id}'")
        assert (gone["text"], gone["profile_id"], gone["deleted_at"].date().isoformat()) == (None, None, at)


def test_columns_that_come_and_go_are_said_once(shop, run_conf):
    conf = shop(day1="1,a1,2,2025-03-01 09:00:00,1.50,c1,UK\n")
    report, lake = run_conf(conf)
    assert report.notes == []
    wider = HEADER.replace("country", "country,coupon") + "2,a1,2,2025-03-02 09:00:00,1.50,c1,UK,SPRING\n"
    narrower = HEADER.replace(",country", "") + "3,a1,2,2025-03-03 09:00:00,1.50,c1\n"
    shop(day2=wider.encode(), day3=narrower.encode())
    report, _ = run_conf(conf)
    assert report.notes == [
        "shop: new columns, kept in bronze and not mapped: coupon (first in day2.csv); map them in shop.yaml",
        "shop: columns that shop.yaml maps are gone: country (not in day3.csv); they count as null",
    ]
    notices = {row["file"]: row["notice"] for row in lake.rows("ops.batches")}
    assert notices == {"day1.csv": None, "day2.csv": None, "day3.csv": "lacks columns that conf maps: country"}
    (kept,) = (row["raw"] for row in lake.rows("bronze.shop", "file = 'day2.csv'"))
    assert kept.endswith(b"UK,SPRING")
    report, _ = run_conf(conf)
    assert report.notes == []


def test_utf_16_is_read_where_conf_says_so_and_refused_with_a_reason_where_not(write_conf, run_conf, tmp_path):
    text = HEADER + "1,ä1,2,2025-03-01 09:00:00,1.50,c1,Österreich\n"
    (tmp_path / "day1.csv").write_bytes(text.encode("utf-16"))
    source = SHOP.format(path=tmp_path / "*.csv")
    report, lake = run_conf(write_conf({"said": source + "encoding: utf-16\n", "unsaid": source}))
    assert report.exit_code == 1  # nothing of the other source could ever be read
    refused = {row["reasons"][0]["code"] for row in lake.rows("quarantine.unsaid")}
    assert refused
    assert refused <= {"invalid_text", "nul_byte", "not_this_format"}
    assert [(row["source"], row["country"]) for row in lake.rows("silver.customers")] == [("said", "Österreich")]
    assert row_accounts.mistakes(lake) == []
