"""Values of payloads as text."""

import pytest

from jobs.sources import payload


@pytest.mark.parametrize(
    "written",
    [
        "[1.10,1e999,-0.0,10000000000000000000000]",
        '{"price":{"amount":"9","value":1.10},"parts":[{"w":0.10000000000000000001}],"is":[true,false,null]}',
        '{"é\\n\\"":[[],{}]}',
    ],
)
def test_nested_values_keep_every_digit(written):
    assert payload.text_of(payload.json_value(written.encode())) == written


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), ("", None), (True, "true"), (3, "3"), (1.5, "1.5"), ({"a": [1, 0.5, "x"]}, '{"a":[1,0.5,"x"]}')],
)
def test_values_of_python_become_text_too(value, text):
    assert payload.text_of(value) == text
