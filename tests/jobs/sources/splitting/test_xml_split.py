"""XML cut into elements: bytes stay as they came, a fault stays in its record."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.splitting import xml_split

ROOT = b'<?xml version="1.0"?>\n<a:list xmlns:a="http://a.example/" note="1 > 0">'


def cut(document: bytes, **options) -> list[Record]:
    heads = options.pop("heads", {})
    return list(xml_split.split_xml(io.BytesIO(document), SplitOptions(**options), ("item",), ("list",), **heads))


def raws(document: bytes, **options) -> list[bytes]:
    return [record.raw for record in cut(document, **options)]


def test_elements_are_records_verbatim_and_framing_is_none():
    one, two = b"<a:item>\r\n <x y='>'/> </a:item>", b'<a:item k="v"/>'
    found = cut(ROOT + b" <!-- <a:item>no</a:item> --> " + one + b"\n" + two + b"\n</a:list>\n")
    assert [(record.line, record.raw) for record in found] == [(1, one), (2, two)]
    assert found[0].context.startswith('<?xml version="1.0"?><a:list xmlns:a="http://a.example/" note="1 > 0">')
    element, ancestors = xml_split.read(found[0].raw, found[0].context)
    assert (element.tag, ancestors[0].tag) == ("{http://a.example/}item", "{http://a.example/}list")


@pytest.mark.parametrize(
    "inner",
    [
        b"<![CDATA[ </item> <item> ]]>",
        b"<!-- </item> -->",
        b"<?p </item> ?>",
        b"<x a='&lt;/item>'/>",
        b"<![CDATA[]]]]><![CDATA[>]]>",
        b"&lt;/item&gt;",
        b"<items/><item2>x</item2>",
        b"5 &gt; 4 > 3",
    ],
)
def test_what_only_looks_like_an_end_is_none(inner):
    item = b"<item>" + inner + b"</item>"
    assert raws(b"<list>" + item + b"<item/></list>") == [item, b"<item/>"]
    assert xml_split.read(item, "<list>")[0].tag == "item"


@pytest.mark.parametrize(
    ("document", "found", "codes"),
    [
        (b"<list><item>1</item><item>2", [b"<item>1</item>", b"<item>2"], ["", "malformed_xml"]),
        (b"<list><item>1</item>", [b"<item>1</item>", b""], ["", "malformed_xml"]),
        (b"<list><item>1</item><ite", [b"<item>1</item>", b""], ["", "malformed_xml"]),
        (
            b"<list><item>1<b></item><item>2</item></list>",
            [b"<item>1<b></item>", b"<item>2</item>"],
            ["malformed_xml", ""],
        ),
        (b"<list><item>1<item>2</item></list>", [b"<item>1", b"<item>2</item>"], ["malformed_xml", ""]),
        (
            b"<list><item>1 < 2</item><item a='></item><item/></list>",
            [b"<item>1 < 2</item>", b"<item/>"],
            ["malformed_xml", ""],
        ),
        (
            b"<list><item>\xff</item><item>2</item></list>",
            [b"<item>\xff</item>", b"<item>2</item>"],
            ["invalid_text", ""],
        ),
        (
            b"<list><item>&a;</item><item>2</item></list>",
            [b"<item>&a;</item>", b"<item>2</item>"],
            ["malformed_xml", ""],
        ),
        (b"<list><t>a & b</t><item>1</item></list>", [b"<item>1</item>"], [""]),  # only the head is broken
        (b"", [b""], ["empty_file"]),
        (b"\xef\xbb\xbf \n", [b""], ["empty_file"]),
        (b"<list/>", [], []),
        (b"\xef\xbb\xbf\n<list>\n</list>", [], []),
    ],
)
def test_a_fault_stays_in_its_record(document, found, codes):
    records = cut(document)
    assert [record.raw for record in records] == found
    assert [code(record) for record in records] == codes


def code(record: Record, **options) -> str:
    try:
        xml_split.read(record.raw, record.context, SplitOptions(**options))
    except ParseError as error:
        return str(error).split(":")[0]
    return ""


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE list [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<list><item>&b;</item></list>"
)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (BOMB, "forbidden_xml"),
        (b'<!DOCTYPE list SYSTEM "http://a.example/x.dtd"><list><item/></list>', "forbidden_xml"),
        (b"\x89PNG\r\n\x1a\n<list><item/></list>", "invalid_text"),
        ("<list><item/></list>".encode("utf-16"), "invalid_text"),
        (b'<?xml version="1.0" encoding="utf-7"?><list><item/></list>', "invalid_text"),
        (b'{"items": []}', "malformed_xml"),
        (b"<list><item/></list> and more", "malformed_xml"),
        (b"<list>" * 200 + b"<item/>", "malformed_xml"),
    ],
)
def test_a_file_that_cannot_be_cut_is_one_record_more_that_says_why(document, told):
    *_, last = cut(document)
    assert (last.raw, last.context) == (document, None)
    assert code(last) == told


def test_another_root_is_a_document_that_is_left_to_its_format():
    (record,) = cut(b"<html><item/></html>")
    assert (record.context, xml_split.read(record.raw, None)[0].tag) == (None, "html")


def test_a_bomb_over_the_limit_is_still_a_bomb():
    (record,) = cut(BOMB + b" " * 1000, record_bytes=len(BOMB))
    assert (len(record.raw), code(record, record_bytes=len(BOMB))) == (len(BOMB), "forbidden_xml")


def test_a_record_over_the_limit_is_cut_off_and_the_next_one_is_whole():
    long, short = b"<item>" + b"x" * 100 + b"</item>", b"<item>1</item>"
    found = cut(b"<list>" + long + short + b"</list>", record_bytes=20)
    assert [record.raw for record in found] == [long[:21], short]
    assert [code(record, record_bytes=20) for record in found] == ["too_large", ""]


def test_nesting_has_a_limit():
    deep = Record(1, b"<item>" + b"<b>" * 150 + b"</b>" * 150 + b"</item>")
    assert (code(deep), code(deep, nesting_depth=200)) == ("nested_too_deep", "")


def test_an_encoding_that_is_declared_is_used_else_that_of_conf():
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?><list><t>Café</t><item>é</item></list>'.encode("latin-1")
    (record,) = cut(latin)
    assert "<t>Café</t>" in record.context
    assert xml_split.read(record.raw, record.context)[0].text == "é"
    (record,) = cut(latin.partition(b"?>")[2], encoding="windows-1252")
    assert code(record) == "invalid_text"
    assert xml_split.read(record.raw, record.context, SplitOptions(encoding="windows-1252"))[0].text == "é"


def test_the_context_holds_the_heads_of_what_stands_open_and_no_record():
    document = (
        b"<list><about><t>T</t></about><skip/><page><id>1</id><item>a</item><late/><item>b</item></page>"
        b"<page><id>2</id><item>c</item></page></list>"
    )
    found = cut(document, heads={"head_without": ("skip",)})
    head = "<list><about><t>T</t></about>"
    assert [(record.raw, record.context) for record in found] == [
        (b"<item>a</item>", head + "<page><id>1</id>"),
        (b"<item>b</item>", head + "<page><id>1</id>"),
        (b"<item>c</item>", head + "<page><id>2</id>"),
    ]


def test_what_does_not_fit_into_the_context_is_left_out():
    document = b"<list><long>" + b"x" * 200 + b"</long><id>1</id><item/></list>"
    assert [record.context for record in cut(document, heads={"head_bytes": 100})] == ["<list><id>1</id>"]


class Pieces(io.BytesIO):
    """Gives as many bytes at a time as it is told, whatever is asked for."""

    sizes: list[int]

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0 or not self.sizes:
            return super().read(size)
        self.sizes.append(self.sizes.pop(0))
        return super().read(min(size, self.sizes[-1]))


PARTS = st.sampled_from(
    [
        b"<list>",
        b"</list>",
        b"<item>",
        b"</item>",
        b"<item/>",
        b"<x:item a='1>2'>",
        b"</x:item>",
        b"<b>",
        b"</b>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?p",
        b"?>",
        b"<",
        b">",
        b'"',
        b"'",
        b"&",
        b"text",
        b" ",
        b"\xc3\xa9",
        b"\xff",
        b"<!DOCTYPE x>",
        b"<?xml version='1.0' encoding='latin-1'?>",
        b"\xef\xbb\xbf",
        b"<long a='" + b"y" * 90 + b"'>",
    ]
)
DOCUMENTS = st.one_of(
    st.lists(PARTS, max_size=40).map(b"".join),
    st.lists(PARTS, max_size=40).map(lambda parts: b"<list>" + b"".join(parts) + b"</list>"),
    st.binary(max_size=200),
)


@given(DOCUMENTS, st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_where_chunks_end_does_not_matter(document, sizes):
    pieces = Pieces(document)
    pieces.sizes = sizes
    options = SplitOptions(record_bytes=60)
    arguments = (("item",), ("list",))
    whole = list(xml_split.split_xml(io.BytesIO(document), options, *arguments, head_bytes=50))
    in_pieces = list(xml_split.split_xml(pieces, options, *arguments, head_bytes=50))
    assert [record for record in in_pieces if record.context is not None] == [
        record for record in whole if record.context is not None
    ]
    assert len(in_pieces) == len(whole)


@given(DOCUMENTS)
def test_tokens_are_the_stream(document):
    assert b"".join(token.raw for token in xml_split.tokens(io.BytesIO(document))) == document


@given(DOCUMENTS, st.none() | st.sampled_from(["<list>", "<list><b>", "", "<list><item/>", "<a b='"]))
def test_reading_never_raises_but_a_parse_error(document, context):
    for record in [Record(1, document, context), *cut(document)]:
        code(record)


def test_hostile_files_take_no_time_and_no_memory():
    for piece in (b"<", b"<a", b"<a b='", b"<!--", b"<list>", b"</list>", b"<item", b"<item a='", b"<![CDATA["):
        list(xml_split.split_xml(io.BytesIO(b"<list>" + piece * 200_000), SplitOptions(), ("item",), ("list",)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://wordpress.org/export/1.2/", "https://wordpress.org/export/1.0"),
        ("http://www.mediawiki.org/xml/export-0.11/", "https://www.mediawiki.org/xml/export-0.3"),
        ("http://www.w3.org/2005/Atom", "https://www.w3.org/2005/Atom/"),
        ("http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"),
        ("http://www.itunes.com/dtds/podcast-1.0.dtd", "http://www.itunes.com/DTDs/Podcast-1.0.dtd"),
        ("http://purl.org/dc/elements/1.1/", "https://purl.org/dc/elements/1.0"),
    ],
)
def test_namespaces_compare_without_scheme_slash_and_version(one, other):
    assert xml_split.namespace(one) == xml_split.namespace(other)
    raw = f'<a:item xmlns:a="{other}" a:k="v"/>'.encode()
    element, _ = xml_split.read_named(raw, None)
    assert (element.tag, element.attrib) == (f"{xml_split.namespace(one)}item", {f"{xml_split.namespace(one)}k": "v"})


def test_other_namespaces_stay_apart():
    different = [
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
        "http://purl.org/rss/1.0/",
        "http://a.example/",
    ]
    content = "http://purl.org/rss/1.0/modules/content/"
    assert len({xml_split.namespace(each) for each in [*different, content]}) == 5
