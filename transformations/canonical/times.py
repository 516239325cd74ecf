"""Times as people and programs write them: the SQL that reads a text as an instant, and the zones that it knows.

A text that names its zone is that instant; a text without one is local to the source's time zone; a text with anything
else behind the time is not read. No zone is ever guessed or dropped: Spark's own cast reads some zones and would leave
the source's zone to be applied a second time.

| part | forms |
|---|---|
| date | 2024-06-30, 2024-6-3, 2024-06, 2024; as mail has it: Sun, 30 Jun 2024 23:30:00 +0200, 30-Jun-24; \
as X and JavaScript have it: Sun Jun 30 23:30:00 +0200 2024, Sun Jun 30 2024 23:30:00 GMT+0200 (CEST); Jun 30, 2024 11:30 PM |
| time | 23:30, 23:30:00, 23:30:00.123 or ,123, behind a T or a blank; 11:30 PM, 11:30:00 p.m. |
| zone | Z, UTC, GMT, UT; +02, +0200, +02:00, GMT+2, UTC-05:30; -0000 is UTC; names such as CEST (`ABBREVIATIONS`); \
regions such as Europe/Berlin, in brackets too |

A year of two digits is read only behind a month's name: nothing tells year, month and day of 01-02-24 apart.

Local times around a change of clocks: one that occurs twice is the earlier instant (summer time), one that never occurred
is later by the hour that was left out (02:30 becomes 03:30).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

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
_MIDNIGHT = f"^{_DAY}[Tt ]00:00(:00([.,]0+)?)? *([Zz]|UTC|GMT|[+-]00:?00)$"
# Blanks that keep words together, a tab, ends of lines, the typographic minus; brackets of one kind.
_PLAIN = ("\u00a0\u202f\u2009\t\n\r\u2212[]", "      -()")


def instant(value: str, timezone: str) -> str:
    """SQL that reads a text as an instant, null where it is none. Args: value: SQL of the text. timezone: of local times."""
    text = _text(value)
    return (
        f"case when {text} rlike '{_LOCAL}' then {_local(text, timezone)} "
        f"when {text} rlike '{_COMMON}' then try_cast({text} as timestamp) "
        f"else {_other(text, timezone)} end"
    )


def day(value: str, timezone: str) -> str:
    """SQL that reads a text as a day: of an instant the day in the time zone.

    Midnight UTC is what programs write for a day alone: it stays that day in every zone.
    """
    text = _text(value)
    # portable: tests/probes holds it on both engines with ends of lines
    return (
        f"case when {text} rlike '^({_YEAR}|{_DAY})$' then try_cast({text} as date) "
        f"when {text} rlike '{_MIDNIGHT}' then try_cast(regexp_extract({text}, '^({_DAY})', 1) as date) "
        f"else cast(from_utc_timestamp({instant(value, timezone)}, '{timezone}') as date) end"
    )


def _text(value: str) -> str:
    return f"trim(translate({value}, '{_PLAIN[0]}', '{_PLAIN[1]}'))"


def _local(text: str, timezone: str) -> str:
    return f"to_utc_timestamp(try_cast(translate({text}, 't,', 'T.') as timestamp), '{timezone}')"


def _other(text: str, timezone: str) -> str:
    """SQL for a text in any other form: its parts, put together as Spark's cast reads them; null where one is not known.

    Parts are looked up in lists, and no part is bound to a name: some engines plan nested expressions very slowly.
    """
    own = "+00:00" if timezone == "UTC" else f" {timezone}"
    text = f"regexp_replace(regexp_replace({text}, '{_MAIL}', '{_NAMED}$4-$3-$2 '), '{_CTIME}', '$5$9-$2-$3 $6$7')"
    whole = f"concat({_date(text)}, ' ', {_clock(text)}, {_zone(text, own)})"
    zone = f"[+-][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?|{own.replace('+', '[+]')}| [A-Za-z_]+(/[A-Za-z0-9_+-]+)+"
    known = f"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{1,2}} [0-9]{{2}}:[0-9]{{1,2}}:[0-9]{{1,2}}([.][0-9]+)?({zone}))$"
    return f"try_cast(regexp_extract({whole}, '{known}', 1) as timestamp)"


def _date(text: str) -> str:
    """SQL of the date, as 2024-06-30; years of two digits behind a month's name are 1950 to 2049."""
    year = f"regexp_extract({text}, '^({_NAMED}[0-9]{{2}}|{_NAMED}?[0-9]{{4}})-', 1)"
    # portable: tests/probes holds it on both engines with ends of lines
    year = f"regexp_replace(regexp_replace({year}, '^{_NAMED}([0-4][0-9])$', '20$1'), '^{_NAMED}([5-9][0-9])$', '19$1')"
    year = f"replace({year}, '{_NAMED}', '')"
    month = f"lower(regexp_extract({text}, '^{_NAMED}?[0-9]+-([0-9]{{1,2}}|[A-Za-z]{{3}})', 1))"
    day_ = f"regexp_extract({text}, '{_BEFORE_DAY}([0-9]{{1,2}})', 1)"
    return f"concat({year}, '-', {_listed(month, _MONTHS)}, '-', {day_})"


def _clock(text: str) -> str:
    """SQL of the time on a clock of 24 hours, as 23:30:00; midnight where there is none."""
    hour = f"regexp_extract({text}, '{_BEFORE_DAY}[0-9]{{1,2}}[Tt ]([0-9]{{1,2}})', 1)"
    half = f"lower(regexp_extract({text}, '{_BEFORE_DAY}[0-9]{{1,2}}[Tt ]{_CLOCK}{_HALF}', 4))"
    rest = (
        f"regexp_extract({text}, '{_BEFORE_DAY}[0-9]{{1,2}}[Tt ][0-9]{{1,2}}((:[0-9]{{1,2}}){{0,2}}([.,][0-9]+)?)', 1)"
    )
    # portable: tests/probes holds it on both engines with ends of lines
    rest = f"regexp_replace(regexp_replace({rest}, '^$', ':00:00'), '^(:[0-9]+)$', '$1:00')"
    return f"concat({_listed(f'concat({hour}, {half})', _HOURS)}, translate({rest}, ',', '.'))"


def _zone(text: str, own: str) -> str:
    """SQL of the zone, as +02:00 or as a region behind a blank; the source's own where there is none."""
    # portable: tests/probes holds it on both engines with ends of lines
    zone = f"regexp_extract({text}, '{_BEFORE_DAY}[0-9]{{1,2}}([Tt ]{_CLOCK}({_HALF})?)? *(.*)$', 8)"
    offset = f"regexp_extract({zone}, '{_OFFSET}', 3)"
    for pattern, replacement in _OFFSET_STEPS:
        offset = f"regexp_replace({offset}, '{pattern}', '{replacement}')"
    word = f"upper(regexp_extract(concat({zone}, '.'), '^([A-Za-z]*[.])$', 1))"
    region = f"regexp_replace(regexp_extract({zone}, '{_REGION}', 1), '^([A-Za-z])', ' $1')"
    words = {"": "", ".": own, **{f"{name}.": of for name, of in ABBREVIATIONS.items()}}
    return f"concat({offset}, {region}, {_listed(word, words)})"


def _listed(key: str, values: Mapping[str, str]) -> str:
    """SQL of the value that is listed for a key, `?` where none is."""
    listed = "?;" + "".join(f"<{name}={value};" for name, value in values.items())
    found = f"substring_index(substring_index('{listed}', concat('<', {key}, '='), -1), ';', 1)"
    return f"cast({found} as string)"  # the embedded engine has two kinds of text, and takes one of them for patterns


def _any_case(words: Iterable[str]) -> str:
    """Pattern of one of the words, in capitals or not. (What `(?i)` means beyond ASCII differs between engines.)"""
    return "|".join("".join(f"[{letter.upper()}{letter.lower()}]" for letter in word) for word in words)


_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"({_any_case(_NAMES)})[A-Za-z]*[.]?"
_MAIL = f"^([A-Za-z]{{2,12}}[.]?,? +)?([0-9]{{1,2}})[ -]{_MONTH},?[ -]([0-9]{{4}}|[0-9]{{2}}),?( +|$)"
_CTIME = (
    f"^([A-Za-z]{{3,9}},? +)?{_MONTH} +([0-9]{{1,2}}),? +(([0-9]{{4}}),? +)?"
    "([0-9]{1,2}:[0-9]{2}[^ ]*)(.*?)( +([0-9]{4}))?$"
)
_NAMED = "\u2212"
"""Before the year of a date whose month was a name, until it is read. No text has it there: `_PLAIN` makes a minus of it."""
_BEFORE_DAY = f"^{_NAMED}?[0-9]+-[A-Za-z0-9]+-"
_HALF = " *([AaPp])[.]?[Mm]([.]| |$)"
_MONTHS = {of: f"{number:02d}" for number, name in enumerate(_NAMES, 1) for of in (name, str(number), f"{number:02d}")}
_HOURS = {
    "": "00",
    **{of: f"{hour:02d}" for hour in range(24) for of in (str(hour), f"{hour:02d}")},
    **{
        f"{of}{half}": f"{hour % 12 + plus:02d}"
        for half, plus in (("a", 0), ("p", 12))
        for hour in range(1, 13)
        for of in (str(hour), f"{hour:02d}")
    },
}
_OFFSET = f"^(({_any_case(('UTC', 'GMT', 'UT'))}) ?)?([+-][0-9:]+)( *[(][^)]*[)])?$"
_OFFSET_STEPS = (
    ("^([+-])([0-9])(:.*|[0-9]{2}|[0-9]{4})?$", "$1|$2$3"),
    ("[|]", "0"),
    ("^([+-][0-9]{2})$", "$1:00"),
    ("^([+-][0-9]{2}):?([0-9]{2})$", "$1:$2"),
    ("^([+-][0-9]{2}):?([0-9]{2}):?([0-9]{2})$", "$1:$2:$3"),
)
_REGION = "^[(]?([A-Za-z_]+(/[A-Za-z0-9_+-]+)+)[)]?$"


@contextmanager
def local_to(rows: DataFrame, timezone: str) -> Iterator[Callable[[DataFrame], DataFrame]]:
    """Expressions that are added to rows within read and write times in this zone, as texts without one are local to it.

    Gives a function that what was made within has to pass before it leaves: Spark Connect analyses a plan only where it is
    executed, so its rows are computed by it. What rows that enter still have to compute in the session's own zone:
    `before_local`.

    Spark keeps the session's zone in an expression when it analyses it, which it does as soon as it is added. So text
    (`to_timestamp(day, 'dd/MM/yyyy')`, `to_date`, `make_timestamp`, `cast`) becomes the right instant, a text with an
    offset and an epoch (`timestamp_micros`, `timestamp_seconds`) stay the instants that they are, and `date_trunc`, `hour`
    and `from_unixtime` mean local days and clocks.
    """
    conf, key = rows.sparkSession.conf, "spark.sql.session.timeZone"
    before = conf.get(key)
    assert before is not None
    if before == timezone:
        yield lambda found: found
        return
    conf.set(key, timezone)
    try:
        yield _settled if is_lazy(rows) else lambda found: found
    finally:
        conf.set(key, before)


def local_day(instant: str, timezone: str) -> Column:
    """The day of an instant, a column, by the clocks of a time zone."""
    from pyspark.sql import functions as F

    return F.to_date(F.from_utc_timestamp(instant, timezone))


def before_local(rows: DataFrame, timezone: str) -> DataFrame:
    """Rows whose expressions depend on the session's zone, to which others will be added within `local_to`.

    Spark Connect, which analyses a plan where it is executed, would evaluate all of them in the other zone: it computes them
    now.
    """
    is_other = rows.sparkSession.conf.get("spark.sql.session.timeZone") != timezone
    return checkpointed(rows) if is_other and is_lazy(rows) else rows


def _settled(found: DataFrame) -> DataFrame:
    """The rows, computed; their instants carry this zone, and are made again so that texts of them are in the session's later."""
    from pyspark.sql import functions as F

    held = checkpointed(found)
    instants = [name for name, kind in held.dtypes if kind == "timestamp"]
    return held.withColumns({name: F.timestamp_micros(F.unix_micros(name)) for name in instants}) if instants else held


def is_lazy(of: DataFrame | SparkSession) -> bool:
    """Whether plans are analysed where they are executed, and not as they are made: those of Spark Connect."""
    return type(of).__module__.startswith("pyspark.sql.connect")


def checkpointed(rows: DataFrame) -> DataFrame:
    """The same rows, computed now, for Spark Connect; they are kept until no DataFrame reads them."""
    session: Any = rows.sparkSession
    type(session)._active_session.session = session  # the client takes the answer for the thread's active session
    return rows.localCheckpoint()
