"""The client of a topic's broker: options, availability, offsets, and explanations of errors."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from py4j.protocol import Py4JJavaError

from jobs.errors import ConfError, ScrmError
from jobs.settings.sources import KafkaSettings, Source

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_SECONDS_TO_CONNECT = 3.0


class BrokerAway(ScrmError):
    """No broker responds: trying again later may help."""


def settings_of(source: Source) -> KafkaSettings:
    assert source.kafka is not None
    return source.kafka


def options_of(kafka: KafkaSettings) -> dict[str, str]:
    """Options of the client. Messages of aborted transactions are not read."""
    return {
        "kafka.bootstrap.servers": kafka.bootstrap_servers,
        "kafka.isolation.level": "read_committed",
        "kafka.allow.auto.create.topics": "false",
    } | kafka.options


def _reads_committed(kafka: KafkaSettings) -> bool:
    return options_of(kafka)["kafka.isolation.level"] == "read_committed"


def servers(source: Source) -> list[tuple[str, int]]:
    """Hosts and ports of the bootstrap servers. Raises ConfError where one is not written as that."""
    named = settings_of(source).bootstrap_servers
    found = []
    for server in named.split(","):
        host, _, port = server.strip().rpartition("://")[2].rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
            raise ConfError(
                f"{source.file}: key kafka.bootstrap_servers is {named!r}; expected host:port, several separated by commas"
            )
        found.append((host.strip("[]"), int(port)))
    return found


def check_broker(source: Source) -> None:
    """Raises BrokerAway where none of the bootstrap servers takes a connection."""
    for host, port in servers(source):
        try:
            with socket.create_connection((host, port), timeout=_SECONDS_TO_CONNECT):
                return
        except OSError:
            continue
    named = settings_of(source).bootstrap_servers
    raise BrokerAway(
        f"{source.file}: no Kafka broker responds at {named}; start it (`make kafka` starts one on this machine), "
        "or fix kafka.bootstrap_servers"
    )


def offsets_there(lake: Lake, source: Source) -> dict[int, tuple[int, int]]:
    """Partition -> (the earliest available offset, the offset after the last), by Kafka's own client."""
    kafka = settings_of(source)
    jvm: Any = lake.spark._jvm
    clients = jvm.org.apache.kafka.clients.admin
    properties = jvm.java.util.HashMap()
    for key, value in options_of(kafka).items():
        if key.startswith("kafka."):
            properties.put(key.removeprefix("kafka."), value)
    try:
        admin = clients.AdminClient.create(properties)
    except TypeError:  # the package is unknown to the JVM
        raise no_jars(source) from None
    except Py4JJavaError as error:
        raise explained(source, error) from None
    try:
        topics = jvm.java.util.ArrayList()
        topics.add(kafka.topic)
        described = admin.describeTopics(topics).allTopicNames().get().get(kafka.topic)
        partitions = sorted(int(of.partition()) for of in described.partitions())
        isolation = jvm.org.apache.kafka.common.IsolationLevel
        committed = isolation.READ_COMMITTED if _reads_committed(kafka) else isolation.READ_UNCOMMITTED
        found = []
        for spec in (clients.OffsetSpec.earliest(), clients.OffsetSpec.latest()):
            asked = jvm.java.util.HashMap()
            keys = {number: jvm.org.apache.kafka.common.TopicPartition(kafka.topic, number) for number in partitions}
            for key in keys.values():
                asked.put(key, spec)
            answer = admin.listOffsets(asked, clients.ListOffsetsOptions(committed)).all().get()
            found.append({number: int(answer.get(key).offset()) for number, key in keys.items()})
        return {number: (found[0][number], found[1][number]) for number in partitions}
    except Py4JJavaError as error:
        raise explained(source, error) from None
    finally:
        admin.close()


def explained(source: Source, error: Exception) -> ScrmError:
    """An error of Spark's or Kafka's client, with what to do about it."""
    kafka, text = settings_of(source), str(error)
    if isinstance(error, ScrmError):
        return error
    if "Failed to find data source: kafka" in text or "DATA_SOURCE_NOT_FOUND" in text:
        return no_jars(source)
    if "UnknownTopicOrPartitionException" in text or "does not host this topic-partition" in text:
        return ScrmError(
            f"{source.file}: topic {kafka.topic} does not exist at {kafka.bootstrap_servers}; create it, or fix kafka.topic"
        )
    if "KAFKA_DATA_LOSS" in text or "OffsetOutOfRange" in text:
        return ScrmError(
            f"{source.file}: topic {kafka.topic}: messages expired while they were being read. Run again to see "
            "which. Extend the topic's retention, or run more often"
        )
    try:
        check_broker(source)
    except BrokerAway as away:
        return away
    said = next((line for line in text.splitlines() if "org.apache.kafka" in line), text.strip().split("\n")[0])
    return ScrmError(f"{source.file}: topic {kafka.topic} could not be read: {said.strip()[:300]}")


def no_jars(source: Source) -> ConfError:
    return ConfError(
        f"{source.file}: the Spark session was started without Kafka's jars; start it with this conf, or add kafka to "
        "spark.jars in base.yaml"
    )
