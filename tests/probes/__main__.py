"""python -m tests.probes: asks Spark every probe again and keeps its answers, and derives what conf may use embedded.

A new probe is a line `{"sql": "…"}` in a file of its theme. Takes some minutes; needs Java and pysail.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from probes import judging, running, sessions

from jobs.sources import portable


def main() -> None:
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spark, embedded = sessions.spark(folder / "spark.log"), sessions.embedded()
        asked = {theme.name: running.answers(spark, theme, _sqls(theme), folder) for theme in running.themes()}
        themes = []
        for theme in running.themes():  # what Spark refuses is no probe
            pairs = [pair for pair in zip(theme.probes, asked[theme.name], strict=True) if pair[1] != running.ERROR]
            themes.append(replace(theme, probes=tuple(probe for probe, _ in pairs)))
            asked[theme.name] = [answer for _, answer in pairs]
        steps = judging.derived(themes, asked, lambda theme, texts: running.answers(embedded, theme, texts, folder))
        Path(portable.__file__).with_name("portable.txt").write_text(judging.lines(steps), encoding="utf-8")
        portable.steps.cache_clear()
        for theme in themes:
            probes = []
            plain = running.answers(embedded, theme, _sqls(theme), folder) if theme.name in judging.FOR_CODE else []
            for place, (probe, answer) in enumerate(zip(theme.probes, asked[theme.name], strict=True)):
                verdict = judging.verdict(theme, probe["sql"])[0]
                if plain:
                    verdict = "same" if judging.same(plain[place], answer) else "refused"
                probes.append({"sql": probe["sql"], "embedded": verdict, "type": answer[0], "values": list(answer[1])})
            running.write(replace(theme, probes=tuple(probes)))
            print(
                theme.name, {one: sum(p["embedded"] == one for p in probes) for one in ("same", "rewritten", "refused")}
            )


def _sqls(theme: running.Theme) -> list[str]:
    return [probe["sql"] for probe in theme.probes]


if __name__ == "__main__":
    main()
