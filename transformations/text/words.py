"""What of a text its author wrote, and characters that mean the same.

Tone, intent, matching, language and mentions all read a text through this module; the stored text stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# --- characters -------------------------------------------------------------------------------------------------

_SAME = {
    **dict.fromkeys("’‘‛ʼʻʹ＇′´", "'"),
    **dict.fromkeys("“”„‟«»＂″", '"'),
    **dict.fromkeys("‐‑‒", "-"),
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),  # shown as nothing
}
_STYLED = ((0xFF01, 0xFF5E), (0x1D400, 0x1D7FF))  # full-width, and letters of mathematics that pass for bold or italic
_TABLE = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for low, high in _STYLED for code in range(low, high + 1)},
    **{ord(character): same for character, same in _SAME.items()},
}


def plain(text: str) -> str:
    """The same text with one character for each meaning: straight quotes, plain spaces, letters of normal width.

    >>> plain("I don’t like the ＧＲＩＮＤＥＲ")
    "I don't like the GRINDER"
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_TABLE))


# --- notices ----------------------------------------------------------------------------------------------------

_WHAT = "(?:post|tweet|comment|reply|message|content|topic|video|status|toot|thread|review|question|answer|photo)"
_GONE = "(?:(?:permanently )?deleted|removed|withdrawn|unavailable|no longer available|not available)"
_MORE = r"\.?(?: learn more\.?)?"
_WHO = "(?:(?:an? |its |the |original )*(?:moderators?|mods?|author|admin(?:istrator)?s?|user|creator|owner|poster)|reddit)"
_NOTICES = re.compile(
    "|".join(
        (
            rf"\\?[\[(<] ?(?:this )?(?:{_WHAT} )?(?:was |has been )?{_GONE}(?: (?:by|in|for|due)\b[^\])>]*)? ?\\?[\])>]",
            r"\[ ?removed by reddit\b.*\]",
            r"\*?(?:permanently deleted|deleted by (?:creator|author|user)|removed by mod(?:erator)?)\*?",
            rf"\(?{_WHAT} (?:was )?{_GONE} by (?:its |the )?(?:{_WHAT} )?author\b[^)]*\)?",  # Discourse
            rf"(?:message|comment) (?:deleted|removed)\.?|{_WHAT} (?:deleted|removed) by {_WHO}\.?",
            rf"(?:sorry, )?this {_WHAT} (?:(?:was|has been|is) (?:currently )?{_GONE}|isn['\u2019]t available)"
            rf"(?: (?:by|because|for|from|right now|at the moment|anymore|due)\b.{{0,120}}?)?{_MORE}",
            rf"(?:this {_WHAT} is )?from an? (?:suspended account|account that no longer exists){_MORE}",
            r"(?:deleted|private) video|this video is private\.?|you deleted this message\.?",
            r"[\[(] ?(?:gelöscht|entfernt|supprimé|eliminado|borrado|rimosso|verwijderd|removido) ?[\])]",
            r"diese[rs]? (?:beitrag|kommentar|nachricht|inhalt|video) wurde (?:.{1,60} )?(?:gelöscht|entfernt)\.?",
            r"ce (?:message|commentaire|contenu) a été supprimé\.?",
            r"este (?:mensaje|comentario) (?:fue|ha sido) eliminado\.?|se eliminó este (?:mensaje|comentario)\.?",
        )
    ),
    re.IGNORECASE,
)


def is_removal_notice(text: object) -> bool:
    """Whether a text is what platforms show in place of a post that its author or a moderator removed.

    >>> is_removal_notice("[removed]"), is_removal_notice("(post deleted by author)"), is_removal_notice("I deleted it")
    (True, True, False)
    """
    return isinstance(text, str) and len(text) <= 250 and _NOTICES.fullmatch(" ".join(text.split())) is not None


# --- addresses --------------------------------------------------------------------------------------------------

_IN_ADDRESS = r"[^\s<>\"“”„«»、。，！？（）「」『』]"
_ADDRESS = re.compile(
    rf"""
    \]\(\s*<?[a-z][a-z0-9+.-]*:[^)\s]*\)          # of a link in Markdown; its text is the author's
    | (?<![a-z0-9+])[a-z][a-z0-9+]*://{_IN_ADDRESS}+
    | (?<![a-z0-9])(?:www\.|mailto:){_IN_ADDRESS}+
    | (?<![\w@.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+     # e-mail
    | (?<![\w@.-])(?:[\w-]+\.)+[^\W\d_]{{2,24}}(?::\d+)?/@{_IN_ADDRESS}*
    | (?<![\w@.-])(?:[\w-]+\.)+
      (?:com|org|net|edu|gov|info|io|co|tv|ly|gl|app|dev|shop|store|blog|social|online|site|xyz|link|page|example
        |de|fr|es|nl|ch|uk|eu|us|ca|au|jp|cn|ru|br|pl|se|dk|fi|ie|nz)
      (?::\d+)?/{_IN_ADDRESS}*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MAY_HAVE_ADDRESS = re.compile(r"[/@:]|www", re.IGNORECASE)


def without_addresses(text: str, instead: str = " ") -> str:
    """The text with something else in place of web and e-mail addresses.

    >>> without_addresses("see https://medium.com/@ann/why or ann@example.com, @bob")
    'see   or  , @bob'
    """
    return _ADDRESS.sub(instead, text) if _MAY_HAVE_ADDRESS.search(text) else text


HANDLE = re.compile(r"(?<![\w@.])@(\w[\w.-]*(?:@[\w.-]*\w)?)")
"""A handle in a text without addresses, with the instance of a fediverse account."""


def handles(text: str) -> list[str]:
    """Accounts that a text names, without @, in lower case, each once and in order.

    >>> handles("Hello @Ann, not https://medium.com/@bob")
    ['ann']
    """
    if "@" not in text and "＠" not in text:
        return []
    found = HANDLE.findall(plain(without_addresses(text)))
    return list(dict.fromkeys(handle.rstrip(".-").lower() for handle in found))


# --- lines ------------------------------------------------------------------------------------------------------

# A quoted line; >:( and >5 are none.
_QUOTED = re.compile(r"\s{0,3}(?:>|&gt;)+(?:\s|$|[^\W\d_]|[\"'“‘«<*@#\[(&>])")
_EMOTICON = re.compile(r"\s{0,3}>[:;=._]")
_BEGINS_QUOTE = re.compile(  # the line above what an e-mail answers
    r"""\s*(?:
        on\b.{4,200}\bwrote | am\b.{4,200}\bschrieb\b.{0,80} | le\b.{4,200}\ba\s+écrit | el\b.{4,200}\bescribió
        | il\b.{4,200}\bha\s+scritto | op\b.{4,200}\bschreef\b.{0,80} | em\b.{4,200}\bescreveu
    )\s*:\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_BEGINS_FORUM_QUOTE = (
    re.compile(  # `@ann wrote:`, `2025-01-03 10:00 GMT+01:00 Ann <ann@x.example>:`, above a quoted line
        r"""\s*(?:
        [^\s:](?:[^:\n]{0,80})\s(?:wrote|said|posted|writes|says|schrieb|hat\s+geschrieben|a\s+écrit|escribió|ha\s+scritto
            |schreef|escreveu)(?:\s+[^:\n]{1,60})?
        | \d{4}-\d\d-\d\d\s\d{1,2}:\d\d\b.{0,120}<[^<>\s]{1,100}@[^<>\s]{1,100}>
    )\s*:\s*$""",
        re.IGNORECASE | re.VERBOSE,
    )
)
_OPENS = re.compile(r"\s*(?:on|am|le|el|il|op|em)\b", re.IGNORECASE)
_ENDS = re.compile(  # nothing after such a line is the author's
    r"""\s*(?:
        -{2,}\s*(?:original\s+message|forwarded\s+message|ursprüngliche\s+nachricht|message\s+d'origine
            |mensaje\s+original|messaggio\s+originale)\s*-*
        | begin\s+forwarded\s+message:
        | [^\w\s]{0,9}\s?please\s+(?:type\s+your\s+)?reply\s+above\s+this\s+line.{0,9}
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_DISCLAIMS = re.compile(  # likewise, below other lines
    r"""\s*(?:
        (?:confidentiality|legal)\s+(?:notice|disclaimer)\s*(?:$|:.*)
        | (?:e-?mail\s+)?disclaimer\s*(?:$|:.*)
        | (?:this\s+(?:e-?mail|message|communication)|the\s+(?:information|content)s?\b.{0,60}\bthis\s+(?:e-?mail|message))
          \b.{0,120}\b(?:confidential|privileged
          |intended\s+(?:solely|only|exclusively
            |for\s+the\s+(?:use|addressee|named|intended|recipient|individual|person|sole)))\b.*
        | (?:if|should)\s+you\s+(?:are\s+not\s+the\s+intended\s+recipient
          |have\s+received\s+this\s+(?:e-?mail|message)\s+in\s+error)\b.*
        | diese\s+(?:e-?mail|nachricht)\b.{0,120}\bvertraulich.*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_WITH_DEVICE = r"""\s+(?:[\w']+\s+){0,2}?
    (?:iphone|ipad|ipod|phone|mobile|android|blackberry|samsung|galaxy|huawei|pixel|nokia|windows|outlook|yahoo|gmail
        |mail|proton\s?mail|tapatalk|handset|handy|smartphone|tablet|device)\b"""
_DEVICE = re.compile(
    rf"""\s*(?:
        (?:sent\s+(?:from|with|via|using) | gesendet\s+(?:von|mit|über) | envoyé\s+(?:de|depuis|à\s+partir\s+de)
            | enviado\s+(?:desde|do|com) | inviato\s+da(?:l|lla)? | (?:verzonden|verstuurd)\s+(?:vanaf|met|vanuit)
            | skickat\s+från | sendt\s+fra
        ){_WITH_DEVICE}(?:\s+(?:using|via|with|on|auf|su)\b.{{0,30}}|[\w\s,.+-]{{0,25}})
        | (?:von|aus){_WITH_DEVICE}.{{0,60}}\bgesendet\.?
        | get\s+outlook\s+for\b.{{0,30}}
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_HEADER = re.compile(
    r"\s*\*?(from|sent|date|to|subject|von|gesendet|an|betreff|de|envoyé|à|objet)\*?:\s", re.IGNORECASE
)
_SIGNATURE = re.compile(r"--\s*$")
_SIGNATURE_LINES = 10
_QUOTE_TAGS = re.compile(r"\[quote\b[^\]\[]{0,200}\](?:(?!\[quote\b).)*?\[/quote\]", re.IGNORECASE | re.DOTALL)
_QUOTES_WITHIN = 20  # quotations within quotations; deeper ones are no text that people write
_QUOTED_LINK = re.compile(r"\s*(?:RE|QT|RN):\s*https?://\S+\s*$", re.IGNORECASE)  # of a platform without quoted posts


_RETWEET = re.compile(
    # In front of a text, as retweets were written before there was a button, or with a colon: "please RT @ann" quotes nobody.
    r"(^\W{0,3}(?:[RMQＲＭＱ][TＴ]|[Rr]t)\s*[:：]?\s*[@＠]\w[\w.-]*)(?:[:：\s].*)?$"
    r"|(^.*?(?<!\w)(?:[RMQＲＭＱ][TＴ]|[Rr]t)\s*[:：]?\s*[@＠]\w[\w.-]*?)\s*[:：].*$",
    re.DOTALL,
)

_MENTIONS = re.compile("[tT\uff34][\\s:\uff1a]*[@\uff20]")  # what every retweet has

_ANSWERS = re.compile(
    r"\s*(?:re|aw|antw|sv|vs|rif|odp|fw|fwd|wg|tr|rv|enc)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]\s*", re.IGNORECASE
)


def own_words(title: str | None, text: str | None) -> str:
    """Title and text of a post, a line each, without what others wrote. A title such as `Re: …` is that of the answered post.

    >>> own_words("Re: It is great", "> It is great\\nNo")
    'No'
    """
    title = None if title and _ANSWERS.match(title) else title
    return "\n".join(of_author(part) for part in (title, text) if part)


def of_author(text: str) -> str:
    """The part of a text that its author wrote.

    Left out are what follows `RT @ann:`, and `RT @ann` at the beginning (naming her is the author's own act), quoted lines
    (`> …`) with the line that introduces them, [quote] blocks, the fallback of a quoted post
    (`RE: https://…`), what a mail program adds (signature after `--`, `Sent from my …`, the message that is answered,
    disclaimers), and a notice in place of a removed text. Addresses remain: `without_addresses`.

    >>> of_author("Still broken.\\n\\nSent from my iPhone\\n\\nOn 3 Jan 2025, at 9:12, Care wrote:\\n> Works great!")
    'Still broken.'
    """
    if is_removal_notice(text):
        return ""
    if match := _RETWEET.match(text) if _MENTIONS.search(text) else None:
        text = match[1] or match[2]
    if "[/quote]" in text.lower():
        for _ in range(_QUOTES_WITHIN):
            text = _QUOTE_TAGS.sub("\n", text)
    lines = text.splitlines()
    return "\n".join(_kept(lines)).strip()


def _kept(lines: list[str]) -> Iterator[str]:
    place, has_text_above = 0, False
    while place < len(lines):
        line = lines[place]
        if introduced := _introduced(lines, place):
            while introduced < len(lines) and not lines[introduced].strip():
                introduced += 1
            if introduced == len(lines) or not _is_quoted(lines[introduced]):
                return  # the answered message follows as it was
            place = introduced
            continue
        if _ends(lines, place, has_text_above):
            return
        if _BEGINS_FORUM_QUOTE.match(line) and _is_quoted("".join(lines[place + 1 : place + 2])):
            place += 1
            continue
        has_text_above = has_text_above or bool(line.strip())
        if _is_quoted(line) or _DEVICE.match(line) or _QUOTED_LINK.match(line):
            place += 1
        else:
            yield line
            place += 1


def _is_quoted(line: str) -> bool:
    return bool(_QUOTED.match(line)) and not _EMOTICON.match(line)


def _introduced(lines: list[str], place: int) -> int:
    """The line after `On … wrote:`, which mail programs break over up to three lines; 0 where none begins here."""
    if not _OPENS.match(lines[place]):
        return 0
    for end in range(place + 1, min(place + 3, len(lines)) + 1):
        introduction = " ".join(lines[place:end])
        if _BEGINS_QUOTE.match(introduction) and any(map(str.isdigit, introduction)):  # it names a date
            return end
    return 0


def _ends(lines: list[str], place: int, has_text_above: bool) -> bool:
    line = plain(lines[place])
    if _ENDS.match(line) or (has_text_above and _DISCLAIMS.match(line)):
        return True
    if _SIGNATURE.match(line):
        return has_text_above and len(lines) - place - 1 <= _SIGNATURE_LINES
    if match := _HEADER.match(line):  # the header of an answered message: several such lines in a row
        following = [_HEADER.match(plain(one)) for one in lines[place + 1 : place + 3]]
        return match[1].lower() in ("from", "von", "de") and len(following) == 2 and all(following)
    return False
