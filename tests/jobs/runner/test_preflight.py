"""Every ready conf folder is right: its keys, formats, tables and expressions; every platform has a source to copy."""

import os
import re

import pytest

from jobs import settings
from jobs.runner import preflight
from jobs.sources import formats

EXAMPLES = sorted(path for path in (settings.SHIPPED / "examples").iterdir() if path.is_dir())


@pytest.fixture(autouse=True)
def places(monkeypatch):
    """Whatever folder an example asks for."""
    for folder in EXAMPLES:
        for path in folder.rglob("*.yaml"):
            for name in re.findall(r"\$\{([A-Z_]+)", path.read_text(encoding="utf-8")):
                if name not in os.environ:
                    monkeypatch.setenv(name, "/nowhere")


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_a_ready_conf_folder_is_right(folder):
    preflight.check_settings(settings.load(folder))


def test_every_platform_has_a_source_to_copy():
    used = {source.format for folder in [settings.SHIPPED, *EXAMPLES] for source in settings.load(folder).sources}
    assert {name for name in formats.names() if formats.named(name)} <= used
