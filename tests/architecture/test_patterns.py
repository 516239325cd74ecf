"""No pattern takes long over a text that was made to be slow to read."""

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import jobs.sources
import transformations.text

LENGTH = 40_000
SECONDS = 1.0  # of the processor: what grows with the square of the length takes several
BEGINNINGS = ("", "[//", "</", "{")
REPEATED = ("a", "<", "@", " ", "[", "(", "<a", "a@", "@ ", "@@ ", "1")


def patterns_of(value: object) -> Iterator[re.Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from patterns_of(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from patterns_of(part)


def compiled() -> list:
    """Every pattern at module level, and whether its module looks for it at every place, or at one alone."""
    found = {}
    for package in (jobs.sources, transformations.text):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(info.name)
            source = Path(module.__file__).read_text(encoding="utf-8")
            for name, value in vars(module).items():
                calls = set(re.findall(rf"\b{name}\.(\w+)\(", source))
                is_anchored = bool(calls) and calls <= {"match", "fullmatch"}
                for place, pattern in enumerate(patterns_of(value)):
                    if f"{name} = " in source:  # not one that is imported
                        found[f"{info.name}.{name}-{place}"] = (pattern, "match" if is_anchored else "search")
    return [pytest.param(*value, id=key) for key, value in found.items()]


@pytest.mark.parametrize(("pattern", "method"), compiled())
def test_a_pattern_takes_time_by_the_length_alone(pattern, method):
    def slow(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, slow)
    try:
        for beginning in BEGINNINGS:
            for piece in REPEATED:
                text = f"{beginning}{piece * (LENGTH // len(piece))}\x01"
                signal.setitimer(signal.ITIMER_PROF, SECONDS)
                try:
                    getattr(pattern, method)(text.encode() if isinstance(pattern.pattern, bytes) else text)
                except TimeoutError:
                    pytest.fail(f"{pattern.pattern!r} over {text[:10]!r}…")
                finally:
                    signal.setitimer(signal.ITIMER_PROF, 0)
    finally:
        signal.signal(signal.SIGPROF, before)
