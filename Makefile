# One word per habit. Every recipe works from an empty clone: it builds what it lacks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS ?=
# A run of the tests starts many processes: let each read what another compiled, whatever the environment says.
export PYTHONDONTWRITEBYTECODE :=
HOST ?= 127.0.0.1
PORT ?= 8000
EXTRA_LOCKS := $(foreach extra,$(EXTRAS),-r requirements/$(extra).txt)

# uv is quicker where it is to be had; plain pip does the same from the same locks.
UV := $(shell command -v uv 2>/dev/null)
ifneq ($(UV),)
INSTALL = $(UV) pip install --quiet --python $(BIN)/python --require-hashes
EDITABLE = $(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
EDITABLE = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif

.PHONY: help setup run test check drill bench bench-search format lock sbom security texts clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(VENV)/base.stamp: requirements/base.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the product needs (requirements/base.txt) ..."
	@$(INSTALL) -r requirements/base.txt
	@$(EDITABLE)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt requirements/tantivy.txt $(VENV)/base.stamp
	@echo "Installing what the checks need (requirements/dev.txt, tantivy.txt) ..."
	@$(INSTALL) -r requirements/dev.txt -r requirements/tantivy.txt
	@touch $@

TEXTS := $(wildcard expertise/translations/*/*.po)
$(VENV)/texts.stamp: $(TEXTS) $(VENV)/base.stamp
	@$(BIN)/python -c "from expertise.base.i18n import build; build()"
	@touch $@

setup: $(VENV)/base.stamp $(VENV)/texts.stamp ## build .venv (extras: make setup EXTRAS=tantivy)
ifneq ($(EXTRAS),)
	@$(INSTALL) $(EXTRA_LOCKS)
endif

run: setup ## demo data in an empty database, then serve on http://127.0.0.1:8000
	@HOST=$(HOST) PORT=$(PORT) $(BIN)/expertise serve --demo

test: setup $(VENV)/dev.stamp ## the suite; what needs a browser or a database server is skipped with a count
	@$(BIN)/python -m pytest

bench-search: setup $(VENV)/dev.stamp ## search measured: quality on judged sets, speed, memory, beside SQLite (BENCH="--help")
	@$(BIN)/python -m bench.search $(BENCH)

check: setup $(VENV)/dev.stamp ## everything that must hold before a change lands
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/djlint templates --lint --quiet
	@# Three on two cores: a browser that waits leaves one to the others.
	@EXPERTISE_TESTS_REQUIRE=browser,postgresql,tantivy $(BIN)/python -m pytest -n 3 --dist loadgroup
	@# A twelfth of what has a database, and all that is about the database itself (tests/conftest.py); `make drill` tells all.
	@EXPERTISE_TESTS_REQUIRE=postgresql,tantivy EXPERTISE_TESTS_DATABASE=postgresql EXPERTISE_TESTS_SHARE=twelfth $(BIN)/python -m pytest -n 3 --dist loadgroup -m "not drill and not browser"

drill: setup $(VENV)/dev.stamp ## the big sets: crash, races, abuse; on SQLite (EXPERTISE_TESTS_DATABASE=postgresql: on that); the whole suite on PostgreSQL
	@$(BIN)/python -m pytest -m drill -s
	@EXPERTISE_TESTS_REQUIRE=postgresql EXPERTISE_TESTS_DATABASE=postgresql $(BIN)/python -m pytest -n 3 --dist loadgroup -m "not drill and not browser"

bench: setup $(VENV)/dev.stamp ## how long pages and saves take, how much work a hundred thousand contacts, a large handover and the rotation board are; BENCH="--pieces 10000 --json out.json"
	@$(BIN)/python -m bench.measure $(BENCH)
	@$(BIN)/python -m bench.contacts
	@$(BIN)/python -m bench.handovers
	@$(BIN)/python -m bench.rotation

format: $(VENV)/dev.stamp ## put every file into the one layout
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

lock: ## compile requirements/*.txt from pyproject.toml and requirements/*.in (needs uv)
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q pyproject.toml requirements/base.in -o requirements/base.txt
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q pyproject.toml requirements/base.in requirements/dev.in -c requirements/base.txt -o requirements/dev.txt
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q requirements/tantivy.in -c requirements/base.txt -o requirements/tantivy.txt

sbom: $(VENV)/dev.stamp ## what an installation is made of, out of the lock: sbom.cdx.json (CycloneDX)
	@$(BIN)/cyclonedx-py requirements requirements/base.txt --pyproject pyproject.toml --output-reproducible -o sbom.cdx.json

security: $(VENV)/dev.stamp ## the table in docs/security.md, out of docs/asvs.toml
	@$(BIN)/python -m tests.house.asvs

clean: ## remove the environment and what tools left; never the instance
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
