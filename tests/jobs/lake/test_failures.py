"""What is told of errors that nobody foresaw."""

import pytest

from jobs.errors import ConfError, GateStopped, ScrmError
from jobs.lake import failures


def test_an_error_is_a_line_and_its_trace_a_file(tmp_path):
    said = failures.told(tmp_path, "r1.erp", ValueError("no such column\nmore"))
    assert said == f"ValueError: no such column (the whole trace: {tmp_path}/runs/r1.erp.log)"
    assert "ValueError: no such column\nmore" in (tmp_path / "runs" / "r1.erp.log").read_text()
    assert failures.told(tmp_path, "r1.web", ScrmError("what a person can fix")) == "what a person can fix"
    assert not (tmp_path / "runs" / "r1.web.log").exists()


def test_a_trace_that_cannot_be_written_hides_no_error(tmp_path):
    (tmp_path / "runs").write_text("no folder")
    assert failures.told(tmp_path, "r1.erp", ValueError("no such column")) == "ValueError: no such column"


@pytest.mark.parametrize(
    ("failed", "kind", "message"),
    [
        ({"a": ConfError("no zone")}, ConfError, "no zone"),
        ({"a": GateStopped("a rule"), "b": ConfError("no zone")}, ConfError, "a: a rule; b: no zone"),
        ({"a": ConfError("no zone"), "b": ScrmError("away")}, ScrmError, "a: no zone; b: away"),
        ({"a": GateStopped("a rule"), "b": ValueError("odd")}, ScrmError, "a: a rule; b: ValueError: odd"),
    ],
)
def test_of_several_the_code_is_that_which_a_scheduler_tries_again(tmp_path, failed, kind, message):
    with pytest.raises(ScrmError) as error:
        failures.raise_for(tmp_path, "r1.erp", failed)
    assert type(error.value) is kind
    assert str(error.value).startswith(message)


def test_without_failures_nothing_is_raised(tmp_path):
    failures.raise_for(tmp_path, "r1.erp", {})
