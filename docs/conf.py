"""Sphinx: pages in Markdown; tables and jobs are written from the contracts and the registry at each build."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reference import write_pages

write_pages(Path(__file__).parent)

project = "scrm-iris"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build"]
