"""Emotion of a text by a word list of our own, in seven languages: anger, fear, joy, sadness, surprise, trust.

The list was written for this module; it is small on purpose: a word counts only where it names the emotion by itself. A
negated word does not count. Most posts name no emotion, and have none.
"""

from __future__ import annotations

import re
from functools import cache

from transformations.text.words import plain, without_addresses

EMOTIONS = ("anger", "fear", "joy", "sadness", "surprise", "trust")
_READ = 4_000  # characters
# Beginnings of words; = stands for a whole word.
_STEMS = {
    "anger": "angry anger= furious outrag rage= raging infuriat annoy fed-up livid hate= hated= hates= disgust "
    "unacceptable wütend wut= verärger ärger sauer= unverschämt frech= hasse= enfadad enojad furios rabia= "
    "indignad odio= fâché colère= furieu énervé scandaleu arrabbiat rabbia= incazzat vergogn irritad raiva= "
    "indigna boos= woedend woest= schandalig",
    "fear": "afraid= scared scary worry worried worries worrie anxious anxiety fear= fears= fearful terrified frighten "
    "nervous panic angst= ängstlich besorgt sorge= sorgen= befürcht miedo= temo= preocupad asustad peur= "
    "inquiet crain angoiss paura= preoccupat spaventat medo= assustad bang= bezorgd bange=",
    "joy": "love= loved= loves= loving= happy happiness delight joy= joyful enjoy thrilled glad= pleased cheerful "
    "yay= wonderful glücklich freue freude= begeister liebe= froh= feliz alegr encant contento= contenta= "
    "heureu joie= ravi= ravie= adore= content= felic gioia= content[oa]= adoro= entusiast alegria= blij= "
    "gelukkig geniet heerlijk",
    "sadness": "sad= sadly= sadness= unhappy disappoint heartbroken depress miserable sorry-for cry= crying= tears= grief "
    "traurig enttäusch schade= leider= triste= tristeza= decepcion déçu dommage= tristesse= delus[oai]= "
    "dispiac peccato= decepcionad desapont verdrietig teleurgesteld jammer= helaas=",
    "surprise": "surpris amazed= astonish unexpected wow= whoa= omg= speechless incredible unbelievable überrasch erstaun "
    "sorprend sorpresa= increíble surprenant étonn incroyable= sorpres incredibile= surpres incrível= verrast "
    "ongelofelijk",
    "trust": "trust= trusted= trustworthy reliabl rely= depend-on dependable honest recommend faithful never-let-me- "
    "down zuverlässig vertrau empfehl verlässlich ehrlich confianza= confío= fiable= recomiend confiance= "
    "recommand affidabil fiducia= consigli confiança= confiável recomendo= betrouwbaar vertrouw aanrader=",
}
_SYMBOLS = {
    "anger": "😠😡🤬👿💢",
    "fear": "😨😱😰😟🫣",
    "joy": "😀😁😃😄😍🥰😊🎉❤💕😂🤩🥳",
    "sadness": "😢😭😞😔💔☹🙁😥",
    "surprise": "😮😲🤯😯",
    "trust": "🤝🙏💯",
}
_NEGATION = re.compile(
    r"\b(?:not|no|never|n't|nothing|without|hardly|nicht|kein\w*|nie|ohne|no|nunca|sin|ne|pas|sans|jamais|non|senza|mai|não"
    r"|nem|sem|niet|geen|nooit|zonder|don't|doesn't|didn't|isn't|wasn't|can't|won't)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)


def emotion_of(text: str, tone: str | None = None) -> tuple[str | None, float | None]:
    """Emotion of a text and the share of its words and symbols of emotion that name it.

    Args: tone: of the text. Joy and trust in a negative text, anger, fear and sadness in a positive one do not count: there
        they are mostly meant ironically, or another's.
    Returns: (None, None) where no emotion is named, or two equally often.

    >>> emotion_of("I am so angry, this is an outrage"), emotion_of("I am not angry"), emotion_of("Open at nine")
    (('anger', 1.0), (None, None), (None, None))
    """
    read = plain(without_addresses(text[:_READ]))
    counts = dict.fromkeys(EMOTIONS, 0)
    for match in _pattern().finditer(read):
        if not _NEGATION.search(read[max(0, match.start() - 40) : match.start()]):
            counts[str(match.lastgroup)] += 1
    for name, symbols in _SYMBOLS.items():
        counts[name] += min(sum(map(read.count, symbols)), 3)
    unlikely = {"negative": ("joy", "trust"), "positive": ("anger", "fear", "sadness")}.get(tone or "", ())
    likely = {name: count for name, count in counts.items() if count and name not in unlikely}
    if not likely:
        return None, None
    most = max(likely.values())
    named = [name for name, count in likely.items() if count == most]
    if len(named) > 1:
        return None, None
    return named[0], round(most / sum(counts.values()), 4)


@cache
def _pattern() -> re.Pattern[str]:
    groups = []
    for name, stems in _STEMS.items():
        words = [stem.replace("-", r"\s+") for stem in stems.split()]
        words = [f"{word[:-1]}(?!\\w)" if word.endswith("=") else rf"{word}\w*" for word in words]
        groups.append(f"(?P<{name}>{'|'.join(words)})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups)})", re.IGNORECASE)
