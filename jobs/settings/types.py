"""What all parts of conf share: unknown keys are refused, and types that several of them use."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is not a time zone; expected a name such as Europe/Berlin or UTC") from None
    return name


Timezone = Annotated[str, AfterValidator(_known_timezone)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
