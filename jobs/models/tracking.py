"""The only importer of MLflow: logs models, keeps their versions, serves them.

A model is a pyfunc from code: one self-contained Python file, and JSON parameters. Nothing is ever pickled.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jobs.errors import ConfError, ScrmError

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

CHAMPION = "champion"
CHALLENGER = "challenger"  # the newest version that is not, or not yet, the champion
WAS_CHAMPION = "was_champion"  # tag of a version
_CHAMPIONS = "champions"  # tag of a model: versions of its champions, the last is the current one
_QUIET = {
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_LOGGING_LEVEL": "ERROR",  # importing it sets the level of its logger
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "DO_NOT_TRACK": "true",
}
_SERVED = '''"""Serves a model from its parameters and the scoring file beside it."""
import importlib.util
import json
from pathlib import Path

import mlflow
import pandas as pd


class Served(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.parameters = json.loads(Path(context.artifacts["parameters"]).read_text(encoding="utf-8"))
        its = importlib.util.spec_from_file_location("scoring", context.artifacts["scoring"])
        self.scoring = importlib.util.module_from_spec(its)  # of its own: versions that are loaded together may differ
        its.loader.exec_module(self.scoring)

    def predict(self, context, model_input: pd.DataFrame, params=None):
        return pd.DataFrame(self.scoring.assign(self.parameters, model_input), index=model_input.index)


mlflow.models.set_model(Served())
'''


@dataclass(frozen=True)
class Version:
    """A version of a model as in the registry."""

    number: str
    created_at: datetime
    is_champion: bool
    metrics: dict[str, float] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Data:
    """What a model was fitted on: a version of a table of the lake, and a hash of its rows."""

    table: str
    path: Path
    version: int
    digest: str


def _dataset(data: Data) -> Any:
    """The data as an input of a run, as MLflow's page shows it."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    source = json.dumps({"path": str(data.path), "delta_table_version": data.version})
    found = Dataset(data.table, data.digest[:32], "delta_dataset_source", source)
    return DatasetInput(found, [InputTag("mlflow.data.context", "training")])


@dataclass(frozen=True)
class Served:
    """A version ready to score."""

    number: str
    parameters: dict[str, Any]
    predict: Any

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        return self.predict(frame)


def _frame(columns: Mapping[str, Sequence[float]] | None) -> Any:
    if columns is None:
        return None
    import pandas as pd

    return pd.DataFrame({name: [float(value) for value in values] for name, values in columns.items()})


def _with_its_own(code: Path, predict: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same function, which imports the module scoring from this folder, whatever version was loaded before."""

    def predicted(frame: Any) -> Any:
        sys.path.insert(0, str(code))
        sys.modules.pop("scoring", None)
        try:
            return predict(frame)
        finally:
            sys.path.remove(str(code))
            sys.modules.pop("scoring", None)

    return predicted


def _check(database: Path) -> None:
    """Raises ScrmError where the file is there and is no sound database, which MLflow would meet with a trace."""
    if not database.exists() or not database.stat().st_size:
        return
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as connection:
            ((found,),) = connection.execute("pragma quick_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise ScrmError(
            f"{database} is damaged ({found}): it lists the versions of the models. Restore it from a backup, or move it away: "
            "the next `scrm run --full` fits a model again, as the first version"
        )


class Models:
    """The versions of one model.

    Args:
        name: name of the model and of its experiment.
        root: folder of the lake; the default store is <root>/mlflow.db with artifacts in <root>/mlartifacts.
        tracking_uri: another store.
    """

    def __init__(self, name: str, root: Path, tracking_uri: str | None = None) -> None:
        self.name = name
        self._artifacts = None if tracking_uri else str(root / "mlartifacts")
        self._database = None if tracking_uri else root / "mlflow.db"
        self._uri = tracking_uri or f"sqlite:///{self._database}"
        if tracking_uri is None:
            root.mkdir(parents=True, exist_ok=True)

    @cached_property
    def _client(self) -> MlflowClient:
        if self._database:
            _check(self._database)
        os.environ.update(_QUIET)
        for logger in ("mlflow", "alembic"):
            logging.getLogger(logger).setLevel(logging.ERROR)
        import mlflow

        mlflow.set_tracking_uri(self._uri)
        mlflow.set_registry_uri(self._uri)
        return mlflow.MlflowClient(self._uri, self._uri)

    def log(
        self,
        parameters: Mapping[str, Any],
        scoring: Path,
        *,
        inputs: Sequence[str],
        params: Mapping[str, Any],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        data: Data | None = None,
        example: Mapping[str, Sequence[float]] | None = None,
        pictures: Mapping[str, bytes] | None = None,
    ) -> str:
        """Logs a run with its model and registers it as a new version, the challenger; its number is returned.

        Args:
            parameters: parameters of the model (JSON).
            scoring: file with assign(parameters, frame) that imports only numpy.
            inputs: names of the numeric columns that it scores.
            data: what it was fitted on.
            example: rows to score, by column, that show how the model is asked.
            pictures: files for the run's page, by name.
        """
        client = self._client
        import mlflow
        from mlflow import pyfunc
        from mlflow.entities import Metric, Param
        from mlflow.models import ModelSignature
        from mlflow.types import ColSpec, DataType, Schema

        run_id = client.create_run(self._experiment(), run_name=tags.get("run_id")).info.run_id
        now = int(datetime.now(UTC).timestamp() * 1000)
        client.log_batch(
            run_id,
            metrics=[Metric(name, value, now, 0) for name, value in metrics.items()],
            params=[Param(name, json.dumps(value)) for name, value in params.items()],
        )
        for name, picture in (pictures or {}).items():
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, name).write_bytes(picture)
                client.log_artifact(run_id, str(Path(folder, name)), "pictures")
        if data:
            client.log_inputs(run_id, datasets=[_dataset(data)])
        with tempfile.TemporaryDirectory() as folder:
            served, code, values = (Path(folder, name) for name in ("served.py", "scoring.py", "parameters.json"))
            served.write_text(_SERVED, encoding="utf-8")
            code.write_bytes(scoring.read_bytes())
            values.write_text(json.dumps(parameters, sort_keys=True, indent=1), encoding="utf-8")
            with mlflow.start_run(run_id=run_id), warnings.catch_warnings():  # ends the run, too
                warnings.simplefilter("ignore")  # hints for interactive use
                model = pyfunc.log_model(
                    name=self.name,
                    python_model=str(served),
                    artifacts={"parameters": str(values), "scoring": str(code)},
                    pip_requirements=[f"{name}=={installed(name)}" for name in ("mlflow", "numpy", "pandas")],
                    signature=ModelSignature(inputs=Schema([ColSpec(DataType.double, name) for name in inputs])),
                    input_example=_frame(example),
                )
        if self._model() is None:
            client.create_registered_model(self.name)
        version = client.create_model_version(self.name, model.model_uri, run_id, tags=dict(tags))
        client.set_registered_model_alias(self.name, CHALLENGER, version.version)
        return str(version.version)

    def versions(self) -> list[Version]:
        """All versions, the newest first."""
        champion = self.champion()
        found = self._client.search_model_versions(f"name = '{self.name}'", max_results=1000)
        return [self._version(its, champion) for its in sorted(found, key=lambda its: int(its.version), reverse=True)]

    def champion(self) -> str | None:
        """Version of the champion, or None."""
        model = self._model()
        return str(model.aliases[CHAMPION]) if model and CHAMPION in model.aliases else None

    def former_champion(self) -> str | None:
        """Version that was champion before the current one, or None."""
        champions = self._champions()
        return champions[-2] if len(champions) > 1 else None

    def promote(self, number: str) -> None:
        """Makes a version the champion. Raises ConfError where the version does not exist."""
        known = {str(its.version) for its in self._client.search_model_versions(f"name = '{self.name}'")}
        if number not in known:
            listed = ", ".join(sorted(known, key=int)) or "none"
            raise ConfError(f"model {self.name} has no version {number}; existing versions: {listed}")
        if number != self.champion():
            self._crown([*self._champions(), number])

    def rollback(self) -> str:
        """Makes the previous champion the champion again and returns it. Raises ConfError where there is none."""
        earlier = self._champions()[:-1]
        if not earlier:
            raise ConfError(f"model {self.name} has no previous champion; promote a version instead")
        self._crown(earlier)
        return earlier[-1]

    def served(self, number: str) -> Served:
        """A version, loaded to score."""
        client = self._client
        from mlflow import artifacts, pyfunc

        folder = artifacts.download_artifacts(artifact_uri=client.get_model_version(self.name, number).source)
        model = pyfunc.load_model(folder)
        code = Path(folder, "code")  # of versions that were logged before each loaded its own scoring file
        predict = _with_its_own(code, model.predict) if code.is_dir() else model.predict
        return Served(number, model.unwrap_python_model().parameters, predict)

    def _experiment(self) -> str:
        found = self._client.get_experiment_by_name(self.name)
        if found is not None:
            return found.experiment_id
        return self._client.create_experiment(self.name, artifact_location=self._artifacts)

    def _model(self) -> Any:
        from mlflow.exceptions import MlflowException

        try:
            return self._client.get_registered_model(self.name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            return None

    def _champions(self) -> list[str]:
        model = self._model()
        return json.loads(model.tags.get(_CHAMPIONS, "[]")) if model else []

    def _crown(self, champions: list[str]) -> None:
        self._client.set_registered_model_tag(self.name, _CHAMPIONS, json.dumps(champions))
        self._client.set_registered_model_alias(self.name, CHAMPION, champions[-1])
        self._client.set_model_version_tag(self.name, champions[-1], WAS_CHAMPION, "true")
        model = self._model()
        if model and str(model.aliases.get(CHALLENGER)) == champions[-1]:
            self._client.delete_registered_model_alias(self.name, CHALLENGER)

    def _version(self, found: Any, champion: str | None) -> Version:
        run = self._client.get_run(found.run_id).data if found.run_id else None
        return Version(
            str(found.version),
            datetime.fromtimestamp(found.creation_timestamp / 1000, UTC),
            str(found.version) == champion,
            dict(run.metrics) if run else {},
            dict(run.params) if run else {},
            dict(found.tags),
        )
