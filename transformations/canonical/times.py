"""Times as people and programs write them: the SQL that reads a text as an instant, and the zones that it knows.

A text that names its zone is that instant; a text without one is local to the source's time zone; a text with anything
else behind the time is not read. No zone is ever guessed or dropped: Spark's own cast reads some zones and would leave
the source's zone to be applied a second time.

| part | forms |
|---|---|
| date | 2024-06-30, 2024-6-3, 2024-06, 2024; as mail has it: Sun, 30 Jun 2024 23:30:00 +0200; as X and JavaScript have it: \
Sun Jun 30 23:30:00 +0200 2024, Sun Jun 30 2024 23:30:00 GMT+0200 (CEST); Jun 30, 2024 11:30 PM |
| time | 23:30, 23:30:00, 23:30:00.123 or ,123, behind a T or a blank; 11:30 PM, 11:30:00 p.m. |
| zone | Z, UTC, GMT, UT; +02, +0200, +02:00, GMT+2, UTC-05:30; -0000 is UTC; names such as CEST (`ABBREVIATIONS`); \
regions such as Europe/Berlin, in brackets too |

Local times around a change of clocks: one that occurs twice is the earlier instant (summer time), one that never occurred
is later by the hour that was left out (02:30 becomes 03:30).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ABBREVIATIONS = {
    **dict.fromkeys(("Z", "UTC", "GMT", "UT", "WET"), "+00:00"),
    **dict.fromkeys(("CET", "MEZ", "WEST"), "+01:00"),
    **dict.fromkeys(("CEST", "MESZ", "EET"), "+02:00"),
    **dict.fromkeys(("EEST", "MSK"), "+03:00"),
    "JST": "+09:00",
    "AEST": "+10:00",
    "AEDT": "+11:00",
    "NZST": "+12:00",
    "NZDT": "+13:00",
    **dict.fromkeys(("EDT",), "-04:00"),
    **dict.fromkeys(("EST", "CDT"), "-05:00"),
    **dict.fromkeys(("CST", "MDT"), "-06:00"),
    **dict.fromkeys(("MST", "PDT"), "-07:00"),
    **dict.fromkeys(("PST", "AKDT"), "-08:00"),
    "AKST": "-09:00",
    "HST": "-10:00",
}
"""Abbreviation of a zone -> offset: European ones, and the American ones as RFC 822 has them. Those with several common
meanings (IST, BST, AST) are left out, so that times with them are refused."""

_YEAR, _DAY = "[0-9]{4}(-[0-9]{1,2})?", "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_CLOCK = "[0-9]{1,2}(:[0-9]{1,2}(:[0-9]{1,2}([.,][0-9]+)?)?)?"
_LOCAL = f"^({_YEAR}|{_DAY}([Tt ]{_CLOCK})?)$"
_COMMON = f"^{_DAY}[T ][0-9]{{1,2}}:[0-9]{{1,2}}:[0-9]{{1,2}}([.][0-9]+)?(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$"
_STAMP = f"^({_DAY}([Tt ]{_CLOCK})?)"
_HALF = f"^{_DAY}[Tt ]{_CLOCK} *[AaPp][.]?[Mm]([.]| |$)"
_HALF_ENDS = " *([AaPp])[.]?[Mm][.]?"
_OFFSET = "^((UTC|GMT|UT) ?)?([+-])([0-9]{1,2}):?([0-9]{2})?:?([0-9]{2})?( *[(\\\\[][^\\\\])]*[\\\\])])?$"
_REGION = "^[\\\\[(]?([A-Za-z_]+(/[A-Za-z0-9_+-]+)+)[\\\\])]?$"
_MIDNIGHT = f"^{_DAY}[Tt ]00:00(:00([.,]0+)?)? *([Zz]|UTC|GMT|[+-]00:?00)$"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MAIL = (
    f"(?i)^([a-z]{{2,12}}[.]?,? +)?([0-9]{{1,2}})[ -]({_MONTHS})[a-z]*[.]?,?[ -]([0-9]{{4}}|[0-9]{{2}}),?( +[0-9].*)?$"
)
_CTIME = (
    f"(?i)^(?:[a-z]{{3,9}},? +)?({_MONTHS})[a-z]*[.]? +([0-9]{{1,2}}),? +(?:([0-9]{{4}}),? +)?"
    "([0-9]{1,2}:[0-9]{2}[^ ]*)(.*?)( +[0-9]{4})?$"
)
# Blanks that keep words together, a tab, the typographic minus.
_PLAIN = ("\u00a0\u202f\u2009\t\u2212", "    -")


def instant(value: str, timezone: str) -> str:
    """SQL that reads a text as an instant, null where it is none. Args: value: SQL of the text. timezone: of local times."""
    text = _text(value)
    return (
        f"case when {text} rlike '{_LOCAL}' then {_local(_stamp(text), timezone)} "
        f"when {text} rlike '{_COMMON}' then try_cast({text} as timestamp) "
        f"else {_other(text, timezone)} end"
    )


def day(value: str, timezone: str) -> str:
    """SQL that reads a text as a day: of an instant the day in the time zone.

    Midnight UTC is what programs write for a day alone: it stays that day in every zone.
    """
    text = _text(value)
    return (
        f"case when {text} rlike '^({_YEAR}|{_DAY})$' then try_cast({text} as date) "
        f"when {text} rlike '{_MIDNIGHT}' then try_cast(regexp_extract({text}, '^({_DAY})', 1) as date) "
        f"else cast(from_utc_timestamp({instant(value, timezone)}, '{timezone}') as date) end"
    )


def _text(value: str) -> str:
    return f"trim(translate({value}, '{_PLAIN[0]}', '{_PLAIN[1]}'))"


def _stamp(text: str) -> str:
    """Date and clock as Spark reads them."""
    return f"translate({text}, 't,', 'T.')"


def _local(stamp: str, timezone: str) -> str:
    return f"to_utc_timestamp(try_cast({stamp} as timestamp), '{timezone}')"


def _other(text: str, timezone: str) -> str:
    """SQL for a text whose date and clock are followed by a zone, or by a.m. or p.m."""
    zone = "trim(substring(t, length(s) + 1))"
    body = _bound("z", zone, _zoned(timezone))
    body = _bound("s", f"regexp_extract(t, '{_STAMP}', 1)", body)
    body = _bound("t", f"if(x rlike '{_HALF}', {_of_half_day()}, x)", body)
    body = _bound("x", f"if(w rlike '^[0-9]{{4}}-', w, {_of_words()})", body)
    return _bound("w", text, body)


def _bound(name: str, value: str, body: str) -> str:
    """SQL of a body that speaks of a value by a name: written out, the value would be repeated dozens of times."""
    return f"element_at(transform(array({value}), {name} -> {body}), 1)"


def _of_words() -> str:
    """The text w, a date of mail or of ctime, with its date as 2024-06-30. Years of two digits are 1950 to 2049."""
    parts = (
        f"split(regexp_replace(regexp_replace(w, '{_MAIL}', '$4|$3|$2|$5'), '{_CTIME}', '$3$6|$1|$2| $4$5'), '[|]', 4)"
    )
    year = "if(length(trim(p[0])) = 2, if(p[0] < '50', '20', '19'), '')"
    month = f"lpad(cast((instr('{_MONTHS}', lower(p[1])) + 3) div 4 as string), 2, '0')"
    date = f"concat({year}, trim(p[0]), '-', {month}, '-', lpad(p[2], 2, '0'), p[3])"
    return _bound("p", parts, f"if(size(p) = 4, {date}, null)")


def _of_half_day() -> str:
    """The text x with its time on a clock of 24 hours; null where the hour is not 1 to 12."""
    hour = "cast(regexp_extract(x, '[Tt ]([0-9]{1,2})', 1) as int)"
    minutes = "trim(regexp_extract(x, '[Tt ][0-9]{1,2}([^AaPp]*)', 1))"
    is_pm = f"lower(regexp_extract(x, '[Tt ]{_CLOCK}{_HALF_ENDS}', 4)) = 'p'"
    zone = f"regexp_extract(x, '[Tt ]{_CLOCK}{_HALF_ENDS}(.*)$', 5)"
    clock = f"lpad(cast({hour} % 12 + if({is_pm}, 12, 0) as string), 2, '0')"
    date = f"regexp_extract(x, '^({_DAY})', 1)"
    return f"if({hour} between 1 and 12, concat({date}, ' ', {clock}, {minutes}, {zone}), null)"


def _zoned(timezone: str) -> str:
    """SQL for a text with the stamp s, followed by the zone z."""
    whole = (
        f"concat({_stamp('s')}, case when s rlike '^{_DAY}$' then ' 00:00:00' "
        "when s rlike '[Tt ][0-9]{1,2}$' then ':00:00' when s rlike '[Tt ][0-9]{1,2}:[0-9]{1,2}$' then ':00' else '' end)"
    )
    hours, minutes, seconds = (f"regexp_extract(upper(z), '{_OFFSET}', {place})" for place in (4, 5, 6))
    offset = (
        f"concat(regexp_extract(upper(z), '{_OFFSET}', 3), lpad({hours}, 2, '0'), ':', "
        f"if({minutes} = '', '00', {minutes}), if({seconds} = '', '', concat(':', {seconds})))"
    )
    region = f"regexp_extract(z, '{_REGION}', 1)"
    known = " ".join(f"when '{name}' then '{of}'" for name, of in ABBREVIATIONS.items())
    return (
        f"case when s = '' then null when z = '' then {_local(_stamp('s'), timezone)} "
        f"when upper(z) rlike '{_OFFSET}' then try_cast(concat({whole}, {offset}) as timestamp) "
        f"when z rlike '{_REGION}' then try_cast(concat({whole}, ' ', {region}) as timestamp) "
        f"else try_cast(concat({whole}, case upper(z) {known} end) as timestamp) end"
    )


@contextmanager
def local_to(rows: DataFrame, timezone: str) -> Iterator[None]:
    """Expressions that are added to rows within read and write times in this zone, as texts without one are local to it.

    Spark keeps the session's zone in an expression when it analyses it, which it does as soon as it is added. So text
    (`to_timestamp(day, 'dd/MM/yyyy')`, `to_date`, `make_timestamp`, `cast`) becomes the right instant, a text with an
    offset and an epoch (`timestamp_micros`, `timestamp_seconds`) stay the instants that they are, and `date_trunc`, `hour`
    and `from_unixtime` mean local days and clocks.
    """
    conf, key = rows.sparkSession.conf, "spark.sql.session.timeZone"
    before = conf.get(key)
    assert before is not None
    if before == timezone:
        yield
        return
    conf.set(key, timezone)
    try:
        yield
    finally:
        conf.set(key, before)
