import logging
import warnings

import pytest

from transformations.canonical.quiet import quiet


def _speaks(logger: logging.Logger) -> None:
    logger.warning("not shown")
    logger.error("shown")
    warnings.warn("not shown either", stacklevel=1)
    raise ValueError("stays")


def test_a_librarys_notices_are_kept_back_and_its_log_is_as_before(caplog, recwarn):
    logger = logging.getLogger("a library of a test")
    logger.setLevel(logging.INFO)
    with pytest.raises(ValueError, match="stays"), quiet(logger.name):
        _speaks(logger)
    assert [record.message for record in caplog.records] == ["shown"]
    assert not recwarn.list
    assert logger.level == logging.INFO
