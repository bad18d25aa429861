PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo test lint format golden soak bench clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable .
	@touch $@

setup: .venv/installed ## Set up .venv with everything

demo: .venv/installed ## Scaffold the example, start it, show what Okta would see (ONCE=1: then end)
	@$(BIN)/python examples/demo.py $(if $(ONCE),--once)

test: .venv/installed ## Run all tests, in parallel
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m "not slow"

soak: .venv/installed ## Run the slow tests: faults, and soaks of ten minutes (SCIM_SOAK_SECONDS=60: of one)
	$(BIN)/python -m pytest -q -m slow

.venv/bench: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@touch $@

bench: .venv/bench ## Measure what a request costs (ARGS="--users 10000": its options)
	$(BIN)/python bench/servers $(ARGS)

lint: .venv/installed ## Lint and type-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check scimgen tests bench examples
	$(BIN)/mypy

format: .venv/installed ## Format our own code
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet scimgen tests bench examples

golden: .venv/installed ## Rewrite the golden files from what is emitted now
	$(BIN)/python -m pytest -q tests/test_golden.py tests/docs/test_pages.py --update-golden

clean: ## Remove what was built
	rm -rf .venv build dist
