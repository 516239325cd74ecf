"""Typed conf of a source: where its records come from, what they are and which columns they fill."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PositiveInt, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from jobs.errors import ConfError
from jobs.settings import yaml_files
from jobs.settings.types import Currency, Strict, Timezone

_SECRET_IN_ADDRESS = re.compile(
    r"[?&;,(]\s*(user(name|id)?|uid|[\w.-]*passw\w*|pwd|[\w.-]*secret|[\w.-]*token|[\w.-]*access[_-]?key)\s*="
    r"|//[^/]*@|:[^/:]*/[^/:]*@",
    re.IGNORECASE,
)


class TableMapping(Strict):
    """How a table is filled.

    Attributes: origin: the platform's table that its rows are made from; `from` in conf. fill: column -> TABLE.COLUMN of the
    row that a row references, for values that the source leaves open.
    """

    origin: str | None = Field(default=None, alias="from")
    where: str | None = None
    one_row_per: tuple[str, ...] | None = None
    keep: Literal["first", "last"] = "last"
    columns: dict[str, str] = {}
    fill: dict[str, str] = {}
    _given: dict[str, str] | None = PrivateAttr(default=None)

    @property
    def given(self) -> dict[str, str] | None:
        """Column -> when a null result means that a value could not be read, where the engine has it in its own form."""
        return self._given

    def with_given(self, given: dict[str, str]) -> TableMapping:
        """The mapping with `given`."""
        found = self.model_copy()
        found._given = given
        return found


class KafkaSettings(Strict):
    """A topic whose messages are records of the source's format."""

    bootstrap_servers: str
    topic: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    message: Literal["record", "file"] = "record"
    starting_offsets: Literal["earliest", "latest"] = "earliest"
    fail_on_data_loss: bool = True
    max_offsets_per_trigger: int = Field(default=100_000, gt=0)
    options: dict[str, str] = {}

    @model_validator(mode="after")
    def _options_are_the_clients(self) -> KafkaSettings:
        for key in self.options:
            if not key.startswith(("kafka.", "fetchOffset.", "kafkaConsumer.", "minPartitions", "groupIdPrefix")):
                raise ValueError(
                    f"options.{key}: write an option of the Kafka client as kafka.{key}; what to read and from where "
                    "is set by bootstrap_servers, topic and starting_offsets"
                )
        return self


def _delimiter(value: Any) -> Any:
    """One character; '\\t' in single quotes, which YAML takes as two, is a tab."""
    if value == "\\t":
        return "\t"
    if isinstance(value, str) and len(value) != 1:
        raise ValueError("expected one character, for example ';' or '\\t' (a tab)")
    return value


def _address_without_secrets(url: str) -> str:
    if _SECRET_IN_ADDRESS.search(url):
        raise PydanticCustomError(
            "secret", "leave out user and password; user_variable and password_variable name the environment variables"
        )
    if not url.startswith("jdbc:"):
        raise ValueError(
            "expected an address that begins with jdbc:, for example jdbc:postgresql://db.example.org:5432/crm"
        )
    return url


class JdbcSettings(Strict):
    """A table or query of a database, read over JDBC. The user and the password come from environment variables."""

    url: Annotated[str, AfterValidator(_address_without_secrets)]
    query: str = Field(min_length=1)
    cursor: str | None = None
    key: tuple[str, ...] = ()
    user_variable: str = "SCRM_JDBC_USER"
    password_variable: str = "SCRM_JDBC_PASSWORD"
    fetch_size: int = Field(default=10_000, gt=0)

    @property
    def address(self) -> str:
        """The url without its options, for messages: options may hold secrets under names of the driver's own."""
        return re.split("[?;]", self.url, maxsplit=1)[0]

    @property
    def driver_jars(self) -> str | None:
        """Group of jars.txt with the driver for the address, or None where conf has to provide it."""
        return "postgres" if self.url.startswith("jdbc:postgresql:") else None


class FeedSettings(Strict):
    """Addresses that are polled over HTTP."""

    urls: tuple[str, ...]
    max_bytes: int = Field(default=20_000_000, gt=0)
    timeout_seconds: float = Field(default=20, gt=0)
    max_redirects: int = Field(default=5, ge=0)
    allow_private: bool = False


class Source(Strict):
    """One source: where its records come from, what they are and which canonical columns they fill.

    Records come from files (path), a topic (kafka), a database (jdbc) or the web (feed): exactly one of them.
    """

    name: str
    kind: Literal[
        "erp", "social", "web", "support", "survey", "campaign", "reference", "organisation", "usage", "market"
    ]
    system: str | None = None
    format: str
    path: tuple[str, ...] = ()
    kafka: KafkaSettings | None = None
    jdbc: JdbcSettings | None = None
    feed: FeedSettings | None = None
    channel: str | None = None
    service_type: (
        Literal[
            "blog",
            "wiki",
            "tagging",
            "multimedia",
            "syndication",
            "social_network",
            "microblog",
            "forum",
            "review",
            "community",
            "email",
        ]
        | None
    ) = None
    audience: Literal["internal", "external", "top_layer"] = "external"
    timezone: Timezone = "UTC"
    currency: Currency | None = None
    encoding: Literal["utf-8", "utf-16", "iso-8859-1", "windows-1252"] = "utf-8"
    delimiter: Annotated[str, BeforeValidator(_delimiter)] = ","
    escape: str | None = Field(default=None, min_length=1, max_length=1)
    header: Literal["auto", "first"] | PositiveInt | tuple[str, ...] = "auto"
    sheet: str | None = None
    compliance_of: Literal["posts", "profiles"] | None = None
    range: str | None = Field(default=None, pattern=r"^[A-Za-z]{1,3}[0-9]*:[A-Za-z]{1,3}[0-9]*$")
    null_values: tuple[str, ...] = ("", "\\N", "NULL")
    version: str = "_file"
    replaces: Literal["nothing", "file"] | tuple[str, ...] = "nothing"
    late_days: int = Field(default=30, ge=0)
    fresh_days: float | None = Field(default=None, gt=0)
    deletes: Literal["none", "tombstones", "missing_in_full_dump"] = "none"
    tables: dict[str, TableMapping] = {}
    control_totals: dict[str, dict[str, str]] = {}
    file: Path

    @model_validator(mode="after")
    def _has_one_origin(self) -> Source:
        if (self.system or "").startswith("derived:"):
            raise ValueError(f"system: {self.system!r}: names that begin with derived: are those of derived rows")
        ways = [name for name in ("path", "kafka", "jdbc", "feed") if getattr(self, name)]
        if len(ways) != 1:
            raise ValueError(f"expected exactly one of path, kafka, jdbc and feed; found {', '.join(ways) or 'none'}")
        if (self.kafka or self.feed) and self.deletes == "missing_in_full_dump":
            raise ValueError(
                "deletes: missing_in_full_dump is for files and databases; topics and feeds have no full dumps"
            )
        return self

    @model_validator(mode="after")
    def _replaces_what_files_hold(self) -> Source:
        if self.replaces == "nothing":
            return self
        if not self.path:
            raise ValueError("replaces is for files; a row of a feed, a topic or a database replaces its own key alone")
        if self.deletes == "missing_in_full_dump":
            raise ValueError("replaces: a full dump replaces the one before it already (deletes: missing_in_full_dump)")
        if self.replaces != "file" and self.version != "_file":
            raise ValueError(
                f"replaces: {list(self.replaces)} says that the newer file decides, version: {self.version} that something "
                "else does; leave one of them out"
            )
        return self

    @model_validator(mode="after")
    def _is_of_its_format(self) -> Source:
        """A key that the format does not read would be silently without effect."""
        read_by = {
            "escape": ("csv",),
            "header": ("csv", "excel"),
            "sheet": ("excel",),
            "range": ("excel",),
            "null_values": ("csv", "excel", "json", "parquet"),
        }
        for key, names in read_by.items():
            if key in self.model_fields_set and getattr(self, key) is not None and self.format not in names:
                raise ValueError(f"{key} is read by the formats {', '.join(names)} only; leave it out of {self.format}")
        if isinstance(self.header, tuple) and (not self.header or len(set(self.header)) < len(self.header)):
            raise ValueError("header: expected the names of all columns in their order, each once")
        if self.escape in ('"', self.delimiter):
            raise ValueError(
                "escape: quotes are doubled by default; name the character that escapes them, for example '\\'"
            )
        return self

    @property
    def origin(self) -> str:
        """Value of `source` in silver: the system that several sources belong to, else the source's name."""
        return self.system or self.name

    @property
    def own_channel(self) -> str:
        """Value of `channel` in silver, unless a record names another one."""
        return self.channel or self.origin

    def meaning(self) -> dict[str, Any]:
        """The settings that determine the rows of the source: without their location and without fresh_days."""
        return self.model_dump(mode="json", exclude={"file", "path", "kafka", "jdbc", "feed", "fresh_days"})


def read(path: Path) -> Source:
    """The source that a file declares. Raises ConfError naming file, key, what was found and what to do."""
    document = yaml_files.read(path)
    if isinstance(document.get("path"), str):
        document["path"] = [document["path"]]
    if not re.fullmatch("[a-z][a-z0-9_]*", path.stem):
        raise ConfError(f"{path}: expected a file name in lower snake case: it names the source's bronze table")
    return yaml_files.validated(Source, {**document, "name": path.stem, "file": path}, path)
