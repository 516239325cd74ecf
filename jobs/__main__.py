"""`python -m jobs …` and `spark-submit jobs/__main__.py …` do the same as `scrm …`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not jobs/ itself
    from jobs.cli.main import main

    sys.exit(main())
