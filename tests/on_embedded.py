"""python tests/on_embedded.py CONF LAKE NOW: a run by the embedded engine, in a process of its own; prints what came of it.

Environment: LIMITS, JSON with limits of conf; FULL: all is computed again; STAGES: those alone; AS_IF_LARGE: every table is
handled as a large one, which the engine reads from files, merges and maps.

One process serves one engine: functions build columns of Spark Connect or of Spark.
"""

import faulthandler
import json
import os
import sys
from datetime import datetime
from pathlib import Path

SECONDS = 800
"""After which a run that hangs ends, with the stack of every thread."""


def main(conf: str, root: str, now: str) -> None:
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    os.environ["SCRM_ENGINE"] = "embedded"
    from jobs.lake import opening
    from jobs.runner.execution import Choice, execute
    from jobs.settings import load

    if "AS_IF_LARGE" in os.environ:
        _take_all_for_large()
    settings = load(Path(conf))
    lake_settings = settings.base.lake.model_copy(update={"root": Path(root)})
    limits = settings.base.limits.model_copy(update=json.loads(os.environ.get("LIMITS", "{}")))
    base = settings.base.model_copy(update={"lake": lake_settings, "limits": limits, "engine": "embedded"})
    settings = settings.model_copy(update={"base": base})
    lake = opening.open_lake(settings)
    choice = Choice(stages=tuple(os.environ.get("STAGES", "").split()), full="FULL" in os.environ)
    report = execute(settings, choice, clock=lambda: datetime.fromisoformat(now), lake=lake)
    print(json.dumps({"code": report.exit_code, "message": report.message}))


def _take_all_for_large() -> None:
    from jobs.engine import embedded, sessions
    from jobs.lake import computed, tables

    embedded._BY_FILE_BYTES = sessions._MAPPED_HERE_BYTES = tables._SMALL_BYTES = computed.ONE_TASK_ROWS = 0


if __name__ == "__main__":
    main(*sys.argv[1:])
