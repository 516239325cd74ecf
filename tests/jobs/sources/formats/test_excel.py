"""Excel: each row of one sheet is one JSON object; what cannot be read is one record with its reason."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from jobs.engine import sessions
from jobs.sources.base import DEFAULTS, Record, SplitOptions
from jobs.sources.formats import excel

DDL = "source string, batch_id string, file string, line bigint, context string, raw binary, landed_at timestamp"


def workbook(*lines, **more_sheets) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    for name, of_sheet in more_sheets.items():
        sheet = book.create_sheet(name)
        for line in of_sheet:
            sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def split(data: bytes, options: SplitOptions = DEFAULTS) -> list[Record]:
    return list(excel.split(io.BytesIO(data), options))


def raws(data: bytes) -> list[bytes]:
    return [record.raw for record in split(data)]


def changed(data: bytes, member: str, change) -> bytes:
    """The workbook with one member's bytes changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == member else content)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_the_first_row_that_is_not_empty_is_the_header_and_each_rows_context():
    data = workbook([], [None, None], ["id", " name "], [1, "Ada"], [None, None], [2, None])
    assert split(data) == [
        Record(1, b'{"id":1,"name":"Ada"}', '["id", "name"]'),
        Record(2, b'{"id":2,"name":null}', '["id", "name"]'),
    ]


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (date(2025, 3, 1), b'"2025-03-01"'),
        (datetime(2025, 3, 1), b'"2025-03-01"'),
        (datetime(2025, 3, 1, 9, 30, 5), b'"2025-03-01T09:30:05"'),
        (time(9, 30), b'"09:30:00"'),
        (timedelta(hours=30), b"108000"),
        (3, b"3"),
        (3.0, b"3"),
        (0.1 + 0.2, b"0.3"),
        (19.99, b"19.99"),
        (1e20, b"1e+20"),
        (-0.5, b"-0.5"),
        (True, b"true"),
        ("0042", b'"0042"'),
        ("1.234,56", b'"1.234,56"'),
        ("ä\n", b'"\xc3\xa4\\n"'),
        ("#N/A", b"null"),
        ("=1+1", b"null"),
    ],
)
def test_values_of_each_kind(value, raw):
    assert raws(workbook(["k", "v"], ["x", value])) == [b'{"k":"x","v":' + raw + b"}"]


def test_a_formula_gives_the_value_that_was_saved_with_it():
    data = workbook(["v"], ["=1+1"])
    with_value = changed(data, SHEET, lambda xml: xml.replace(b"<v />", b"<v>2</v>").replace(b"<v></v>", b"<v>2</v>"))
    assert with_value != data
    assert raws(with_value) == [b'{"v":2}']


def test_columns_without_a_name_are_named_by_their_place_and_none_is_lost():
    data = workbook(["id", None, "id"], [1, "a", "b", None, "beside"])
    assert raws(data) == [b'{"id":1,"#2":"a","id#2":"b","#5":"beside"}']


def test_a_sheet_is_chosen_by_name():
    data = workbook(["id"], [1], Prices=[["price"], [2.5]])
    assert split(data, SplitOptions(sheet="Prices")) == [Record(1, b'{"price":2.5}', '["price"]')]
    (none,) = split(data, SplitOptions(sheet="Preise"))
    assert none.context == "unreadable: no_such_sheet: the workbook has no sheet 'Preise'; its sheets are Sheet, Prices"
    assert none.raw == data


def test_a_size_that_the_file_states_wrongly_hides_no_row():
    data = workbook(["a", "b"], [1, 2], [3, 4])
    lying = changed(data, SHEET, lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1:A1"'))
    assert lying != data
    assert raws(lying) == [b'{"a":1,"b":2}', b'{"a":3,"b":4}']


def test_rows_before_a_broken_place_stand_and_the_rest_is_one_record():
    data = workbook(["id"], *([number] for number in range(2_500)))
    cut = changed(data, SHEET, lambda xml: xml[: xml.index(b'<row r="2400"')])
    found = split(cut)
    assert found[1_998].raw == b'{"id":1998}'
    assert found[-1].context.startswith("unreadable: malformed_xlsx: ")
    assert all(record.context == '["id"]' for record in found[:-1])
    assert [record.line for record in found] == list(range(1, len(found) + 1))


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as found:
        for name, content in members.items():
            found.writestr(name, content)
    return buffer.getvalue()


GOOD = workbook(["id"], [1])
BOMB = archive(**{"xl/worksheets/sheet1.xml": b"\0" * 20_000_000})
ENTITIES = b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file: the file has no bytes"),
        (b"id;name\n1;Ada\n", "not_this_format: not an .xlsx workbook: "),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "not_this_format: an old .xls or a workbook with a password",
        ),
        (GOOD[:-40], "not_this_format: not an .xlsx workbook: "),
        (archive(**{"readme.txt": b"text"}), "malformed_xlsx: "),
        (archive(**{"../../etc/evil": b"text"}), "forbidden_archive: the member '../../etc/evil' points out of"),
        (archive(**{"..\\evil": b"text"}), "forbidden_archive: "),
        (archive(**{"/evil": b"text"}), "forbidden_archive: "),
        (BOMB, "too_large: the workbook unpacks to 20,000,000 bytes; limits.unpacked_bytes is 10,000,000"),
        (changed(GOOD, SHEET, lambda xml: ENTITIES), "malformed_xlsx: "),
        (changed(GOOD, SHEET, lambda xml: b"<worksheet"), "malformed_xlsx: "),
        (changed(GOOD, "xl/workbook.xml", lambda xml: ENTITIES), "malformed_xlsx: "),
        (workbook(), "no_records: the sheet is empty"),
        (workbook(["id", "name"]), "no_records: the sheet has a header and no rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_record_with_its_bytes(data, reason):
    (found,) = split(data, SplitOptions(unpacked_bytes=10_000_000))
    assert (found.line, found.raw) == (1, data)
    assert found.context.startswith(f"unreadable: {reason}")


def test_a_row_number_that_no_sheet_has_ends_the_reading():
    data = workbook(["id"], [1])
    far = changed(data, SHEET, lambda xml: xml.replace(b'<row r="2"', b'<row r="99999999999"').replace(b'r="A2"', b""))
    (found,) = split(far)
    assert (
        found.context
        == "unreadable: malformed_xlsx: the sheet has a row after 1,048,576, the last that a sheet can have"
    )


@given(st.binary(max_size=60), st.integers(0, 6_000))
def test_split_never_raises(noise, place):
    found = split(GOOD[:place] + noise + GOOD[place + len(noise) :])
    assert [record.line for record in found] == list(range(1, len(found) + 1))


def test_read_gives_columns_and_reasons(spark):
    records = split(workbook(["id", "at", "paid"], [1, datetime(2025, 3, 1, 9, 30), 1.5], ["b", "#N/A", None]))
    records += split(b"no workbook")
    records += split(workbook(["other"], [1]))
    lined = [("s", "b", "f", place, r.context, r.raw, None) for place, r in enumerate(records, 1)]
    read = excel.read(sessions.frame(spark, lined, DDL), ["id", "at", "paid"], DEFAULTS, [])
    found = {
        r["line"]: (r["_own_id"], r["_own_at"], r["_own_paid"], (r["_problem"] or "").split(":")[0], r["_columns"])
        for r in read.collect()
    }
    assert found == {
        1: ("1", "2025-03-01T09:30:00", "1.5", "", ["id", "at", "paid"]),
        2: ("b", None, None, "", ["id", "at", "paid"]),
        3: (None, None, None, "not_this_format", None),
        4: (None, None, None, "not_this_format", ["other"]),
    }


def formatted(number_format: str, *values) -> bytes:
    book = Workbook()
    book.active.append(["id"])
    for value in values:
        book.active.append([value])
        book.active.cell(book.active.max_row, 1).number_format = number_format
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("number_format", "value", "raw"),
    [
        ("0000000", 4711, b'"0004711"'),
        ("00000", 1067.0, b'"01067"'),
        ("00000-0000", 12345678, b'"01234-5678"'),
        ('"KD-"0000;-0000', 7, b'"KD-0007"'),
        ("[$-407]00000", 1067, b'"01067"'),
        ("000", 12345, b'"12345"'),
        ('"KD-"000', 12345, b'"KD-12345"'),
        ("00000-0000", 1234567890, b'"123456-7890"'),
        ("#00000", 53, b'"00053"'),
        ("#00000", 1234567, b'"1234567"'),
        ("0000#", 50, b'"00050"'),
        ("0000#", 0, b"0"),  # the sheet shows 0000
        ("?0000", 49, b'"0049"'),
        ('"KD-"##00', 7, b'"KD-07"'),
        ("0#", 5, b'"05"'),
        ("#-0000", 7, b"7"),  # whether the hyphen is shown is not certain
        ("##0", 7, b"7"),
        ("[<100]000;00000", 7, b"7"),
        ('000;-000;"none"', 0, b"0"),
        ("0", 7, b"7"),
        ("0.00", 7, b"7"),
        ("#,##0", 1067, b"1067"),
        ("0000", 1.5, b"1.5"),
        ("General", 7, b"7"),
    ],
)
def test_a_number_with_a_format_of_zeros_is_what_the_sheet_shows(number_format, value, raw):
    assert raws(formatted(number_format, value)) == [b'{"id":' + raw + b"}"]


def test_the_header_is_the_row_that_names_the_mapped_columns_or_what_conf_says():
    data = workbook(["Sales report"], [], ["Date", "Document", "Qty"], ["1.1.", "D-1", 2], [None, "Total", 2])
    context = '{"above": [["Sales report"]], "header": ["Date", "Document", "Qty"]}'
    rows = [b'{"Date":"1.1.","Document":"D-1","Qty":2}', b'{"Date":null,"Document":"Total","Qty":2}']
    for options in (SplitOptions(columns=("Document", "Qty")), SplitOptions(header=3)):
        assert [(record.raw, record.context) for record in split(data, options)] == [(raw, context) for raw in rows]
    assert [r.raw for r in split(data, SplitOptions(range="B3:B4"))] == [b'{"Document":"D-1"}']
    assert [r.raw for r in split(data, SplitOptions(range="B3:C4", header=3))] == [b'{"Document":"D-1","Qty":2}']
    named = SplitOptions(header=("doc", "qty"), range="B4:C5")
    assert [r.raw for r in split(data, named)] == [b'{"doc":"D-1","qty":2}', b'{"doc":"Total","qty":2}']
    far = workbook(*[["x"]] * 119, ["id"], [7])
    assert [record.raw for record in split(far, SplitOptions(header=120))] == [b'{"id":7}']


def test_a_header_in_a_row_that_is_not_there_loses_nothing_without_a_word():
    (none,) = split(workbook(["id"], [7]), SplitOptions(header=99))
    assert none.context == "unreadable: not_this_format: row 99, which header in conf names, is empty or not there"
    (empty,) = split(workbook(), SplitOptions(header=99))
    assert empty.context == "unreadable: no_records: the sheet is empty"
