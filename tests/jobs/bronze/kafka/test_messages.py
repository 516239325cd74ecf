"""How messages become bronze records, and conf what a query is told; without a broker."""

import pyarrow as pa
import pytest
from places import SHOP

from jobs import settings as conf
from jobs.bronze.kafka import messages
from jobs.errors import ConfError
from jobs.settings.sources import KafkaSettings
from jobs.sources.base import SplitOptions
from jobs.sources.formats import csv
from jobs.sources.formats import json as json_lines


def cut(value: bytes | None, offset: int, message: str, split, encoding: str = "utf-8"):
    kafka = KafkaSettings(bootstrap_servers="localhost:9092", topic="t", message=message)
    return list(messages.cut(value, offset, kafka, split, SplitOptions(encoding)))


def test_a_record_is_the_whole_value():
    pretty = b'{\n "a": 1\n}\n'
    assert cut(pretty, 7, "record", json_lines.split) == [(7, None, pretty)]
    assert cut(None, 8, "record", json_lines.split) == [(8, None, None)]
    assert cut(b"", 9, "record", json_lines.split) == [(9, None, b"")]
    assert cut("Ü".encode("utf-16"), 1, "record", json_lines.split, "utf-16") == [(1, None, "Ü".encode())]


def test_a_file_is_cut_by_its_format_and_its_lines_stay_in_the_order_of_offsets():
    assert cut(b"a,b\n1,2\n3,4\n", 5, "file", csv.split) == [(5_000_001, "a,b", b"1,2"), (5_000_002, "a,b", b"3,4")]
    assert cut(b'{"a":1}\n{"a":2}', 6, "file", json_lines.split) == [
        (6_000_001, None, b'{"a":1}'),
        (6_000_002, None, b'{"a":2}'),
    ]
    assert cut(None, 0, "file", csv.split) == [(1, None, None)]


def test_keys_headers_and_times_stay_beside_each_record(write_conf):
    text = SHOP.format(place="kafka: {bootstrap_servers: 'localhost:9092', topic: t, message: file}")
    source = conf.load(write_conf({"shop": text})).source("shop")
    headers = pa.list_(pa.struct([("key", pa.string()), ("value", pa.binary())]))
    at = pa.timestamp("us", tz="UTC")
    message = pa.RecordBatch.from_pydict(
        {
            "value": pa.array([b"{}\n{}", b"{}"]),
            "message_key": pa.array([b"k", None]),
            "partition": pa.array([3, 3], pa.int32()),
            "offset": pa.array([10, 11]),
            "headers": pa.array([[{"key": "h", "value": b"1"}], None], headers),
            "sent_at": pa.array([1, 2], at),
        }
    )
    (found,) = messages.records_of(source, SplitOptions(), {3: "batch"}, None, [message])
    rows = found.to_pylist()
    assert [(row["line"], row["file"], row["batch_id"], row["message_key"]) for row in rows] == [
        (10_000_001, "kafka/t/3", "batch", b"k"),
        (10_000_002, "kafka/t/3", "batch", b"k"),
        (11_000_001, "kafka/t/3", "batch", None),
    ]
    assert [row["headers"] for row in rows] == [[{"key": "h", "value": b"1"}]] * 2 + [None]
    assert found["sent_at"].cast(pa.int64()).to_pylist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("kafka", "said"),
    [
        (
            "options: {startingOffsets: latest}",
            "options.startingOffsets: write an option of the Kafka client as kafka.",
        ),
        ("topic: 'a/b'", "key kafka.topic is 'a/b'"),
        ("message: line", "key kafka.message is 'line'"),
    ],
)
def test_wrong_conf_is_refused(write_conf, kafka, said):
    there = {"bootstrap_servers": "'localhost:9092'", "topic": "t"} | dict([kafka.split(": ", 1)])
    text = SHOP.format(place=f"kafka: {{{', '.join(f'{key}: {value}' for key, value in there.items())}}}")
    with pytest.raises(ConfError, match=said):
        conf.load(write_conf({"shop": text}))


def test_a_topic_brings_its_jars_to_the_session(write_conf):
    folder = write_conf({"shop": SHOP.format(place="kafka: {bootstrap_servers: 'localhost:9092', topic: t}")})
    assert conf.load(folder).jar_groups == ("core", "kafka")
