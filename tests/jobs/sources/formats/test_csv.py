"""CSV: how bytes become records, and records become columns."""

import io

from hypothesis import given
from hypothesis import strategies as st

from jobs.engine import sessions
from jobs.sources.base import Record, SplitOptions
from jobs.sources.formats import csv as csv_file

OPTIONS = SplitOptions(csv_record_lines=3)


def records(data: bytes) -> list[Record]:
    return list(csv_file.split(io.BytesIO(data), OPTIONS))


def test_each_line_is_a_record_with_the_header_as_its_context():
    assert records(b"id,name\n1,a\r\n2,b") == [Record(1, b"1,a", "id,name"), Record(2, b"2,b", "id,name")]


def test_a_quoted_value_may_hold_line_ends_and_doubled_quotes():
    assert [r.raw for r in records(b'id,name\n1,"a\nb"\n2,"c ""d"""\n')] == [b'1,"a\nb"', b'2,"c ""d"""']


def test_a_quote_inside_a_value_opens_nothing():
    assert [r.raw for r in records(b'id,name\n1,6" pipe\n2,b\n')] == [b'1,6" pipe', b"2,b"]


def test_a_stray_quote_costs_one_record_and_not_the_rest_of_the_file():
    found = records(b'id,name\n1,"a\n2,b\n3,c\n4,d\n')
    assert [r.raw for r in found] == [b'1,"a', b"2,b", b"3,c", b"4,d"]


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    assert records(b"\xef\xbb\xbfid\n1\n")[0].context == "id"


def test_an_empty_file_and_a_header_alone_are_one_record_each():
    assert records(b"") == [Record(1, b"", None)]
    assert records(b"id,name\n") == [Record(1, b"id,name", None)]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0")), min_size=2, max_size=2)))
def test_what_the_csv_module_writes_comes_back_record_by_record(rows):
    import csv

    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    options = SplitOptions(csv_record_lines=10_000)
    found = csv_file.split(io.BytesIO(text.getvalue().encode()), options)
    values = [next(csv.reader(io.StringIO(r.raw.decode(), newline=""))) for r in found if r.context is not None]
    assert values == rows


def test_columns_by_name_whatever_their_order_and_broken_rows_with_a_reason(spark):
    ddl = "source string, batch_id string, file string, line bigint, context string, raw binary, landed_at timestamp"
    rows = [
        ("s", "b", "f", 1, "id,name", b'1,"x, y"', None),
        ("s", "b", "f", 2, "id,name", b"2", None),
        ("s", "b", "f", 3, "name,id", b"z,3", None),
        ("s", "b", "f", 4, "id,name", b"4,\xff", None),
        ("s", "b", "f", 5, "id,name", b"5,a\0b", None),
        ("s", "b", "f", 6, "id,name", b"6,", None),
        ("s", "b", "f", 7, None, b"", None),
        ("s", "b", "f", 8, None, b"id,name", None),
        ("s", "b", "f", 9, "<html>", b"<p>", None),
        ("s", "b", "f", 10, None, b"%PDF-1.7 \xff", None),
        ("s", "b", "f", 11, None, b"\x1f\x8b\x08\x00", None),
        ("s", "b", "f", 12, "id,name", b"BZh91AY&SY\x00", None),
    ]
    read = csv_file.read(sessions.frame(spark, rows, ddl), ["id", "name"], OPTIONS, ["id,name", "name,id", "<html>"])
    found = {r["line"]: (r["_own_id"], r["_own_name"], (r["_problem"] or "").split(":")[0]) for r in read.collect()}
    assert found == {
        1: ("1", "x, y", ""),
        2: ("2", None, "malformed_csv"),
        3: ("3", "z", ""),
        4: (None, None, "invalid_text"),
        5: (None, None, "nul_byte"),
        6: ("6", None, ""),
        7: (None, None, "empty_file"),
        8: (None, None, "no_records"),
        9: (None, None, "not_this_format"),
        10: (None, None, "not_this_format"),
        11: (None, None, "packed_file"),
        12: (None, None, "packed_file"),
    }


DDL = "source string, batch_id string, file string, line bigint, context string, raw binary, landed_at timestamp"


def values(spark, lines: list[bytes], context: str, columns: list[str], **options) -> list[tuple]:
    """Values of the columns of lines below a header, and the code of the reason why a line cannot be read."""
    rows = [("s", "b", "f", place, context, raw, None) for place, raw in enumerate(lines, 1)]
    of = SplitOptions(**options)
    read = csv_file.read(sessions.frame(spark, rows, DDL), columns, of, [context]).orderBy("line").collect()
    names = [f"_own_{name}" for name in columns]
    return [(*(row[name] for name in names), (row["_problem"] or "").partition(":")[0]) for row in read]


def test_a_quoted_value_ends_at_its_closing_quote_or_the_line_is_refused(spark):
    lines = [
        b'1,"say ""hi"" now",x',
        b'2,"""hi"" he said",x',
        b'3,6" pipe,x',
        b'4,"say \\"hi\\" now",x',
        b'5,"a"b,x',
        b'6,a,"open',
        b'7,6" pipe,5" pipe"',
        b'8,"",x',
        b'9,a,"',
        b'9,a,""',
        b'9,a,"x"',
        b'9,"a""b","x"""',
        b'9,a,"x""',
    ]
    assert values(spark, lines, "id,text,more", ["text", "more"]) == [
        ('say "hi" now', "x", ""),
        ('"hi" he said', "x", ""),
        ('6" pipe', "x", ""),
        ('"say \\"hi\\" now"', "x", "malformed_csv"),
        ('"a"b', "x", "malformed_csv"),
        ("a", "open", "malformed_csv"),
        ('6" pipe', '5" pipe"', ""),
        (None, "x", ""),
        ("a", '"', "malformed_csv"),
        ("a", None, ""),
        ("a", "x", ""),
        ('a"b', 'x"', ""),
        ("a", 'x"', "malformed_csv"),
    ]


def test_quotes_escaped_by_a_backslash_where_conf_says_so(spark):
    data = b'id,text,score\n1,"say \\"hi\nyou" now",4\n2,"ends in a backslash\\\\",3\n3,"plain",2\n'.replace(
        b'you"', b'you\\"'
    )
    found = list(csv_file.split(io.BytesIO(data), SplitOptions(escape="\\")))
    assert [record.raw.count(b"\n") for record in found] == [1, 0, 0]
    lines = [record.raw for record in found]
    assert values(spark, lines, "id,text,score", ["text", "score"], escape="\\") == [
        ('say "hi\nyou" now', "4", ""),
        ("ends in a backslash\\", "3", ""),
        ("plain", "2", ""),
    ]


def test_rows_or_headers_that_end_in_the_delimiter(spark):
    assert values(spark, [b"1;2;", b"3;4", b"5;6;7"], "a;b", ["a", "b"], delimiter=";") == [
        ("1", "2", ""),
        ("3", "4", ""),
        ("5", "6", "malformed_csv"),
    ]
    assert values(spark, [b"1;2;", b"3;4", b"5"], "a;b;", ["a", "b"], delimiter=";") == [
        ("1", "2", ""),
        ("3", "4", ""),
        ("5", None, "malformed_csv"),
    ]


def test_what_stands_for_no_value_is_null(spark):
    assert values(spark, [b"\\N,NULL,x", b"Null,,-"], "a,b,c", ["a", "b", "c"]) == [
        (None, None, "x", ""),
        ("Null", None, "-", ""),
    ]
    assert values(spark, [b"-,NULL"], "a,b", ["a", "b"], null_values=("", "-")) == [(None, "NULL", "")]


def test_columns_may_have_any_name(spark):
    header = "source,line,raw,_problem,a.b,`x"
    names = ["source", "line", "raw", "_problem", "a.b", "`x"]
    assert values(spark, [b"1,2,3,4,5,6"], header, names) == [("1", "2", "3", "4", "5", "6", "")]


def test_the_header_is_the_line_that_names_the_mapped_columns_or_what_conf_says(spark):
    data = b"Sales report,,\n\nPrinted today,,\nDate,Document,Qty\n,,\n1.1.,D-1,2\n"

    def split(data: bytes, **options) -> list[tuple]:
        return [(record.raw, record.context) for record in csv_file.split(io.BytesIO(data), SplitOptions(**options))]

    above = "Sales report,,\x1ePrinted today,,\x1eDate,Document,Qty"
    assert split(data, columns=("Document", "Qty")) == [(b"1.1.,D-1,2", above)]
    assert split(data, columns=("Document", "Qty"), header=4) == [(b"1.1.,D-1,2", above)]
    assert split(data, columns=("Document", "Qty"), header="first")[0][1] == "Sales report,,"
    assert split(data, columns=("Nothing",))[0][1] == "Sales report,,"  # none names them: the first line
    assert split(b"1,2\n3,4\n", header=("a", "b")) == [(b"1,2", ""), (b"3,4", "")]
    assert split(b"a,b\r1,2\r3,4\r") == [(b"1,2", "a,b"), (b"3,4", "a,b")]
    assert split(b'"a\nx",b\n1,2\n') == [(b"1,2", '"a\nx",b')]
    assert values(spark, [b"1.1.,D-1,2"], above, ["Document", "Qty"]) == [("D-1", "2", "")]
    assert values(spark, [b"1,2", b"3"], "", ["b"], header=("a", "b")) == [("2", ""), (None, "malformed_csv")]


def test_a_header_without_the_mapped_columns_says_what_to_try(spark):
    def reason(header: str) -> str:
        rows = sessions.frame(spark, [("s", "b", "f", 1, header, b"1;2", None)], DDL)
        return csv_file.read(rows, ["id"], OPTIONS, [header]).first()["_problem"]

    assert reason("id;name") == (
        "not_this_format: the header has none of the columns id; it has id;name; set delimiter: ';' in conf if that "
        "separates the values"
    )
    assert reason("no,name").endswith("set header in conf to its line or to a list of names")


def test_a_header_in_a_line_that_is_not_there_loses_nothing_without_a_word(spark):
    def split(data: bytes, header: int) -> list[tuple]:
        return [(one.raw, one.context) for one in csv_file.split(io.BytesIO(data), SplitOptions(header=header))]

    assert split(b"id,name\n7,x\n", 9) == [(b"id,name", ""), (b"7,x", "")]
    assert split(b"\n\n", 9) == [(b"", None)]
    assert split(b"x\n" * 119 + b"id\n7\n", 120)[0][0] == b"7"
    options = SplitOptions(header=9)
    rows = sessions.frame(spark, [("s", "b", "f", 1, "", b"7,x", None)], DDL)
    assert csv_file.read(rows, ["id"], options, [""]).first()["_problem"] == (
        "not_this_format: the file ends above line 9, which header in conf names"
    )


def test_a_header_in_another_encoding_names_its_columns():
    found = csv_file.split(io.BytesIO("Straße,€\nx,1\n".encode("windows-1252")), SplitOptions(encoding="windows-1252"))
    assert [record.context for record in found] == ["Straße,€"]


def test_every_byte_of_windows_1252_is_the_character_that_it_stands_for(spark):
    ddl = "source string, batch_id string, file string, line bigint, context string, raw binary, landed_at timestamp"
    rows = [("s", "b", "f", byte, "v,w", bytes([byte, 0x2C, 0x78]), None) for byte in range(0x7F, 0x100)]
    options = SplitOptions(encoding="windows-1252")
    read = csv_file.read(sessions.frame(spark, rows, ddl), ["v"], options, ["v,w"]).collect()
    undefined = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    assert {row["line"]: row["_own_v"] for row in read if row["line"] not in undefined} == {
        byte: bytes([byte]).decode("windows-1252") for byte in range(0x7F, 0x100) if byte not in undefined
    }
    assert {row["line"]: row["_problem"] for row in read if row["_problem"]} == dict.fromkeys(
        undefined, "invalid_text: the bytes are not valid windows-1252"
    )
