"""Sources that most companies have, by conf alone (conf/examples/corporate): from CSV, JSON, Parquet and Excel files
to silver rows, quarantine and row accounts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engines import by_embedded
from openpyxl import Workbook
from runs import good_run

from bench.engines import hashes_of
from jobs import settings as conf
from jobs.lake import row_accounts
from jobs.lake.tables import Lake

EXAMPLE = Path(__file__).resolve().parents[2] / "conf" / "examples" / "corporate"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def json_lines(*rows: dict) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def workbook(path: Path, **sheets: list[list]) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


SURVEYS = """\
response,question,survey,about,customer,email,product,score,goal,comment,answered
r1,recommend,after_purchase,firm,c1,ADA@example.org,,9,8,"Quick, and kind",2025-03-01 10:00:00
r1,effort,after_purchase,service,c1,ADA@example.org,,2,,,2025-03-01 10:00:00
r2,satisfied,machines,product,,,b-1,3.5,4,,2025-07-02T10:00:00Z
r3,recommend,after_purchase,firm,,,,nine,8,,2025-03-02 11:00:00
r4,,after_purchase,firm,,,,7,8,,2025-03-02 11:00:00
r5,recommend,after_purchase,shop,,,,7,8,,2027-03-02 11:00:00
"""
EVENTS = """\
event,campaign,type,customer,contact,recipient,link,order,at
e1,spring,Delivery,c1,,Ada@Example.org,,,2025-03-03T09:00:00Z
e2,spring,click,c1,,ada@example.org,https://example.org/spring,,2025-03-03T10:30:00+01:00
e3,spring,converted,c1,,,,o-7,2025-03-03T11:00:00Z
e4,spring,spam,,k2,bo@example.org,,,2025-03-04T08:00:00Z
e1,spring,Delivery,c1,,Ada@Example.org,,,2025-03-03T09:00:00Z
e5,spring,teleported,,k2,,,,2025-03-04T08:00:00Z
e6,,open,,k2,,,,2025-03-04T08:00:00Z
"""
STAFF = """\
number;name;mail;department;entry;exit
7;Jörg Weiß;J.Weiss@example.org;Support;31.03.2020;
8;Eve Elm;eve@example.org;Sales;01.04.2021;30.06.2025
9;No Day;no@example.org;Sales;soon;
"""
PRICES = """\
seen;competitor;product;category;price;currency;ours;address
2025-05-01 08:00:00;Kestrel Brew;Kestrel Duo;espresso machines;1.234,56;EUR;b-1;https://kestrel.example/duo
2025-05-01 08:00:00;Kestrel Brew;Kestrel Slim;espresso machines;-5,00;EUR;;
2025-05-01 08:00:00;Kestrel Brew;Kestrel Mini;espresso machines;ask us;EUR;;
2025-05-01 08:00:00;Kestrel Brew;Kestrel Tin;tins;3,20;Taler;;
"""


def write_files(folder: Path) -> None:
    def write(name: str, content: bytes) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    write("surveys/2025.csv", SURVEYS.encode())
    spring = {
        "id": "spring",
        "name": "Spring letter",
        "medium": "e-mail",
        "goal": "cross_selling",
        "starts": "2025-03-01T00:00:00Z",
        "ends": "2025-03-31T00:00:00Z",
        "budget": 1500.5,
        "currency": None,
        "updated": "2025-03-02T00:00:00Z",
    }
    write(
        "campaigns/campaigns.jsonl",
        json_lines(
            spring | {"updated": "2025-03-05T00:00:00Z", "budget": "1600.00"},
            spring,
            spring | {"id": "backwards", "ends": "2025-02-01T00:00:00Z"},
            spring | {"id": "dear", "budget": -1},
        )
        + b'{"id": "cut',
    )
    write("campaigns/events.csv", EVENTS.encode())
    write("staff/staff_2025-06-01.csv", STAFF.encode("windows-1252"))
    write(
        "newsletter/reads.jsonl",
        json_lines(
            {"issue": "n-12", "reader": "ada", "at": "2025-03-03T09:05:00Z", "forwarded": True},
            {"issue": "n-12", "reader": "bo", "at": "2025-03-03T10:05:00+01:00", "forwarded": False},
            {"issue": "n-12", "reader": None, "at": "2025-03-03T09:05:00Z", "forwarded": False},
            {"issue": "n-12", "reader": "cy", "at": "1925-03-03T09:05:00Z", "forwarded": "perhaps"},
        ),
    )
    write("competitors/prices.csv", PRICES.encode())
    write(
        "competitors/releases.jsonl",
        json_lines(
            {
                "seen": "2025-05-02T07:00:00Z",
                "competitor": "Kestrel Brew",
                "product": "Kestrel Carafe",
                "category": "carafes",
                "launched": "2025-05-01",
                "headline": "Kestrel Carafe is here",
                "text": "It keeps warm.",
                "address": "https://kestrel.example/carafe",
            },
            {"seen": "2025-05-02T07:00:00Z", "competitor": "Kestrel Brew", "product": None},
            {"seen": "yesterday", "competitor": "Kestrel Brew", "product": "Kestrel Jug"},
        ),
    )
    workbook(
        folder / "contacts" / "list_1.xlsx",
        List=[
            ["Contact", "Name", "E-mail", "Phone", "Country", "Company", "List", "Consent", "Since"],
            [101, "Bo Fern", "Bo@Example.org", "0049 30 1", "DE", "Fern & Co", "fair", "yes", datetime(2025, 1, 9)],
            [102, "Cy Reed", "not an address", None, "DE", None, "fair", "no", None],
            [None, "Nobody", None, None, None, None, "fair", "no", None],
            [104, "Di Ash", None, None, None, None, "fair", "perhaps", datetime(2025, 1, 9)],
        ],
    )
    workbook(
        folder / "organisations" / "parties.xlsx",
        Organisations=[
            ["Id", "Name", "Kind", "Web", "Country", "Mail domain", "Since"],
            ["f1", "Fern & Co", "Company", "https://fern.example", "DE", "Fern.example", datetime(2019, 5, 1, 9, 30)],
            ["g1", "Home baristas", "Club", None, None, None, None],
        ],
        Members=[
            ["Organisation", "Member", "Member is", "Part", "From", "To"],
            ["f1", "c1", "customer", "buyer", datetime(2020, 1, 1), None],
            ["f1", 101, "contact", None, datetime(2020, 1, 1), datetime(2024, 6, 30, 12)],
            ["f1", "c2", "customer", "buyer", datetime(2020, 1, 1), datetime(2019, 1, 1)],
            ["f1", "x", "robot", None, None, None],
        ],
    )
    usage = pa.table(
        {
            "usage_id": ["u1", "u2", "u3", None],
            "customer": ["c1", None, "c1", "c1"],
            "sku": ["b-1", "b-1", "b-2", "b-1"],
            "feature": ["brew", "grind", "brew", "brew"],
            "at": pa.array(
                [at("2025-04-01T06:30:00"), at("2025-04-01T06:31:00.5"), None, at("2025-04-01T07:00:00")],
                pa.timestamp("us", tz="UTC"),
            ),
            "seconds": [28.5, None, 3.0, -1.0],
            "uses": pa.array([1, None, 2, 1], pa.int64()),
        }
    )
    (folder / "usage" / "2025" / "04").mkdir(parents=True)
    pq.write_table(usage, folder / "usage" / "2025" / "04" / "part-0.parquet")
    write("usage/2025/04/part-1.parquet", b"PAR1 and then nothing of the kind")


@pytest.fixture(scope="module")
def ran(tmp_path_factory, spark) -> Lake:
    folder = tmp_path_factory.mktemp("corporate")
    write_files(folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCRM_CORPORATE", str(folder / "data"))
        patch.setenv("SCRM_LAKE", str(folder / "lake"))
        settings = conf.load(EXAMPLE)
    lake = Lake(settings.base.lake.root, lambda: spark)
    good_run(settings, lake)
    return lake


LINEAGE = {"source_record_id", "source_version", "valid_from", "deleted_at", "flags", "batch_id", "run_id"}


def silver(lake: Lake, table: str) -> list[dict]:
    """Rows without lineage, nulls left out, ordered by key."""
    rows = lake.arrow(f"silver.{table}").to_pylist()
    rows = sorted(rows, key=lambda row: row["source_record_id"])
    return [{k: v for k, v in row.items() if k not in LINEAGE and v is not None} for row in rows]


def refused(lake: Lake, table: str) -> dict[str, list[str]]:
    """Record -> codes of the rules that it breaks."""
    return {
        row["record_id"]: sorted(r["code"] for r in row["reasons"])
        for row in lake.rows(f"quarantine.{table}", "ordinal >= 0")
    }


def account(lake: Lake, table: str) -> dict[str, tuple[int, ...]]:
    """File -> emitted, accepted, superseded, duplicate, quarantined."""
    terms = ("emitted", "accepted", "superseded", "duplicate", "quarantined")
    rows = lake.rows("ops.row_accounts", f"table_name = 'silver.{table}'")
    return {row["file"]: tuple(row[term] for term in terms) for row in rows}


def test_every_account_adds_up(ran):
    assert row_accounts.mistakes(ran) == []


def test_survey_responses(ran):
    ada = {
        "source": "surveys",
        "response_id": "r1",
        "survey": "after_purchase",
        "customer_id": "c1",
        "email": "ada@example.org",
        "answered_at": at("2025-03-01T09:00:00"),
    }
    assert silver(ran, "survey_responses") == [
        ada | {"question": "effort", "kind": "service", "score": 2.0},
        ada | {"question": "recommend", "kind": "firm", "score": 9.0, "goal": 8.0, "comment": "Quick, and kind"},
        {
            "source": "surveys",
            "response_id": "r2",
            "question": "satisfied",
            "survey": "machines",
            "kind": "product",
            "product_id": "b-1",
            "score": 3.5,
            "goal": 4.0,
            "answered_at": at("2025-07-02T10:00:00"),
        },
    ]
    assert refused(ran, "survey_responses") == {
        "2025.csv#4": ["score.readable"],
        "2025.csv#5": ["question.required"],
        "2025.csv#6": ["answered_at.not_in_the_future", "kind.allowed"],
    }
    assert account(ran, "survey_responses") == {"2025.csv": (6, 3, 0, 0, 3)}


def test_campaigns(ran):
    assert silver(ran, "campaigns") == [
        {
            "source": "campaigns",
            "campaign_id": "spring",
            "name": "Spring letter",
            "medium": "e-mail",
            "objective": "cross_selling",
            "begins_at": at("2025-03-01T00:00:00"),
            "ends_at": at("2025-03-31T00:00:00"),
            "budget": Decimal("1600.0000"),
            "currency": "EUR",
        }
    ]
    assert refused(ran, "campaigns") == {
        "campaigns.jsonl#3": ["ends_at.not_before_begins_at"],
        "campaigns.jsonl#4": ["budget.in_range"],
    }
    assert account(ran, "campaigns") == {"campaigns.jsonl": (4, 1, 1, 0, 2)}


def test_campaign_touches(ran):
    def touch(touch_id: str, kind: str, created_at: str, **more: str) -> dict:
        return {
            "source": "campaigns",
            "campaign_id": "spring",
            "touch_id": touch_id,
            "kind": kind,
            "created_at": at(created_at),
        } | more

    assert silver(ran, "campaign_touches") == [
        touch("e1", "delivered", "2025-03-03T09:00:00", customer_id="c1", email="ada@example.org"),
        touch(
            "e2",
            "clicked",
            "2025-03-03T09:30:00",
            customer_id="c1",
            email="ada@example.org",
            url="https://example.org/spring",
        ),
        touch("e3", "converted", "2025-03-03T11:00:00", customer_id="c1", order_id="o-7"),
        touch("e4", "complained", "2025-03-04T08:00:00", contact_id="k2", email="bo@example.org"),
    ]
    assert refused(ran, "campaign_touches") == {
        "events.csv#6": ["kind.allowed"],
        "events.csv#7": ["campaign_id.required"],
    }
    assert account(ran, "campaign_touches") == {"events.csv": (7, 4, 0, 1, 2)}


def test_contacts(ran):
    assert silver(ran, "contacts") == [
        {
            "source": "campaigns",
            "contact_id": "101",
            "name": "Bo Fern",
            "email": "bo@example.org",
            "phone": "0049 30 1",
            "country": "DE",
            "organisation_name": "Fern & Co",
            "contact_list": "fair",
            "has_email_consent": True,
            "created_at": at("2025-01-08T23:00:00"),
        },
        {
            "source": "campaigns",
            "contact_id": "102",
            "name": "Cy Reed",
            "email": "not an address",
            "country": "DE",
            "contact_list": "fair",
            "has_email_consent": False,
        },
    ]
    flags = {row["contact_id"]: row["flags"] for row in ran.rows("silver.contacts")}
    assert flags == {"101": [], "102": ["email.format"]}
    assert refused(ran, "contacts") == {
        "list_1.xlsx#3": ["contact_id.required"],
        "list_1.xlsx#4": ["has_email_consent.readable"],
    }
    assert account(ran, "contacts") == {"list_1.xlsx": (4, 2, 0, 0, 2)}


def test_organisations_and_their_members(ran):
    assert silver(ran, "organisations") == [
        {
            "source": "crm",
            "organisation_id": "f1",
            "name": "Fern & Co",
            "kind": "company",
            "url": "https://fern.example",
            "country": "DE",
            "email_domain": "fern.example",
            "created_at": at("2019-05-01T07:30:00"),
            "channel": "crm",
        }
    ]
    assert refused(ran, "organisations") == {"parties.xlsx#2": ["kind.allowed"]}
    member = {"source": "crm", "organisation_id": "f1", "joined_at": at("2019-12-31T23:00:00"), "channel": "crm"}
    assert silver(ran, "organisation_members") == [
        member
        | {"member_kind": "contact", "member_id": "101", "member_role": "member", "left_at": at("2024-06-30T10:00:00")},
        member | {"member_kind": "customer", "member_id": "c1", "member_role": "buyer"},
    ]
    assert refused(ran, "organisation_members") == {
        "parties.xlsx#3": ["left_at.not_before_joined_at"],
        "parties.xlsx#4": ["member_kind.allowed"],
    }
    assert account(ran, "organisation_members") == {"parties.xlsx": (4, 2, 0, 0, 2)}


def test_staff(ran):
    assert silver(ran, "staff") == [
        {
            "source": "personnel",
            "staff_id": "7",
            "name": "Jörg Weiß",
            "email": "j.weiss@example.org",
            "department": "Support",
            "joined_at": at("2020-03-30T22:00:00"),
        },
        {
            "source": "personnel",
            "staff_id": "8",
            "name": "Eve Elm",
            "email": "eve@example.org",
            "department": "Sales",
            "joined_at": at("2021-03-31T22:00:00"),
            "left_at": at("2025-06-29T22:00:00"),
        },
    ]
    assert refused(ran, "staff") == {"staff_2025-06-01.csv#3": ["joined_at.readable"]}
    assert account(ran, "staff") == {"staff_2025-06-01.csv": (3, 2, 0, 0, 1)}


def test_product_usage_and_a_file_that_is_no_parquet(ran):
    assert silver(ran, "product_usage") == [
        {
            "source": "telemetry",
            "usage_id": "u1",
            "customer_id": "c1",
            "product_id": "B-1",
            "feature": "brew",
            "used_at": at("2025-04-01T06:30:00"),
            "used_seconds": 28.5,
            "uses_count": 1,
        },
        {
            "source": "telemetry",
            "usage_id": "u2",
            "product_id": "B-1",
            "feature": "grind",
            "used_at": at("2025-04-01T06:31:00.5"),
            "uses_count": 1,
        },
    ]
    assert refused(ran, "product_usage") == {
        "2025/04/part-0.parquet#3": ["used_at.required"],
        "2025/04/part-0.parquet#4": ["usage_id.required", "used_seconds.in_range"],
    }
    (broken,) = [row for row in ran.rows("quarantine.product_usage", "ordinal = -1")]
    assert (broken["record_id"], broken["raw"]) == ("2025/04/part-1.parquet#1", b"PAR1 and then nothing of the kind")
    assert [reason["code"] for reason in broken["reasons"]] == ["malformed_parquet"]
    assert account(ran, "product_usage") == {
        "2025/04/part-0.parquet": (4, 2, 0, 0, 2),
        "2025/04/part-1.parquet": (0, 0, 0, 0, 0),
    }
    records = ran.rows("ops.row_accounts", "table_name = 'bronze.product_usage'")
    assert {row["file"]: (row["landed"], row["parsed"], row["unparsable"]) for row in records} == {
        "2025/04/part-0.parquet": (4, 4, 0),
        "2025/04/part-1.parquet": (1, 0, 1),
    }


def test_content_reads(ran):
    read = {"source": "content_reads", "channel": "newsletter", "content_id": "n-12"}
    assert silver(ran, "content_reads") == [
        read | {"reader_profile_id": "ada", "read_at": at("2025-03-03T09:05:00"), "is_shared": True},
        read | {"reader_profile_id": "bo", "read_at": at("2025-03-03T09:05:00"), "is_shared": False},
    ]
    assert refused(ran, "content_reads") == {
        "reads.jsonl#3": ["reader_profile_id.required"],
        "reads.jsonl#4": ["is_shared.readable", "read_at.in_range"],
    }
    assert account(ran, "content_reads") == {"reads.jsonl": (4, 2, 0, 0, 2)}


def test_competitor_prices(ran):
    assert silver(ran, "competitor_prices") == [
        {
            "source": "market",
            "competitor": "Kestrel Brew",
            "product": "Kestrel Duo",
            "category": "espresso machines",
            "observed_at": at("2025-05-01T06:00:00"),
            "price": Decimal("1234.5600"),
            "currency": "EUR",
            "own_product_id": "b-1",
            "url": "https://kestrel.example/duo",
        }
    ]
    assert refused(ran, "competitor_prices") == {
        "prices.csv#2": ["price.in_range"],
        "prices.csv#3": ["price.readable"],
        "prices.csv#4": ["currency.allowed"],
    }
    assert account(ran, "competitor_prices") == {"prices.csv": (4, 1, 0, 0, 3)}


def test_competitor_releases(ran):
    assert silver(ran, "competitor_releases") == [
        {
            "source": "market",
            "competitor": "Kestrel Brew",
            "product": "Kestrel Carafe",
            "category": "carafes",
            "observed_at": at("2025-05-02T07:00:00"),
            "launched_at": at("2025-05-01T00:00:00"),
            "title": "Kestrel Carafe is here",
            "text": "It keeps warm.",
            "url": "https://kestrel.example/carafe",
        }
    ]
    assert refused(ran, "competitor_releases") == {
        "releases.jsonl#2": ["product.required"],
        "releases.jsonl#3": ["observed_at.readable"],
    }
    assert account(ran, "competitor_releases") == {"releases.jsonl": (3, 1, 0, 0, 2)}


def test_a_record_that_is_cut_off_is_kept_with_its_bytes(ran):
    (cut,) = ran.rows("quarantine.campaigns", "ordinal = -1")
    assert (cut["record_id"], cut["raw"]) == ("campaigns.jsonl#5", b'{"id": "cut')
    assert [reason["code"] for reason in cut["reasons"]] == ["malformed_json"]


@pytest.mark.slow
@pytest.mark.usefixtures("jvm")
def test_the_embedded_engine_ends_in_the_same_content(ran, tmp_path):
    data = ran.root.parent / "data"
    made = by_embedded(EXAMPLE, tmp_path / "lake", NOW, SCRM_CORPORATE=str(data))
    found, expected = hashes_of(made), hashes_of(ran)
    assert len(expected) > 10
    assert {name for name in expected if found.get(name) != expected[name]} == set()
