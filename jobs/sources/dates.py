"""Times in platforms' payloads: the one reader of their texts, epochs, and which of two times counts.

What is read is written in ISO 8601; a text that cannot be read is passed on unchanged, and the contract refuses it. A text
without a zone stays without one: it is local to the source's `timezone`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from transformations.canonical.times import ABBREVIATIONS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"(?P<h>\d{1,2})(?::(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d+))?)?)?"
_HALF = r"(?:\s{0,3}(?P<half>[AaPp])\.?[Mm]\b\.?)?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?:[Tt ]{_CLOCK}{_HALF})?\s{{0,3}}(?P<zone>.*)"
)
_MAIL = re.compile(
    rf"(?:[A-Za-z]{{2,12}}\.?,?\s{{1,3}})?(?P<day>\d{{1,2}})[\s-](?P<month>[A-Za-z]{{3,9}})\.?,?[\s-]"
    rf"(?P<year>\d{{4}}|\d{{2}}),?\s{{1,3}}{_CLOCK}{_HALF}\s{{0,3}}(?P<zone>.*)"
)
_CTIME = re.compile(  # `Wed Oct 10 20:19:24 +0000 2018`, and JavaScript's `Wed Oct 10 2018 20:19:24 GMT+0200 (CEST)`
    rf"[A-Za-z]{{3}},?\s{{1,3}}(?P<month>[A-Za-z]{{3}})\s{{1,3}}(?P<day>\d{{1,2}})\s{{1,3}}(?:(?P<year>\d{{4}})\s{{1,3}})?"
    rf"{_CLOCK}\s{{0,3}}(?P<zone>.*?)(?:\s{{1,3}}(?P<late_year>\d{{4}}))?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})")
_OFFSET = re.compile(r"(?:(?:UTC|GMT|UT) ?)?([+-])(\d{1,2}):?(\d{2})?(?: *[\[(][^\])]*[\])])?", re.IGNORECASE)
_REGION = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+")
_BLANKS = str.maketrans("\u00a0\u202f\u2009\t\u2212", "    -")
_YEAR_0 = re.compile(r"\s*[+-]?0+-")
_FIRST_YEAR = 1970
"""No client's time is older: programs write year 1, or 1970, for a time that they do not know."""


def text(value: str | None) -> str | None:
    """A time as ISO 8601, from RFC 822 (feeds, mail), X's and JavaScript's notation; other texts unchanged.

    >>> text("Mon, 01 Jul 2024 01:30:00 +0200")
    '2024-07-01T01:30:00+02:00'
    """
    if not value or not value.strip():
        return None
    stripped = value.strip()
    if _ISO.match(stripped):  # read by `transformations.canonical.times`
        return stripped
    moment = read(stripped)
    return moment.isoformat() if moment else stripped


def read(value: Any) -> datetime | None:
    """A text as a time, without a zone where it names none; None where it is none, or its zone is unknown."""
    if not isinstance(value, str):
        return None
    plain = value.translate(_BLANKS).strip()
    if match := _COMPACT.fullmatch(plain):  # MediaWiki's own form, in UTC
        return _made(*map(int, match.groups()), zone=UTC)
    for pattern in (_ISO, _MAIL, _CTIME):
        if match := pattern.fullmatch(plain):
            return _of_parts(match.groupdict())
    return None


def instant(value: Any) -> datetime | None:
    """As `read`, a time without a zone as UTC: to compare times of one platform."""
    moment = read(value)
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def utc(value: str | None) -> str | None:
    """A time of a platform that writes UTC without saying so."""
    moment = read(value)
    return f"{value.strip()}Z" if value and moment and moment.tzinfo is None and len(value.strip()) > 10 else value


def epoch(seconds: Any, unit: int = 1) -> str | None:
    """Seconds since 1970 (or milliseconds with unit=1000) as ISO 8601 in UTC; other values are passed on as text."""
    if seconds is None or seconds == "":
        return None
    try:
        return datetime.fromtimestamp(float(seconds) / unit, UTC).isoformat()
    except (ValueError, OverflowError, OSError, TypeError):
        return str(seconds)


def earlier(client: str | None, service: str | None, ahead: timedelta = timedelta()) -> str | None:
    """When something was written: the earlier of what the client says and when the service saw it.

    Clocks of clients may be wrong: a time after the service saw it, or before 1970, does not count.
    Args: ahead: how far the client's time may be after that of the service and still count.

    >>> earlier("0001-01-01T00:00:00Z", "2026-11-27T13:30:00Z")
    '2026-11-27T13:30:00Z'
    """
    said, seen = instant(client), instant(service)
    if not client or seen is None or seen.year < _FIRST_YEAR:
        return client or service
    if said is None:  # year 0 is no year, and what else cannot be read is refused
        return service if _YEAR_0.match(client) else client
    return client if said.year >= _FIRST_YEAR and said <= seen + ahead else service


def later(changed: str | None, created: str | None) -> str | None:
    """The time of a change, None where it is not after the creation. What cannot be read is passed on."""
    if not changed or changed == created:
        return None
    after, before = instant(changed), instant(created)
    return changed if after is None or before is None or after > before else None


def latest(values: Iterable[str | None]) -> str | None:
    """The latest of times, as written; None where none can be read."""
    known = [(moment, value) for value in values if value and (moment := instant(value))]
    return max(known)[1] if known else None


def _of_parts(parts: dict[str, str | None]) -> datetime | None:
    name = (parts.get("zone") or "").strip()
    zone = _zone(name) if name else None
    year, month = parts.get("year") or parts.get("late_year"), (parts["month"] or "").lower()
    number = int(month) if month.isdecimal() else next((n for n, name in enumerate(_MONTHS, 1) if month[:3] == name), 0)
    hour = int(parts.get("h") or 0)
    if half := (parts.get("half") or "").lower():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if year is None or (name and zone is None):
        return None
    full_year = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 50 else 1900)
    clock = hour, int(parts.get("m") or 0), int(parts.get("s") or 0)
    of_second = int(f"{parts.get('f') or '0':0<6}"[:6])
    return _made(full_year, number, int(parts["day"] or 0), *clock, zone=zone, microsecond=of_second)


def _made(year: int, month: int, day: int, *clock: int, zone: tzinfo | None, microsecond: int = 0) -> datetime | None:
    hour, minute, second = clock
    try:
        return datetime(year, month, day, hour, minute, second, microsecond, zone)
    except ValueError:
        return None


def _zone(name: str) -> tzinfo | None:
    """The zone of a name; None where it is unknown."""
    if match := _OFFSET.fullmatch(name):
        return _fixed(match[1], int(match[2]), int(match[3] or 0))
    bare = name.strip("[]()")
    if offset := ABBREVIATIONS.get(bare.upper()):
        return _fixed(offset[0], int(offset[1:3]), int(offset[4:]))
    if _REGION.fullmatch(bare):
        try:
            return ZoneInfo(bare)
        except (KeyError, ValueError, OSError):
            return None
    return None


def _fixed(sign: str, hours: int, minutes: int) -> tzinfo | None:
    if hours > 18 or minutes > 59:
        return None
    return timezone((1 if sign == "+" else -1) * timedelta(hours=hours, minutes=minutes))
