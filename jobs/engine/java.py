"""Finds the Java that Spark runs on, and installs one at set-up.

Standard library only: it runs before any package is installed.

python -m jobs.engine.java              prints which Java is used
python -m jobs.engine.java --install    as root on Debian or Ubuntu also installs one where none is found
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What Spark 4.1 is tested with, best first. JDK 25.0.0 to 25.0.2 break it, so no newer Java is tried.
SUPPORTED = (17, 21)

USUAL_PLACES = (
    "/usr/lib/jvm/*",
    "/opt/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk@*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk@*/libexec/openjdk.jdk/Contents/Home",
    "~/.sdkman/candidates/java/*",
)


class JavaMissing(RuntimeError):
    """There is no Java that Spark can run on; the message is one line and says how to get one."""


@dataclass(frozen=True)
class Java:
    """A Java that was found: its home (the value for JAVA_HOME) and its version, such as 17.0.15."""

    home: Path
    version: str

    @property
    def major(self) -> int:
        numbers = [int(n) for n in re.findall(r"\d+", self.version)[:2]]
        return numbers[1] if numbers[0] == 1 else numbers[0]  # Java 8 reports 1.8


def find_java(*, install: bool = False) -> Java:
    """The Java to use: a supported one in JAVA_HOME, else on PATH, else the best of the usual places.

    Args: install: when none is found, install one with apt-get (root on Debian or Ubuntu only).
    Raises: JavaMissing.
    """
    refused: list[Java] = []
    java = _first_supported(refused)
    if java is None and install and _can_apt():
        _apt_install()
        java = _first_supported(refused)
    if java is None:
        raise JavaMissing(_what_is_missing(refused))
    return java


def _first_supported(refused: list[Java]) -> Java | None:
    for chosen in _supported(_named(), refused):
        return chosen
    return min(_supported(_in_usual_places(), refused), key=lambda java: SUPPORTED.index(java.major), default=None)


def _supported(executables: Iterator[Path], refused: list[Java]) -> Iterator[Java]:
    """Those that Spark runs on, in the given order; the others are added to refused."""
    for java in filter(None, map(_ask, executables)):
        if java.major in SUPPORTED:
            yield java
        else:
            refused.append(java)


def _named() -> Iterator[Path]:
    """The user's choice: JAVA_HOME, then PATH."""
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)


def _in_usual_places() -> Iterator[Path]:
    """Every java in the usual places once, however many links point to it."""
    homes: dict[Path, Path] = {}
    for pattern in USUAL_PLACES:
        anchor = Path(pattern).expanduser()
        for home in sorted(Path(anchor.anchor).glob(str(anchor.relative_to(anchor.anchor)))):
            executable = home / "bin" / "java"
            if os.access(executable, os.X_OK):
                homes.setdefault(executable.resolve(), executable)
    yield from homes.values()


def _ask(executable: Path) -> Java | None:
    """Home and version of a java executable; None where it does not exist or does not run."""
    try:
        answer = subprocess.run(
            [executable, "-XshowSettings:properties", "-version"], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    reported = dict(
        re.findall(r"^\s*java\.(home|version) = (.+?)\s*$", answer.stdout + answer.stderr, flags=re.MULTILINE)
    )
    if answer.returncode != 0 or not {"home", "version"} <= reported.keys() or not re.match(r"\d", reported["version"]):
        return None
    return Java(Path(reported["home"]), reported["version"])


def _can_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install() -> None:
    """Installs the first supported runtime of the distribution (Debian 12 has 17, Debian 13 has 21)."""
    complaint = _apt("update")
    for major in SUPPORTED:
        refusal = _apt("install", "-y", "--no-install-recommends", f"openjdk-{major}-jre-headless")
        if refusal is None:
            return
        complaint = complaint or refusal
    raise JavaMissing(f"Java {_versions()} is missing and apt-get could not install it: {complaint}")


def _apt(*arguments: str) -> str | None:
    """Runs apt-get; None on success, else the last line of its errors."""
    done = subprocess.run(
        ["apt-get", "-qq", *arguments],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def _what_is_missing(refused: list[Java]) -> str:
    found = ", ".join(dict.fromkeys(f"{java.version} in {java.home}" for java in refused))
    return (
        f"Java {_versions()} is missing{f' (found only {found})' if found else ''}: "
        f"install one (Debian, Ubuntu: apt-get install openjdk-{SUPPORTED[0]}-jre-headless; "
        f"macOS: brew install openjdk@{SUPPORTED[0]}) or point JAVA_HOME at it"
    )


def _versions() -> str:
    return " or ".join(map(str, SUPPORTED))


def main(arguments: list[str]) -> int:
    try:
        java = find_java(install="--install" in arguments)
    except JavaMissing as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Java {java.version} in {java.home}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
