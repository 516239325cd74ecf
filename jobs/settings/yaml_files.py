"""YAML files of conf: read, filled from the environment, merged, and checked against a model.

Messages name the file, the key, what was found and what to do; no message shows a whole section, because it may contain secrets.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from jobs.errors import ConfError

Model = TypeVar("Model", bound=BaseModel)
_SECRET_KEY = re.compile(r"passw|pwd|secret|token|jaas|key|url|jdbc", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")


def read(path: Path) -> dict[str, Any]:
    """Keys and values of a file, with `${NAME}` filled in from the environment. Raises ConfError."""
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfError(f"{path} cannot be read ({error.strerror}); make it a file that you may read") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ConfError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfError(f"{path}: expected keys and values, found {type(document).__name__}")
    return _filled(document, path, "")


def _filled(value: Any, path: Path, key: str) -> Any:
    if isinstance(value, dict):
        return {k: _filled(v, path, f"{key}.{k}" if key else str(k)) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, path, f"{key}[{i}]") for i, v in enumerate(value)]
    if not isinstance(value, str):
        return value

    def environment(match: re.Match[str]) -> str:
        found = os.environ.get(match["name"]) or match["default"]
        if found is None:
            raise ConfError(
                f"{path}: key {key} needs the environment variable {match['name']}; "
                f"set it, for example: export {match['name']}=/path/to/data"
            )
        return found

    return _VARIABLE.sub(environment, value)


def merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    """Overrides the keys of `into` by those of `more`, section by section."""
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def validated(model: type[Model], document: dict[str, Any], path: Path) -> Model:
    """The document as a model. Raises ConfError with a line for each key that is wrong."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise ConfError(_explained(error, path)) from None


def _explained(error: ValidationError, path: Path) -> str:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"]) or "(top level)"
        if problem["type"] == "extra_forbidden":
            lines.append(f"{path}: unknown key {key}; remove it or correct its name")
        elif problem["type"] == "missing":
            lines.append(f"{path}: key {key} is missing; add it")
        elif problem["type"] == "secret":  # the value is not shown
            lines.append(f"{path}: key {key}: {problem['msg']}")
        else:
            reason = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{path}: key {key}{_found(problem['loc'], problem['input'])}: {reason}")
    return "\n".join(lines)


def _found(place: tuple[int | str, ...], value: Any) -> str:
    """The value of a key, for a message: neither a whole section nor a value that may be a secret."""
    name = next((part for part in reversed(place) if isinstance(part, str)), "")
    is_plain = value is None or isinstance(value, str | int | float | bool)
    return f" is {value!r}" if is_plain and not _SECRET_KEY.search(name) else ""
