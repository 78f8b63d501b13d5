PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check bench lint mutants

help: ## List these commands
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/run.stamp: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what SigmaSight needs ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test.stamp: requirements.txt tests/requirements.txt .venv/run.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

run: .venv/run.stamp ## Start everything and print the address; Ctrl-C stops it all
	@exec $(BIN)/python -m sigmasight_ui up

lint: .venv/test.stamp ## Lint, types and import contracts
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint ## Lint and the fast tests (under two minutes)
	@$(BIN)/python -m pytest -n auto -m "not e2e and not slow"

test: check ## Every check and every test, the browser tests included
	@$(BIN)/python -m pytest -n auto -m "slow and not e2e"
	@$(BIN)/python -m pytest -m e2e

bench: .venv/test.stamp ## Measure, and rewrite docs/benchmarks.md
	@$(BIN)/python -m sigmasight_ui bench

mutants: .venv/test.stamp ## Change analytics/ in thousands of small ways and count what its tests notice (an hour)
	@OPENBLAS_NUM_THREADS=1 nice -n 19 $(BIN)/python -m mutmut run --max-children 2
