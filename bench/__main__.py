"""`python -m bench [NAME] [--help]`: runs one measurement, or all of them with their defaults, and prints its tables.

Exit codes: 0 good, 1 a wrong result (no figure counts then), 2 bad usage or missing data, 3 a goal was missed.
"""

from __future__ import annotations

import argparse
import importlib
import sys

from bench.errors import BenchError
from bench.tables import console

MEASUREMENTS = ("checks", "pipeline", "increment", "engines", "network", "customers", "indicators", "causes")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(names=MEASUREMENTS)
    commands = parser.add_subparsers(metavar="NAME")
    for name in MEASUREMENTS:
        module = importlib.import_module(f"bench.{name}")
        text = (module.__doc__ or "").splitlines()[0]
        command = commands.add_parser(name, help=text, description=module.__doc__)
        command.set_defaults(names=(name,))
        module.add_options(command)
    options = parser.parse_args(arguments)
    code = 0
    for name in options.names:
        chosen = options if options.names == (name,) else parser.parse_args([name])
        try:
            code = max(code, importlib.import_module(f"bench.{name}").run(chosen))
        except BenchError as error:
            console(stderr=True).print(f"[bold red]error:[/] {name}: {error}", soft_wrap=True)
            return error.exit_code
    return code


if __name__ == "__main__":
    sys.exit(main())
