"""Feeds over HTTP, against a server of this test: what lands, what is asked for, and what is refused. No JVM, but to try."""

from __future__ import annotations

import gzip
import ipaddress
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jobs import settings as conf
from jobs.bronze import batches, feeds
from jobs.bronze import http as web
from jobs.cli.main import main
from jobs.errors import ConfError, ScrmError
from jobs.job import Run
from jobs.lake.tables import Lake
from jobs.settings.sources import FeedSettings

Answer = Callable[[BaseHTTPRequestHandler], None]


def rss(*titles: str) -> bytes:
    items = "".join(f"<item><guid>{n}</guid><title>{title}</title></item>" for n, title in enumerate(titles))
    return f"<rss><channel><title>News</title>{items}</channel></rss>".encode()


def say(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


class Server:
    """Answers by path, and keeps what it was asked."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, dict(self.headers)))
                try:
                    outer.answers[self.path](self)
                except OSError:  # the client went away
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.handle_error = lambda *args: None  # type: ignore[method-assign]
        if tls:
            self.http.socket = tls.wrap_socket(self.http.socket, server_side=True)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def limits(**changed: object) -> FeedSettings:
    return FeedSettings.model_validate({"urls": [], "allow_private": True, "timeout_seconds": 10} | changed)


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
    assert feed.poll() == []
    assert "If-None-Match" not in server.asked[-1][1]
    assert len(feed.records()) == 1
    feed.lake.delete("ops.batches", "true")
    feed.poll()
    assert "If-None-Match" not in server.asked[-1][1]
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


# --- what is refused ------------------------------------------------------------------------------------------

BODY = rss(*["x" * 100] * 50)
BOMB = gzip.compress(bytes(50_000_000))


def refused(server: Server, path: str = "/a", **changed: object) -> str:
    with pytest.raises(web.FetchError) as found:
        web.fetch(server.url(path), limits(**changed))
    return str(found.value)


def chunked(*pieces: bytes, pause: float = 0) -> Answer:
    """A body whose length is told nowhere: it ends with the connection."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)

    return answer


def test_what_is_too_large_is_not_read_whatever_it_says_of_itself(server):
    told = "it has more than feed.max_bytes (1,000) bytes"
    server.answers["/a"] = say(BODY)
    assert refused(server, max_bytes=1_000) == told
    server.answers["/a"] = chunked(*[BODY] * 10)
    assert refused(server, max_bytes=1_000) == told
    server.answers["/a"] = say(gzip.compress(BODY), Content_Encoding="gzip")
    assert refused(server, max_bytes=1_000) == told  # small while packed
    assert web.fetch(server.url("/a"), limits(max_bytes=len(BODY))).body == BODY


def test_a_bomb_is_not_unpacked(server):
    assert len(BOMB) < 100_000
    server.answers["/a"] = say(BOMB, Content_Encoding="gzip")
    begun = time.monotonic()
    assert refused(server, max_bytes=200_000) == "it has more than feed.max_bytes (200,000) bytes"
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("body", "encoding", "told"),
    [
        (gzip.compress(BODY)[:-20], "gzip", "its compressed body is incomplete"),
        (b"no gzip at all", "gzip", "its compressed body is broken"),
        (BODY, "br", "it has a content encoding that was not requested: br"),
        (BODY, "gzip, gzip", "it has a content encoding that was not requested: gzip, gzip"),
    ],
)
def test_bodies_that_cannot_be_unpacked_say_why(server, body, encoding, told):
    server.answers["/a"] = say(body, Content_Encoding=encoding)
    assert refused(server) == told


def test_gzip_of_several_members_and_empty_bodies_are_read(server):
    server.answers["/a"] = say(gzip.compress(b"one ") + gzip.compress(b"two"), Content_Encoding="gzip")
    assert web.fetch(server.url("/a"), limits()).body == b"one two"
    server.answers["/a"] = say(b"", Content_Encoding="gzip")
    assert web.fetch(server.url("/a"), limits()).body == b""


def test_a_body_shorter_than_it_says_is_refused(server):
    server.answers["/a"] = say(b"half", Content_Length="8")
    assert refused(server) == "the connection was lost"


def _slow_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    for number in itertools.count():
        handler.wfile.write(b"X-%d: a\r\n" % number)
        time.sleep(0.05)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda handler: time.sleep(3), id="says nothing"),
        pytest.param(_slow_head, id="headers trickle"),
        pytest.param(chunked(*[b"<"] * 60, pause=0.05), id="the body trickles"),
        pytest.param(lambda handler: (say(b"<", Content_Length="9")(handler), time.sleep(3)), id="the body stops"),
    ],
)
def test_the_time_limit_is_one_for_all_of_it(server, answer):
    server.answers["/a"] = answer
    begun = time.monotonic()
    assert refused(server, timeout_seconds=0.5) == "it takes longer than feed.timeout_seconds (0.5)"
    assert time.monotonic() - begun < 2


def test_redirects_are_followed_so_far_and_no_further(server):
    server.answers |= {
        "/a": say(status=301, Location="/b"),
        "/b": say(status=307, Location=server.url("/c")),
        "/c": say(b"here"),
        "/loop": say(status=302, Location="/loop"),
    }
    assert web.fetch(server.url("/a"), limits(max_redirects=2)).body == b"here"
    assert refused(server, max_redirects=1) == "it redirects more than feed.max_redirects (1) times"
    server.asked.clear()
    assert refused(server, "/loop") == "it redirects more than feed.max_redirects (5) times"
    assert len(server.asked) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/"])
def test_redirects_leave_the_web_nowhere(server, target):
    server.answers["/a"] = say(status=302, Location=target)
    assert refused(server) == "it redirects to an address that is neither http nor https"


def test_the_body_of_a_redirect_is_not_read(server):
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/b")
        handler.end_headers()
        for _ in range(60):
            handler.wfile.write(bytes(1_000_000))
            time.sleep(0.05)

    server.answers |= {"/a": endless, "/b": say(b"here")}
    begun = time.monotonic()
    assert web.fetch(server.url("/a"), limits()).body == b"here"
    assert time.monotonic() - begun < 2


def test_private_addresses_are_refused_unless_conf_allows_them(server):
    server.answers["/a"] = say(b"secret")
    told = (
        "the host 127.0.0.1 has the address 127.0.0.1, which is not public; set feed.allow_private if that is intended"
    )
    assert refused(server, allow_private=False) == told
    for host in ("localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
        with pytest.raises(web.FetchError, match="which is not public"):
            web.fetch(server.url("/a", host), limits(allow_private=False))
    assert server.asked == []


def test_each_redirect_is_checked_anew(server, monkeypatch):
    monkeypatch.setattr(web, "is_public", lambda address: address == "127.0.0.1")
    server.answers |= {"/a": say(status=302, Location=server.url("/b", "127.0.0.2")), "/b": say(b"secret")}
    assert "has the address 127.0.0.2, which is not public" in refused(server, allow_private=False)
    assert [path for path, _ in server.asked] == ["/a"]


def test_the_address_that_was_checked_is_the_one_connected_to(server, monkeypatch):
    """A name that means a public address when it is checked and a private one when it is used gets nowhere."""
    asked: list[str] = []

    def resolve(host, port, *args, **kwargs):
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(web, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    server.answers |= {"/a": say(b"here"), "/again": say(status=302, Location="/a")}
    assert web.fetch(server.url("/a", "feed.example"), limits(allow_private=False)).body == b"here"
    assert asked == ["feed.example"]
    assert server.asked[0][1]["Host"] == f"feed.example:{server.port}"
    asked.clear()
    with pytest.raises(web.FetchError, match=r"has the address 127\.0\.0\.2"):
        web.fetch(server.url("/again", "feed.example"), limits(allow_private=False))


def test_a_name_with_any_private_address_is_refused(server, monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, server.port)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(web.FetchError, match=r"has the address 10\.0\.0\.1"):
        web.fetch(server.url("/a", "feed.example"), limits(allow_private=False))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address):
    assert web.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "::127.0.0.1",
    ],
)
def test_addresses_that_are_not_public(address):
    assert not web.is_public(address)


def test_who_does_not_answer_is_told_in_words_of_our_own():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/?token=s3cret"
        with pytest.raises(web.FetchError, match=r"^the host 127\.0\.0\.1 cannot be connected to: connection refused$"):
            web.fetch(url, limits())
    with pytest.raises(web.FetchError, match=r"^the host feed\.invalid is not known$"):
        web.fetch("http://feed.invalid/", limits())


def test_an_unasked_304_is_no_content(server):
    server.answers["/a"] = say(status=304)
    assert refused(server) == "it answers with status 304"


def test_certificates_are_checked_against_the_name(tmp_path, monkeypatch):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "feed.example")])
    now = datetime.now(UTC)
    names = [x509.DNSName("feed.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, key_file = tmp_path / "certificate.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem, key_file)
    told: list[str | None] = []
    tls.sni_callback = lambda connection, server_name, context: told.append(server_name)
    server = Server(tls)
    server.answers["/a"] = say(b"here")
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))],
    )
    url = f"https://feed.example:{server.port}/a"
    try:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        with pytest.raises(web.FetchError, match=r"^its certificate is not trusted$"):
            web.fetch(url, limits())
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
        assert web.fetch(url, limits()).body == b"here"
        assert told[-1] == "feed.example"
        with pytest.raises(web.FetchError, match=r"^its certificate is not trusted$"):
            web.fetch(url.replace("feed.example", "other.example"), limits())
    finally:
        server.close()


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
