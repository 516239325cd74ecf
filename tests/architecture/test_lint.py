"""A commit is checked as `make lint` checks the repository."""

import re
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]


def test_pre_commit_runs_what_make_lint_runs():
    (hooks,) = YAML(typ="safe").load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert hooks["repo"] == "local"  # nothing is fetched
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert recipe
    commands = re.findall(r"\$\(BIN\)/([^|\n]+?)(?: \|\| .*)?\n", recipe[1])
    assert len(commands) == 5
    assert [hook["entry"].removeprefix(".venv/bin/") for hook in hooks["hooks"]] == commands
