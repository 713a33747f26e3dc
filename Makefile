# Guanxi: the commands of the README. `make run` and `make test` do all they need by themselves.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-long test-lts bench check style types start-cache tests clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

help: ## these lines
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## make .venv and install the pinned dependencies, hashes checked

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Guanxi needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: setup ## start everything with the demo bank and serve it on 127.0.0.1:8000
	$(BIN)/guanxi up --demo

check: style types ## format, lint and types

style: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

# Where mypy has no cache yet it keeps one processor busy for minutes: the tests need not wait for it.
test: style ## everything that must hold, on a real Neo4j
	@$(MAKE) --no-print-directory -j 2 types tests

start-cache: setup
	$(BIN)/python -m graph.embedded.make_start_cache

tests: start-cache
	$(BIN)/pytest -m "not long" -n 2 --dist loadfile --no-loadscope-reorder --timeout 900

test-long: setup ## slow bounded tests, at most 45 minutes
	timeout 2700 $(BIN)/pytest -m long --timeout=1200

test-lts: setup ## the contract tests on a Neo4j 5.26 LTS server
	$(BIN)/python -m graph.embedded.make_start_cache lts
	GUANXI_TEST_LINE=lts $(BIN)/pytest -m "contract and not long" -n 2 --dist loadfile --no-loadscope-reorder --timeout 900

bench: setup ## the figures of docs/benchmarks.md, on the large demo bank
	$(BIN)/python -m bench

clean: ## remove the virtual environment and caches, never the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
