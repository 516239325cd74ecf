import pyarrow as pa

from transformations.identity.accounts import own_accounts

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
    names = ["channel", "profile_id", "handle", "is_company", "is_bot"]
    profiles = pa.table({name: [row[place] for row in PROFILES] for place, name in enumerate(names)})
    found = own_accounts(profiles, **CONF)
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


def test_no_profiles() -> None:
    types = {
        "channel": pa.string(),
        "profile_id": pa.string(),
        "handle": pa.string(),
        "is_company": pa.bool_(),
        "is_bot": pa.bool_(),
    }
    nothing = pa.schema(list(types.items())).empty_table()
    found = own_accounts(nothing, company_profiles={}, bot_profiles={}, handles=())
    assert (found.num_rows, found.schema.field("is_company").type) == (0, pa.bool_())
