import pyarrow as pa

from transformations.identity.accounts import ACCOUNT_COLUMNS, own_accounts

PROFILES = [
    ("x", "1", "Acme", None, None),
    ("x", "2", "ada", True, None),
    ("x", "3", "bot", False, True),
    ("x", "4", None, None, None),
    ("y", "1", "acme", None, True),
    ("y", "5", "eve", None, False),
]
CONF = {
    "company_profiles": {"x": ("4", "9"), "y": ("5",)},
    "bot_profiles": {"x": ("2",), "z": ("7",)},
    "handles": ("@ACME",),
}


def test_flags_conf_and_handles_count() -> None:
    found = own_accounts(_profiles(*((*row, False) for row in PROFILES)), **CONF)
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("x", "1", True, False),
        ("x", "2", True, True),
        ("x", "3", False, True),
        ("x", "4", True, False),
        ("x", "9", True, False),
        ("y", "1", True, True),
        ("y", "5", True, False),
        ("z", "7", False, True),
    ]


def test_conf_names_an_account_by_id_or_handle_and_one_that_no_source_describes_by_its_id() -> None:
    profiles = _profiles(
        ("x", "17", "AcmeCare", None, None, False),
        ("x", "AcmeShop", None, None, None, True),
        ("x", "AcmeNews", None, None, None, False),
        ("y", "acmecare", None, None, None, True),
        ("y", "helper", None, None, None, True),
    )
    conf = {"company_profiles": {"x": ("@acmecare", "acmeshop")}, "bot_profiles": {"y": ("@Helper",)}}
    found = own_accounts(profiles, handles=("AcmeNews", "AcmeCare"), **conf).to_pylist()
    flags = {(row["channel"], row["profile_id"]): (row["is_company"], row["is_bot"]) for row in found}
    assert flags["x", "17"] == flags["x", "AcmeShop"] == flags["y", "acmecare"] == (True, False)
    assert flags["y", "helper"] == (False, True)
    assert ("x", "AcmeNews") not in flags  # a described account whose handle nobody knows


def test_accounts_of_several_brands_are_the_company_s_own() -> None:
    """Three brands: two by their handles on any channel, one by an account that conf names on one channel alone."""
    profiles = _profiles(
        ("x", "1", "Alder", None, None, False),
        ("x", "2", "birch_care", None, None, False),
        ("y", "3", "BIRCH_CARE", None, None, False),
        ("x", "4", "cedar", None, None, False),
        ("y", "5", "cedar", None, None, False),
        ("x", "6", "ada", None, None, False),
    )
    conf = {"company_profiles": {"x": ("cedar",)}, "bot_profiles": {}}
    found = own_accounts(profiles, handles=("alder", "@birch_care"), **conf).to_pylist()
    own = {(row["channel"], row["profile_id"]) for row in found if row["is_company"]}
    assert own >= {("x", "1"), ("x", "2"), ("y", "3"), ("x", "4")}
    assert not own & {("y", "5"), ("x", "6")}


def _profiles(*rows: tuple) -> pa.Table:
    text, flag = pa.string(), pa.bool_()
    types = zip(ACCOUNT_COLUMNS, (text, text, text, flag, flag, flag), strict=True)
    return pa.Table.from_pylist([dict(zip(ACCOUNT_COLUMNS, row, strict=True)) for row in rows], pa.schema(list(types)))


def test_no_profiles() -> None:
    found = own_accounts(_profiles(), company_profiles={}, bot_profiles={}, handles=())
    assert (found.num_rows, found.schema.field("is_company").type) == (0, pa.bool_())
