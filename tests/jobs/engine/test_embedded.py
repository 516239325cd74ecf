"""The embedded engine: what it refuses, and who could connect to it."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jobs import settings as conf
from jobs.engine import embedded
from jobs.errors import ConfError
from jobs.lake import opening
from jobs.runner import preflight

ROOT = Path(__file__).resolve().parents[3]
SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"
TOPIC = "kind: web\nformat: json\nkafka: {bootstrap_servers: h, topic: t}\ntables: {customers: {columns: {customer_id: id}}}\n"
SCRIPT = """
import faulthandler, json, sys, threading
faulthandler.dump_traceback_later(150, exit=True)  # a hang tells where
from pathlib import Path
import pyarrow as pa
from jobs.engine import embedded, sessions
from jobs.lake.tables import Lake
from transformations.canonical import times
from transformations.contracts import contract
from pyspark.sql import functions as F

root, found = Path(sys.argv[1]), {}
start = lambda: sessions.session(embedded.Options("1g"), root / "embedded.log")
spark = start()
found["address"] = embedded._made[0].address
found["settings"] = [spark.conf.get(name) for name in ("spark.sql.session.timeZone", "spark.sql.ansi.enabled")]

# rows in order reach Python functions, whatever order the engine has them in
from jobs.sources import linking
class Format:
    def thing(self, raw, context): return raw.decode().split(":")[0], False
rows = pa.table({"batch_id": ["b"] * 90, "_file_order": ["f"] * 90, "line": [(n * 37) % 90 for n in range(90)],
    "context": ["c"] * 90, "raw": [f"{'xyz'[((n * 37) % 90) % 3]}:".encode() for n in range(90)]})
def read(batches):
    for batch in batches:
        yield batch.select(["_thing", "line"])
frame = sessions.frame(spark, rows, "batch_id string, _file_order string, line bigint, context string, raw binary")
read_in = [tuple(row) for row in linking.together(frame, Format(), read, "_thing string, line bigint").collect()]
found["ordered"] = [[line for thing, line in read_in if thing == one] for one in "xyz"]

# sessions meet nobody else's views; a thread gets back what its own session computed
other = sessions.isolated(spark, {})
spark.range(3).createOrReplaceTempView("mine")
try:
    other.sql("select * from mine").collect()
    found["isolated"] = False
except Exception:
    found["isolated"] = True
held = []
def work():
    for session in (spark, other):
        held.append(sessions.materialised(session.range(5)).where("id > 1").count())
thread = threading.Thread(target=work); thread.start(); thread.join()
found["materialised"] = held

# a session that is collected as garbage ends nothing that others use
import gc
from pyspark.sql.connect.client.reattach import ExecutePlanResponseReattachableIterator as Responses
shared = Responses._get_or_create_release_thread_pool()
del other
gc.collect()
found["collected"] = [len(embedded._made[0].sessions), Responses._release_thread_pool_instance is shared]

# a local time of a zone is the instant that it is there
with times.local_to(frame, "Europe/Berlin") as settled:
    local = settled(spark.range(1).select(F.expr("to_timestamp('01/07/2025 12:00', 'dd/MM/yyyy HH:mm')").alias("t")))
found["local"] = local.select(F.col("t").cast("string")).first()[0]

# rows beyond a message's limit
many = pa.table({"id": pa.array(range(5_000_000), pa.int64())})
found["many"] = sessions.frame(spark, many, "id bigint").agg(F.sum("id")).first()[0]

# rows that one plan reads often, with the types that are asked for
few = pa.table({"id": pa.array(range(500_000), pa.int64()), "name": pa.array(["a", "b"] * 250_000).dictionary_encode()})
often = [sessions.frame(spark, few, "id bigint, name string") for _ in range(40)]
one = often[0]
for other_one in often[1:]:
    one = one.unionAll(other_one)
found["often"] = [one.count(), one.where("name = 'a'").count(), dict(one.dtypes)["name"]]

# a filter with a lambda over rows of files
tagged = pa.table({"id": pa.array(range(100_000), pa.int64()), "tags": [[str(n % 4)] for n in range(100_000)]})
condition = "exists(coalesce(tags, array()), tag -> tag = '1')"
types = "id bigint, tags array<string>"
given = sessions.frame(spark, tagged, types)
found["filtered"] = [rows.where(condition).count() for rows in (given, sessions.mapped(given, lambda b: b, types))]

# their files go when nobody reads them any more
folder = embedded._made[0].folder
files = len(list(folder.glob("*.parquet")))
sessions.forget_frames()
found["forgotten"] = [files, len(list(folder.glob("*.parquet")))]

# the first write leaves columns nullable; a MERGE changes only what differs
lake = Lake(root / "lake", start, "run-1")
table = contract("silver.products")
def products(*names):
    given = [("shop", f"p{n}", name) for n, name in enumerate(names)]
    return spark.createDataFrame(given, "source string, product_id string, name string")
lake.write("silver.products", products("a", None))
lake.write("silver.products", products("a", "b", "c"))
version = lake.version("silver.products")
lake.write("silver.products", products("a", "b", "c"))
found["unchanged"] = lake.version("silver.products") == version
lake.write("silver.products", products("a"))
lake.remove("silver.products", spark.createDataFrame([("shop", "p9")], "source string, product_id string"))
found["rows"] = [[row["product_id"], row["name"]] for row in lake.rows("silver.products")]
try:
    lake.write("silver.products", products("a").unionAll(products("b")))
except Exception as error:
    found["twice"] = f"{type(error).__name__}: {error}"

# the same over a table that is read from its files
from jobs.lake import tables
tables._SMALL_BYTES = 0
lake.upsert("silver.posts", [{"channel": "c", "post_id": str(n), "tags": [str(n % 4)]} for n in range(8)])
found["filtered"].append(lake.read("silver.posts").where(condition).count())

folder = embedded._made[0].folder
embedded.discard()
found["discarded"] = not folder.exists()
print(json.dumps(found))
"""
FORGOTTEN = """
import json, sys, time
from pathlib import Path
from jobs.engine import embedded, sessions
from jobs.lake.tables import Lake

embedded.SESSION_SECONDS = 2
start = lambda: sessions.session(embedded.Options("1g"), Path(sys.argv[1]) / "embedded.log")
first = start()
lake = Lake(Path(sys.argv[1]) / "lake", start)
apart = lake.isolated()
was = apart.spark
for seconds in (4, 8, 16, 32):
    time.sleep(seconds)  # nobody asks: asking keeps a session
    if sessions.has_ended(first) and sessions.has_ended(was):
        break
again = sessions.isolated(first, {})
found = [start() is first, start().range(4).count(), apart.spark is was, apart.spark.range(3).count()]
print(json.dumps([*found, again.range(2).count()]))
"""

LARGE_JOIN = """
import json, os, sys
from pathlib import Path

os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:2]))  # each core takes a share of the memory
from jobs.engine import embedded

spark = embedded.spark_session(embedded.Options("512m"), Path(sys.argv[1]) / "embedded.log")
side = "select {key} as k, repeat(cast(id as string), 20) as {text} from range(8000000)"  # 1.1 GB of text
one, other = spark.sql(side.format(key="id", text="x")), spark.sql(side.format(key="8000000 - id", text="y"))
joined = one.join(other, "k").selectExpr("count(*)", "sum(length(x) + length(y))").first()
try:
    one.selectExpr("size(collect_list(x))").first()
    told = ""
except Exception as error:
    told = str(error)
print(json.dumps([*joined, told]))
"""


@pytest.mark.parametrize(
    ("source", "base", "told"),
    [
        (TOPIC, "", "shop.yaml: key kafka: .* set engine: spark"),
        (SHOP, "spark: {master: 'spark://host:7077'}", "spark.master is 'spark://host:7077': .* set engine: spark"),
        (SHOP, "spark: {jars: [core, s3]}", "spark.jars names s3: .* engine: spark"),
    ],
)
def test_what_it_does_not_serve_is_refused_at_once(write_conf, source, base, told):
    settings = conf.load(write_conf({"shop": source}, base=f"engine: embedded\n{base}\n"))
    with pytest.raises(ConfError, match=told):
        opening.check_engine(settings)


def test_missing_packages_are_refused_with_the_way_to_get_them(write_conf, monkeypatch):
    monkeypatch.setattr(embedded, "NEEDED", ("no_such_package", "no_such.package"))
    settings = conf.load(write_conf({"shop": SHOP}, base="engine: embedded\n"))
    with pytest.raises(ConfError, match=r"make setup ENGINE=embedded.*no_such_package, no_such.package.*engine: spark"):
        opening.check_engine(settings)


def test_who_else_is_logged_in(monkeypatch):
    answer = subprocess.CompletedProcess([], 0, "me tty1 2026-01-01\neve pts/0 2026-01-01\neve pts/1 2026-01-01\n")
    monkeypatch.setattr(embedded.subprocess, "run", lambda *_, **__: answer)
    monkeypatch.setattr(embedded.getpass, "getuser", lambda: "me")
    assert embedded.other_users() == ["eve"]


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ("engine: embedded", []),
        ("engine: embedded\nspark: {shuffle_partitions: 4}", []),  # as shipped
        (
            "engine: embedded\nspark: {driver_memory: 8g, conf: {spark.ui.enabled: 'false', spark.sql.ansi.enabled: 'true'}}",
            ["spark.conf.spark.sql.ansi.enabled, spark.driver_memory of conf are for Spark alone"],
        ),
        ("engine: spark\nspark: {driver_memory: 8g}", []),
    ],
)
def test_options_of_spark_that_the_embedded_engine_does_not_read_are_named(write_conf, monkeypatch, base, told):
    monkeypatch.setattr(embedded, "other_users", list)
    found = list(preflight.warnings(conf.load(write_conf({"shop": SHOP}, base=f"{base}\n"))))
    assert [any(text in line for line in found) for text in told] == [True] * len(found)


def test_jars_of_one_s_own_are_said_to_have_no_effect(write_conf, monkeypatch):
    monkeypatch.setattr(embedded, "other_users", list)
    monkeypatch.setenv("SCRM_EXTRA_JARS", "/nowhere/graphframes.jar")
    (line,) = preflight.warnings(conf.load(write_conf({"shop": SHOP}, base="engine: embedded\n")))
    assert "SCRM_EXTRA_JARS (and GraphFrames, which needs it) is for Spark alone" in line


def test_an_engine_that_there_is_not_is_refused_by_make():
    done = subprocess.run(
        ["make", "-n", "setup", "ENGINE=embeded"],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "ENGINE=embeded: expected spark or embedded" in done.stderr


def test_folders_of_killed_processes_are_removed_and_no_others(tmp_path):
    made = {}
    for name in ("killed", "held", "new", "without_lock"):
        made[name] = tmp_path / f"scrm-embedded-{name}"
        made[name].mkdir()
        (made[name] / "spilled").write_text("rows")
        if name != "without_lock":
            (made[name] / "in_use").touch()
        if name != "new":
            os.utime(made[name], (0, 0))
    with (made["held"] / "in_use").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        embedded.remove_abandoned(tmp_path)
    assert {name for name, folder in made.items() if folder.exists()} == {"held", "new", "without_lock"}


def test_who_else_is_logged_in_is_said_where_it_is_not_silenced(write_conf, monkeypatch):
    monkeypatch.setattr(embedded, "other_users", lambda: ["eve"])
    (line,) = preflight.warnings(conf.load(write_conf({"shop": SHOP}, base="engine: embedded\n")))
    assert "eve could run code as you" in line
    silent = conf.load(write_conf({"shop": SHOP}, base="engine: embedded\nembedded: {warn_of_other_users: false}\n"))
    assert not list(preflight.warnings(silent))


def _ran(script: str, folder: Path) -> tuple[Any, str]:
    """What a script printed last, and what it wrote to standard error; in a process of its own, which the engine is of."""
    call = [sys.executable, "-c", script, str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, timeout=200)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    answers, errors = _ran(SCRIPT, tmp_path_factory.mktemp("embedded"))
    return answers | {"errors": errors}


def test_it_listens_on_loopback_alone_with_the_settings_that_the_lake_relies_on(found):
    assert found["address"].startswith("sc://127.0.0.1:")
    assert found["settings"] == ["UTC", "false"]


def test_rows_reach_python_functions_in_order(found):
    assert [sorted(lines) for lines in found["ordered"]] == found["ordered"]
    assert [len(lines) for lines in found["ordered"]] == [30, 30, 30]


def test_sessions_are_apart(found):
    assert found["isolated"] is True
    assert found["materialised"] == [3, 3]
    assert found["collected"] == [1, True]


def test_a_local_time_is_its_instant(found):
    assert found["local"] == "2025-07-01 10:00:00"


def test_rows_beyond_the_limit_of_a_message_are_handed_over(found):
    assert found["many"] == sum(range(5_000_000))
    assert found["often"] == [20_000_000, 10_000_000, "string"]
    assert found["forgotten"] == [43, 0]


def test_a_filter_with_a_lambda_may_follow_rows_that_are_read_from_files(found):
    assert found["filtered"] == [25_000, 25_000, 2]


def test_the_lake_writes_by_it_what_it_writes_by_spark(found):
    assert found["unchanged"] is True
    assert found["rows"] == [["p0", "a"]]
    assert found["twice"].startswith("ScrmError: silver.products: rows repeat a key (source, product_id): shop, p0")


def test_its_files_go_and_its_own_lines_stay_off_the_terminal(found):
    assert found["discarded"] is True
    assert "sail" not in found["errors"]


def test_a_session_that_the_server_has_forgotten_is_made_again(tmp_path):
    answers, _ = _ran(FORGOTTEN, tmp_path)
    assert answers == [False, 4, False, 3, 2]


def test_a_join_of_more_than_the_memory_finishes_and_what_cannot_spill_names_it(tmp_path):
    (rows_count, characters, told), _ = _ran(LARGE_JOIN, tmp_path)
    assert rows_count == 7_999_999
    assert characters == 2 * 20 * sum(len(str(n)) for n in range(1, 8_000_000))  # 0 has no partner on either side
    assert "memory pool" in told
