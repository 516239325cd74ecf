"""Addresses over HTTP, against a server of this test: what is read, and what is refused."""

from __future__ import annotations

import gzip
import ipaddress
import itertools
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from web_server import Answer, Server, rss, say

from jobs.bronze import http as web
from jobs.settings.sources import FeedSettings


def limits(**changed: object) -> FeedSettings:
    return FeedSettings.model_validate({"urls": [], "allow_private": True, "timeout_seconds": 10} | changed)


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
