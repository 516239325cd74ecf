"""Cases from the field: small inputs in real formats that nobody in this project made, with their right outcomes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

COMPANY = {
    "name": "Cases",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "as_of": "data",
    "brands": ["Alderwick"],
    "handles": ["alderwick"],
}
COMPANY_PROFILES = {"c37": ["AlderwickCare"]}


REFUSED = ("c18s",)
"""Sources that conf must refuse: they have runs of their own."""
ON_SPARK = ("c23c",)
"""Sources with expressions that the embedded engine refuses: get_json_object."""


def folder_of(root: Path) -> Path | None:
    """The folder of the cases: SCRM_CASES, else ../shared/cases; None where it is absent."""
    folder = Path(os.environ.get("SCRM_CASES") or root.parent / "shared" / "cases")
    return folder if (folder / "README.md").is_file() else None


def numbers(cases: Path) -> list[str]:
    """All cases, or those that SCRM_ONLY_CASES names ("02 07")."""
    chosen = os.environ.get("SCRM_ONLY_CASES", "").split()
    return chosen or sorted(case.name[:2] for case in cases.iterdir() if case.is_dir())


def make_conf(cases: Path, numbers: Iterable[str], root: Path, **company: object) -> Path:
    """Copies the cases of these numbers to root/cases and writes root/conf with all their sources.

    Only the files of the first run are in place; `bring_later` adds those of the second one.
    """
    conf = root / "conf"
    (conf / "sources").mkdir(parents=True)
    for number in numbers:
        (case,) = cases.glob(f"{number}-*")
        for folder in case.glob("in*"):  # in, and in_b where the case is told twice
            shutil.copytree(folder, root / "cases" / case.name / folder.name, copy_function=shutil.copyfile)
        for source in (case / "sources").glob("*.yaml"):
            if source.stem in REFUSED or (source.stem in ON_SPARK and os.environ.get("SCRM_ENGINE") == "embedded"):
                continue
            text = source.read_text(encoding="utf-8").replace("${SCRM_CASES}", str(root / "cases"))
            (conf / "sources" / source.name).write_text(text, encoding="utf-8")
    channels = {path.stem for path in (conf / "sources").iterdir()}
    profiles = {name: of for name, of in COMPANY_PROFILES.items() if name in channels}
    told = {**COMPANY, "company_profiles": profiles, **company}
    (conf / "company.yaml").write_text(json.dumps(told), encoding="utf-8")
    (conf / "base.yaml").write_text(f"lake: {{root: {root / 'lake'}}}\n", encoding="utf-8")
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return conf


def bring_later(cases: Path, root: Path) -> None:
    """The files that the second run brings or replaces."""
    for case in (root / "cases").iterdir():
        for later in (cases / case.name).glob("later*"):
            folder = case / later.name.replace("later", "in")
            shutil.copytree(later, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
            for path in folder.rglob("*"):
                path.chmod(0o755 if path.is_dir() else 0o644)


if (
    __name__ == "__main__"
):  # python tests/field_cases.py FOLDER NUMBER…: a conf to try cases by hand; FOLDER later: the second run's files
    import sys

    target, *chosen = sys.argv[1:]
    found = folder_of(Path(__file__).resolve().parent.parent)
    assert found is not None, "set SCRM_CASES"
    if chosen == ["later"]:
        bring_later(found, Path(target))
    else:
        print(make_conf(found, chosen, Path(target)))
