# The two commands of a fresh machine are `make run` and `make test`; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export LOCAL_MODE ?= 1

.PHONY: help run test check bench chaos browser import export lock clean

help: ## What there is
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run ## Page, console, API and worker on this machine (PORT=8000)
	@exec $(BIN)/python manage.py run

test: $(VENV)/.dev ## All tests, without network
	$(BIN)/python -m pytest -n 2 -q

check: $(VENV)/.dev ## What CI looks at besides the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check
	@echo "check --deploy, as in production"
	@LOCAL_MODE=0 SECRET_KEY="$$(head -c 48 /dev/urandom | base64)" ALLOWED_HOSTS=example.org \
	  DATABASE_URL=postgres://nowhere $(BIN)/python manage.py check --deploy --fail-level WARNING

browser: $(VENV)/.dev ## Journeys in Debian's Chromium
	$(BIN)/python -m pytest -q -m browser

chaos: $(VENV)/.dev ## Kills processes for minutes and counts what is left
	$(BIN)/python -m pytest -q -m chaos

bench: $(VENV)/.dev ## Measurements, as ratios within one run
	$(BIN)/python -m bench

import: $(VENV)/.run ## Import a file and watch it: make import FILE=export.zip
	$(BIN)/python manage.py import_file "$(FILE)" --wait

export: $(VENV)/.run ## Write a synthetic export: make export FILE=export.zip SIZE=30MB
	$(BIN)/python manage.py make_export "$(FILE)" --size $(or $(SIZE),30MB) --zip

lock: $(VENV)/.dev ## Resolve the dependencies anew
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --allow-unsafe --no-header -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --allow-unsafe --no-header --extra dev -c requirements.lock \
	  -o requirements-dev.lock pyproject.toml

clean: ## Remove what can be made again; var/ with your data stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache static

$(VENV)/.venv:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.lock | $(VENV)/.venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run
