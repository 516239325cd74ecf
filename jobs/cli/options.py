"""Options that several commands share, what they open, and what the shell completes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from jobs.errors import ConfError

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.settings import Settings
    from transformations.contracts import Table

Function = TypeVar("Function", bound=Callable[..., Any])
LAKE = "scrm.lake"
"""Where the context of a call keeps the root of the lake that it opened: an error's trace is written there."""
_MOST = 2**63 - 1


class Positive(click.IntRange):
    """A whole number from 1 on that libraries can count to."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        number = super().convert(value, param, ctx)
        if number > _MOST:
            self.fail(f"{number} is too large; the largest number is {_MOST}.", param, ctx)
        return int(number)


POSITIVE = Positive(min=1)


def day(text: str | None, zone: ZoneInfo, option: str) -> datetime | None:
    """The beginning of a day in the company's time zone, as an instant in UTC."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # the first and last days that exist are none everywhere
        raise ConfError(f"{option} {text} is not a valid date (YYYY-MM-DD)") from None


class ManyValues(click.Command):
    """Takes several values after one option: `--stage land silver` is `--stage land --stage silver`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        many = {name for option in self.params if getattr(option, "multiple", False) for name in option.opts}
        spread: list[str] = []
        option, is_first = "", False
        for word in args:
            if word.startswith("-"):
                option, is_first = (word, True) if word in many else ("", False)
            elif option and not is_first:
                spread.append(option)
            else:
                is_first = False
            spread.append(word)
        return super().parse_args(ctx, spread)


def _own_or_of_group(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """`scrm quality --conf DIR judge …` means the same as `scrm quality judge --conf DIR …`."""
    return value or (ctx.parent.params.get("conf") if ctx.parent else None)


def conf(function: Function) -> Function:
    """--conf DIR."""
    return click.option(
        "--conf",
        metavar="DIR",
        type=click.Path(),
        callback=_own_or_of_group,
        help="Folder with company.yaml and sources/; SCRM_CONF by default.",
    )(function)


def engine(function: Function) -> Function:
    """--engine NAME."""
    return click.option(
        "--engine",
        type=click.Choice(["spark", "embedded"]),
        help="What computes: Apache Spark, or pysail without Java; SCRM_ENGINE or conf's engine by default.",
    )(function)


def with_engine(settings: Settings, engine: str | None) -> Settings:
    """The settings with the engine that was chosen, if one was."""
    if engine is None:
        return settings
    return settings.model_copy(update={"base": settings.base.model_copy(update={"engine": engine})})


def table(function: Function) -> Function:
    """TABLE, which the shell completes."""
    return click.argument("table", metavar="TABLE", shell_complete=_tables)(function)


def settings_of(conf: str | None) -> Settings:
    from jobs import settings

    return settings.load(conf)


def lake_of(conf: str | None) -> tuple[Lake, Settings]:
    """The lake that conf names. Raises ConfError while nothing has been written there."""
    from jobs.lake import open_lake

    settings = settings_of(conf)
    root = settings.base.lake.root
    if not root.is_dir():
        raise ConfError(f"there is no lake at {root.resolve()}; run `scrm run` first, or set SCRM_LAKE")
    if context := click.get_current_context(silent=True):
        context.meta[LAKE] = root
    return open_lake(settings), settings


def contract_of(name: str) -> Table:
    """The contract of a table. Raises ConfError where there is none of that name."""
    from transformations.canonical.names import did_you_mean
    from transformations.contracts import CONTRACTS, contract

    try:
        return contract(name)
    except KeyError:
        raise ConfError(f"no table {name}{did_you_mean(name, CONTRACTS, '`scrm tables` lists them')}") from None


def _tables(ctx: click.Context, option: click.Parameter, begun: str) -> list[str]:
    from transformations.contracts import CONTRACTS

    return [name for name in CONTRACTS if name.startswith(begun)]


def jobs(ctx: click.Context, option: click.Parameter, begun: str) -> list[str]:
    from jobs.runner.registry import all_jobs

    return [job.name for job in all_jobs() if job.name.startswith(begun)]


def stages(ctx: click.Context, option: click.Parameter, begun: str) -> list[str]:
    from jobs.job import STAGES

    return [stage for stage in STAGES if stage.startswith(begun)]


def sources(ctx: click.Context, option: click.Parameter, begun: str) -> list[str]:
    try:
        found = settings_of(ctx.params.get("conf")).sources
    except ConfError:  # the command itself will say what is wrong with conf
        return []
    return [source.name for source in found if source.name.startswith(begun)]
