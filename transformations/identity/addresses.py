"""Which e-mail addresses tell one person from another, and which stand for nobody in particular."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOBODY = _words_of(
    """
    noemail nomail noreply donotreply none no nil null na unknown undefined notprovided notavailable
    notgiven notknown noaddress noemailaddress noemailprovided noemailgiven noemailavailable hasnoemail
    withoutemail test testing tester anonymous anonym anon nobody noone dummy fake placeholder invalid sample
    example empty temp tbd xxx default guest customer kunde cliente walkin walkincustomer cashcustomer cashsale deleted
    deleteduser anonymized anonymised keine keineemail keinemail keineadresse ohne ohneemail unbekannt
    anonymisiert barverkauf laufkunde sinemail sincorreo nodisponible desconocido sansemail pasdemail inconnu
    aucun geenemail geen onbekend nessuna nessunaemail sconosciuto semmail sememail desconhecido
    """
)
"""Names before the @, without dots, dashes and the like, of addresses that are filled in where there is none."""
_FILLERS = _words_of(
    """
    user name email mail me you your yourname youremail someone somebody client firstlast
    firstnamelastname johndoe janedoe abc
    """
)
"""Further such names, of the domains that documentation uses."""
_EXAMPLES = frozenset(
    ("example.com", "example.org", "example.net", "domain.com", "yourdomain.com", "test.com", "localhost")
)
_NO_DOMAINS = _words_of(
    """
    noemail nomail noreply none no-email no-mail invalid placeholder noaddress nodomain test
    """
)


def is_placeholder(address: str, not_a_key: Collection[str] = ()) -> bool:
    """Whether an address stands for nobody in particular.

    Args: not_a_key: further addresses that conf lists, in lower case, where * stands for anything.

    >>> is_placeholder("no-email@shop.example"), is_placeholder("ada@example.org"), is_placeholder("till@a.b", ["till@*"])
    (True, False, True)
    """
    name, _, domain = address.strip().lower().partition("@")
    bare = re.sub(r"[^\w]|_", "", name.split("+")[0])
    is_said_twice = bare == domain.partition(".")[0] and (len(bare) < 4 or bare.isdigit() or bare in _FILLERS)
    return (
        not bare
        or is_said_twice  # x@x.com, 123@123.com, email@email.com
        or (len(bare) > 2 and len(set(bare)) == 1)  # aaa@, 000@
        or bare in _NOBODY
        or (bare in _FILLERS and domain in _EXAMPLES)
        or not _NO_DOMAINS.isdisjoint(domain.split(".")[-2:])
        or any(fnmatchcase(address.strip().lower(), pattern.strip().lower()) for pattern in not_a_key)
    )


def contradicted(customers: pd.DataFrame) -> set[str]:
    """Addresses whose customers cannot be one person.

    Their names have no word in common and their dates of birth differ too, or there are three such names.
    Args: customers: email, name, birth_date; any of them may be null.
    """
    named = customers[customers["email"].notna()]
    named = named[named["email"].duplicated(keep=False)]
    found = set()
    for address, of_address in named.groupby("email"):
        names = _different(of_address["name"].dropna())
        if names > 2 or (names > 1 and of_address["birth_date"].nunique() > 1):
            found.add(str(address))
    return found


def _different(names: Iterable[str]) -> int:
    """How many names there are, where those with a word in common are one.

    >>> _different(["Ida Berg", "BERG, Ida", "Ida M. Oser", "Pia Lund"])
    2
    """
    groups: list[set[str]] = []
    for name in names:
        words = _words(name)
        if words:
            together = [group for group in groups if group & words]
            groups = [group for group in groups if not group & words] + [words.union(*together)]
    return len(groups)


def _words(name: str) -> set[str]:
    letters = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"[^\W\d_]+", letters)
    return {word for word in words if len(word) > 1} or set(words)
