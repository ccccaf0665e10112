# make run and make test are all that a newcomer types; `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_MARKS := not full
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run install dev test test-all lint bench strings lock appliance test-binary screenshots clean

help: ## list what make can do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: install ## start a demonstration hotel on port 8080
	$(BIN)/sosbox demo --port 8080

install: $(VENV)/.installed $(VENV)/.strings ## make .venv with the program in it

dev: install $(VENV)/.installed-dev

test: dev ## install what the tests need and run them all
	@installer/ensure-chromium
	@installer/ensure-fonts
	@installer/ensure-kannel
	@installer/ensure-apertium
	@installer/ensure-cups
	$(BIN)/python -m pytest -n auto --dist loadfile --durations 5 -m "$(PYTEST_MARKS)"

test-all: ## the same and what takes longer: every template, 500 pieces, every language
	$(MAKE) test PYTEST_MARKS="full or not full"

lint: dev ## style, types, import rules, catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m sosbox.i18n.catalogues check

bench: dev ## measure; prints a table and writes build/bench.json
	$(BIN)/python -m benchmarks

strings: dev ## extract, update and compile the catalogues
	$(BIN)/python -m sosbox.i18n.catalogues update

appliance: dev $(VENV)/.installed-appliance ## build the program for boxes without Python: build/appliance
	$(BIN)/python -m installer.appliance.build

test-binary: appliance ## what the built program must do
	@installer/ensure-chromium
	PROGRAM_UNDER_TEST=$(CURDIR)/build/appliance/sosbox.dist/sosbox.bin $(BIN)/python -m pytest \
		tests/binary tests/browser/test_main_job.py tests/faults/test_power_cuts.py

screenshots: dev ## make the pictures of the README and docs/
	@installer/ensure-chromium
	$(BIN)/python -m docs.make_screenshots
	$(BIN)/python -m docs.make_print_pictures

lock: dev ## renew the pinned versions in requirements/
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group build --override requirements/left-out.txt pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group build --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group build --group appliance --override requirements/left-out.txt -c requirements/run.txt pyproject.toml -o requirements/appliance.txt

clean: ## remove what was made here, the demonstration's data included
	rm -rf $(VENV) build .demo .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@installer/make-venv "$(PYTHON)" $(VENV)

$(VENV)/.installed: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt $(VENV)/.installed
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.installed-appliance: requirements/appliance.txt $(VENV)/.installed
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/appliance.txt
	@touch $@

$(VENV)/.strings: $(wildcard sosbox/i18n/locales/*/LC_MESSAGES/*.po) $(VENV)/.installed
	$(BIN)/python -m sosbox.i18n.catalogues compile
	@touch $@
