"""A column that conf maps and no file has is refused before anything runs."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from jobs.errors import ConfError
from jobs.settings.base import LimitSettings
from jobs.settings.sources import Source
from jobs.sources import columns
from jobs.sources.options import split_options


def source(folder: Path, format_: str = "csv", **mapped: str) -> Source:
    return Source.model_validate(
        {
            "name": "shop",
            "kind": "erp",
            "format": format_,
            "path": (str(folder / "*"),),
            "file": Path("shop.yaml"),
            "tables": {"orders": {"columns": mapped}},
        }
    )


def check(of: Source, *registered: str) -> None:
    columns.check(of, split_options(of, LimitSettings()), registered)


def workbook() -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    for row in (["Sales report"], ["Order", "Total"], ["1", 2]):
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"Order": ["1"], "Total": [2.0]}), buffer)
    return buffer.getvalue()


FILES = {"csv": b"Order,Total\n1,2\n", "excel": workbook(), "parquet": parquet()}


@pytest.mark.parametrize("format_", FILES)
def test_a_misspelt_column_is_refused_with_the_one_that_is_meant(tmp_path, format_):
    (tmp_path / "a").write_bytes(FILES[format_])
    check(source(tmp_path, format_, order_id="Order", total_amount="Total"))
    with pytest.raises(
        ConfError, match=r"shop.yaml: key tables.orders.columns.total_amount is 'Totl': no file .* Total\?"
    ):
        check(source(tmp_path, format_, order_id="Order", total_amount="Totl"))


def test_a_column_that_only_some_files_have_or_had_is_none_to_refuse(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"Order\n1\n")
    (tmp_path / "b.csv").write_bytes(b"Order,Total\n1,2\n")
    check(source(tmp_path, order_id="Order", total_amount="Total"))
    (tmp_path / "b.csv").unlink()
    check(source(tmp_path, order_id="Order", total_amount="Total"), "Total")
    check(source(tmp_path, order_id="Order", total_amount="coalesce(Total, null)"))


def test_a_file_of_another_kind_says_nothing(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"<html>\n<body>\n")
    check(source(tmp_path, order_id="Order", total_amount="Totl"))  # nothing to compare with: the run tells
    (tmp_path / "b.csv").write_bytes(b"Order,Total\n1,2\n")
    with pytest.raises(ConfError, match="did you mean Total"):
        check(source(tmp_path, order_id="Order", total_amount="Totl"))


def test_a_header_in_another_encoding_says_so(tmp_path):
    (tmp_path / "a.csv").write_bytes("Order,Größe\n1,2\n".encode("windows-1252"))
    with pytest.raises(ConfError, match="its header is not valid utf-8; set encoding"):
        check(source(tmp_path, order_id="Order", status="Größe"))


def test_a_name_that_reads_as_an_expression_has_to_be_in_backticks(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"Order,E-Mail\n1,a@b.example\n")
    with pytest.raises(ConfError, match="written in backticks: '`E-Mail`'"):
        check(source(tmp_path, order_id="Order", customer_id="E-Mail"))
