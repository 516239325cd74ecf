"""What of a record is compared: its attributes, in a form in which the same is written alike."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from transformations.identity.addresses import is_placeholder

ATTRIBUTES = (
    "given_name",
    "family_name",
    "birth_date",
    "email",
    "phone",
    "street",
    "house_number",
    "postcode",
    "city",
    "region",
    "national_id",
)
"""All that can be compared. A record may lack any of them."""

NAME = "name"
"""A whole name, which is split where given and family name do not stand apart."""

_ALSO_CALLED = {
    "given_name": ("first_name", "firstname", "forename", "givenname"),
    "family_name": ("last_name", "lastname", "surname", "familyname"),
    NAME: ("full_name", "fullname", "display_name", "customer_name"),
    "birth_date": ("date_of_birth", "dob", "birthday", "birthdate"),
    "email": ("email_address", "mail", "e_mail"),
    "phone": ("phone_number", "telephone", "mobile", "tel"),
    "street": ("address", "address_1", "street_name", "address_line_1"),
    "house_number": ("street_number", "house_no", "number"),
    "postcode": ("postal_code", "zip", "zip_code", "zipcode"),
    "city": ("town", "suburb", "locality"),
    "region": ("state", "county", "province"),
    "national_id": ("soc_sec_id", "ssn", "social_security_number", "tax_id"),
}


def named(columns: Iterable[str]) -> dict[str, str]:
    """Column -> attribute, of columns whose names say what they hold.

    >>> named(["First name", "dob", "colour"])
    {'First name': 'given_name', 'dob': 'birth_date'}
    """
    known = {name: attribute for attribute, names in _ALSO_CALLED.items() for name in names}
    known |= {attribute: attribute for attribute in (*ATTRIBUTES, NAME)}
    plain = {column: re.sub(r"[^a-z0-9]+", "_", column.strip().lower()).strip("_") for column in columns}
    found: dict[str, str] = {}
    for column, name in plain.items():
        if (attribute := known.get(name)) and attribute not in found.values():
            found[column] = attribute
    return found


def comparable(records: pa.Table) -> pa.Table:
    """The attributes of records as text in which the same is written alike; null where there is none.

    Args: records: columns of ATTRIBUTES and NAME, any of them, as text or dates, and others that are kept as they are.
    Returns: the same rows; `name` is split into given and family name where these are not there.
    """
    columns: dict[str, pa.Array | pa.ChunkedArray] = {}
    for column in records.column_names:
        if column in ATTRIBUTES:
            values = records[column].cast(pa.string()).to_pylist()
            columns[column] = pa.array([_plain(column, value) for value in values], pa.string())
        elif column != NAME:
            columns[column] = records[column]
    if NAME in records.column_names:
        split = [_split(value) for value in records[NAME].cast(pa.string()).to_pylist()]
        for place, column in enumerate(("given_name", "family_name")):
            columns.setdefault(column, pa.array([names[place] for names in split], pa.string()))
    return pa.table(columns)


def _plain(attribute: str, value: str | None) -> str | None:
    if value is None:
        return None
    if attribute == "birth_date":
        return _date(value)
    if attribute == "email":
        address = value.strip().lower()
        return address if address and not is_placeholder(address) else None
    if attribute == "phone":
        digits = re.sub(r"[^0-9]", "", value)
        return digits[-9:] or None  # with and without the country's code
    return _words(value)


def _date(value: str) -> str | None:
    """A date with its year first as YYYY-MM-DD; null where it is none: 3/4/1985 may be in March or in April.

    >>> _date("19851224"), _date("1985-12-24 00:00"), _date("24.12.1985")
    ('1985-12-24', '1985-12-24', None)
    """
    found = re.match(r"\s*(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)", value)
    try:
        return date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None


def _words(value: str) -> str | None:
    """Words in lower case, in one form of each character; without accents where letters are words without them too.

    Marks of other scripts are vowels, or tell one letter from another: they stay.

    >>> _words(" Müller-Lüdenscheidt "), _words("कोमल")
    ('muller ludenscheidt', 'कोमल')
    """
    kept, has_accents = [], False
    for sign in unicodedata.normalize("NFKD", value.casefold()):
        if unicodedata.category(sign).startswith("M"):
            if not has_accents:
                kept.append(sign)
        else:
            has_accents = _has_accents(sign)
            kept.append(sign if sign.isalnum() else " ")
    return unicodedata.normalize("NFKC", " ".join("".join(kept).split())) or None


@functools.lru_cache(maxsize=4096)
def _has_accents(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("LATIN", "GREEK", "CYRILLIC"))


def _split(name: str | None) -> tuple[str | None, str | None]:
    """Given and family name: 'Ada Lovelace', or 'Lovelace, Ada'. One word alone is a given name.

    >>> _split("Lovelace, Ada Augusta"), _split("Ada Lovelace"), _split("Ada")
    (('ada augusta', 'lovelace'), ('ada', 'lovelace'), ('ada', None))
    """
    if not name:
        return None, None
    family, comma, given = name.partition(",")
    if comma:
        return _words(given), _words(family)
    words = (_words(name) or "").split()
    if len(words) < 2:
        return (words[0] if words else None), None
    return " ".join(words[:-1]), words[-1]
