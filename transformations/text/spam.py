"""Signs of spam and of automatic posting in a text."""

from __future__ import annotations

import re

from transformations.text.words import HANDLE, plain, without_addresses

SIGNS = ("many_links", "many_hashtags", "many_mentions", "asks_to_click", "promises_money", "shouts", "repeats_itself")
ENOUGH = 2
"""Signs from which on a post counts as spam: each of them alone is met in honest posts, too."""
_READ = 5_000  # characters
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_HASHTAG = re.compile(r"(?<!\w)#\w+")
_CLICK = re.compile(
    r"\b(?:click (?:here|the link|below|on)|link in (?:my )?bio|dm (?:me|us|now)|sign ?up (?:now|here|today)|join (?:now|our)"
    r"|follow (?:me|back|for follow)|follow4follow|f4f|whatsapp me|subscribe (?:now|to my)|limited (?:time|offer)"
    r"|hurry up|act now|klick(?:e|t)? hier|haz clic|cliquez ici|clicca qui|clique aqui)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(?:earn|make|win|get) (?:\w+ ){0,3}[$€£]\s?\d|[$€£]\s?\d[\d,.]* (?:a|per) (?:day|week|hour)"
    r"|(?:free|win an?) (?:iphone|gift ?cards?"
    r"|followers|bitcoin|crypto|money|voucher)|work from home|(?:crypto|bitcoin|forex) (?:giveaway|signals|investment)"
    r"|100% (?:free|guaranteed)|double your|passive income|casino bonus|payday loan|cheap (?:viagra|followers)\b",
    re.IGNORECASE,
)


def spam_signs(text: str) -> list[str]:
    """Signs of spam in a text, in the order of SIGNS.

    >>> spam_signs("FREE iPhone!!! Click here https://a.example https://b.example https://c.example")
    ['many_links', 'asks_to_click', 'promises_money']
    >>> spam_signs("My kettle arrived, see https://a.example")
    []
    """
    read = plain(text[:_READ])
    bare = without_addresses(read)
    letters = [character for character in bare if character.isalpha()]
    words = bare.lower().split()
    found = {
        "many_links": len(_LINK.findall(read)) >= 3,
        "many_hashtags": len(_HASHTAG.findall(bare)) >= 8,
        "many_mentions": len(HANDLE.findall(bare)) >= 6,
        "asks_to_click": _CLICK.search(bare) is not None,
        "promises_money": _MONEY.search(bare) is not None,
        "shouts": len(letters) >= 20 and sum(map(str.isupper, letters)) > 0.7 * len(letters),
        "repeats_itself": len(words) >= 12 and len(set(words)) * 3 <= len(words),
    }
    return [sign for sign in SIGNS if found[sign]]
