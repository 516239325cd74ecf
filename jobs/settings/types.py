"""What all parts of conf share: unknown keys are refused, and types that several of them use."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict

from transformations.contracts.iso4217 import CODES

_NO_ZONE = re.compile(r"(localtime|Factory|posixrules)$|posix/|right/")
"""Files among those of zones that Python reads and others do not know."""


def _known_timezone(name: str) -> str:
    try:
        if _NO_ZONE.match(name):
            raise ValueError(name)
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; expected a name such as Europe/Berlin or UTC") from None
    return name


def _known_currency(code: str) -> str:
    if code not in CODES:
        raise ValueError(f"{code!r} is not a currency code of ISO 4217; write one like EUR or USD")
    return code


_SPAN = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")


def _known_span(text: str) -> str:
    if not _SPAN.fullmatch(text) or text[:5] >= text[6:]:
        raise ValueError(f"{text!r} is not a span of hours; write one like 09:00-17:30, the end after the beginning")
    return text


HourSpan = Annotated[str, AfterValidator(_known_span)]
"""From one time of a day to a later one: 09:00-17:30."""
Timezone = Annotated[str, AfterValidator(_known_timezone)]
Currency = Annotated[str, AfterValidator(_known_currency)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
