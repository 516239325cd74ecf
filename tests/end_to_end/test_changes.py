"""What changes at a source after it was landed: deletions, columns that come and go, late and repeated days."""

import os

import pytest

from jobs.silver import accounts, deletions

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
        "channel", "post_id", "source", "source_record_id", "source_version", "valid_from", "deleted_at", "batch_id", "run_id",
    }  # fmt: skip
    assert gone["deleted_at"].isoformat() == "2025-03-02T09:00:00+00:00"
    assert [row["post_id"] for row in lake.arrow("silver.posts").to_pylist()] == ["2"]
    (refused,) = lake.rows("quarantine.posts")  # a deletion that names nothing
    assert [reason["code"] for reason in refused["reasons"]] == ["post_id.required"]
    assert accounts.mistakes(lake) == []


def test_a_tombstone_that_lands_before_its_post_still_wins(forum, run_conf, tmp_path):
    conf = forum(day2=DELETED)
    run_conf(conf)
    conf = forum(day1=FIRST)
    _, lake = run_conf(conf)
    assert [row["post_id"] for row in lake.arrow("silver.posts").to_pylist()] == ["2"]
    assert accounts.mistakes(lake) == []


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
    assert accounts.mistakes(lake) == []
    dumps(tmp_path, write_conf, customers_3=DUMPS["customers_3"])
    run_conf(conf)
    assert standing(lake) == ["c1", "c2"]
    assert accounts.mistakes(lake) == []
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
    assert accounts.mistakes(other) == []


def test_dumps_of_two_places_and_a_tenth_dump_are_told_apart():
    rows = [
        {"file": file, "file_version": file, "batch_id": file}
        for file in ("berlin/c_1.csv", "paris/c_1.csv", "paris/c_9.csv", "paris/c_10.csv")
    ]
    assert [row["file"] for row in deletions.newest(rows)] == ["berlin/c_1.csv", "paris/c_10.csv"]


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
    assert accounts.mistakes(lake) == []
