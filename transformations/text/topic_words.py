"""Words and phrases of texts that can name a topic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from transformations.text.words import HANDLE, plain, without_addresses

_READ = 4_000  # characters
_SENTENCE = re.compile(r"[.!?…;:,()\n\"]+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*[\w]")
_STOP_LINES = (  # English, German, French, Spanish, Italian, Portuguese, Dutch
    "a about after again all also am an and any anyone are as at back be because been before being but by can could",
    "did do does doing done down each else even ever every few for from get gets getting go goes going good got great",
    "had has have having he her here hers him his how i i'd i'll i'm i've if in into is isn't it it's its itself just",
    "know last let like ll look made make makes many may me more most much my need new next no not now of off on once",
    "one only or other our out over own please really right said same say see she should so some someone still such",
    "take thank thanks that that's the their them then there these they thing things think this those though through",
    "time to today too two up use used very want was way we well were what what's when where which while who why will",
    "with without won't would yes yesterday yet you you're your yours don't doesn't didn't can't cannot anything",
    "something nothing everyone week weeks month day days since around another never always aber alle als auch auf",
    "aus bei bin bis bist da damit das dass dein dem den der des die dies diese dir doch du durch ein eine einem",
    "einen einer eines er es etwas euch für hab habe haben hat hatte hier ich ihr ihre im ist ja jetzt kann kein",
    "keine man mehr mein meine mich mir mit muss nach nicht noch nur ob oder schon sehr sein seine sich sie sind um",
    "und uns unser unter viel vom von vor war wenn wer wie wieder wir wird wo zu zum zur au aux avec ce ces cette",
    "comme dans de elle en est et eu fait ici il ils je la le les leur lui ma mais mes moi mon ne nos notre nous ont",
    "ou où par pas plus pour qu que qui sa sans se ses son sont sur ta te tes toi ton tout très tu un une vos votre",
    "vous été être al algo como con cuando del el ella ellos era esa ese eso esta este esto está fue ha han hay las",
    "lo los mi mis muy más nada o para pero por porque quien ser si sin sobre su sus sí también tiene todo una uno y",
    "ya yo alla anche che chi ci come cosa cui dal dalla degli dei della delle di dove e gli hai ho io mia mio molto",
    "nel nella noi non per perché più quando quello questa questo sei sono sua suo ti tra vi ao aos com dos ela ele",
    "em essa esse foi isso já lhe mas meu minha muito na nas não os pela pelo quem sem seu são também tem uma você",
    "aan ben bij dan dat deze dit door een ga geen heb hebben heeft het hij hoe hun ik kan maar meer met mijn naar",
    "niet nog nu om onze ook op tot uit van veel voor waar wat wel wij worden zich zijn zo zou",
)
_STOP = frozenset(word for line in _STOP_LINES for word in line.split())


def sentences(text: str, ignored: frozenset[str] = frozenset()) -> Iterator[list[str]]:
    """Words of each sentence in lower case; None's place is kept by "" where a word is a stop word or ignored."""
    read = HANDLE.sub(" . ", plain(without_addresses(text[:_READ], " . ")))
    for sentence in _SENTENCE.split(read):
        words = [word.lower().replace("’", "'") for word in _WORD.findall(sentence)]
        words = [word.removesuffix("'s") for word in words]
        yield ["" if word in _STOP or word in ignored or len(word) < 3 else word for word in words]


def terms(text: str, ignored: frozenset[str] = frozenset()) -> list[str]:
    """Words and pairs of neighbouring words.

    >>> terms("The steam wand of my machine leaks")
    ['steam', 'wand', 'machine', 'leaks', 'steam wand', 'machine leaks']
    """
    found = list(sentences(text, ignored))
    single = [word for words in found for word in words if word]
    return single + [f"{one} {two}" for words in found for one, two in pairwise(words) if one and two]


def phrases(text: str, ignored: frozenset[str] = frozenset()) -> set[str]:
    """Phrases of two or three neighbouring words, each once.

    >>> sorted(phrases("cold brew coffee. Cold brew"))
    ['brew coffee', 'cold brew', 'cold brew coffee']
    """
    found: set[str] = set()
    for words in sentences(text, ignored):
        for length in (2, 3):
            spans = zip(*(words[place:] for place in range(length)), strict=False)
            found.update(" ".join(span) for span in spans if all(span))
    return found


def ignored_words(names: Iterable[str]) -> frozenset[str]:
    """Words of names that every post has, such as the company's own: they tell topics apart from nothing."""
    return frozenset(word.lower() for name in names for word in _WORD.findall(plain(name)))
