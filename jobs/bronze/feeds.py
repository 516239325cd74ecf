"""Lands the current content of web addresses: feeds that are polled over HTTP.

Every content of an address is a file of its own, in order of arrival. The last response is kept in ops.polls, so that an
address is polled for changes only; where polling fails it is kept, and the address is polled again by the next run.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa

from jobs.bronze import batches
from jobs.bronze import http as web
from jobs.bronze.samples import Sample, first
from jobs.errors import ConfError, ScrmError
from jobs.job import Run
from jobs.lake import ops
from jobs.settings.sources import FeedSettings, Source
from jobs.sources import files
from jobs.sources.options import split_options
from transformations.contracts.ops_rows import BatchRow, PollRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_LONGEST_MARK = 1_000


def has_new(lake: Lake, run: Run, source: Source) -> bool:
    """Whether the content of an address changed, or may have changed. Starts no JVM.

    Where none changed, this poll is all there is to do, and it is recorded here. Raises ConfError for an invalid address.
    """
    check(source)
    marks = _marks(lake, source, batches.registered(lake, source))
    is_new = any(_may_have_changed(run, source, url, marks[file_of(url)]) for url in _feed(source).urls)
    if not is_new:
        _poll(lake, run, source)
    return is_new


def _may_have_changed(run: Run, source: Source, url: str, marks: _Marks) -> bool:
    if marks == _Marks():
        return True
    answer = _asked(run.run_id, url, _feed(source), marks)
    return isinstance(answer, web.FetchError) or answer.body is not None  # errors are reported by landing


@dataclass(frozen=True)
class _Marks:
    """What an address reported about its last content, to poll for changes only."""

    etag: str | None = None
    last_modified: str | None = None


def _marks(lake: Lake, source: Source, known: list[BatchRow]) -> dict[str, _Marks]:
    """By file. Content that never landed, or is no longer registered, has none: it is fetched in full."""
    is_landed = {row["file"] for row in known}
    polls = ops.POLLS.rows(lake, source=source.name)
    found = {row["file"]: _Marks(row["etag"], row["last_modified"]) for row in polls if row["file"] in is_landed}
    return {file: found.get(file, _Marks()) for file in map(file_of, _feed(source).urls)}


@lru_cache(maxsize=1_000)
def _asked(run_id: str, url: str, limits: FeedSettings, marks: _Marks) -> web.Answer | web.FetchError:
    """Response of an address. It is polled once per run: checking for new content fetches it."""
    try:
        return web.fetch(url, limits, etag=marks.etag, last_modified=marks.last_modified)
    except web.FetchError as error:
        return error


def land(lake: Lake, run: Run, source: Source) -> None:
    """Lands new content. An address that fails is noted and does not stop the others."""
    check(source)
    _poll(lake, run, source)
    _asked.cache_clear()  # it contains responses


def _poll(lake: Lake, run: Run, source: Source) -> None:
    """Lands the responses of this run, and records each of them."""
    known = batches.registered(lake, source)
    polls: list[PollRow] = []
    with tempfile.TemporaryDirectory(prefix="scrm-feeds-") as folder:
        new = batches.new(_arrivals(lake, run, source, known, Path(folder), polls), known, source, run, _version(run))
        landed = [row for row in new if row["batch_state"] == "landed"]
        if landed:
            options = split_options(source, run.settings.base.limits)
            chosen = [(str(_place(Path(folder), row["file"])), row["file"], row["batch_id"]) for row in landed]
            records = files.records(source, options, chosen, run.started_at)
            lake.append_arrow(f"bronze.{source.name}", pa.RecordBatchReader.from_batches(files.BRONZE_SCHEMA, records))
    if new:
        batches.register(lake, source, new)
    ops.POLLS.upsert(lake, polls)  # last: what was not registered is polled again


def sample(lake: Lake, run: Run, source: Source, limit: int) -> Sample:
    """The first entries of the addresses' current content. Each is polled once, unconditionally."""
    check(source)
    options = split_options(source, run.settings.base.limits)
    addresses = _feed(source).urls
    taken: list[pa.Table] = []
    failed: list[str] = []
    for url in addresses:
        if sum(part.num_rows for part in taken) >= limit:
            break
        file = file_of(url)
        try:
            body = web.fetch(url, _feed(source)).body or b""
        except web.FetchError as error:
            failed.append(f"{file} was not read: {error}")
            continue
        with tempfile.NamedTemporaryFile(prefix="scrm-feed-") as held:
            held.write(body)
            held.flush()
            records = files.records(source, options, [(held.name, file, file)], run.started_at)
            taken.append(first(records, limit - sum(part.num_rows for part in taken)))
    if not taken:
        raise ScrmError(f"{source.file}: {'; '.join(failed)}. Fix feed.urls, or try again later")
    return Sample(pa.concat_tables(taken), f"{len(taken)} of {len(addresses)} addresses", notes=tuple(failed))


def check(source: Source) -> None:
    """Raises ConfError where an address is not an HTTP address, or is listed twice."""
    names: set[str] = set()
    for number, url in enumerate(_feed(source).urls):
        try:
            parts = urlsplit(url)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise ConfError(
                f"{source.file}: key feed.urls.{number}: expected an address that begins with http:// or https://"
            )
        if file_of(url) in names:
            raise ConfError(f"{source.file}: key feed.urls.{number}: {web.shown(url)} is listed twice; remove one")
        names.add(file_of(url))


def file_of(url: str) -> str:
    """Name of an address: without parts that may be secret, and still unique."""
    name = web.shown(url)
    return name if name == url else f"{name}~{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def _feed(source: Source) -> FeedSettings:
    assert source.feed is not None
    return source.feed


def _version(run: Run):
    """Versions sort by the time of the poll, whatever their address."""
    return lambda file, number: f"{run.started_at:%Y-%m-%dT%H:%M:%S.%fZ} {file}"


def _place(folder: Path, file: str) -> Path:
    return folder / hashlib.sha256(file.encode()).hexdigest()


def _arrivals(
    lake: Lake, run: Run, source: Source, known: list[BatchRow], folder: Path, polls: list[PollRow]
) -> Iterator[batches.Arrival]:
    """New contents, each written into the folder; `polls` gets a row of ops.polls for each address."""
    before = {row["file"]: row for row in ops.POLLS.rows(lake, source=source.name)}
    is_landed = {row["file"] for row in known}
    marks = _marks(lake, source, known)
    for url in _feed(source).urls:
        file = file_of(url)
        last = before.get(file) if file in is_landed else None
        poll: PollRow = {
            "source": source.name,
            "file": file,
            "polled_at": run.started_at,
            "etag": marks[file].etag,
            "last_modified": marks[file].last_modified,
            "bytes_count": last["bytes_count"] if last else None,
            "status": None,
            "error": None,
        }
        polls.append(poll)
        answer = _asked(run.run_id, url, _feed(source), marks[file])
        if isinstance(answer, web.FetchError):
            poll |= {"status": answer.status, "error": str(answer)}
            run.note(f"{source.name}: {file} was not read: {answer}; the next run tries again")
            continue
        poll["status"] = answer.status
        if answer.body is None:
            poll |= {"etag": _mark(answer.etag) or poll["etag"]}
            continue
        poll |= {
            "etag": _mark(answer.etag),
            "last_modified": _mark(answer.last_modified),
            "bytes_count": len(answer.body),
        }
        place = _place(folder, file)
        place.write_bytes(answer.body)
        polled_ns = int(run.started_at.timestamp() * 1e9)
        yield batches.Arrival(files.batch_id(source.name, place), file, web.shown(url), len(answer.body), polled_ns)


def _mark(header: str | None) -> str | None:
    """An ETag or a date to send back; None where it is implausibly long."""
    text = (header or "").strip()
    return text if text.isprintable() and 0 < len(text) <= _LONGEST_MARK else None
