"""What of a text is its author's, and characters that mean the same."""

import pyarrow as pa
import pytest

from transformations.text.enrichment import IN_MEMORY_COLUMNS, Reading, enriched_in_memory
from transformations.text.intent import intent_of
from transformations.text.matching import Label, vocabulary
from transformations.text.scores import SCORE_COLUMNS, scores_in_memory
from transformations.text.tone import score
from transformations.text.words import handles, is_removal_notice, of_author, own_words, plain, without_addresses

APOSTROPHES = "’‘ʼ＇′´`"


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
@pytest.mark.parametrize("text", ["I don't like it", "The support isn't good", "I can't recommend it"])
def test_one_tone_with_any_apostrophe(text: str, apostrophe: str) -> None:
    assert score(text.replace("'", apostrophe)) == score(text)


def test_a_negation_in_typographic_script_is_one() -> None:
    assert score("I don’t like it") < 0 < score("I like it")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ＧＲＥＡＴ　ｇｒｉｎｄｅｒ！", "GREAT grinder!"),
        ("not\u00a0good\u202fat all", "not good at all"),
        ("𝗴𝗿𝗲𝗮𝘁 grinder", "great grinder"),
        ("gr\u00adeat\u200b grin\u2060der", "great grinder"),
        ("cafe\u0301", "café"),
        ("“great” „so“ «so»", '"great" "so" "so"'),
        ("state‑of‑the‑art", "state-of-the-art"),
        ("don`t run `rm`, rock`n`roll", "don't run `rm`, rock'n'roll"),
    ],
)
def test_characters_that_mean_the_same(written: str, meant: str) -> None:
    assert plain(written) == meant
    assert score(written) == score(meant)


def test_intent_and_matching_read_typographic_characters() -> None:
    assert intent_of("It doesn’t work") == intent_of("It doesn't work") == "complaint"
    assert intent_of("It doesn`t work") == "complaint"
    assert intent_of("Ｗｈｅｒｅ\u00a0can I buy it") == "purchase_intent"
    words = vocabulary({"brands": ["Rock'n'Roll Bikes", "Café Noir"]})
    assert words.find("a Rock’n’Roll\u00a0Bikes fan") == {Label("brand", "Rock'n'Roll Bikes")}
    assert words.find("a Rock`n`Roll Bikes fan") == {Label("brand", "Rock'n'Roll Bikes")}
    assert words.find("at cafe\u0301 noir") == {Label("brand", "Café Noir")}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see https://medium.com/@ann/why-burrs now", "see   now"),
        ("HTTP://X.EXAMPLE/a?b=1#c", " "),
        ("youtube.com/@ann?sub=1", " "),
        ("blog.rocks/@ann", " "),
        ("write to ann.b+c@mail.example.com, please", "write to  , please"),
        ("mailto:ann@x.example", " "),
        ("look...https://x.example/a", "look... "),
        ("[the grinder](https://x.example/a_(b)) is good", "[the grinder ) is good"),
        ("网址https://x.example/a。@ann", "网址 。@ann"),
        ("@ann.bsky.social and @bob@mas.to", "@ann.bsky.social and @bob@mas.to"),
        ("and/or 24/7, amazon.de", "and/or 24/7, amazon.de"),
    ],
)
def test_addresses(text: str, left: str) -> None:
    assert without_addresses(text) == left


QUOTED = [
    ("> It is great\n\nNo, it is not", "No, it is not"),
    (">> first\n> second\nI disagree", "I disagree"),
    ("&gt; It is great\nNo", "No"),
    (">:( it broke\n>5 weeks", ">:( it broke\n>5 weeks"),
    ('[quote="ann, post:1, topic:2"]\nIt is great\n[/quote]\nNo', "No"),
    ("[quote=a][quote=b]x[/quote]y[/quote] No", "No"),
    ("RE: https://mas.to/@ann/1\n\nSo true", "So true"),
    ("RT @ann: It is great", "RT @ann"),
    ("RT @ann It is great", "RT @ann"),
    ("rt @ann: It is great", "rt @ann"),
    ("No way! Rt @ann: It is great", "No way! Rt @ann"),
    ("A start @ann: great", "A start @ann: great"),
    ("No way! RT @ann: It is great\nRT @bob: really", "No way! RT @ann"),
    ("“ＲＴ ＠ann： It is great”", "“ＲＴ ＠ann"),
    ("No way! QT @ann: It is great", "No way! QT @ann"),
    ("@ann wrote:\n> It is great\nNo", "No"),
    ("Ann hat geschrieben:\n> Es ist toll\n\nNein", "Nein"),
    ("No\n2025-01-03 10:00 GMT+01:00 Ann <ann@x.example>:\n> It is great", "No"),
    ("What Ann wrote:\nIt is great", "What Ann wrote:\nIt is great"),
    ("Please RT @ann if you can: thanks", "Please RT @ann if you can: thanks"),
    ("A START @ann: great", "A START @ann: great"),
    ("Broken\n\nSent from my iPhone", "Broken"),
    ("Kaputt\n\nVon meinem iPhone gesendet", "Kaputt"),
    ("Kapot\n\nVerstuurd vanaf mijn iPhone", "Kapot"),
    ("Trasig\n\nSkickat från min iPhone", "Trasig"),
    ("I stykker\n\nSendt fra min iPhone", "I stykker"),
    ("Broken\nGet Outlook for Android", "Broken"),
    ("Sent from Berlin last week, not here yet", "Sent from Berlin last week, not here yet"),
    ("Broken\n-- \nAnn Best\nGreat Things Ltd", "Broken"),
    ("Broken\n\nOn Mon, 3 Jan 2025 at 10:00, Care <care@x.example>\nwrote:\n\n> Is it great?\n\nNo", "Broken\n\n\nNo"),
    ("Broken\n\nOn 3 Jan 2025 Care wrote:\n\nIs it great?", "Broken"),
    ("Kaputt\n\nAm 03.01.2025 um 10:00 schrieb Care:\n> Gut?", "Kaputt"),
    ("Broken\n-----Original Message-----\nFrom: Care\nGreat?", "Broken"),
    ("Broken\n\nFrom: Care\nSent: Monday\nTo: Ann\nSubject: Great\n\nGreat?", "Broken"),
    ("Broken\n\nThis e-mail is confidential and intended solely for the addressee. Thank you.", "Broken"),
    ("This email of yours is confidential nonsense", "This email of yours is confidential nonsense"),
    ("From: Berlin\nto: Paris in a day", "From: Berlin\nto: Paris in a day"),
    ("[deleted]", ""),
    ("[removed by moderator]", ""),
    ("[removed] is what I see", "[removed] is what I see"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "own"), QUOTED)
def test_what_its_author_wrote(text: str, own: str) -> None:
    assert of_author(text) == own


BELOW_AN_ANSWER = (
    "De : Service <s@x.example>\nEnvoyé : lundi 3 mars 2025 10:00\nÀ : Ann\nObjet : Moulin\n\nGreat",
    "**From:** Care\n**Sent:** Monday\n**To:** Ann\n**Subject:** Great\n\nGreat",
    "*From:* Care\n*Sent:* Monday\n*To:* Ann\n*Subject:* G\n\nx",
    "De: Care\nEnviado: lunes\nPara: Ann\nAsunto: Molino\n\nx",
    "Da: Care\nInviato: lunedì\nA: Ann\nOggetto: M\n\nx",
    "Van: Care\nVerzonden: maandag\nAan: Ann\nOnderwerp: M\n\nx",
    "De: Care\nEnviada em: segunda\nPara: Ann\nAssunto: M\n\nx",
    "De: Care\nEnviado em: segunda\nPara: Ann\nAssunto: M\n\nx",
    "De: Care\nEnviada: segunda\nPara: Ann\nAssunto: M\n\nx",
    "Von: Care\nGesendet: Montag\nAn: Ann\nBetreff: M\n\nx",
    "差出人： Care\n送信日時： 2025年\n宛先：Ann\n件名：M\nx",
    "发件人:Care\n发送时间:2025\n收件人:Ann\n主题:M\nx",
    "От: Care\nОтправлено: вт\nКому: Ann\nТема: M\nx",
    "**De :** Care\n**Envoyé :** lundi\n**À :** Ann\n**Objet :** M\nx",
    "-------- Originalnachricht --------\nx",
    "-------- Message original --------\nx",
    "---- Oorspronkelijk bericht ----\nx",
    "-------- Weitergeleitete Nachricht --------\nx",
    "----- Mensaje original -----\nx",
    "-----Messaggio originale-----\nx",
    "-----Mensagem original-----\nx",
    "---------- Forwarded message ---------\nx",
    "El vie, 3 ene 2025 a las 10:00, Care (<care@x.example>) escribió:\n\nx",
    "Le ven. 3 janv. 2025 à 10:00, Care <care@x.example> a écrit :\n\nx",
    "Il giorno ven 3 gen 2025 alle ore 10:00 Care <care@x.example> ha scritto:\n\nx",
    "Op vr 3 jan 2025 om 10:00 schreef Care <care@x.example>:\n\nx",
    "Em sex., 3 de jan. de 2025 às 10:00, Care <care@x.example> escreveu:\n\nx",
    "W dniu 3.01.2025 o 10:00, Care pisze:\nx",
    "pt., 3 sty 2025 o 10:00 Care <care@x.example> napisał(a):\n\nx",
    "pt., 3 sty 2025 o 10:00 Care <care@x.example>\nnapisał(a):\n\nx",
    "W dniu pt., 3 sty 2025 o 10:00 Care napisała:\nx",
    "Den fre 3 jan. 2025 kl 10:00 skrev Care <care@x.example>:\n\nx",
    "fre. 3. jan. 2025 kl. 10:00 skrev Care <care@x.example>:\n\nx",
    "Den 3. jan. 2025 skrev Care:\nx",
    "pe 3. tammik. 2025 klo 10.00 Care (care@x.example) kirjoitti:\n\nx",
    "pá 3. 1. 2025 v 10:00 odesílatel Care <care@x.example> napsal:\n\nx",
    "Dne 3. 1. 2025 v 10:00 Care napsal(a):\nx",
    "Care <care@x.example>, 3 Oca 2025 Cum, 10:00 tarihinde şunu yazdı:\n\nx",
    "пт, 3 янв. 2025 г. в 10:00, Care <care@x.example>:\n\nx",
    "3 января 2025 г., 10:00, Care написал(а):\nx",
    "2025年1月3日(金) 10:00 Care <care@x.example>:\n\nx",
    "2025/01/03 10:00、Care <care@x.example>のメール:\nx",
    "2025年1月3日 10:00 Careさんは書きました：\nx",
    "Care <care@x.example> 于2025年1月3日周五 10:00写道：\n\nx",
    "在 2025年1月3日，10:00，Care 写道：\nx",
    "在2025年1月3日，Care <care@x.example> 写道：\nx",
    "03.01.2025 10:00, Care пишет:\nx",
    "Пятница, 3 января 2025, 10:00 +03:00 от Care <care@x.example>:\nx",
    "Care <care@x.example> schrieb am Fr., 3. Jan. 2025, 10:00:\nx",
    "Care escribió el 3 ene 2025 10:00:\nx",
    "El 3/1/2025 a las 10:00, Care escribió:\nx",
    "Le 3 janv. 2025 à 10:00, Care a écrit :\nx",
    "Get Outlook for Android<https://aka.ms/x>",
    "Outlook für Android herunterladen<https://aka.ms/x>",
    "Holen Sie sich Outlook für Android<https://aka.ms/x>",
    "Outlook für Android beziehen<https://x>",
    "Gesendet mit der GMX Mail App",
    "Gesendet mit der GMX iPhone App",
    "Gesendet mit der GMX Android App",
    "Gesendet mit der GMX App",
    "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
    "Sent from Yahoo Mail on Android<https://x>",
    "Télécharger Outlook pour Android<https://x>",
    "[Get Outlook for iOS](https://aka.ms/x)",
    "Gesendet mit der WEB.DE App",
    "Gesendet mit der mobilen Mail App",
)


@pytest.mark.parametrize("below", BELOW_AN_ANSWER)
def test_what_a_mail_program_puts_below_an_answer_in_many_languages(below: str) -> None:
    assert of_author(f"It is broken\n\n{below}") == "It is broken"


LIKE_MAIL = (
    "From: Berlin\nto: Paris in a day",
    "De: Madrid\nPara: Ana\nGracias",
    "De: Lisboa\nPara: Porto\nData: 3 maio\nperdido",
    "From: Berlin\nTo: Paris\nDate: 3 May\nlate",
    "De: todo corazón gracias\nfin",
    "Am 3. Mai schrieb ich euch, keine Antwort",
    "On 3 May I wrote to you and nobody answered",
    "It broke at 10:00 in 2025, support wrote nothing",
    "Get Outlook for Android and it works, they said",
    "Opened 10:00 2025, closed:\nnever",
    "Hours 2025 10:00: closed",
    "My order from 3.1.2025 10:00:\nno lid",
    "Den 3. januar kom pakken",
    "Gesendet mit der Post am Montag",
    "Note 10:00 2025 mail me (a@x.example): \nI wait",
    "A: 1\nDa: 2\nData: 3",
    "el 5 compré uno:\nroto",
    "à 10:00 le 3 mai 2025 il pleut :\nvoilà",
    "Oggetto: reclamo\nDa: Anna\nrotto",
    "Betreff: Wasserkocher\nEr ist kaputt",
    "=====\noriginal message was great",
)


@pytest.mark.parametrize("text", LIKE_MAIL)
def test_what_only_looks_like_mail_stays(text: str) -> None:
    assert of_author(text) == text


NOTICES = (
    "Nachricht gelöscht",
    "Ce commentaire a été supprimé par son auteur",
    "Questo messaggio è stato eliminato",
    "Messaggio eliminato",
    "Questo commento è stato rimosso dal suo autore.",
    "Dit bericht is verwijderd",
    "Deze reactie is verwijderd door de auteur",
    "Esta mensagem foi apagada",
    "Este comentário foi removido pelo autor",
    "Mensagem apagada",
    "[удалено]",
    "Сообщение удалено",
    "Комментарий удалён автором",
    "Это сообщение было удалено",
    "このメッセージは削除されました",
    "この投稿は削除されました。",
    "[削除済み]",
    "[deleted]",
    "[supprimé]",
    "[rimosso]",
    "[commentaire supprimé]",
    "Diese Nachricht wurde gelöscht",
    "Este comentário foi removido por um moderador",
    "このコメントは投稿者によって削除されました",
)


@pytest.mark.parametrize("text", NOTICES)
def test_notices_of_removal_in_many_languages(text: str) -> None:
    assert is_removal_notice(text)
    assert of_author(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Комментарий удалён, а жаль",
        "Messaggio",
        "verwijderd",
        "Das Gerät (wurde gelöscht)",
        "[nicht gelöscht, nur versteckt]",
        "[nicht gelöscht]",
        "削除",
        "Nachricht gelöscht, warum?",
    ],
)
def test_what_people_say_of_removals_stays(text: str) -> None:
    assert not is_removal_notice(text)


def test_handles_of_the_authors_own_words() -> None:
    text = "Hi @Ann and @bob.b. see https://x.example/@cho\n> @dee said\n\nSent from my iPhone"
    assert handles(own_words(None, text)) == ["ann", "bob.b"]
    assert handles(own_words("Re: @eve", "no")) == []
    assert handles(own_words("@eve", "@ann")) == ["eve", "ann"]
    assert handles("no mail@ann") == []


def test_an_enrichment_is_of_the_authors_words() -> None:
    reading = Reading(vocabulary({"brands": ["Alderwick"]}), 0.5, 0.5, "v")
    nothing = {name: pa.array([], pa.string()) for name in ("channel", "profile_id", *SCORE_COLUMNS)}

    def read(text: str) -> dict:
        row = dict.fromkeys(IN_MEMORY_COLUMNS) | {"channel": "x", "post_id": "1", "kind": "post", "language": "en"}
        posts = pa.Table.from_pylist([row | {"text": text}])
        scores, _ = scores_in_memory(posts, pa.table(nothing), 0.5)
        return enriched_in_memory(posts, pa.table(nothing), scores, reading).to_pylist()[0]

    assert read("> I love my Alderwick, it is great\nMine is terrible")["tone"] == "negative"
    assert read("> I love my Alderwick\nMine is terrible")["brands"] == []
    assert read("help@alderwick.example or shop.example/alderwick answers")["brands"] == []
    passed_on = read("RT @ann: I love my Alderwick, it is great. Where can I buy one?")
    assert (passed_on["tone"] in (None, "neutral"), passed_on["brands"], passed_on["intent"]) == (True, [], "other")
    assert read("I hate it. RT @ann: I love my Alderwick, it is great")["tone"] == "negative"
    gone = read("[deleted]")
    assert (gone["tone"], gone["intent"], gone["is_relevant"]) == (None, "other", False)
