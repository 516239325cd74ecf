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


Timezone = Annotated[str, AfterValidator(_known_timezone)]
Currency = Annotated[str, AfterValidator(_known_currency)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
