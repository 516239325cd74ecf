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
_BACKTICK = re.compile(r"(?<=[A-Za-zÀ-ÖØ-öø-ɏ])`(?=[A-Za-zÀ-ÖØ-öø-ɏ])")


def plain(text: str) -> str:
    """The same text with one character for each meaning: straight quotes, plain spaces, letters of normal width.

    A backtick between Latin letters is an apostrophe; elsewhere it marks code.

    >>> plain("I don’t like the ＧＲＩＮＤＥＲ, don`t ask")
    "I don't like the GRINDER, don't ask"
    """
    read = text if text.isascii() else unicodedata.normalize("NFC", text.translate(_TABLE))
    return _BACKTICK.sub("'", read) if "`" in read else read


# --- notices ----------------------------------------------------------------------------------------------------

_WHAT = "(?:post|tweet|comment|reply|message|content|topic|video|status|toot|thread|review|question|answer|photo)"
_GONE = "(?:(?:permanently )?deleted|removed|withdrawn|unavailable|no longer available|not available)"
_MORE = "[.]?(?: learn more[.]?)?"
_WHO = "(?:(?:an? |its |the |original )*(?:moderators?|mods?|author|admin(?:istrator)?s?|user|creator|owner|poster)|reddit)"
_GONE_ELSEWHERE = (
    "(?:gelöscht|entfernt|supprimée?|eliminad[oa]|borrad[oa]|rimoss[oa]|eliminat[oa]|cancellat[oa]|verwijderd"
    "|removid[oa]|apagad[oa]|excluíd[oa]|удален[оа]?|удалён|削除済み|削除されました)"
)
_WHAT_ELSEWHERE = (
    "(?:beitrag|kommentar|nachricht|inhalt|message|commentaire|contenu|mensaje|comentario|contenido|messaggio|commento"
    "|contenuto|bericht|reactie|inhoud|mensagem|comentário|conteúdo|сообщение|комментарий|пост)"
)
REMOVAL_NOTICE = "|".join(
    (
        rf"\\?[\[(<] ?(?:this )?(?:{_WHAT} )?(?:was |has been )?{_GONE}"
        r"(?: (?:by|in|for|due)(?:[^a-z\])>][^\])>]*)?)? ?\\?[\])>]",
        r"\[ ?removed by reddit(?:[^a-z].*)?\]",
        "[*]?(?:permanently deleted|deleted by (?:creator|author|user)|removed by mod(?:erator)?)[*]?",
        rf"\(?{_WHAT} (?:was )?{_GONE} by (?:its |the )?(?:{_WHAT} )?author(?:[^a-z)][^)]*)?\)?",  # Discourse
        f"(?:message|comment) (?:deleted|removed)[.]?|{_WHAT} (?:deleted|removed) by {_WHO}[.]?",
        f"(?:sorry, )?this {_WHAT} (?:(?:was|has been|is) (?:currently )?{_GONE}|isn['\u2019]t available)"
        f"(?: (?:by|because|for|from|right now|at the moment|anymore|due)(?:[^a-z].{{0,120}})?)?{_MORE}",
        f"(?:this {_WHAT} is )?from an? (?:suspended account|account that no longer exists){_MORE}",
        "(?:deleted|private) video|this video is private[.]?|you deleted this message[.]?",
        rf"[\[(] ?(?:{_WHAT_ELSEWHERE} )?{_GONE_ELSEWHERE} ?[\])]",
        "(?:beitrag|kommentar|nachricht|tweet) (?:wurde )?gelöscht[.]?|du hast diese nachricht gelöscht[.]?",
        "diese[rs]? (?:beitrag|kommentar|nachricht|inhalt|video|tweet) wurde (?:.{1,60} )?(?:gelöscht|entfernt)[.]?",
        "(?:message|commentaire) supprimé[.]?|vous avez supprimé ce message[.]?",
        "(?:ce (?:message|commentaire|contenu|tweet)|cette (?:publication|vidéo|réponse)) (?:a été|est) supprimée?"
        "(?: par (?:son auteur|l['\u2019]auteur|l['\u2019]utilisateur|un modérateur|la modération))?[.]?",
        "(?:mensaje|comentario) eliminado[.]?|(?:se )?eliminó este (?:mensaje|comentario)[.]?|eliminaste este mensaje[.]?",
        "(?:este (?:mensaje|comentario|tuit|contenido)|esta publicación) (?:fue|ha sido) (?:eliminad|borrad)[oa]"
        "(?: por (?:su autor|el autor|el usuario|un moderador))?[.]?",
        "(?:messaggio|commento) (?:eliminato|rimosso|cancellato)[.]?|hai eliminato questo messaggio[.]?",
        "quest[oa] (?:messaggio|commento|post|contenuto|tweet|video|risposta|recensione) (?:è stat[oa]|è) "
        "(?:eliminat|rimoss|cancellat)[oa](?: (?:dal suo autore|dall['\u2019](?:autore|utente)|da un moderatore))?[.]?",
        "(?:bericht|reactie) verwijderd[.]?|je hebt dit bericht verwijderd[.]?",
        "(?:dit|deze) (?:bericht|reactie|tweet|video|inhoud|post) (?:is|werd) verwijderd"
        "(?: door (?:de auteur|de schrijver|de gebruiker|een moderator))?[.]?",
        "(?:deze|dit) (?:bericht|reactie|tweet|video|inhoud|post) is door .{1,40} verwijderd[.]?",
        "(?:mensagem|comentário) (?:apagad|removid|excluíd|eliminad)[oa][.]?|você apagou esta mensagem[.]?",
        "(?:est[ae]|ess[ae]) (?:mensagem|comentário|publicação|conteúdo|tweet|vídeo|post) foi "
        "(?:apagad|removid|excluíd|eliminad)[oa](?: (?:pelo (?:seu )?(?:autor|usuário|utilizador)|por um moderador))?[.]?",
        "(?:сообщение|комментарий|пост|запись|твит|видео) (?:было |была |был )?удал(?:ен|ён)[оа]?"
        "(?: (?:автором|пользователем|модератором|администратором))?[.]?",
        "(?:это|этот|эта) (?:сообщение|комментарий|пост|запись|твит|видео) (?:было |была |был )?удал(?:ен|ён)[оа]?"
        "(?: (?:автором|пользователем|модератором|администратором))?[.]?|вы удалили это сообщение[.]?",
        "(?:この|こちらの)?(?:メッセージ|コメント|投稿|ツイート|動画|ポスト)(?:は|が)?"
        "(?:(?:投稿者|作成者|ユーザー|管理者|モデレーター)によって|により)?(?:削除されました|削除されています|削除済みです)。?",
        "メッセージの送信を取り消しました。?",
    )
)
"""Pattern of notices, for a whole text in lower case with single spaces; Python, Java and Rust read it alike."""
LONGEST_NOTICE = 250
_NOTICE = re.compile(REMOVAL_NOTICE)


def is_removal_notice(text: object) -> bool:
    """Whether a text is what platforms show in place of a post that its author or a moderator removed.

    >>> is_removal_notice("[removed]"), is_removal_notice("(post deleted by author)"), is_removal_notice("I deleted it")
    (True, True, False)
    """
    if not isinstance(text, str) or len(text) > LONGEST_NOTICE:
        return False
    return _NOTICE.fullmatch(" ".join(text.split()).lower()) is not None


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
        | il\b.{4,200}\bha\s+scritto | op\b.{4,200}\bschreef\b.{0,80} | (?:em|a)\b.{4,200}\bescreveu
        | (?:w\s+dniu|dnia)\b.{4,200}\b(?:napisał(?:a|\(a\)|o|\(-a\))?|pisze) | den\b.{4,200}\bskrev\b.{0,80}
        | dne\b.{4,200}\bnapsal(?:a|\(a\)|o)? | 在.{4,200}(?:写道|寫道)
    )\s*[:：]\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_WROTE = r"""(?:wrote|schrieb|a\s+écrit|escribió|ha\s+scritto|schreef|escreveu|napisał(?:a|\(a\))?|pisze|skrev|kirjoitti
    |napsal(?:a|\(a\))?|yazdı|написал(?:а|\(а\))?|пишет)"""
_SENDER = r"[<(\[]{1,2}[^<>()\s]{1,100}@[^<>()\s]{1,100}[>)\]]{1,2}"
_DATED = re.compile(  # likewise, where no word opens it: it has the time of day, and who or what ends it
    rf"""(?=.{{0,160}}?(?<!\d)\d{{1,2}}[:.h]\d\d(?!\d))(?=.{{0,200}}?\d{{4}}|.{{0,200}}?{_SENDER})(?:
        .{{4,250}}<[^<>\s]{{1,100}}@[^<>\s]{{1,100}}> | .{{4,200}}\b{_WROTE}\b\)?.{{0,80}}
        | .{{4,250}}(?:写道|寫道|書きました|のメール)
    )\s*[:：]\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_ENDS_DATED = re.compile(  # what of such a line may be on the next one
    rf"\s{{0,9}}(?:{_SENDER}\s{{0,9}})?(?:(?:tarihinde\s{{1,9}})?(?:şunu\s{{1,9}})?{_WROTE}\)?|写道|寫道|書きました)?\s{{0,9}}[:：]\s*$",
    re.IGNORECASE | re.VERBOSE,
)
_HAS_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_INTRODUCTION = 250
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
_OPENS = re.compile(r"\s*(?:(?:on|am|le|el|il|op|em|a|w\s+dniu|dnia|den|dne)\b|在)", re.IGNORECASE)
_ENDS = re.compile(  # nothing after such a line is the author's
    r"""\s*(?:
        [-–—_=]{2,}\s*(?:
            original\s+message | forwarded\s+message | (?:ursprüngliche|weitergeleitete)\s+nachricht | originalnachricht
            | message\s+(?:d'origine|original|initial|transféré|transmis|réexpédié) | mensaje\s+(?:original|reenviado)
            | messaggio\s+(?:originale|inoltrato) | (?:oorspronkelijk|doorgestuurd|origineel)\s+bericht
            | mensagem\s+(?:original|encaminhada|reencaminhada) | (?:oryginalna|przekazana)\s+wiadomość
            | wiadomość\s+(?:oryginalna|przekazana) | (?:ursprungligt|vidarebefordrat)\s+meddelande | originalmeddelande
            | (?:oprindelig|videresendt)\s+(?:meddelelse|besked) | (?:opprinnelig|videresendt)\s+melding
            | (?:alkuperäinen|välitetty)\s+viesti | (?:původní|přeposlaná)\s+zpráva
            | (?:orijinal|özgün)\s+(?:mesaj|ileti) | iletilen\s+mesaj
            | (?:исходное|оригинальное|пересылаемое|пересланное|перенаправленное)\s+сообщение
            | 元のメッセージ | 転送されたメッセージ | 原始邮件 | 转发邮件 | 原始郵件 | 轉寄郵件
        )\s*[-–—_=]*
        | (?:begin\s+forwarded\s+message | anfang\s+der\s+weitergeleiteten\s+(?:nachricht|e-?mail)
            | début\s+du\s+message\s+(?:transféré|réexpédié) | inicio\s+del\s+mensaje\s+reenviado
            | inizio\s+(?:del\s+)?messaggio\s+inoltrato | begin\s+doorgestuurd\s+bericht
            | início\s+da\s+mensagem\s+(?:reencaminhada|encaminhada))\s*:
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
        |mail|proton\s?mail|gmx|web\.de|t-online|thunderbird|icloud|tapatalk|handset|handy|smartphone|tablet|device)\b"""
_DEVICE = re.compile(
    rf"""\s*(?:
        (?:sent\s+(?:from|with|via|using) | gesendet\s+(?:von|mit|über) | envoyé\s+(?:de|depuis|à\s+partir\s+de)
            | enviado\s+(?:desde|do|com) | inviato\s+da(?:l|lla)? | (?:verzonden|verstuurd)\s+(?:vanaf|met|vanuit)
            | skickat\s+från | sendt\s+fra
        ){_WITH_DEVICE}(?:\s+(?:using|via|with|on|auf|su)\b.{{0,30}}|[\w\s,.+-]{{0,25}})(?:<\S{{1,300}})?
        | (?:von|aus){_WITH_DEVICE}.{{0,60}}\bgesendet\.?
        | (?:diese|this)\s+(?:nachricht|e-?mail|message)\s+(?:wurde|was){_WITH_DEVICE}.{{0,60}}\b(?:gesendet|sent)\.?
        | \[?(?:(?:get|holen\s+sie\s+sich|hol\s+dir|obtenir|obtenez|télécharger|téléchargez|obtener|obtén|descargar
                |ottieni|scarica|download|haal|obter|obtenha|baixar|hämta|hent|pobierz)
            \s+(?:o\s+)?outlook\s+(?:for|für|pour|para|per|voor|för|til|dla)\s+(?:android|ios|mac|windows|iphone|ipad|mobile)
            | outlook\s+(?:für|voor)\s+(?:android|ios|mac|windows|iphone|ipad)\s+
            (?:herunterladen|beziehen|abrufen|holen|downloaden|ophalen)
            )\]?(?:\s*[<(\[]\S{{1,300}})?\.?
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
# Words of the header of an answered message, as mail programs of many languages write it.
_SENDERS = "from|von|de|da|van|från|fra|lähettäjä|od|kimden|от|差出人|发件人|寄件者"
_SENT = (
    "sent|gesendet|envoyé(?: le)?|enviad[oa](?: em| el)?|inviato|verzonden|skickat|sendt|lähetetty|wysłan[oe]|odesláno"
    "|gönderildi|gönderilme tarihi|отправлено|送信日時|发送时间|傳送時間"
)
_SUBJECT = (
    "subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|emne|aihe|temat|předmět|konu|тема|件名|主题|主旨"
)
_OTHERS = (
    "date|to|cc|reply-to|datum|an|kopie|antwort an|à|répondre à|fecha|para|data|a|aan|datum|till|til|dato|kopi"
    "|vastaanottaja|päiväys|do|dw|komu|kime|tarih|кому|копия|дата|日付|宛先|收件人|抄送|日期|收件者|副本"
)
_HEADER = re.compile(
    rf"\s*\*{{0,2}}(?:(?P<sender>{_SENDERS})|(?P<sent>{_SENT})|(?P<subject>{_SUBJECT})|{_OTHERS})"
    r"(?:\*{1,2}\s?:|\s?:\*{0,2})(?P<value>\s.*|(?<![a-z]:).*|)$",
    re.IGNORECASE,
)
_HEADER_LINES = 3
_HEADERS_READ = 6
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
    if _OPENS.match(lines[place]):
        for end in range(place + 1, min(place + 3, len(lines)) + 1):
            introduction = " ".join(lines[place:end])
            if _BEGINS_QUOTE.match(introduction) and any(map(str.isdigit, introduction)):  # it names a date
                return end
    if not _HAS_TIME.search(lines[place][:_INTRODUCTION]):
        return 0
    if _DATED.match(lines[place]):
        return place + 1
    following = "".join(lines[place + 1 : place + 2])
    is_broken = _ENDS_DATED.match(following) and following.strip() not in (":", "：")
    return place + 2 if is_broken and _DATED.match(f"{lines[place]} {following}") else 0


def _ends(lines: list[str], place: int, has_text_above: bool) -> bool:
    line = plain(lines[place])
    if _ENDS.match(line) or (has_text_above and _DISCLAIMS.match(line)):
        return True
    if _SIGNATURE.match(line):
        return has_text_above and len(lines) - place - 1 <= _SIGNATURE_LINES
    return _is_header(lines[place : place + _HEADERS_READ])


def _is_header(lines: list[str]) -> bool:
    """Whether an answered message begins: its sender and two more lines of its header, or when it was sent.

    `From: Berlin`, `To: Paris`, `Date: 3 May` is a journey: one of the lines says what mail alone has.
    """
    found: list[re.Match[str]] = []
    for line in lines:
        if not (match := _HEADER.match(plain(line))):
            break
        found.append(match)
    if len(found) < 2 or not found[0]["sender"]:
        return False
    if found[1]["sent"] and any(map(str.isdigit, found[1]["value"])):
        return True
    is_mail = any(match["sent"] or match["subject"] or "@" in match["value"] for match in found)
    return len(found) >= _HEADER_LINES and is_mail
