"""Private data in a text: what is formed and checked like an e-mail address, a phone, card, account or national identity number.

Numbers with a check digit count only where it is right, so that order numbers and prices are seldom taken for them. A text
that names nobody's number can still be private; a made-up number with a right check digit is found all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from transformations.text.words import plain

KINDS = ("email", "phone", "card", "iban", "national_id")
_READ = 20_000  # characters
_EMAIL = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,24}(?![\w@])(?!/@)")
_PHONE = re.compile(r"(?<![\w/@.,:+-])(?<!\d[ ])(?:\+|00)[1-9](?:[ ./()-]{0,2}\d){6,13}(?![\w@]|[.,]\d)")
_LOCAL_PHONE = re.compile(  # a number at home is taken for one only where the text says so
    r"\b(?:call|phone|tel|telephone|mobile|cell|whatsapp|ring|anrufen|telefon|handy|téléphone|teléfono|móvil|telefono|cellulare)"
    r"\b[^\d\n]{0,20}(0(?:[ ./()-]{0,2}\d){7,11}|\(?[2-9]\d\d\)?[ .-]\d{3}[ .-]\d{4})(?!\d)",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\w.,/-])[2-6]\d{3}(?:[ -]?\d){8,15}(?![\w-]|[.,]\d)")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d\d(?: ?[A-Z0-9]){11,30}(?!\w)")
_IBAN_LENGTHS = {
    **{"AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27},
    **{"HU": 28, "IE": 22, "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "TR": 26},
}
_NUMBER = re.compile(r"(?<![\w.,/-])\d[\d. -]{7,20}\d(?![\w-]|[.,]\d)")
_SPANISH = re.compile(r"(?<![\w-])([XYZ]\d{7}|\d{8})[ -]?([A-HJ-NP-TV-Z])(?![\w-])")
_SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_NAMES_ID = re.compile(
    r"\b(?:bsn|burgerservicenummer|pesel|cpf|nir|sécurité sociale|steuer-?id|identifikationsnummer|national id|tax id)\b",
    re.IGNORECASE,
)


def private_kinds(text: str) -> list[str]:
    """Kinds of private data in a text, in the order of KINDS.

    >>> private_kinds("Mail me: ann@example.org or +44 20 7946 0958"), private_kinds("order 4111 1111 1111 1112")
    (['email', 'phone'], [])
    """
    read = plain(text[:_READ])
    if not any(map(str.isdigit, read)):
        return ["email"] if _EMAIL.search(read) else []
    found = {
        "email": _EMAIL.search(read) is not None,
        "phone": _PHONE.search(read) is not None or _LOCAL_PHONE.search(read) is not None,
        "card": any(_is_card(digits) for digits in _digits(_CARD, read)),
        "iban": any(map(_is_iban, _IBAN.findall(read))),
        "national_id": _has_national_id(read),
    }
    return [kind for kind in KINDS if found[kind]]


def _digits(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        yield re.sub(r"\D", "", match[0])


def _is_card(digits: str) -> bool:
    """13 to 19 digits as issuers have them, with Luhn's check digit, and not one digit throughout."""
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 2 or (len(digits) == 15) != (digits[:2] in ("34", "37")):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _is_iban(found: str) -> bool:
    """The country's length, and 1 modulo 97 (ISO 13616). What follows an IBAN in capitals is cut off."""
    number = found.replace(" ", "")
    length = _IBAN_LENGTHS.get(number[:2])
    if length is None or len(number) < length:
        return False
    turned = number[4:length] + number[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _has_national_id(text: str) -> bool:
    """A Spanish DNI or NIE; where the text names such a number, a Dutch, Polish, Brazilian, French or German one too."""
    for number, letter in _SPANISH.findall(text):
        digits = number.translate(str.maketrans("XYZ", "012"))
        if _SPANISH_LETTERS[int(digits) % 23] == letter:
            return True
    if not _NAMES_ID.search(text):
        return False
    return any(_is_id(digits) for digits in _digits(_NUMBER, text))


def _is_id(digits: str) -> bool:
    if len(set(digits)) < 3:
        return False
    check = {9: _is_bsn, 11: _is_of_eleven, 15: _is_nir}.get(len(digits))
    return check is not None and check([int(digit) for digit in digits])


def _is_bsn(digits: list[int]) -> bool:
    """Netherlands: weights 9 to 2 and -1, a multiple of 11."""
    return sum(digit * weight for digit, weight in zip(digits, (*range(9, 1, -1), -1), strict=True)) % 11 == 0


def _is_of_eleven(digits: list[int]) -> bool:
    """Poland's PESEL, Brazil's CPF or Germany's tax number."""
    pesel = (
        sum(digit * weight for digit, weight in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), strict=True)) % 10 == 0
    )
    return pesel or _is_cpf(digits) or _is_german(digits)


def _is_cpf(digits: list[int]) -> bool:
    for count in (9, 10):
        total = sum(digit * (count + 1 - place) for place, digit in enumerate(digits[:count]))
        if total * 10 % 11 % 10 != digits[count]:
            return False
    return True


def _is_german(digits: list[int]) -> bool:
    """ISO 7064, MOD 11,10."""
    product = 10
    for digit in digits[:10]:
        total = (digit + product) % 10 or 10
        product = total * 2 % 11
    return digits[0] != 0 and (11 - product) % 10 == digits[10]


def _is_nir(digits: list[int]) -> bool:
    """France: 97 less the first 13 digits modulo 97."""
    number = int("".join(map(str, digits)))
    return digits[0] in (1, 2) and number % 100 == 97 - number // 100 % 97
