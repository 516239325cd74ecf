from pathlib import Path

import pytest

from jobs.errors import ConfError
from jobs.models.judged_file import read


@pytest.fixture
def written(tmp_path: Path):
    def write(*rows: str, header: str = "said,label,lang") -> Path:
        path = tmp_path / "judged.csv"
        path.write_text("\n".join((header, *rows)), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("given", "labels", "meaning"),
    [
        (("Positive", "neg", "NEUTRAL"), ["positive", "negative", "neutral"], "labels are classes"),
        (("2", "0", "1"), ["positive", "negative", "neutral"], "labels 0, 1, 2 are read as"),
        (("5", "1", "3"), ["positive", "negative", "neutral"], "labels are read as stars"),
        (("3.5", "-4", "0.1"), ["positive", "negative", "neutral"], "below -0.2 negative, from 0.2 on positive"),
        (("1", "-1", "0"), ["positive", "negative", "neutral"], "below -0.05 negative"),
    ],
)
def test_labels_are_classes_or_numbers(written, given, labels, meaning):
    judged = read(written(*(f"a text,{label},en" for label in given)), "said", "label", "lang")
    assert judged.labels == labels
    assert meaning in judged.meaning
    assert bool(judged.numbers) == (given[0][0].isdigit())


def test_languages_are_codes_or_names_or_detected(written):
    rows = ("a,neutral,English", "b,neutral,pt-BR", "c,neutral,", "d,neutral,Martian")
    assert read(written(*rows), "said", "label", "lang").languages == ["en", "pt", None, None]
    said = ("This is an English sentence about coffee.", "And this one says that the shop is open.", "hm")
    assert read(written(*(f"{text},neutral,x" for text in said)), "said", "label").languages == ["en"] * 3


def test_rows_without_text_or_label_are_counted(written):
    judged = read(
        written('"two\nlines, one field",positive,en', ",positive,en", "text,,en", "no\0thing,negative,en"),
        "said",
        "label",
    )
    assert (judged.texts, judged.skipped) == (["two\nlines, one field", "no thing"], 2)


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        (("a,positive,en",), ("text", "label"), "has no column text; its columns are said, label, lang"),
        (
            ("a,good,en", "b,1,en"),
            ("said", "label"),
            "labels are negative, neutral, positive, or numbers throughout; found '1', 'good'",
        ),
        ((",,",), ("said", "label"), "has no row with a text in said and a label in label"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(written, rows, columns, message):
    with pytest.raises(ConfError, match=message):
        read(written(*rows), *columns)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfError, match=r"none\.csv: No such file"):
        read(tmp_path / "none.csv", "said", "label")
