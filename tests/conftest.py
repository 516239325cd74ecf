"""What all tests share: one Spark session, an empty lake, a small company, and real data where it is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import services
from web_server import Server

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.runner.execution import RunReport
    from jobs.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
CASES_NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)  # the cases from the field reach up to the day before
os.environ.setdefault("SCRM_IDENTITY_KEY", "a key that only tests know")
ENGINE = os.environ.setdefault("SCRM_TEST_ENGINE", "embedded")
os.environ["SCRM_ENGINE"] = ENGINE  # of every conf of a test, and of the commands that tests start

NEEDS = {
    "jvm": "jvm",
    "postgres": "services",
    "broker": "services",
    "in_airflow": "services",
    "chromium": "services",
    "shared_data": "real_data",
    "peers": "real_data",
    "shared_cases": "real_data",
    "notebook": "notebooks",
}
"""Fixture -> marker of every test that uses it, however indirectly."""

ONCE = ("simulated", "field_cases", "in_airflow", "broker", "postgres")
"""Fixtures that cost a minute a process: the tests of each stay in one process, and come first, before those of real data."""

# Properties: `make test` tries the same few examples each time, `make test-all` many and others each time.
hypothesis.settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True)
hypothesis.settings.register_profile("thorough", max_examples=200, deadline=None)
hypothesis.settings.load_profile("quick")


@pytest.hookimpl(tryfirst=True)  # before markers choose, and before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives each test the markers of its fixtures, and keeps those that share what is costly in one process."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        for name in names:
            if name in NEEDS:
                item.add_marker(NEEDS[name])
        group = next((name for name in ONCE if name in names), None) or _module_of_shared(item)
        if group and not item.get_closest_marker("xdist_group"):  # a test may say what it shares
            item.add_marker(pytest.mark.xdist_group(group))
    first = (*ONCE, "shared_data")
    items.sort(
        key=lambda item: next((place for place, name in enumerate(first) if name in item.fixturenames), len(first))
    )


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Long bytes name no test: compressed files hold the time, and the processes of a run have to agree on names."""
    return argname if isinstance(val, bytes) and len(val) > 40 else None


def _module_of_shared(item: pytest.Item) -> str | None:
    """The test's module, where it uses a fixture that the tests of its module share."""
    found = item._fixtureinfo.name2fixturedefs.values()  # what pytest itself orders tests by
    return item.nodeid.partition("::")[0] if any(of[-1].scope == "module" for of in found) else None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that nobody in this project made: SCRM_DATA, else ../shared/data. Skips where it is absent."""
    folder = Path(os.environ.get("SCRM_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "README.md").is_file():
        pytest.skip(f"no real data at {folder} (set SCRM_DATA)")
    return folder


@pytest.fixture
def write_conf(tmp_path: Path) -> Callable[..., Path]:
    """Writes a conf folder: write_conf(company=…, base=…, sources={name: yaml text}) -> its path. Quiet small lake in it."""

    from runs import make_conf

    def write(sources: dict[str, str], **texts: str) -> Path:
        return make_conf(tmp_path, sources, **texts)

    return write


@pytest.fixture(scope="session")
def session_settings(tmp_path_factory: pytest.TempPathFactory):
    from jobs import settings

    folder = tmp_path_factory.mktemp("conf")
    (folder / "sources").mkdir()
    (folder / "company.yaml").write_text("name: Test company\n")
    (folder / "sources" / "none.yaml").write_text(
        "kind: erp\nformat: csv\npath: /nowhere.csv\ntables: {customers: {columns: {customer_id: id}}}\n"
    )
    root = tmp_path_factory.mktemp("lake")
    jars = "core, kafka, postgres" if ENGINE == "spark" else "core"
    (folder / "base.yaml").write_text(
        f"lake: {{root: {root}}}\nspark: {{shuffle_partitions: 1, driver_memory: 4g, jars: [{jars}]}}\n"
    )
    return settings.load(folder)


@pytest.fixture(scope="session")
def jvm() -> None:
    """What only Apache Spark has or does. Skips on the embedded engine: a process has one engine."""
    if ENGINE != "spark":
        pytest.skip("these tests run on the embedded engine; this one needs Apache Spark: make test ENGINE=spark")


@pytest.fixture(scope="session")
def spark(session_settings):
    """The one session of all tests, of the engine that SCRM_TEST_ENGINE names: embedded by default, or spark."""
    from jobs.lake import opening

    return opening.session(session_settings)


@pytest.fixture
def lake(tmp_path: Path, spark):
    """An empty lake."""
    from jobs.lake.tables import Lake

    empty = Lake(tmp_path / "lake", lambda: spark, "run-1")
    empty.prepare()
    return empty


@pytest.fixture
def quiet(tmp_path: Path) -> Lake:
    """An empty lake that starts no JVM."""
    from jobs.lake.tables import Lake

    def no_spark():
        raise AssertionError("Spark was started")

    lake = Lake(tmp_path / "lake", no_spark, "run-1")
    lake.prepare()
    return lake


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of a company in Berlin: settings(quality={…}, company={…})."""
    from jobs.settings import Settings
    from jobs.settings.base import Base, LakeSettings
    from jobs.settings.company import Company

    def make(quality: dict | None = None, company: dict | None = None) -> Settings:
        base = Base.model_validate({"lake": LakeSettings(root=tmp_path / "lake"), "quality": quality or {}})
        of = Company.model_validate({"name": "Alder", "timezone": "Europe/Berlin", **(company or {})})
        return Settings(folder=tmp_path, base=base, company=of, sources=())

    return make


@pytest.fixture
def put(quiet: Lake) -> Callable[..., None]:
    """Writes rows: put("silver.posts", {…}, …)."""
    import pyarrow as pa

    from jobs.lake import arrow
    from transformations.contracts import contract

    def write(name: str, *rows: dict) -> None:
        quiet.upsert(name, pa.Table.from_pylist(list(rows), arrow.schema_of(contract(name))))

    return write


@pytest.fixture
def company():
    """A small company that monitors one brand."""
    from jobs.settings.company import Company

    return Company.model_validate(
        {
            "name": "Alder",
            "timezone": "Europe/Berlin",
            "currency": "EUR",
            "brands": ["Alder"],
            "handles": ["alder"],
            "company_profiles": {"forum": ["1"], "microblog": ["alder"]},
            "topics": [{"name": "espresso", "terms": ["espresso", "crema"]}],
            "competitors": [{"name": "Kestrel", "brands": ["Kestrel"]}],
        }
    )


@pytest.fixture
def run_conf(spark) -> Callable[..., tuple[RunReport, Lake]]:
    """Runs a conf folder: run_conf(folder, jobs=(…), stages=(…), full=False, now=…) -> (report, lake).

    Without jobs and stages it lands and loads; see runs.run.
    """
    from runs import run

    from jobs import settings as conf
    from jobs.lake.tables import Lake

    def of_folder(folder: Path, **choice) -> tuple[RunReport, Lake]:
        settings = conf.load(folder)
        lake = Lake(settings.base.lake.root, lambda: spark)
        return run(settings, lake, **choice), lake

    return of_folder


@pytest.fixture
def shop(tmp_path, write_conf) -> Callable[..., Path]:
    """A shop's conf over tmp_path/in/*.csv; shop(name=text, …) writes the files first (bytes or text without header)."""
    from runs import HEADER, SHOP

    def make(**files: str | bytes) -> Path:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content if isinstance(content, bytes) else (HEADER + content).encode()
            (folder / f"{name}.csv").write_bytes(data)
        return write_conf({"shop": SHOP.format(path=folder / "*.csv")})

    return make


@dataclass(frozen=True)
class Simulated:
    """A simulated company that was run once. data: what was simulated, truth beside it."""

    data: Path
    conf: Path
    settings: Settings
    lake: Lake
    report: RunReport
    now: datetime


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory, spark) -> Simulated:
    """The shipped conf on a small simulated company, from files to published gold."""
    from jobs.lake.tables import Lake
    from jobs.runner.execution import Choice, execute
    from jobs.settings import load
    from jobs.simulate import simulate

    root = tmp_path_factory.mktemp("simulated")
    simulate(root / "data", customers=60, days=40, seed=3)
    folder = root / "conf"
    shutil.copytree(ROOT / "conf" / "sources", folder / "sources")
    shutil.copy(ROOT / "conf" / "company.yaml", folder)
    for path in (folder / "company.yaml", *(folder / "sources").iterdir()):
        path.write_text(path.read_text().replace("${SCRM_SIMULATED:-./simulated}", str(root / "data")))
    (folder / "base.yaml").write_text(f"lake: {{root: {root / 'lake'}}}\n")
    settings = load(folder)
    lake = Lake(settings.base.lake.root, lambda: spark)
    report = execute(settings, Choice(), clock=lambda: NOW, lake=lake)
    return Simulated(root / "data", folder, settings, lake, report, NOW)


@dataclass(frozen=True)
class FieldCases:
    """The lake of all cases from the field, after silver was loaded and after a whole run with what came later."""

    conf: Path
    settings: Settings
    lake: Lake
    reports: tuple[RunReport, RunReport]

    def rows(self, table: str, where: str | None = None) -> list[dict]:
        return self.lake.rows(table, where)


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """Small inputs made after public bug reports: SCRM_CASES, else ../shared/cases. Skips where they are absent."""
    import field_cases as field

    return field.folder_of(ROOT) or pytest.skip("no cases at ../shared/cases (set SCRM_CASES)")


@pytest.fixture(scope="session")
def field_cases(tmp_path_factory: pytest.TempPathFactory, spark, shared_cases: Path) -> FieldCases:
    """All of these inputs, run twice in one lake."""
    import field_cases as field

    from jobs.lake.tables import Lake
    from jobs.runner.execution import Choice, execute
    from jobs.settings import load

    root = tmp_path_factory.mktemp("field")
    conf = field.make_conf(shared_cases, field.numbers(shared_cases), root)
    settings = load(conf)
    lake = Lake(settings.base.lake.root, lambda: spark)
    first = execute(settings, Choice(stages=("land", "silver")), clock=lambda: CASES_NOW, lake=lake)
    field.bring_later(shared_cases, root)
    second = execute(load(conf), Choice(), clock=lambda: CASES_NOW, lake=lake)
    return FieldCases(conf, settings, lake, (first, second))


@pytest.fixture(scope="session")
def postgres() -> Iterator[services.Postgres]:
    """A PostgreSQL server with an empty database. Skips where PostgreSQL is not installed."""
    with services.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[services.Broker]:
    """A Kafka broker. Skips where its jars are not in place."""
    from jobs.engine import jars

    try:
        jars.paths(("kafka", "kafka_broker"))
    except jars.JarError as error:
        pytest.skip(f"no broker to test with: {error}")
    found = services.Broker(tmp_path_factory.mktemp("kafka"))
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program: CHROMIUM, else what is on PATH. Skips where there is none."""
    names = (os.environ.get("CHROMIUM"), shutil.which("chromium"), shutil.which("chromium-browser"))
    found = next((name for name in names if name), None)
    return found or pytest.skip("no chromium on this machine (set CHROMIUM)")


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server of the test's own."""
    running = Server()
    yield running
    running.close()
