"""The shipped conf speaks of the company that the simulator makes, and maps columns that its files have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from jobs import settings
from jobs.simulate import company


@pytest.fixture(scope="module")
def conf(clean):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCRM_SIMULATED", str(clean.root))
        yield settings.load(settings.SHIPPED)


def test_company(conf):
    said = conf.company
    assert said.name == company.COMPANY
    assert said.timezone == company.TIMEZONE
    assert said.currency == company.CURRENCY
    own = {account.profile_id for account in company.MICROBLOG_ACCOUNTS if account.role in ("brand", "staff")}
    assert set(said.company_profiles["microblog"]) == own
    assert set(said.company_profiles["forum"]) == {account.profile_id for account in company.FORUM_STAFF}
    terms = [term for family in said.products for term in family.terms]
    assert sorted(terms) == sorted(product.name for product in company.CATALOGUE)
    assert {topic.name: topic.terms for topic in said.topics} == company.INTEREST_TERMS
    assert {c.name: c.brands[1:] for c in said.competitors} == company.COMPETITORS


def test_every_file_but_truth_and_votes_is_read_by_one_source_or_is_a_reference(clean, conf):
    read = [
        path
        for source in conf.sources
        for pattern in source.path
        for path in clean.root.glob(pattern.removeprefix(f"{clean.root}/"))
    ]
    read += [Path(reference.reference) for reference in conf.company.references]
    found = [path for path in clean.root.rglob("*.*") if path.parent.name != "truth"]
    assert sorted(read) == sorted(p for p in found if p.name not in ("simulation.json", "Votes.xml"))


def test_mapped_columns_are_in_the_files(clean, conf):
    checked = 0
    for source in conf.sources:
        if source.format == "stackexchange":
            continue
        file = sorted(clean.root.glob(source.path[0].removeprefix(f"{clean.root}/")))[0]
        if source.format == "csv":
            names = set(file.read_text(encoding="utf-8").splitlines()[0].split(","))
        else:
            folder = file.parent.glob("*.jsonl") if "*" in source.path[0] else [file]
            names = {key for part in folder for line in part.read_bytes().splitlines() for key in json.loads(line)}
        for table in source.tables.values():
            for column, expression in table.columns.items():
                inner = re.fullmatch(r"(?:lower\()?(\w+)\)?", expression)
                if inner:
                    assert inner[1] in names, (source.name, column)
                    checked += 1
    assert checked > 70
