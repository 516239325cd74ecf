# `make` alone lists the targets. Each does what it needs first; what is done is not done again (the files .venv*/.done-* say so).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
LAKE ?= lake
AIRFLOW_PORT ?= 8080
MLFLOW_PORT ?= 5000
ARGS ?=
export PYTHON AIRFLOW_PORT
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# The certificates this machine trusts (a company's proxy may have one of its own), where it keeps any.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS ?= 1
endif

# sync ENVIRONMENT LOCK: makes the environment hold exactly what the lock lists. uv reads no pip settings: hand on their index.
define sync
index=$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2>/dev/null || true)}; \
$${index:+env UV_DEFAULT_INDEX="$$index"} $(BIN)/uv pip sync --quiet --compile-bytecode --python $(1)/bin/python --require-hashes $(2)
endef
editable = $(BIN)/uv pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
packages = if [ -e .venv/.done-dev ]; then lock=requirements/dev.txt; else lock=requirements/jobs.txt; fi

.PHONY: help setup run test test-all bench lint docs airflow dags mlflow kafka clean lock

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' Makefile | while IFS=$$'\t' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

ENGINE ?= spark
ifeq ($(filter $(ENGINE),spark embedded),)
$(error ENGINE=$(ENGINE): expected spark or embedded)
endif
spark = .venv/.done-java .venv/.done-jobs .venv/.done-jars .venv/.done-compiled
ifeq ($(ENGINE),embedded)
runtime = .venv/.done-embedded .venv/.done-compiled
chosen = SCRM_ENGINE=embedded
else
runtime = $(spark)
endif
setup: $(runtime) ## Java, Python packages and Spark jars in place; nothing after it needs a network (ENGINE=embedded: no Java, no jars)
	@echo "Ready: make run$(if $(chosen), ENGINE=embedded), or $(BIN)/scrm --help"

run: $(runtime) ## a made-up company in simulated/, all jobs over it, results in lake/
	@[ -d simulated ] || { trap 'rm -rf simulated' EXIT; $(BIN)/scrm simulate --out simulated --customers 300 --days 120 --seed 7; trap - EXIT; }
	@SCRM_CONF= SCRM_SIMULATED=simulated $(chosen) $(BIN)/scrm run $(ARGS)

# Two processes; a -m or -n in ARGS takes the place of the one here. make test is on the embedded engine unless ENGINE is given.
pytest = $(BIN)/python -m pytest -q -n 2 --dist loadgroup
test_engine := $(if $(filter file,$(origin ENGINE)),embedded,$(ENGINE))
test: .venv/.done-dev $(if $(filter spark,$(test_engine)),$(spark),.venv/.done-compiled) ## the tests that need no service, no Java and no minutes (ENGINE=spark: on Spark); ARGS goes to pytest (make test ARGS="-n 0 -k jars")
	@SCRM_TEST_ENGINE=$(test_engine) $(pytest) -m "not services and not real_data and not notebooks and not slow" $(ARGS)

test-all: .venv/.done-dev $(spark) .venv/.done-kafka .venv-airflow/.done ## all tests, on Spark, with more examples of each property, and what they cover; ARGS goes to pytest
	@SCRM_TEST_ENGINE=spark $(pytest) --hypothesis-profile thorough $(if $(ARGS),,--cov --cov-report=) $(ARGS)
	$(if $(ARGS),,@echo "Least covered (all: $(BIN)/coverage report):"; $(BIN)/coverage report --sort cover | sed -n '1,12p; $$p')

lint: .venv/.done-dev ## ruff, mypy, import rules, what the engines compute differently
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "not formatted: $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python bin/portable-lint

bench: $(runtime) ## measurements against peers: ratios, with the spread; ARGS goes to it (ARGS="pipeline --scales 1", ARGS=increment)
	@GX_ANALYTICS_ENABLED=false $(BIN)/python -m bench $(ARGS)

docs: .venv/.done-dev ## the documentation as HTML in docs/_build
	@$(BIN)/python -m sphinx -W --keep-going -q docs docs/_build
	@echo "Documentation: docs/_build/index.html"

airflow: $(runtime) .venv-airflow/.done ## Airflow with our DAGs on 127.0.0.1:8080 until Ctrl-C
	@.venv-airflow/bin/python bin/airflow-local

dags: $(runtime) ## writes dags/jobs.json, which the DAGs are made of, again from the jobs
	@trap 'rm -f dags/.jobs.json' EXIT; $(BIN)/scrm jobs --json > dags/.jobs.json; mv dags/.jobs.json dags/jobs.json

mlflow: $(runtime) ## the models of the lake in MLflow on 127.0.0.1:5000 until Ctrl-C
	@[ -e $(LAKE)/mlflow.db ] || $(MAKE) run
	@echo "MLflow serves $(LAKE)/mlflow.db on http://127.0.0.1:$(MLFLOW_PORT); Ctrl-C stops it"
	@MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true PYTHONWARNINGS=ignore MLFLOW_LOGGING_LEVEL=WARNING \
	  exec $(BIN)/mlflow server --host 127.0.0.1 --port $(MLFLOW_PORT) --workers 1 --uvicorn-opts "--log-level warning" \
	  --backend-store-uri sqlite:///$(LAKE)/mlflow.db --artifacts-destination $(LAKE)/mlartifacts

kafka: $(runtime) .venv/.done-kafka ## a Kafka broker on 127.0.0.1:9092 until Ctrl-C
	@exec $(BIN)/python bin/kafka-local

clean: ## removes what can be made again; keeps lake/ and the environments
	@rm -rf simulated .airflow .kafka docs/_build dist spark-warehouse metastore_db derby.log .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	@rm -f .venv/.done-compiled
	@find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

compile = $(BIN)/uv pip compile --quiet $(ARGS) --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
  --no-annotate --custom-compile-command "make lock"
lock: .venv/.done-uv ## resolves requirements/*.txt again (ARGS=--upgrade: with the newest versions)
	@$(compile) --all-extras pyproject.toml --output-file requirements/dev.txt
	@$(compile) --extra build --constraint requirements/dev.txt pyproject.toml --output-file requirements/jobs.txt
	@$(compile) --extra build --extra embedded --constraint requirements/dev.txt pyproject.toml --output-file requirements/embedded.txt
	@$(compile) requirements/airflow.in --output-file requirements/airflow.txt
	@$(compile) requirements/uv.in --output-file requirements/uv.txt

.venv/.done-uv: requirements/uv.txt
	@python=$$(bin/new-venv .venv); echo "[1/4] $$python, environment in .venv"
	@touch $@

.venv/.done-java: .venv/.done-uv
	@java=$$($(BIN)/python -m jobs.engine.java --install); echo "[2/4] $$java"
	@touch $@

# The runtime packages, or all of them where the development packages are there already.
.venv/.done-jobs: requirements/jobs.txt pyproject.toml .venv/.done-uv
	@echo "[3/4] Python packages (about 30 s)"
	@$(packages); $(call sync,.venv,"$$lock")
	@$(editable)
	@[ -e .venv/.done-dev ] || rm -f .venv/.done-embedded # the lock of jobs alone takes its packages away
	@touch $@

.venv/.done-dev: requirements/dev.txt pyproject.toml .venv/.done-uv
	@echo "[3/4] Python packages with those for development (about 30 s)"
	@$(call sync,.venv,requirements/dev.txt)
	@$(editable)
	@touch .venv/.done-jobs $@

# Those of the embedded engine; what development needs contains them.
.venv/.done-embedded: requirements/embedded.txt pyproject.toml .venv/.done-uv
	@echo "[2/2] Python packages with those of the embedded engine (about 30 s)"
	@if [ -e .venv/.done-dev ]; then lock=requirements/dev.txt; else lock=requirements/embedded.txt; fi; $(call sync,.venv,"$$lock")
	@$(editable)
	@touch $@

.venv/.done-jars: jobs/engine/jars.txt | .venv/.done-java .venv/.done-jobs
	@echo "[4/4] Spark jars, and an archive of their classes (about 30 s)"
	@$(BIN)/python -m jobs.engine.jars
	@$(BIN)/python -m jobs.engine.training
	@touch $@

# Our own bytecode, so that no command compiles it; what is compiled already is left as it is.
.venv/.done-compiled: $(shell find jobs expectations transformations -name '*.py') .venv/.done-uv
	@$(BIN)/python -m compileall -q jobs expectations transformations
	@touch $@

.venv/.done-kafka: jobs/engine/jars.txt | .venv/.done-jars
	@echo "Jars of a Kafka broker (44, about 15 s)"
	@$(BIN)/python -m jobs.engine.jars --only kafka_broker
	@touch $@

.venv-airflow/.done: requirements/airflow.txt .venv/.done-uv
	@echo "Airflow in an environment of its own (about 5 s)"
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv-airflow
	@$(call sync,.venv-airflow,requirements/airflow.txt)
	@touch $@
