"""What of a text is its author's, and characters that mean the same."""

import pyarrow as pa
import pytest

from transformations.text.enrichment import IN_MEMORY_COLUMNS, Reading, enriched_in_memory
from transformations.text.intent import intent_of
from transformations.text.matching import Label, vocabulary
from transformations.text.scores import SCORE_COLUMNS, scores_in_memory
from transformations.text.tone import score
from transformations.text.words import handles, of_author, own_words, plain, without_addresses

APOSTROPHES = "’‘ʼ＇′´"


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
    ],
)
def test_characters_that_mean_the_same(written: str, meant: str) -> None:
    assert plain(written) == meant
    assert score(written) == score(meant)


def test_intent_and_matching_read_typographic_characters() -> None:
    assert intent_of("It doesn’t work") == intent_of("It doesn't work") == "complaint"
    assert intent_of("Ｗｈｅｒｅ\u00a0can I buy it") == "purchase_intent"
    words = vocabulary({"brands": ["Rock'n'Roll Bikes", "Café Noir"]})
    assert words.find("a Rock’n’Roll\u00a0Bikes fan") == {Label("brand", "Rock'n'Roll Bikes")}
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
