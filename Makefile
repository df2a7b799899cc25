# Everything a newcomer needs is `make run` and `make test`. Only Python 3.11+ and make must be there.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
FRONT := webapp/frontend
FRONT_SOURCES := $(shell find $(FRONT) -path '*/node_modules' -prune -o -type f -print 2>/dev/null)

.PHONY: help run test deep check format docs count bench front lock tck coverage clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run webapp/static/build/.stamp ## everything from nothing: environment, database, models, demo people; then serves it
	@$(BIN)/vireille demo
	@VIREILLE_DEMONSTRATION=yes $(BIN)/vireille serve

test: $(VENV)/.dev webapp/static/build/.stamp ## format, lint, types, layers, front end, tests
	@$(BIN)/python -m tests $(ARGS)

deep: $(VENV)/.dev ## thousands of what a test run asks a little of, resumable: make deep NAME=walks COUNT=2000 SEED=1 JOBS=2
	@test -n "$(NAME)" || { $(BIN)/python -m tests.deep --help; exit 2; }
	@$(BIN)/python -m tests.deep $(NAME) $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(DATABASE),--database $(DATABASE)) $(if $(JOBS),--jobs $(JOBS))

check: $(VENV)/.dev ## the quick half of test: format, lint, types, layers
	@$(BIN)/python -m tests --only-checks

format: $(VENV)/.dev ## lays out the code and mends what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(VENV)/.dev ## writes the reference pages from the code
	@$(BIN)/python -m docs.reference

count: $(VENV)/.dev ## counts what a reader of the code has to carry
	@$(BIN)/python -m tests.counting $(ARGS)

bench: $(VENV)/.dev ## measures against the bare reference on this machine
	@$(BIN)/python -m tests.benchmarks $(ARGS)

coverage: $(VENV)/.dev webapp/static/build/.stamp ## runs the tests and says which lines no test reached
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

tck: $(VENV)/.dev ## runs the DMN conformance kit: make tck DIR=path/to/TestCases
	@test -n "$(DIR)" || { echo "Say where the kit's test cases are: make tck DIR=path/to/TestCases" >&2; exit 2; }
	@$(BIN)/python -m engine.dmn.tck "$(DIR)"

front: webapp/static/build/.stamp ## the editors' scripts and styles, into webapp/static/build

lock: $(VENV)/.dev ## new lock files from pyproject.toml (needs the network)
	@$(LOCK) pyproject.toml --output-file requirements.txt
	@$(LOCK) --group build --output-file requirements-build.txt
	@$(LOCK) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## removes what was built; keeps the environment and the database
	@rm -rf webapp/static/build $(FRONT)/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# The environment. A stamp is newer than its lock file, so a second `make` does nothing here.
$(VENV)/.made:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  command -v $$python >/dev/null 2>&1 || continue; \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  found=$${found:-$$python}; \
	  if $$python -c 'import venv, ensurepip' 2>/dev/null; then ready=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	  echo "Vireille needs Python 3.11 or newer. On Debian: sudo apt-get install python3 python3-venv" >&2; exit 1; \
	fi; \
	if [ -z "$${ready:-}" ]; then \
	  echo "Python's venv module is missing. Install it with:" >&2; \
	  echo "  sudo apt-get install $$($$found -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; exit 1; \
	fi; \
	echo "Making an environment in $(VENV) with $$($$ready --version) ..."; \
	test -x $(BIN)/python || $$ready -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.txt requirements-build.txt pyproject.toml | $(VENV)/.made
	@test -e $(VENV)/.dev || echo "Installing what Vireille needs (one to two minutes the first time) ..."
	@test -e $(VENV)/.dev || $(PIP) install --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/.made
	@echo "Installing what Vireille and its tests need (one to three minutes the first time) ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run

webapp/static/build/.stamp: $(FRONT_SOURCES) hatch_build.py | $(VENV)/.made
	@test -e $(VENV)/.run || $(MAKE) --no-print-directory $(VENV)/.run
	@echo "Building the editors ..."
	@$(BIN)/python hatch_build.py
	@touch $@
