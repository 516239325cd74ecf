"""Finds what the company monitors in a post: whole words, hashtags and handles, in any case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from transformations.text.words import HANDLE, plain, without_addresses

Kind = Literal["brand", "competitor", "product", "topic", "exclusion", "context"]

_BREAK = re.compile(r"[\0\n,;:!?()…]")  # no term spans these
_HASHTAG = re.compile(r"(?<!\w)#\w+")
_WORD = re.compile(r"\w+(?:\+\+|#(?!\w))?")  # C++ and C# are words
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[^\W\d_])|_")


class Label(NamedTuple):
    """Something that is monitored: its kind and its name in company.yaml."""

    kind: Kind
    name: str


@dataclass(frozen=True)
class Vocabulary:
    """Terms and handles to look for.

    Attributes:
        terms: by the first word of a term, its other words and its label.
        hashtags: labels by a term written as one word.
        handles: labels by an account's public name.
        ambiguous: labels whose name is also a common word: they count beside another label or a term of their context.
    """

    terms: dict[str, list[tuple[tuple[str, ...], Label]]] = field(default_factory=dict)
    hashtags: dict[str, set[Label]] = field(default_factory=dict)
    handles: dict[str, Label] = field(default_factory=dict)
    ambiguous: set[Label] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is monitored (exclusions alone do not count)."""
        monitored = {label.kind for labels in self.hashtags.values() for label in labels}
        monitored -= {"exclusion", "context"}
        return not monitored and not self.handles

    def find(self, text: str, tags: Iterable[str] = ()) -> frozenset[Label]:
        """Labels that the text and the author's tags mention.

        A brand within the name of a longer one (Apple in Apple Bank) does not count. Handles and addresses are
        not words: `@jaffle` is an account, not the brand jaffle.
        """
        found: set[Label] = set()
        sure: set[Label] = set()
        runs: list[list[str]] = []
        text = plain(without_addresses(text, "\0"))
        if "@" in text:
            for handle in HANDLE.findall(text):
                label = self.handles.get(_folded(handle.rstrip(".-")))
                if label:
                    sure.add(label)
            text = HANDLE.sub("\0", text)
        for tag in [*_HASHTAG.findall(text), *tags]:
            found |= self.hashtags.get("".join(_words(tag)).replace("_", ""), set())
            runs.append(_words(_CAMEL.sub(" ", tag)))
        runs += [_words(part) for part in _BREAK.split(_HASHTAG.sub("\0", text))]
        for words in runs:
            found |= self._named(words)
        return frozenset(
            label for label in found | sure if label.kind != "context" and self._is_meant(label, found, sure)
        )

    def _is_meant(self, label: Label, found: set[Label], sure: set[Label]) -> bool:
        """Whether a name that is also a common word is meant: another label or a term of its context is beside it."""
        if label not in self.ambiguous or label in sure or Label("context", label.name) in found:
            return True
        beside = (found | sure) - {label}
        return any(other.kind not in ("context", "exclusion") and other not in self.ambiguous for other in beside)

    def _named(self, words: list[str]) -> set[Label]:
        spans: list[tuple[int, int, Label]] = []
        for start, word in enumerate(words):
            for rest, label in self.terms.get(word, ()):
                end = start + 1 + len(rest)
                if tuple(words[start + 1 : end]) == rest:
                    spans.append((start, end, label))
        brands = [(start, end) for start, end, label in spans if label.kind in ("brand", "competitor")]
        return {
            label
            for start, end, label in spans
            if label.kind not in ("brand", "competitor")
            or not any(a <= start and end <= b and b - a > end - start for a, b in brands)
        }


def vocabulary(company: Mapping[str, Any]) -> Vocabulary:
    """What is monitored according to company.yaml.

    Args: company: brands, handles, products, topics, competitors, exclusions, ambiguous, as in company.yaml; all
        optional.
    A handle of the company means its first brand (else its name), a competitor's handle the competitor's
    first brand (else its name). A competitor without brands is matched by its name. Products and topics are
    matched by their terms (without any, by their name), also in the English plural; brands only as written.
    """
    made = Vocabulary()
    brands = tuple(company.get("brands") or ())
    for brand in brands:
        _add(made, Label("brand", brand), brand)
    own = brands[0] if brands else company.get("name") or "company"
    for handle in company.get("handles") or ():
        made.handles[_folded(handle.lstrip("@"))] = Label("brand", own)
    for competitor in company.get("competitors") or ():
        names = tuple(competitor.get("brands") or ()) or (competitor["name"],)
        for name in names:
            _add(made, Label("competitor", name), name)
        for handle in competitor.get("handles") or ():
            made.handles[_folded(handle.lstrip("@"))] = Label("competitor", names[0])
    labelled = [(Label("product", thing["name"]), thing) for thing in company.get("products") or ()]
    labelled += [(Label("topic", thing["name"]), thing) for thing in company.get("topics") or ()]
    for label, thing in labelled:
        for term in thing.get("terms") or (thing["name"],):
            for form in (term, *_plurals(term)):
                _add(made, label, form)
    for term in company.get("exclusions") or ():
        _add(made, Label("exclusion", term), term)
    known = {label for labels in made.hashtags.values() for label in labels}
    for thing in company.get("ambiguous") or ():
        made.ambiguous.update(label for label in known if label.name == thing["name"])
        for term in thing.get("context") or ():
            for form in (term, *_plurals(term)):
                _add(made, Label("context", thing["name"]), form)
    return made


def names(found: Iterable[Label], *kinds: Kind) -> list[str]:
    """Names of the labels of these kinds, sorted, each once."""
    return sorted({label.name for label in found if label.kind in kinds})


def _add(made: Vocabulary, label: Label, term: str) -> None:
    words = _words(term.replace("_", " "))
    if not words:
        return
    entry = (tuple(words[1:]), label)
    entries = made.terms.setdefault(words[0], [])
    if entry not in entries:
        entries.append(entry)
    made.hashtags.setdefault("".join(words), set()).add(label)


def _plurals(term: str) -> Sequence[str]:
    if not term[-3:].isalpha() or len(term) < 3 or term[-1] in "sS":
        return ()
    if re.search("(x|z|ch|sh)$", term, re.IGNORECASE):
        return (f"{term}es",)
    if re.search("[^aeiou]y$", term, re.IGNORECASE):
        return (f"{term[:-1]}ies",)
    return (f"{term}s",)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _words(text: str) -> list[str]:
    return _WORD.findall(_folded(text))
