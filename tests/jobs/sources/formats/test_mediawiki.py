"""MediaWiki dumps, on a made-up wiki."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.formats import mediawiki

WIKI = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de">
  <siteinfo><sitename>Alder</sitename><base>https://wiki.alder.example/wiki/Hauptseite</base>
    <namespaces><namespace key="0" case="first-letter" /><namespace key="6">Datei</namespace>
    <namespace key="14">Kategorie</namespace></namespaces></siteinfo>
  <page><title>Dunkle Röstung</title><ns>0</ns><id>12</id>
%s
  </page>
  <page><title>Leer</title><ns>0</ns><id>13</id><revision><id>90</id><timestamp>2026-01-09T00:00:00Z</timestamp>
    <contributor><ip>192.0.2.1</ip></contributor><text bytes="0" /></revision></page>
</mediawiki>"""


def revision(
    id_: int, text: str = "<text>T</text>", who: str = "<username>Ann</username><id>3</id>", more: str = ""
) -> str:
    return (
        f"<revision><id>{id_}</id>{more}<timestamp>2026-01-01T00:00:{id_:02}Z</timestamp>"
        f"<contributor>{who}</contributor><model>wikitext</model>{text}</revision>"
    )


def rows(revisions: str) -> list[list[tuple[str, dict[str, Any]]]]:
    records = mediawiki.split(io.BytesIO((WIKI % revisions).encode()), SplitOptions())
    return [list(mediawiki.parse(record.raw, record.context)) for record in records]


def test_each_revision_is_an_edit_of_its_page_after_the_one_before():
    text = "<text xml:space='preserve'>'''Dunkel''' &amp;lt; [[Bohne|Bohnen]].\n[[Kategorie:Alles_Gute]]</text>"
    first, second, other = rows(revision(1) + revision(2, text, more="<parentid>1</parentid>"))
    assert second == [
        (
            "posts",
            {
                "post_id": "2",
                "kind": "wiki_edit",
                "profile_id": "3",
                "title": "Dunkle Röstung",
                "text": "Dunkel < Bohnen.",
                "url": "https://wiki.alder.example/wiki/Dunkle_R%C3%B6stung?oldid=2",
                "tags": ["Alles Gute"],
                "language": "de",
                "created_at": "2026-01-01T00:00:02Z",
                "parent_post_id": "1",
                "root_post_id": "page:Dunkle Röstung",
            },
        ),
        ("profiles", {"profile_id": "3", "handle": "Ann", "display_name": "Ann"}),
    ]
    assert first[0][1]["parent_post_id"] is None
    assert (other[0][1]["profile_id"], other[0][1]["root_post_id"]) == ("192.0.2.1", "page:Leer")
    assert other[1] == ("profiles", {"profile_id": "192.0.2.1", "display_name": "192.0.2.1"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('<text deleted="deleted" /><comment>shown</comment>', None),
        ("<text bytes='9' sha1='x' /><comment>a summary</comment>", "a summary"),  # a dump of stubs
        ("<text bytes='9' /><comment deleted='deleted' />", None),
        ("<text></text>", None),
    ],
)
def test_text_that_is_hidden_or_left_out(text, told):
    assert rows(revision(1, text))[0][0][1]["text"] == told


def test_a_contributor_that_is_hidden_is_nobody():
    hidden = revision(1).replace("<contributor>", '<contributor deleted="deleted">')
    assert [table for table, _ in rows(hidden)[0]] == ["posts"]
    assert rows(hidden)[0][0][1]["profile_id"] is None
    assert rows(revision(1, who=""))[0][0][1]["profile_id"] is None
    assert rows(revision(1, who="<username>Import</username><id>0</id>"))[0][0][1]["profile_id"] == "Import"


def test_what_is_no_wikitext_stays():
    css = revision(1, "<text>a { color: red } /* [[x]] */</text>").replace("wikitext", "css")
    assert rows(css)[0][0][1]["text"] == "a { color: red } /* [[x]] */"


@pytest.mark.parametrize(
    ("wikitext", "told", "tags"),
    [
        ("{{Info|a={{b|[[c]]}}}}One", "One", []),
        ("== Taste ==\n* [https://a.example good]\n# [[Bean]]s", "Taste\ngood\nBeans", []),
        ("a<ref name='x'/>b<ref>no [[x]]</ref>c<!-- no -->d", "abcd", []),
        ("[[File:a.jpg|thumb|A [[cup]]]]One[[Category:Coffee beans|*]]", "One", ["Coffee beans"]),
        ("[[:Category:Shown]] {|\n|no\n|}", "Category:Shown", []),
        ("__NOTOC__1 < 2 &amp; ''3''<br/>4", "1 < 2 & 3\n4", []),
        ("{{ [[ {| <ref> ''", "{{ [[ {|", []),
        ("", None, []),
    ],
)
def test_wikitext_without_its_markup(wikitext, told, tags):
    assert mediawiki.plain(wikitext, {"category"}, {"file"}) == (told, tags)


@given(
    st.lists(
        st.sampled_from(
            [
                "[[",
                "]]",
                "{{",
                "}}",
                "{|",
                "|}",
                "|",
                "a",
                "\n",
                "==",
                "<ref>",
                "</ref>",
                "<!--",
                "-->",
                "'''",
                "[//",
                "]",
                "File:",
                "Category:",
                "*",
            ]
        ),
        max_size=40,
    )
)
def test_any_wikitext_can_be_read(parts):
    mediawiki.plain("".join(parts), {"category"}, {"file"})


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        (b"", ["empty_file"]),
        ((WIKI % revision(1))[:-140].encode(), ["", "malformed_xml"]),
        ((WIKI % (revision(1) + revision(2)))[: -len("</mediawiki>")].encode(), ["", "", "", "malformed_xml"]),
        ((WIKI % revision(1, "<text>\xe9</text>")).encode("latin-1"), ["invalid_text", ""]),
        (("<!DOCTYPE mediawiki [<!ENTITY a 'b'>]>" + WIKI % "").encode(), ["forbidden_xml"]),
        (b"<mediawiki><revision><id>1</id></revision></mediawiki>", ["not_this_format"]),
        (b"<api><query/></api>", ["not_this_format"]),
        (b"{}", ["malformed_xml"]),
    ],
)
def test_what_cannot_be_read_says_why(document, codes):
    assert [code(record) for record in mediawiki.split(io.BytesIO(document), SplitOptions())] == codes


def code(record: Record) -> str:
    try:
        list(mediawiki.parse(record.raw, record.context))
    except ParseError as error:
        return str(error).split(":")[0]
    return ""


_PARTS = [
    "<id>1</id>",
    "<text/>",
    "<comment/>",
    "<contributor/>",
    "<contributor><id/></contributor>",
    "</page>",
    "<page>",
    "</revision>",
    "<revision>",
    "<model/>",
    "<parentid/>",
    "&#1;",
    "<title/>",
]


@given(st.lists(st.sampled_from(_PARTS), max_size=10).map("".join))
def test_never_raises_but_a_parse_error(inner):
    for record in mediawiki.split(io.BytesIO((WIKI % f"<revision>{inner}</revision>").encode()), SplitOptions()):
        code(record)


@pytest.mark.parametrize(
    "written", ["https://www.mediawiki.org/xml/export-0.3/", "http://www.mediawiki.org/xml/export-0.10"]
)
def test_namespaces_of_any_scheme_and_version_are_read(written, monkeypatch):
    expected = rows(revision(1))
    monkeypatch.setitem(globals(), "WIKI", WIKI.replace("http://www.mediawiki.org/xml/export-0.11/", written))
    assert rows(revision(1)) == expected
