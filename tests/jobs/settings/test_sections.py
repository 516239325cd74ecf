"""A job gets the sections of conf that it declares, and its fingerprint covers exactly these."""

from typing import cast

import pytest

from jobs.settings import Settings
from jobs.settings.sections import Sections, dumped
from jobs.settings.sources import Source

SHOP = {
    "name": "shop",
    "file": "shop.yaml",
    "kind": "erp",
    "format": "csv",
    "path": ("/in.csv",),
    "tables": {"customers": {"columns": {"customer_id": "id"}}},
}


def seen(settings: Settings, *declared: str) -> Settings:
    return cast(Settings, Sections(settings, declared, "persons"))


def with_source(settings: Settings, **changes) -> Settings:
    source = Source.model_validate({**SHOP, **changes})
    return settings.model_copy(update={"sources": (source,)})


def test_what_is_declared_is_handed_on_as_it_is_with_all_below_it(settings):
    whole = settings(quality={"examples": 5}, company={"brands": ["Alder"]})
    conf = seen(whole, "base.quality", "company", "late_days", "references")
    assert conf.company is whole.company
    assert conf.base.quality is whole.base.quality
    assert conf.base.quality.examples == 5
    assert (conf.late_days, conf.references) == (0, ())


def test_what_is_not_declared_is_refused_and_the_message_says_who_reads_what(settings):
    conf = seen(settings(), "base.quality.examples", "company.brands")
    assert (conf.base.quality.examples, conf.company.brands) == (3, ())
    refused = {
        "sources": lambda: conf.sources,
        "references": lambda: conf.references,
        "base.network": lambda: conf.base.network.seed,
        "base.quality.rules": lambda: conf.base.quality.rules,
        "company.timezone": lambda: conf.company.timezone,
    }
    for section, read in refused.items():
        with pytest.raises(LookupError) as error:
            read()
        assert str(error.value) == f"persons reads the section {section} of conf without declaring it: @job(conf=…)"


def test_a_name_that_begins_like_a_declared_one_is_another(settings):
    conf = seen(settings(), "company.brand", "base.quality")
    with pytest.raises(LookupError, match=r"company\.brands"):
        _ = conf.company.brands
    with pytest.raises(LookupError, match="section bas of conf"):
        _ = conf.bas  # type: ignore[attr-defined]


def test_nothing_declared_is_nothing_handed_on(settings):
    with pytest.raises(LookupError, match="section company of conf"):
        _ = seen(settings()).company
    assert dumped(settings(), ()) == "{}"


@pytest.mark.parametrize(
    ("section", "differs"),
    [
        ("base.quality", True),
        ("base.quality.examples", True),
        ("base", True),
        ("base.quality.rules", False),
        ("base.network", False),
        ("company", False),
        ("sources", False),
        ("folder", False),
    ],
)
def test_the_text_differs_where_a_declared_section_does(settings, section, differs):
    one, other = settings(quality={"examples": 1}), settings(quality={"examples": 2})
    assert dumped(one, (section,)) == dumped(settings(quality={"examples": 1}), (section,))
    assert (dumped(one, (section,)) != dumped(other, (section,))) is differs


def test_in_which_order_sections_are_declared_and_rules_stand_in_conf_makes_no_difference(settings):
    rules = {"silver.posts.a": {"severity": "stop"}, "silver.posts.b": {"threshold": 0.5}}
    one = settings(quality={"rules": rules})
    other = settings(quality={"rules": dict(reversed(rules.items()))})
    assert dumped(one, ("base.quality", "company")) == dumped(other, ("company", "base.quality"))
    assert dumped(one, ("base.quality.rules",)) == dumped(other, ("base.quality.rules",))
    changed = settings(quality={"rules": {**rules, "silver.posts.a": {"severity": "warn"}}})
    assert dumped(one, ("base.quality.rules",)) != dumped(changed, ("base.quality.rules",))


def test_equal_values_of_two_sections_are_told_apart(settings):
    one = settings(company={"brands": ["Alder"], "handles": []})
    other = settings(company={"brands": [], "handles": ["Alder"]})
    assert dumped(one, ("company.brands", "company.handles")) != dumped(other, ("company.brands", "company.handles"))


def test_the_folder_of_conf_has_no_effect_and_of_a_source_what_its_rows_mean(settings, tmp_path):
    shop = with_source(settings())
    moved = with_source(settings(), path=("/elsewhere.csv",)).model_copy(update={"folder": tmp_path / "elsewhere"})
    assert dumped(shop, ("folder", "sources")) == dumped(moved, ("folder", "sources"))
    other = with_source(settings(), tables={"customers": {"columns": {"customer_id": "number"}}})
    assert dumped(shop, ("sources",)) != dumped(other, ("sources",))
    assert dumped(shop, ("sources",)) != dumped(settings(), ("sources",))
    assert dumped(shop, ("company",)) == dumped(other, ("company",))
