# Ballast: every task in one place. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
# Made absolute on entry, so that every tool below reads the same folder wherever it runs.
ifdef BALLAST_RAW
override BALLAST_RAW := $(shell cd "$(BALLAST_RAW)" 2>/dev/null && pwd)
export BALLAST_RAW
endif
export PYTHONDONTWRITEBYTECODE :=
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export MPLBACKEND ?= agg

PYTHON ?= python3
BIN := .venv/bin
UV := build/boot/bin/uv
STAMP := .venv/ballast.stamp
# The environment is current when the lock, the project file and this folder's path are unchanged.
KEY = $$( { cat requirements.lock pyproject.toml; pwd; } | cksum )
WORKERS ?= 2
OLDEST_PANDAS := $(shell sed -n 's/.*"pandas>=\([0-9.]*\)".*/\1/p' pyproject.toml)
OLDEST_TESTS := tests/tables tests/measures tests/claims tests/cleaning

.PHONY: help run test validate test-oldest test-slow book lab check data notebooks lock bench clean venv

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

venv: ## build .venv from the hashed lock (done by every target that needs it)
	@if [ "$$(cat $(STAMP) 2>/dev/null)" = "$(KEY)" ]; then exit 0; fi; \
	set -e; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Ballast needs Python 3.11 or later; $(PYTHON) is older. Try: make PYTHON=python3.12 run"; exit 1; }; \
	$(PYTHON) -m pip --version >/dev/null 2>&1 || \
	  { echo "pip is missing. On Debian or Ubuntu: apt-get install python3-pip python3-venv"; exit 1; }; \
	if [ ! -x $(UV) ]; then \
	  echo "Fetching the installer (uv) ..."; mkdir -p build; \
	  PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
	    --target build/boot --require-hashes -r requirements-uv.txt 2>build/boot.log || { cat build/boot.log; exit 1; }; \
	fi; \
	echo "Installing the locked packages into .venv ..."; \
	rm -f $(STAMP); \
	$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv; \
	VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes requirements.lock; \
	VIRTUAL_ENV=.venv $(UV) pip install --quiet --offline --no-deps --no-build-isolation -e .; \
	$(BIN)/python -m compileall -q .venv/lib >/dev/null 2>&1 || true; \
	printf '%s' "$(KEY)" > $(STAMP)

run: venv ## execute every notebook, build the book, print the verdicts
	@$(BIN)/ballast run --workers $(WORKERS)
	@$(BIN)/ballast book --verdicts

book: venv ## build the book from the executed notebooks
	@$(BIN)/ballast book

test: venv ## what must always hold
	@$(MAKE) --no-print-directory -j 2 check validate
	@$(BIN)/pytest -rs -n $(WORKERS) --no-loadscope-reorder -m "not slow"
	@echo "All tests passed. To read the results: make run"

test-oldest: venv ## the package on the oldest pandas that it supports, in an environment of its own
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) build/oldest
	@VIRTUAL_ENV=build/oldest $(UV) pip install --quiet -e . "pandas==$(OLDEST_PANDAS)" pytest pytest-xdist hypothesis
	@build/oldest/bin/python -m pytest -rs -p no:cacheprovider -n $(WORKERS) -m "not slow" $(OLDEST_TESTS)

# One process more than for the fast tests, since many of these wait for kernels that are killed.
test-slow: venv ## larger grids, simulations, probes of stock tools
	@$(BIN)/pytest -rs -n $$(($(WORKERS) + 1)) --no-loadscope-reorder -m slow

validate: venv ## what the notebooks print is what is committed
	@$(BIN)/python -m pytest --nbval -p no:cacheprovider -n $(WORKERS) --dist loadfile notebooks

check: venv ## style, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

data: venv ## rebuild every tidy table from the raw store (needs BALLAST_RAW)
	@$(BIN)/ballast data build

notebooks: venv ## run the notebooks and write their outputs into notebooks/
	@$(BIN)/ballast run --force --in-place --workers $(WORKERS)
	@$(BIN)/ballast readme

lab: venv ## open JupyterLab at the first notebook
	@$(BIN)/jupyter lab notebooks/00_start_here.ipynb

bench: venv ## measure speed against peers in the same run
	@$(BIN)/python -m tests.bench $(BENCH)

lock: venv ## renew the hashed lock (names no index and no host)
	@$(UV) pip compile pyproject.toml --quiet --upgrade --group dev --extra book --extra cluster --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate -o requirements.lock

clean: ## remove what was built (keeps .venv)
	@rm -rf build/notebooks build/book*
