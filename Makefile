PYTHON ?= python3
BIN := .venv/bin

# Python processes keep compiled modules, also where images of containers switch that off: the tests start hundreds of
# processes, and each would compile the same modules again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo quick test lint format golden soak bench wheels clean

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

# The unit tests of the generator and the runtime. Left out: what starts commands, servers, browsers or type checkers.
QUICK := scimgen scimgen_server tests/architecture tests/compare tests/description tests/docs tests/emit tests/importing \
	tests/project tests/rules tests/runtime tests/serving tests/source tests/validate tests/test_api.py \
	$(patsubst %,tests/server/test_%.py,bulk counters directory entra filters histories indexes lifecycle loose_input okta \
	page_anchors patch peers probes public_api resources routes)
NOT_QUICK := $(wildcard tests/*/test_command.py) tests/compare/test_live_values.py tests/description/test_served.py \
	tests/docs/test_browser.py tests/docs/test_examples.py tests/emit/test_compose.py tests/emit/test_models_checks.py \
	tests/emit/test_models_hostile.py tests/importing/test_live.py tests/project/test_properties.py \
	tests/runtime/test_evaluate.py tests/serving/test_application.py tests/source/test_deferred.py \
	tests/validate/test_inputs.py tests/validate/test_live.py tests/validate/test_recall.py

quick: .venv/installed ## Run the unit tests, in less than a minute
	HYPOTHESIS_EXAMPLES=5 SCIM_TEST_DATABASES=sqlite $(BIN)/python -m pytest -n auto --dist worksteal -q \
		-m "not slow and not process" $(wildcard $(QUICK)) $(NOT_QUICK:%=--ignore=%)

# One more than the cores: a test often waits for a process or a timeout.
WORKERS = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

test: .venv/installed ## Run all tests, in parallel
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q -m "not slow"

soak: .venv/installed ## Run the slow tests: faults, and soaks of ten minutes (SCIM_SOAK_SECONDS=60: of one)
	$(BIN)/python -m pytest -q -m slow
	HYPOTHESIS_EXAMPLES=600 $(BIN)/python -m pytest -q tests/server/test_fuzz.py tests/server/test_differential.py \
		tests/project/test_properties.py

.venv/bench: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@touch $@

bench: .venv/bench ## Measure what a request costs (ARGS="--users 10000": its options)
	$(BIN)/python bench/servers $(ARGS)

lint: .venv/installed ## Lint, type-check, check the dependencies between packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache

format: .venv/installed ## Format our own code
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

golden: .venv/installed ## Rewrite the golden files and the generated parts of docs/
	$(BIN)/python docs/architecture.py
	$(BIN)/python docs/api.py
	$(BIN)/scimgen rules --format markdown > docs/rules.md
	$(BIN)/python -c "from scimgen.comparison.pages import page; print(page(), end='')" > docs/changes.md
	$(BIN)/python -m pytest -q tests/test_golden.py tests/docs/test_pages.py --update-golden

wheels: .venv/installed ## Build the wheels of scimgen and scimgen-server into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist . ./packaging/scimgen-server

clean: ## Remove what was built
	rm -rf .venv build dist
