"""Fetches the jars listed in jars.txt once, at set-up, and returns their paths.

Sessions then start without a network.

python -m jobs.engine.jars                       what every run needs
python -m jobs.engine.jars --group s3            another group as well
python -m jobs.engine.jars --only kafka_broker   that group and no other
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from jobs.engine.java import JavaMissing, find_java

LIST = Path(__file__).with_name("jars.txt")
NEEDED = ("core", "postgres", "kafka")

Progress = Callable[[int, int, str], None]


class JarError(RuntimeError):
    """A jar is missing, cannot be fetched, or differs from the one that is listed."""


@dataclass(frozen=True)
class Jar:
    """One line of jars.txt."""

    group: str
    coordinate: str
    sha256: str

    @property
    def file(self) -> str:
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


def folder() -> Path:
    """Folder of the jars: SCRM_JARS, else within this Python environment."""
    return Path(os.environ.get("SCRM_JARS") or Path(sys.prefix, "share", "scrm-iris", "jars"))


def listed(groups: Iterable[str] | None = None) -> list[Jar]:
    """The lines of jars.txt, of the given groups or all.

    Raises: JarError for a line that is not `group coordinate sha256`; ValueError for an unknown group.
    """
    jars = []
    for number, line in enumerate(LIST.read_text(encoding="utf-8").splitlines(), start=1):
        if not (fields := line.partition("#")[0].split()):
            continue
        if not re.fullmatch(r"\S+ [^:\s]+:[^:\s]+:[^:\s]+ [0-9a-f]{64}", " ".join(fields)):
            raise JarError(f"{LIST}, line {number}: expected 'group group:artifact:version sha256', found {line!r}")
        jars.append(Jar(*fields))
    if groups is None:
        return jars
    wanted, known = list(groups), {jar.group for jar in jars}
    if unknown := [group for group in wanted if group not in known]:
        raise ValueError(f"unknown group of jars: {', '.join(unknown)}; expected one of {', '.join(sorted(known))}")
    return [jar for jar in jars if jar.group in wanted]


def paths(groups: Iterable[str] = NEEDED) -> list[Path]:
    """The jars of these groups, for spark.jars. Checks only whether they exist.

    Raises: JarError naming the first jar that does not.
    """
    found = []
    for jar in listed(groups):
        path = folder() / jar.file
        if not path.is_file():
            remedy = "make setup" if jar.group in NEEDED else f"python -m jobs.engine.jars --group {jar.group}"
            raise JarError(f"{jar.file} (group {jar.group}) is missing in {folder()}: run {remedy}")
        found.append(path)
    return found


def resolve(
    groups: Iterable[str] = NEEDED,
    on_progress: Progress | None = None,
    *,
    open_ivy: Callable[[], AbstractContextManager[Callable[[Jar], Path]]] | None = None,
) -> None:
    """Puts the jars of these groups in place; valid ones that exist are left alone.

    Args: on_progress: called before each jar that has to be fetched, with its number, the number of jars and its
        file name. open_ivy: replaces the fetcher in tests.
    Raises: JarError when a jar cannot be fetched or differs from the listed one; JavaMissing.
    """
    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    if "SCRM_JARS" not in os.environ:  # the user's own folder may contain the user's own jars
        _remove_leftovers(target)
    wanted = [jar for jar in listed(groups) if not _is_right(target / jar.file, jar)]
    if not wanted:
        return
    with (open_ivy or _ivy)() as fetch:
        for number, jar in enumerate(wanted, start=1):
            if on_progress:
                on_progress(number, len(wanted), jar.file)
            _put(fetch(jar), jar, target)


def _remove_leftovers(target: Path) -> None:
    known = {jar.file for jar in listed()}
    for path in target.iterdir():
        if path.name not in known:
            path.unlink()


def _is_right(path: Path, jar: Jar) -> bool:
    return path.is_file() and _sha256(path) == jar.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put(fetched: Path, jar: Jar, target: Path) -> None:
    """Checks a fetched jar, then moves it in place: no half-written jar ever has its final name."""
    if (found := _sha256(fetched)) != jar.sha256:
        raise JarError(
            f"{jar.coordinate} is not the jar that {LIST.name} lists and was not kept: "
            f"sha256 is {found}, expected {jar.sha256}"
        )
    part = target / f"{jar.file}.part"
    shutil.copyfile(fetched, part)
    part.replace(target / jar.file)


@contextmanager
def _ivy() -> Iterator[Callable[[Jar], Path]]:
    """Spark's own Ivy, in a JVM without a session (it starts in 3 s), with a temporary cache."""
    os.environ["JAVA_HOME"] = str(find_java().home)
    from py4j.protocol import Py4JJavaError
    from pyspark.java_gateway import launch_gateway

    with tempfile.TemporaryDirectory(prefix="scrm-ivy-") as cache:
        gateway = launch_gateway(popen_kwargs={"stderr": subprocess.DEVNULL})
        nothing = gateway.jvm.scala.Option.empty()
        ivy = gateway.jvm.org.apache.spark.util.DependencyUtils

        def fetch(jar: Jar) -> Path:
            """Fetches one jar without its dependencies: the list is complete."""
            try:
                found = ivy.resolveMavenDependencies(False, "", jar.coordinate, None, cache, nothing)
            except Py4JJavaError as error:
                reason = str(error.java_exception.getMessage())
                raise JarError(
                    f"{jar.coordinate} could not be fetched from Maven Central ({reason.strip('[]')})"
                ) from None
            return Path(found.apply(0))

        try:
            yield fetch
        finally:
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait(timeout=60)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m jobs.engine.jars", description="Fetches the jars that Spark needs."
    )
    parser.add_argument("--group", action="append", default=[], help="a further group of jars.txt, such as s3")
    parser.add_argument("--only", action="append", default=[], help="a group of jars.txt, and none of the others")

    def show(number: int, total: int, file: str) -> None:
        if sys.stdout.isatty():
            print(f"  {number} of {total}: {file}")

    try:
        chosen = parser.parse_args(arguments)
        resolve(chosen.only or (*NEEDED, *chosen.group), show)
    except (JarError, JavaMissing, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
