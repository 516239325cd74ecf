"""`scrm stream`: topics and watched folders, as they come, end in what a run over the same records ends in."""

import json
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from places import from_files, from_topic, until

from jobs.bronze.kafka import landing
from jobs.cli import main as cli
from jobs.errors import ConfError
from jobs.lake import row_accounts
from jobs.runner.streaming import Streaming

QUICK = "limits: {settle_seconds: 0.6}\n"


def order(number: int, status: str = "new", at: str = "2025-03-01T09:00:00Z") -> dict[str, str]:
    return {"order": str(number), "customer": f"c{number % 3}", "at": at, "status": status}


def lines(*records: dict) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def messages(*records: dict) -> list[bytes]:
    return [json.dumps(record).encode() for record in records]


def put(path, content: bytes) -> None:
    """Writes a file aside and renames it into place."""
    aside = path.with_suffix(".part")
    aside.write_bytes(content)
    aside.replace(path)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "in"
    made.mkdir()
    return made


class Running:
    """A stream in a thread of its own, with what it told."""

    def __init__(self, place, **options) -> None:
        self.cycles, self.notices, self.result = [], [], []
        self.stream = Streaming(
            place.settings(), place.lake, every=0.3, on_cycle=self.cycles.append, notice=self.notices.append, **options
        )
        self.thread = threading.Thread(target=lambda: self.result.append(self.stream.run()), daemon=True)

    def landed(self) -> int:
        return sum(cycle.landed for cycle in self.cycles)


@contextmanager
def running(place, **options):
    """Runs a stream within the block, and stops it: it ends with 0."""
    found = Running(place, **options)
    found.thread.start()
    try:
        yield found
    finally:
        found.stream.stop()
        found.thread.join(60)
    assert found.result == [0]


def test_a_watched_folder_ends_in_the_same_silver_as_a_run(place, folder):
    watched = place("watched", QUICK, shop=from_files(folder))
    with running(watched) as stream:
        time.sleep(1)  # an empty folder is no mistake
        put(folder / "a.json", lines(order(1), order(2)))
        until(lambda: stream.landed() == 2)
        put(folder / "a.json", lines(order(1, "sent"), order(2), order(3)))  # the same name, new bytes
        until(lambda: stream.landed() == 5)
        with (folder / "b.json").open("wb", buffering=0) as writing:  # written in place, slowly
            for number in range(4, 10):
                writing.write(lines(order(number)))
                time.sleep(0.25)
                assert stream.landed() == 5
        until(lambda: stream.landed() == 11)
    assert stream.notices == ["Streaming shop; Ctrl-C stops it"]
    assert [(cycle.landed, cycle.accepted, cycle.quarantined) for cycle in stream.cycles] == [
        (2, 2, 0),
        (3, 3, 0),
        (6, 6, 0),
    ]
    assert all(0 < cycle.latency < 60 for cycle in stream.cycles)
    versions = sorted(row["file_version"] for row in watched.lake.rows("ops.batches"))
    assert versions == ["a.json", "a.json@0002", "b.json"]
    assert row_accounts.mistakes(watched.lake) == []

    run = place("run", shop=from_files(folder))
    run.good_run()
    assert watched.hashes() == run.hashes()
    before = watched.versions()
    watched.good_run()
    assert watched.versions() == before


def test_topics_and_folders_stream_together_and_outlive_the_broker(place, folder, broker, topic):
    sources = {"shop": from_files(folder), "web": from_topic(broker, topic)}
    streamed = place("streamed", QUICK, **sources)
    put(folder / "a.json", lines(order(1)))
    with running(streamed) as stream:
        broker.send(topic, *messages(*map(order, range(100, 103))))
        until(lambda: stream.landed() == 4)
        broker.stop()
        try:
            until(lambda: len(stream.notices) == 2)
            put(folder / "b.json", lines(order(2)))  # folders go on
            until(lambda: stream.landed() == 5)
        finally:
            broker.start()
        broker.send(topic, *messages(order(103), order(104)))
        until(lambda: stream.landed() == 7)
    assert [notice.split(" (")[0] for notice in stream.notices[1:]] == [
        f"{streamed.conf}/sources/web.yaml: no Kafka broker responds at {broker.servers}; start it",
        "web: the Kafka broker answers again",
    ]
    assert row_accounts.mistakes(streamed.lake) == []

    run = place("run", **sources)
    run.good_run()
    assert streamed.hashes() == run.hashes()
    assert run.hashes()["silver.orders"][0] == 7


def test_the_gate_ends_the_stream_and_a_failing_job_is_tried_again(place, broker, topic, monkeypatch):
    streamed = place("streamed", QUICK + "quality: {min_rows_to_stop: 1}\n", shop=from_topic(broker, topic))
    real, failures = landing.land_micro_batch, []

    def fails_once(*arguments):
        if not failures:
            failures.append(True)
            raise OSError("disk full")
        real(*arguments)

    monkeypatch.setattr(landing, "land_micro_batch", fails_once)
    stream = Running(streamed)
    stream.thread.start()
    broker.send(topic, *messages(order(1), order(2)))
    until(lambda: stream.landed() == 2)
    broker.send(topic, *messages(order(3, at="not a time")))
    stream.thread.join(60)
    assert stream.result == [3]
    failed, stopped = stream.notices[1:]
    assert "disk full" in failed
    assert failed.endswith("trying again")
    assert stopped.startswith("silver.orders: 1 of 1 rows refused")
    assert len(streamed.lake.rows("bronze.shop")) == 3


def test_wrong_use_is_refused(place, folder, tmp_path):
    watched = place("watched", shop=from_files(tmp_path / "nowhere"))
    with pytest.raises(ConfError, match=r"the folder .*nowhere does not exist"):
        Streaming(watched.settings(), watched.lake).run()
    watched = place("watched", shop=from_files(folder))
    with pytest.raises(ConfError, match="no source blog"):
        Streaming(watched.settings(), watched.lake, names=("blog",))
    with running(watched) as stream:
        until(lambda: stream.notices)
        second = Streaming(watched.settings(), watched.lake)
        with pytest.raises(ConfError, match="shop is streamed by another process already"):
            second.once()


def test_the_command_does_one_cycle(place, folder, broker, topic, capsys):
    put(folder / "a.json", lines(order(1)))
    broker.send(topic, *messages(order(2), order(3)))
    both = place("both", "limits: {settle_seconds: 0}\n", shop=from_files(folder), web=from_topic(broker, topic))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert cli.main(["stream", "--once", "--conf", str(both.conf)]) == 0
        assert ", web: landed 3, accepted 3, quarantined 0, " in capsys.readouterr().out
        assert cli.main(["stream", "--once", "--source", "web", "--conf", str(both.conf)]) == 0
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert capsys.readouterr().out == ""


def test_the_command_stops_cleanly_when_asked(place, broker, topic):
    streamed = place("streamed", QUICK, shop=from_topic(broker, topic))
    command = [sys.executable, "-m", "jobs", "stream", "--every", "0.5", "--conf", str(streamed.conf)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline() == "Streaming shop; Ctrl-C stops it\n"
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (0, "", "")
