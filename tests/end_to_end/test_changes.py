"""What changes at a source after it was landed: deletions, columns that come and go, late and repeated days."""

import json
import os

import pytest

from jobs.lake import row_accounts
from jobs.sources import dumps as full_dumps

FORUM = """
kind: social
format: json
path: {path}
channel: forum
service_type: forum
deletes: tombstones
tables:
  posts:
    columns: {{post_id: id, kind: "'post'", profile_id: author, text: text, created_at: at, edited_at: edited,
      deleted_at: deleted}}
"""
CUSTOMERS = """
kind: erp
format: csv
path: {path}
deletes: missing_in_full_dump
tables:
  customers:
    columns: {{customer_id: id, name: name, email: email}}
"""


def posts(*rows: str) -> str:
    return "\n".join(rows) + "\n"


@pytest.fixture
def forum(tmp_path, write_conf):
    def make(**files: str):
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / f"{name}.json").write_text(content)
        return write_conf({"forum": FORUM.format(path=folder / "*.json")})

    return make


FIRST = posts(
    '{"id": "1", "author": "a", "text": "Leaks", "at": "2025-03-01T10:00:00Z"}',
    '{"id": "2", "author": "b", "text": "Mine too", "at": "2025-03-01T11:00:00Z"}',
)
DELETED = posts('{"id": "1", "deleted": "2025-03-02T09:00:00Z"}', '{"deleted": "2025-03-02T09:00:00Z"}')


def test_a_tombstone_blanks_the_content_keeps_the_key_and_readers_no_longer_see_it(forum, run_conf):
    conf = forum(day1=FIRST)
    run_conf(conf)
    conf = forum(day2=DELETED)
    report, lake = run_conf(conf)
    assert (report.exit_code, report.message) == (0, "")
    (gone,) = lake.rows("silver.posts", "post_id = '1'")
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
    assert [row["post_id"] for row in lake.arrow("silver.posts").to_pylist()] == ["2"]
    (refused,) = lake.rows("quarantine.posts")  # a deletion that names nothing
    assert [reason["code"] for reason in refused["reasons"]] == ["post_id.required"]
    assert row_accounts.mistakes(lake) == []


def test_a_tombstone_that_lands_before_its_post_still_wins(forum, run_conf, tmp_path):
    conf = forum(day2=DELETED)
    run_conf(conf)
    conf = forum(day1=FIRST)
    _, lake = run_conf(conf)
    assert [row["post_id"] for row in lake.arrow("silver.posts").to_pylist()] == ["2"]
    assert row_accounts.mistakes(lake) == []


def dumps(tmp_path, write_conf, **files: str):
    """A conf over full dumps; each is as old as the number in its name says, in whatever order they are written."""
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_text(content)
        written = 1_700_000_000 + int(name.rsplit("_", 1)[1])
        os.utime(path, (written, written))
    return write_conf({"crm": CUSTOMERS.format(path=folder / "*.csv")})


DUMPS = {
    "customers_1": "id,name,email\nc1,Ann,a@x.example\nc2,Ben,b@x.example\nc3,Cy,c@x.example\n",
    "customers_2": "id,name,email\nc1,Ann,a@x.example\n,Nobody,\nc4,Di,d@x.example\n",
    "customers_3": "id,name,email\nc1,Ann,a@x.example\nc2,Ben,b@x.example\n",
}


def standing(lake) -> list[str]:
    return sorted(row["customer_id"] for row in lake.arrow("silver.customers").to_pylist())


def test_what_a_full_dump_no_longer_holds_is_deleted_and_may_come_back(tmp_path, write_conf, run_conf):
    conf = dumps(tmp_path, write_conf, customers_1=DUMPS["customers_1"])
    _, lake = run_conf(conf)
    assert standing(lake) == ["c1", "c2", "c3"]
    dumps(tmp_path, write_conf, customers_2=DUMPS["customers_2"])
    run_conf(conf)
    assert standing(lake) == ["c1", "c4"]
    (gone,) = lake.rows("silver.customers", "customer_id = 'c2'")
    assert (gone["name"], gone["email"]) == (None, None)
    assert row_accounts.mistakes(lake) == []
    dumps(tmp_path, write_conf, customers_3=DUMPS["customers_3"])
    run_conf(conf)
    assert standing(lake) == ["c1", "c2"]
    assert row_accounts.mistakes(lake) == []
    before = lake.version("silver.customers")
    run_conf(conf)
    assert lake.version("silver.customers") == before
    held = lake.hash("silver.customers")
    run_conf(conf, full=True)
    assert (standing(lake), lake.hash("silver.customers")) == (["c1", "c2"], held)


def test_dumps_landed_in_any_order_end_in_the_same_content(tmp_path, write_conf, run_conf):
    conf = dumps(tmp_path, write_conf, **DUMPS)
    _, lake = run_conf(conf)
    assert standing(lake) == ["c1", "c2"]
    gone = {
        row["customer_id"]: row["deleted_at"].timestamp() for row in lake.rows("silver.customers") if row["deleted_at"]
    }
    assert gone == {"c3": 1_700_000_002, "c4": 1_700_000_003}  # as of the dump that followed their own
    together = lake.hash("silver.customers")
    for file in (tmp_path / "in").iterdir():
        file.unlink()
    (conf / "base.yaml").write_text(f"lake: {{root: {tmp_path / 'other'}}}\n")
    for number in (3, 1, 2):
        dumps_conf = dumps(tmp_path, write_conf, **{f"customers_{number}": DUMPS[f"customers_{number}"]})
        (dumps_conf / "base.yaml").write_text(f"lake: {{root: {tmp_path / 'other'}}}\n")
        _, other = run_conf(conf)
    assert other.hash("silver.customers") == together
    assert row_accounts.mistakes(other) == []


def test_dumps_of_two_places_and_a_tenth_dump_are_told_apart():
    rows = [
        {"file": file, "file_version": file, "batch_id": file}
        for file in ("berlin/c_1.csv", "paris/c_1.csv", "paris/c_9.csv", "paris/c_10.csv")
    ]
    assert [row["file"] for row in full_dumps.newest(rows)] == ["berlin/c_1.csv", "paris/c_10.csv"]


def test_a_dump_with_records_that_cannot_be_read_deletes_nothing_and_says_so(tmp_path, write_conf, run_conf):
    broken = DUMPS["customers_2"] + "c9\n"
    conf = dumps(tmp_path, write_conf, customers_1=DUMPS["customers_1"], customers_2=broken)
    report, lake = run_conf(conf)
    assert standing(lake) == ["c1", "c2", "c3", "c4"]
    assert any("as a full dump it deletes nothing" in note for note in report.notes)


def test_an_empty_dump_deletes_nothing(tmp_path, write_conf, run_conf):
    conf = dumps(tmp_path, write_conf, customers_1=DUMPS["customers_1"], customers_2="id,name,email\n")
    _, lake = run_conf(conf)
    assert standing(lake) == ["c1", "c2", "c3"]


def test_a_dump_that_is_again_as_an_earlier_one_was_counts(tmp_path, write_conf, run_conf):
    contents = [DUMPS["customers_1"], DUMPS["customers_2"], DUMPS["customers_1"]]
    for number, content in enumerate(contents, 1):
        conf = dumps(tmp_path, write_conf, **{f"customers_{number}": content})
        _, lake = run_conf(conf)
    assert standing(lake) == ["c1", "c2", "c3"]
    (one,) = lake.rows("silver.customers", "customer_id = 'c2'")
    assert (one["name"], one["deleted_at"]) == ("Ben", None)
    assert row_accounts.mistakes(lake) == []
    states = {row["file"]: (row["batch_state"], row["notice"]) for row in lake.rows("ops.batches")}
    assert states["customers_3.csv"] == ("landed", "the same bytes as customers_1.csv, again")
    held = lake.hash("silver.customers")
    run_conf(conf, full=True)
    assert lake.hash("silver.customers") == held


def test_a_file_that_goes_back_to_what_it_held_is_landed_again(forum, run_conf, tmp_path):
    edited = FIRST.replace("Leaks", "Leaks no more")
    for number, content in enumerate((FIRST, edited, FIRST, FIRST, edited)):
        conf = forum(day1=content)
        file = tmp_path / "in" / "day1.json"
        os.utime(file, (1_700_000_000 + number, 1_700_000_000 + number))
        _, lake = run_conf(conf)
        (post,) = lake.rows("silver.posts", "post_id = '1'")
        assert post["text"] == ("Leaks no more" if content == edited else "Leaks")
    versions = sorted(row["file_version"] for row in lake.rows("ops.batches"))
    assert versions == ["day1.json", "day1.json@0002", "day1.json@0003", "day1.json@0004"]
    assert row_accounts.mistakes(lake) == []


def test_an_account_named_in_passing_keeps_what_its_profile_told(tmp_path, write_conf, run_conf):
    """The same statuses in one file, and a file each in either order, end in the same profiles."""
    ada = {"id_str": "7", "screen_name": "ada", "name": "Ada", "description": "Coffee", "followers_count": 12}
    told = {"id_str": "1", "text": "Hi", "created_at": "Mon Mar 03 10:00:00 +0000 2025", "user": ada}
    passing = {
        "id_str": "2",
        "text": "Hello",
        "created_at": "Tue Mar 04 10:00:00 +0000 2025",
        "user": {"id_str": "7", "screen_name": "ada_l", "name": "Ada L"},
    }
    said = {"1": json.dumps(told) + "\n", "2": json.dumps(passing) + "\n"}
    found = []
    for number, steps in enumerate((["12"], ["1", "2"], ["2", "1"])):
        folder = tmp_path / f"in{number}"
        folder.mkdir()
        conf = write_conf(
            {
                "micro": f"kind: social\nformat: twitter\npath: {folder}/*.json\nchannel: microblog\n"
                "service_type: microblog\n"
            }
        )
        (conf / "base.yaml").write_text(f"lake: {{root: {tmp_path / f'lake{number}'}}}\n")
        for step in steps:
            (folder / f"day{step}.json").write_text("".join(said[each] for each in step))
            _, lake = run_conf(conf)
        found.append(lake.hash("silver.profiles"))
        (profile,) = lake.rows("silver.profiles", "profile_id = '7'")
        assert (profile["handle"], profile["bio"], profile["followers_count"]) == ("ada_l", "Coffee", 12)
        assert row_accounts.mistakes(lake) == []
    assert len(set(found)) == 1


def test_a_deleted_account_and_a_deleted_page_take_what_belongs_to_them_along(tmp_path, write_conf, run_conf):
    def lines(name: str, *records: dict) -> None:
        (tmp_path / name).write_text("".join(json.dumps(record) + "\n" for record in records))

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

    def status(number: str, user: str) -> dict:
        return {
            "id_str": number,
            "text": "Hi",
            "created_at": "Mon Mar 03 10:00:00 +0000 2025",
            "user": {"id_str": user, "screen_name": f"u{user}"},
        }

    lines("wiki1.json", edit(1, "Grinder", "2025-03-01T10:00:00Z"), edit(2, "Kettle", "2025-03-01T10:00:00Z"))
    lines("micro1.json", status("1", "7"), status("2", "8"))
    sources = {
        name: f"kind: social\nformat: {format}\npath: {tmp_path}/{name}*.json\nchannel: {name}\n"
        f"service_type: {service}\n"
        for name, format, service in (("wiki", "mediawiki_changes", "wiki"), ("micro", "twitter", "microblog"))
    }
    conf = write_conf(sources)
    _, lake = run_conf(conf)
    assert lake.arrow("silver.posts").num_rows == 4
    deleted = {
        "type": "log",
        "logtype": "delete",
        "logaction": "delete",
        "title": "Grinder",
        "rcid": 9,
        "timestamp": "2025-03-02T10:00:00Z",
    }
    lines("wiki2.json", deleted, edit(3, "Grinder", "2025-03-03T10:00:00Z"))
    gone = {"user": {"id": "7"}, "event_at": "2025-03-04T10:00:00.000Z"}
    lines("micro2.json", {"data": {"user_delete": gone}})
    report, lake = run_conf(conf)
    assert (report.exit_code, report.message) == (0, "")
    stands = {(row["channel"], row["post_id"]) for row in lake.arrow("silver.posts").to_pylist()}
    assert stands == {("wiki", "2"), ("wiki", "3"), ("micro", "2")}  # the page was begun anew
    for channel, post_id, at in (("wiki", "1", "2025-03-02"), ("micro", "1", "2025-03-04")):
        (gone,) = lake.rows("silver.posts", f"channel = '{channel}' and post_id = '{post_id}'")
        assert (gone["text"], gone["profile_id"], gone["deleted_at"].date().isoformat()) == (None, None, at)
    assert row_accounts.mistakes(lake) == []
    version = lake.version("silver.posts")
    run_conf(conf)
    assert lake.version("silver.posts") == version
    # The deletions first, told by one source, and what they are of by another one of the channel.
    (conf / "base.yaml").write_text(f"lake: {{root: {tmp_path / 'other'}}}\n")
    for name, text in sources.items():
        (conf / "sources" / f"{name}.yaml").write_text(text.replace(f"{name}*", f"{name}2*"))
    run_conf(conf)
    for name, text in sources.items():
        (conf / "sources" / f"{name}_before.yaml").write_text(text.replace(f"{name}*", f"{name}1*"))
    _, other = run_conf(conf)
    assert {(row["channel"], row["post_id"]) for row in other.arrow("silver.posts").to_pylist()} == stands


def test_columns_that_come_and_go_are_said_once(shop, run_conf, tmp_path):
    header = "order,sku,qty,at,price,customer,country\n"
    (tmp_path / "in").mkdir()
    conf = shop(day1="1,a1,2,2025-03-01 09:00:00,1.50,c1,UK\n")
    report, lake = run_conf(conf)
    assert report.notes == []
    wider = header.replace("country", "country,coupon") + "2,a1,2,2025-03-02 09:00:00,1.50,c1,UK,SPRING\n"
    narrower = header.replace(",country", "") + "3,a1,2,2025-03-03 09:00:00,1.50,c1\n"
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


def test_utf_16_is_read_where_conf_says_so_and_refused_with_a_reason_where_not(shop, run_conf, tmp_path):
    text = "order,sku,qty,at,price,customer,country\n1,ä1,2,2025-03-01 09:00:00,1.50,c1,Österreich\n"
    conf = shop(day1=text.encode("utf-16"))
    report, lake = run_conf(conf)
    assert report.exit_code == 0
    assert {r["reasons"][0]["code"] for r in lake.rows("quarantine.shop")} <= {
        "invalid_text",
        "nul_byte",
        "not_this_format",
    }
    path = conf / "sources" / "shop.yaml"
    path.write_text(path.read_text() + "encoding: utf-16\n")
    shop_again = tmp_path / "lake2"
    (conf / "base.yaml").write_text(f"lake: {{root: {shop_again}}}\n")
    report, lake = run_conf(conf)
    assert [row["country"] for row in lake.rows("silver.customers")] == ["Österreich"]
    assert row_accounts.mistakes(lake) == []
