"""How a source's files are cut into records and read, as conf says."""

from __future__ import annotations

from jobs.settings.base import LimitSettings
from jobs.settings.sources import Source
from jobs.sources import expressions, formats
from jobs.sources.base import SplitOptions


def split_options(source: Source, limits: LimitSettings) -> SplitOptions:
    return SplitOptions(
        encoding=source.encoding,
        delimiter=source.delimiter,
        record_bytes=limits.record_bytes,
        csv_record_lines=limits.csv_record_lines,
        nesting_depth=limits.nesting_depth,
        unpacked_bytes=limits.unpacked_bytes,
        sheet=source.sheet,
        compliance_of=source.compliance_of,
        range=source.range,
        header=source.header,
        escape=source.escape,
        null_values=source.null_values,
        columns=() if formats.platform_of(source) else tuple(expressions.source_columns(source)),
    )
