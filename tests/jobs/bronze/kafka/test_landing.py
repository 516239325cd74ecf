"""A topic and a file with the same records end in the same silver, whatever happens on the way."""

import json
import shutil
from datetime import timedelta

import pytest
from places import SHOP, from_files, from_topic, make_place

from jobs.cli.main import main
from jobs.lake import row_accounts
from jobs.lake.tables import Lake

LINES = [
    {"order": "1", "customer": "c1", "at": "2025-03-01T09:00:00Z", "status": "new"},
    {"order": "2", "customer": "c2", "at": "2025-03-01T10:00:00Z", "status": "new"},
    {"order": "3", "customer": None, "at": "2025-03-01T11:00:00Z", "status": "new"},
    {"order": "1", "customer": "c1", "at": "2025-03-01T09:00:00Z", "status": "sent"},
    {"order": "4", "customer": "c1", "at": "not a time", "status": "new"},
    {"order": "5", "customer": "c3", "at": "2025-03-02T08:00:00Z", "status": "new"},
]
MESSAGES = [json.dumps(line).encode() for line in LINES]


@pytest.fixture(scope="module")
def by_file(tmp_path_factory, spark):
    """What the tables hold when the records come from one file."""
    folder = tmp_path_factory.mktemp("by_file")
    (folder / "day.json").write_bytes(b"\n".join(MESSAGES) + b"\n")
    made = make_place(folder / "conf", spark, shop=from_files(folder))
    made.good_run()
    return made.hashes()


def terms(lake: Lake, table: str) -> dict[str, int]:
    """Sums of the table's row accounts over all batches, without zeros."""
    rows = [row for row in lake.rows("ops.row_accounts") if row["table_name"] == table]
    names = ("landed", *row_accounts.RECORD_TERMS, "emitted", *row_accounts.ROW_TERMS)
    sums = {term: sum(row[term] or 0 for row in rows) for term in names}
    return {term: count for term, count in sums.items() if count}


def test_a_topic_ends_in_the_same_silver_as_a_file(place, broker, topic, by_file):
    broker.send(
        topic, *MESSAGES[:4], partition=0, key=b"k", headers=[("trace", b"\x00\x01"), ("trace", b"2"), ("none", None)]
    )
    broker.send(topic, *MESSAGES[4:], partition=1)
    streamed = place("streamed", shop=from_topic(broker, topic, ", max_offsets_per_trigger: 3"))
    streamed.good_run()
    assert streamed.hashes() == by_file
    assert streamed.hashes()["silver.orders"][0] == 3
    assert row_accounts.mistakes(streamed.lake) == []
    assert terms(streamed.lake, "silver.orders") == {
        "emitted": 6,
        "accepted": 3,
        "superseded": 1,
        "quarantined": 1,
        "not_applicable": 1,
    }

    rows = sorted(streamed.lake.rows("bronze.shop"), key=lambda row: (row["file"], row["line"]))
    assert [(row["file"], row["line"]) for row in rows] == [
        *((f"kafka/{topic}/0", offset) for offset in range(4)),
        *((f"kafka/{topic}/1", offset) for offset in range(2)),
    ]
    assert [row["raw"] for row in rows] == MESSAGES
    assert rows[0]["message_key"] == b"k"
    assert rows[0]["headers"] == [
        {"key": "trace", "value": b"\x00\x01"},
        {"key": "trace", "value": b"2"},
        {"key": "none", "value": None},
    ]
    assert (rows[4]["message_key"], rows[4]["headers"]) == (None, None)
    assert timedelta(0) <= rows[1]["sent_at"] - rows[0]["sent_at"] < timedelta(minutes=1)
    ranges = sorted((row["file"], row["first_offset"], row["end_offset"]) for row in streamed.lake.rows("ops.batches"))
    assert len(ranges) == 4  # two partitions, two micro-batches
    assert ranges[0][1:] == (0, ranges[1][1])
    assert (ranges[1][2], ranges[3][2]) == (4, 2)

    versions = streamed.versions()
    streamed.good_run()
    assert streamed.versions() == versions
    shutil.rmtree(streamed.lake.root / "checkpoints")
    streamed.good_run()
    assert streamed.versions() == versions

    broker.send(topic, *MESSAGES[:4], partition=0)  # a producer that tries again
    streamed.good_run()
    assert streamed.hashes() == by_file
    assert row_accounts.mistakes(streamed.lake) == []
    assert terms(streamed.lake, "bronze.shop") == {"landed": 10, "parsed": 10}
    streamed.good_run(full=True)
    assert streamed.hashes() == by_file
    assert row_accounts.mistakes(streamed.lake) == []


def test_what_cannot_be_read_is_kept_aside_with_its_offset(place, broker, topic):
    broker.send(topic, b"no json", b'{"order": "\xff"}', None, b"", MESSAGES[0], partition=1)
    streamed = place("streamed", shop=from_topic(broker, topic))
    streamed.good_run()
    refused = sorted(streamed.lake.rows("quarantine.shop"), key=lambda row: row["line"])
    assert [(row["record_id"], row["reasons"][0]["code"], row["raw"]) for row in refused] == [
        (f"kafka/{topic}/1#0", "malformed_json", b"no json"),
        (f"kafka/{topic}/1#1", "invalid_text", b'{"order": "\xff"}'),
        (f"kafka/{topic}/1#2", "no_value", b""),
        (f"kafka/{topic}/1#3", "empty_file", b""),
    ]
    assert terms(streamed.lake, "bronze.shop") == {"landed": 5, "parsed": 1, "unparsable": 4}
    assert row_accounts.mistakes(streamed.lake) == []


def test_a_crash_between_bronze_and_the_register_is_made_good(place, broker, topic, by_file, monkeypatch):
    broker.send(topic, *MESSAGES, partition=0)
    streamed = place("streamed", shop=from_topic(broker, topic, ", max_offsets_per_trigger: 4"))
    upsert, registered = Lake.upsert, []

    def dies_at_the_second(self, name, rows):
        if name == "ops.batches":
            registered.append(rows)
            if len(registered) == 2:
                raise RuntimeError("power failure")
        upsert(self, name, rows)

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "upsert", dies_at_the_second)
        report = streamed.run()
    assert report.exit_code == 1
    assert report.message.startswith("land: shop: RuntimeError: power failure")
    assert len(streamed.lake.rows("bronze.shop")) == 6
    assert [row["end_offset"] for row in streamed.lake.rows("ops.batches")] == [4]

    streamed.good_run()
    assert sorted(row["line"] for row in streamed.lake.rows("bronze.shop")) == [0, 1, 2, 3, 4, 5]
    assert streamed.hashes() == by_file
    assert row_accounts.mistakes(streamed.lake) == []


def test_expired_offsets_stop_the_landing_until_someone_goes_on_without_them(place, broker, topic):
    from confluent_kafka import TopicPartition

    broker.send(topic, *MESSAGES[:2], partition=0)
    streamed = place("streamed", shop=from_topic(broker, topic))
    streamed.good_run(stages=("land",))
    broker.send(topic, *MESSAGES[2:6], partition=0)
    admin = broker.admin()
    for future in admin.delete_records([TopicPartition(topic, 0, 4)]).values():
        future.result(timeout=20)
    versions = streamed.versions()
    report = streamed.run(stages=("land",))
    assert report.exit_code == 1
    assert "partition 0: offsets 2 to 3 expired before they landed" in report.message
    assert "kafka.fail_on_data_loss" in report.message
    assert streamed.versions() == versions

    without = place("streamed", shop=from_topic(broker, topic, ", fail_on_data_loss: false"))
    report = without.good_run(stages=("land",))
    assert report.notes == [f"shop: topic {topic}, partition 0: offsets 2 to 3 expired before they landed"]
    assert sorted(row["line"] for row in without.lake.rows("bronze.shop")) == [0, 1, 4, 5]
    place("streamed", shop=from_topic(broker, topic)).good_run(stages=("land",))


def test_a_platforms_records_may_come_several_a_message(place, broker, topic):
    rows = [f'<row Id="{n}" DisplayName="User {n}" CreationDate="2025-03-0{n}T10:00:00" />'.encode() for n in (1, 2, 3)]
    broker.send(topic, b"<users>\n" + b"\n".join(rows[:2]) + b"\n</users>", None, partition=0)
    broker.send(topic, b"<users>\n" + rows[2] + b"\n</users>", partition=0)
    source = "kind: social\nformat: stackexchange\nchannel: forum\nservice_type: forum\n{place}\n"
    streamed = place("streamed", forum=from_topic(broker, topic, ", message: file", source))
    streamed.good_run()
    lines = [(row["line"], row["context"]) for row in streamed.lake.rows("bronze.forum")]
    assert sorted(lines) == [(1, "users"), (2, "users"), (1_000_001, None), (2_000_001, "users")]
    assert [row["reasons"][0]["code"] for row in streamed.lake.rows("quarantine.forum")] == ["no_value"]
    handles = {row["profile_id"]: row["handle"] for row in streamed.lake.rows("silver.profiles")}
    assert handles == {"1": "User 1", "2": "User 2", "3": "User 3"}
    assert row_accounts.mistakes(streamed.lake) == []


def test_only_what_comes_after_the_first_run_is_read_from_latest(place, broker, topic):
    broker.send(topic, *MESSAGES[:2], partition=0)
    streamed = place("streamed", shop=from_topic(broker, topic, ", starting_offsets: latest"))
    streamed.good_run(stages=("land",))
    assert streamed.lake.rows("bronze.shop") == []
    broker.send(topic, MESSAGES[5], partition=0)
    streamed.good_run(stages=("land",))
    assert [row["line"] for row in streamed.lake.rows("bronze.shop")] == [2]
    streamed.good_run(stages=("silver",))
    assert row_accounts.mistakes(streamed.lake) == []


def test_large_micro_batches_are_written_by_spark_and_transactions_leave_no_gap(place, broker, topic, by_file):
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": broker.servers, "transactional.id": topic})
    producer.init_transactions(20)
    for messages, ends in (
        (MESSAGES[:3], producer.commit_transaction),
        ([b"never"], producer.abort_transaction),
        (MESSAGES[3:], producer.commit_transaction),
    ):
        producer.begin_transaction()
        for message in messages:
            producer.produce(topic, message, partition=0)
        producer.flush(20)
        ends(20)
    streamed = place("streamed", "limits: {in_memory_bytes: 0, in_memory_rows: 0}\n", shop=from_topic(broker, topic))
    streamed.good_run()
    assert sorted(row["line"] for row in streamed.lake.rows("bronze.shop")) == [0, 1, 2, 6, 7, 8]
    # Marks of the three transactions and the message taken back are offsets too: what was read goes to the very end.
    assert [(row["first_offset"], row["end_offset"]) for row in streamed.lake.rows("ops.batches")] == [(0, 10)]
    assert streamed.hashes() == by_file
    versions = streamed.versions()
    streamed.good_run()
    assert streamed.versions() == versions


@pytest.mark.parametrize(
    ("kafka", "said"),
    [
        ("topic: nowhere", "topic nowhere does not exist at"),
        ("bootstrap_servers: '127.0.0.1:9'", "no Kafka broker responds"),
    ],
)
def test_a_missing_topic_or_broker_is_named(place, broker, kafka, said):
    given = {"bootstrap_servers": f"'{broker.servers}'", "topic": "t"} | dict([kafka.split(": ", 1)])
    there = f"kafka: {{{', '.join(f'{key}: {value}' for key, value in given.items())}}}"
    report = place("streamed", shop=SHOP.format(place=there)).run()
    assert report.exit_code == 1
    assert said in report.message


# --- what comes with a message --------------------------------------------------------------------------------

KEYED = """
kind: erp
format: json
{place}
version: _offset
tables:
  orders:
    where: coalesce(_headers['kind'], 'order') = 'order'
    columns:
      order_id: _key
      customer_id: concat_ws('/', _headers['by'], cast(_partition as string), cast(_offset as string))
      ordered_at: coalesce(sent_at, cast(_timestamp as string))
      status: status
"""


@pytest.mark.parametrize("message", ["record", "file"])
def test_key_headers_time_and_place_of_a_message_can_be_mapped(place, broker, topic, message):
    sent = {"partition": 1, "timestamp": 1_740_819_600_000}
    broker.send(topic, b'{"status": "new"}', key=b"o-1", headers=[("by", b"a"), ("by", b"b"), ("none", None)], **sent)
    broker.send(topic, b'{"status": "sent", "sent_at": "2025-03-02T00:00:00Z"}', key=b"o-2", **sent)
    broker.send(topic, b'{"status": "new"}', key=b"\xff\xfe", headers=[("by", b"\xff")], **sent)  # no text
    broker.send(topic, b'{"status": "new"}', key=b"note", headers=[("kind", b"note")], **sent)
    streamed = place("streamed", shop=from_topic(broker, topic, f", message: {message}", KEYED))
    streamed.good_run()
    orders = sorted(streamed.lake.rows("silver.orders"), key=lambda row: row["order_id"])
    assert [(row["order_id"], row["customer_id"], f"{row['ordered_at']:%Y-%m-%d %H:%M}") for row in orders] == [
        ("o-1", "b/1/0", "2025-03-01 09:00"),
        ("o-2", "1/1", "2025-03-02 00:00"),
    ]
    assert terms(streamed.lake, "silver.orders") == {"emitted": 4, "accepted": 2, "quarantined": 1, "not_applicable": 1}
    assert row_accounts.mistakes(streamed.lake) == []
    large = place(
        "large",
        "limits: {in_memory_bytes: 0, in_memory_rows: 0}\n",
        shop=from_topic(broker, topic, f", message: {message}", KEYED),
    )
    large.good_run()
    assert large.hashes() == streamed.hashes()


def test_a_file_keeps_columns_of_the_same_names(place, tmp_path):
    (tmp_path / "day.json").write_text('{"_key": "o-1", "customer": "c", "at": "2025-03-01"}\n')
    by_file = place("by_file", shop=from_files(tmp_path, SHOP.replace("order_id: order", "order_id: _key")))
    by_file.good_run()
    assert [row["order_id"] for row in by_file.lake.rows("silver.orders")] == ["o-1"]


# --- tried before it lands ------------------------------------------------------------------------------------


def test_a_topic_is_tried_before_anything_lands(place, broker, topic, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    broker.send(topic, *MESSAGES[:5], None, b"no json", partition=0, key=b"k")
    broker.send(topic, *([MESSAGES[5]] * 10), partition=1)
    streamed = place("streamed", shop=from_topic(broker, topic, ", starting_offsets: latest"))
    groups = {group.group_id for group in broker.admin().list_consumer_groups().result(60).valid}
    assert main(["source", "check", "shop", "--conf", str(streamed.conf)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        f"shop (json, topic {topic} at {broker.servers}): the first 17 records, 15 readable. Nothing was landed.",
        "silver.orders: 14 rows, 1 would be refused",
        "order_id string order",
        "no_value validity 1",
        "malformed_json validity 1",
        f"kafka/{topic}/0#6",
    ):
        assert words in said, said
    assert main(["source", "check", "shop", "--conf", str(streamed.conf), "--records", "5"]) == 0
    assert "the first 5 records" in " ".join(capsys.readouterr().out.split())
    assert {group.group_id for group in broker.admin().list_consumer_groups().result(60).valid} == groups
    assert not streamed.lake.root.exists()


def test_a_trial_of_an_empty_or_missing_topic_or_broker_says_so(place, broker, topic, capsys):
    def tried(kafka: str) -> tuple[int, str]:
        source = SHOP.format(place=f"kafka: {{{kafka}}}")
        code = main(["source", "check", "shop", "--conf", str(place("streamed", shop=source).conf)])
        told = capsys.readouterr()
        return code, " ".join((told.out + told.err).split())

    code, said = tried(f"bootstrap_servers: '{broker.servers}', topic: {topic}")
    assert (code, "There is nothing to try yet." in said) == (0, True)
    code, said = tried(f"bootstrap_servers: '{broker.servers}', topic: nowhere")
    assert code == 1
    assert "topic nowhere does not exist at" in said
    assert "create it, or fix kafka.topic" in said
    code, said = tried("bootstrap_servers: '127.0.0.1:9', topic: t")
    assert code == 1
    assert "no Kafka broker responds at 127.0.0.1:9; start it" in said
