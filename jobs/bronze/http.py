"""Fetches a web address within limits: size, time, redirects, and permitted hosts.

The IP address that is connected to is the one that was checked: this module resolves a name once per connection, so that
it cannot mean a public address when it is checked and a private one when it is used. Proxies, netrc and cookies are
ignored; set REQUESTS_CA_BUNDLE or SSL_CERT_FILE for a certificate authority of your own.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from jobs.settings.sources import FeedSettings

_CHUNK = 1 << 16
_PACKED = ("gzip", "x-gzip", "deflate")
_GZIP_OR_ZLIB = 47
_REDIRECTS = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class FetchError(Exception):
    """Why an address was not read, without secrets that the address may contain. status: HTTP status, or None."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """A response. body: None where the content has not changed since this etag or last_modified."""

    status: int
    body: bytes | None
    etag: str | None
    last_modified: str | None


def user_agent() -> str:
    try:
        return f"scrm-iris/{version('scrm-iris')} (social CRM; reads feeds)"
    except PackageNotFoundError:
        return "scrm-iris (social CRM; reads feeds)"


def shown(url: str) -> str:
    """An address without user, password, query and fragment, which may contain secrets.

    >>> shown("https://ann:secret@example.org:8443/feed?key=1")
    'https://example.org:8443/feed'
    """
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path or '/'}"


def fetch(url: str, limits: FeedSettings, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
    """GETs an address; conditionally where etag or last_modified of an earlier response are given.

    Raises FetchError.
    """
    headers = {"User-Agent": user_agent(), "Accept": _ACCEPT, "Accept-Encoding": "gzip"}
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers |= {name: value for name, value in conditions.items() if value}
    with _guarded(limits) as guard:
        problem: FetchError | None = None
        try:
            answer = _followed(url, headers, limits, guard, is_conditional=bool(etag or last_modified))
        except FetchError as error:
            problem = error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            problem = FetchError(_reason(error))
        if guard.is_over:  # a body of unknown length that was cut off looks complete
            raise FetchError(guard.message)
        if problem:
            raise problem
        return answer


def _followed(
    url: str, headers: Mapping[str, str], limits: FeedSettings, guard: _Guard, *, is_conditional: bool
) -> Answer:
    with requests.Session() as session:
        session.trust_env = False
        adapter = _Adapter(guard)
        verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True
        for _ in range(limits.max_redirects + 1):
            if urlsplit(url).scheme not in ("http", "https"):
                raise FetchError("it redirects to an address that is neither http nor https")
            request = session.prepare_request(requests.Request("GET", url, headers=headers))
            # Not session.send: it reads the whole body of a redirect, whatever its size.
            with adapter.send(request, stream=True, timeout=guard.left, verify=verify) as response:
                target = session.get_redirect_target(response) if response.status_code in _REDIRECTS else None
                if target is None:
                    return _answer(response, limits, is_conditional=is_conditional)
            url = urljoin(url, target)
    raise FetchError(f"it redirects more than feed.max_redirects ({limits.max_redirects}) times")


def _answer(response: requests.Response, limits: FeedSettings, *, is_conditional: bool) -> Answer:
    etag, last_modified = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
    if response.status_code == 304 and is_conditional:
        return Answer(304, None, etag, last_modified)
    if response.status_code != 200:
        raise FetchError(f"it answers with status {response.status_code}", response.status_code)
    return Answer(200, _body(response, limits.max_bytes), etag, last_modified)


def _body(response: requests.Response, limit: int) -> bytes:
    """The body, decompressed; the limit applies before and after decompression."""
    too_large = FetchError(f"it has more than feed.max_bytes ({limit:,}) bytes", 200)
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise too_large
    packing = response.headers.get("Content-Encoding", "identity").strip().lower() or "identity"
    if packing not in (*_PACKED, "identity"):
        raise FetchError(f"it has a content encoding that was not requested: {packing[:40]}", 200)
    body, came = bytearray(), 0
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB) if packing != "identity" else None
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        came += len(chunk)
        if came > limit:
            raise too_large
        while unpacker and chunk:
            try:
                body += unpacker.decompress(chunk, limit + 1 - len(body))
            except zlib.error:
                raise FetchError("its compressed body is broken", 200) from None
            if len(body) > limit:
                raise too_large
            chunk = unpacker.unused_data if unpacker.unused_data.startswith(b"\x1f\x8b") else b""
            if chunk:  # gzip may have several members
                unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
        body += chunk
        if len(body) > limit:
            raise too_large
    if unpacker and came and not unpacker.eof:
        raise FetchError("its compressed body is incomplete", 200)
    return bytes(body)


# --- where and how long ---------------------------------------------------------------------------------------


def is_public(address: str) -> bool:
    """Whether an IP address is public; so must be an IPv4 address embedded in it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return _is_global(ip)
    if ip.ipv4_mapped:
        return _is_global(ip.ipv4_mapped)
    if ip in _NAT64:
        return _is_global(ipaddress.IPv4Address(ip.packed[12:]))
    carried = (ip.sixtofour, *(ip.teredo or ()))
    return _is_global(ip) and all(_is_global(each) for each in carried if each)


def _is_global(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    is_special = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_reserved
    return ip.is_global and not is_special and not ip.is_unspecified


class _Guard:
    """Permitted hosts and the time limit of a fetch: when it expires, its connections are closed."""

    def __init__(self, limits: FeedSettings) -> None:
        self.allow_private = limits.allow_private
        self.seconds = limits.timeout_seconds
        self.ends_at = time.monotonic() + limits.timeout_seconds
        self.connections: list[socket.socket] = []
        self.lock = threading.Lock()

    @property
    def left(self) -> float:
        return max(self.ends_at - time.monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends_at

    @property
    def message(self) -> str:
        return f"it takes longer than feed.timeout_seconds ({self.seconds:g})"

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to an address that may be connected to."""
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise FetchError(f"the host {host} is not known") from None
        for *_, place in found:
            if not self.allow_private and not is_public(str(place[0])):
                raise FetchError(
                    f"the host {host} has the address {place[0]}, which is not public; "
                    "set feed.allow_private if that is intended"
                )
        problem: OSError | None = None
        for family, kind, protocol, _, place in found:
            if self.is_over:
                raise FetchError(self.message)
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.left)
                connection.connect(place)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self.lock:
                    self.connections.append(connection.dup())
                if self.is_over:
                    self.cut()
                return connection
            except OSError as error:
                connection.close()
                problem = error
        raise FetchError(f"the host {host} cannot be connected to: {_reason(problem)}")

    def cut(self) -> None:
        with self.lock:
            for connection in self.connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # closed by the other side
                    continue

    def close(self) -> None:
        with self.lock:
            for connection in self.connections:
                connection.close()
            self.connections.clear()


@contextmanager
def _guarded(limits: FeedSettings) -> Iterator[_Guard]:
    """A guard whose connections end at its time limit: a slow trickle of bytes never times out by itself."""
    guard = _Guard(limits)
    timer = threading.Timer(limits.timeout_seconds, guard.cut)
    timer.daemon = True
    timer.start()
    try:
        yield guard
    finally:
        timer.cancel()
        guard.close()


class _Adapter(HTTPAdapter):
    """Connects through the guard. Host header and certificate remain those of the name."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, **kwargs)
        connect = self._guard.connect

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return connect(self._dns_host, self.port)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return connect(self._dns_host, self.port or 443)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _reason(error: Exception | None) -> str:
    """What went wrong, in our own words: messages of libraries contain the whole address."""
    if isinstance(error, (requests.Timeout, TimeoutError, urllib3.exceptions.TimeoutError)):
        return "it does not respond in time"
    if isinstance(error, (requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
        return "its certificate is not trusted"
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, ValueError)):
        return "it redirects to an invalid address"
    if isinstance(error, (requests.RequestException, urllib3.exceptions.HTTPError)):
        return "the connection was lost"
    return (getattr(error, "strerror", None) or type(error).__name__).lower()
