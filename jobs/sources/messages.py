"""Key, headers and time of a topic's message, under names that conf's expressions can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.settings.sources import KafkaSettings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

RECORDS_A_MESSAGE = 1_000_000
"""`line` of a record is offset * this + its position, where a message holds several."""
IN_BRONZE = ("message_key", "headers", "sent_at")
COLUMNS = {
    "_key": "string",
    "_headers": "map<string,string>",
    "_timestamp": "timestamp",
    "_partition": "int",
    "_offset": "bigint",
}


def named(records: DataFrame, kafka: KafkaSettings) -> DataFrame:
    """Bronze records with COLUMNS in place of IN_BRONZE: texts are null where they are not valid UTF-8.

    Of headers with the same name the last counts, as in Kafka's own client.
    """
    offset = "line" if kafka.message == "record" else f"line div {RECORDS_A_MESSAGE}"
    value = "element_at(filter(headers, header -> header.key = name), -1).value"
    # portable: messages are read by Spark alone
    expressions = {
        "_key": _text("message_key"),
        "_headers": f"map_from_arrays(array_distinct(headers.key), "
        f"transform(array_distinct(headers.key), name -> {_text(value)}))",
        "_timestamp": "sent_at",
        "_partition": "cast(substring_index(file, '/', -1) as int)",
        "_offset": offset,
    }
    kept = [name for name in records.columns if name not in IN_BRONZE]
    return records.selectExpr(
        *kept, *(f"cast({expressions[name]} as {type_}) as {name}" for name, type_ in COLUMNS.items())
    )


def _text(binary: str) -> str:
    return f"try_validate_utf8(cast({binary} as string))"
