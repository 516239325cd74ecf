"""The scrm command, assembled from its sub-commands.

Exit codes: 0 good, 1 a job or the machine failed, 2 wrong usage or conf, 3 stopped by the gate, 130 interrupted (Ctrl-C),
143 ended by SIGTERM.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from jobs.cli import (
    check,
    console,
    describe,
    ending,
    jobs,
    models,
    network,
    options,
    persons,
    publish,
    quality,
    quarantine,
    replay,
    run,
    show,
    simulate,
    source,
    stream,
    streams,
    tables,
)
from jobs.errors import ScrmError, explained, panics

_COMPLETE = "_SCRM_COMPLETE"
_SHELLS = ("bash", "zsh", "fish")


class InOrder(click.Group):
    """Lists commands in the order in which they are added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def _completion(ctx: click.Context, option: click.Parameter, shell: str | None) -> None:
    if shell:
        _complete(f"{shell}_source")
        ctx.exit()


@click.group(
    cls=InOrder,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 good, 1 a job or the machine failed, 2 wrong usage or conf, 3 stopped by the quality gate, "
    "130 interrupted, 143 ended by SIGTERM.",
)
@click.version_option(package_name="scrm-iris", message="%(version)s")
@click.option(
    "--completion",
    type=click.Choice(_SHELLS),
    is_eager=True,
    expose_value=False,
    callback=_completion,
    help='Print what a shell needs to complete commands: eval "$(scrm --completion bash)".',
)
def scrm() -> None:
    """Social CRM on a lakehouse: what customers say joined with what they buy."""


for command in (
    check.check,
    simulate.simulate,
    run.run,
    stream.stream,
    jobs.list_jobs,
    tables.list_tables,
    describe.describe,
    show.show_table,
    quality.quality,
    quarantine.quarantine,
    replay.replay,
    source.source,
    models.models,
    persons.persons,
    network.network,
    publish.publish,
):
    scrm.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code. Without arguments, those of the process."""
    if asked := os.environ.get(_COMPLETE):
        return _complete(asked)
    with streams.robust() as written:
        code = _called(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
        if written.error is not None:
            console.error(f"the output cannot be written: {written.error.strerror}")
            code = code or ScrmError.exit_code
    return code


def _called(arguments: Sequence[str]) -> int:
    context: click.Context | None = None
    try:
        with panics(), scrm.make_context("scrm", list(arguments)) as context:
            return scrm.invoke(context) or 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        if error.ctx:
            click.echo(f"{error.ctx.get_usage()}\nTry '{error.ctx.command_path} --help' for help.", err=True)
        console.error(error.format_message())
        return error.exit_code
    except ScrmError as error:
        console.error(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        console.error(ending.MESSAGE)
        return 130
    except Exception as error:  # whatever happens ends in one message
        console.error(_told(error, context.meta.get(options.LAKE) if context else None))
        return ScrmError.exit_code


def _told(error: Exception, lake: Path | None) -> str:
    """The error in a line, its trace in the lake that the command opened, else in the folder for temporary files."""
    try:
        from jobs.lake import failures
    except ImportError:  # an installation with parts missing
        return explained(error)
    return failures.told(
        lake or Path(tempfile.gettempdir()) / "scrm", f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}", error
    )


def _complete(instruction: str) -> int:
    """Answers a shell: the script that it sources, or how the command line may go on."""
    from click.shell_completion import shell_complete

    return shell_complete(scrm, {}, "scrm", _COMPLETE, instruction)
