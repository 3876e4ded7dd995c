# Python 3.11 or newer with venv; another one than the shell's: make check PYTHON=python3.12
PYTHON ?= python3
BIN := .venv/bin
CODE := infra policies cli tests bench docs

# The stamps are named after what they stand for: nothing is done twice, whatever the clock says.
version := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
locked := .venv/locked-$(version)-$(shell cat requirements-uv.lock requirements.lock | cksum | tr ' ' -)
ready := .venv/ready-$(version)-$(shell cat requirements-uv.lock requirements.lock pyproject.toml | cksum | tr ' ' -)
compile := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --quiet

# As every installer leaves a package; the recorder, which may write nowhere, cannot do it itself.
compiled := $(BIN)/python -m compileall -q infra policies cli

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help check test test-vault lint format lock docs bench engine

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

check: $(ready) ## check the stacks in stacks/ with hubwarden
	@$(BIN)/hubwarden check

test: $(ready) ## run every test, lint among them; CI=true: what the machine lacks fails
	@$(BIN)/python tests/engine/build.py >/dev/null || true
	@$(BIN)/python -m pytest -n auto

test-vault: $(ready) ## the vault's contract against HUBWARDEN_TEST_VAULT=URL (_CA=PEM, _API=VERSION)
	@$(BIN)/python -m pytest -n 0 tests/cli/azure/test_vault_contract.py

lint: $(ready) ## ruff and mypy
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/mypy $(CODE)

format: $(ready) ## let ruff write the code as it should be
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

lock: $(ready) ## pin what pyproject.toml asks for; UPGRADE=--upgrade: the newest of everything
	@$(compile) $(UPGRADE) --all-extras --group dev --override overrides.txt pyproject.toml \
		--output-file requirements.lock
	@echo uv | $(compile) $(UPGRADE) - --output-file requirements-uv.lock

docs: $(ready) ## write the pages that are made from the code
	@$(BIN)/python docs/settings_page.py >docs/settings.md
	@$(BIN)/python docs/gates_page.py >docs/gates.md
	@$(BIN)/python docs/checkov_page.py >docs/checkov.md
	@$(BIN)/python docs/robustness_page.py >docs/robustness.md

bench: $(ready) ## measure hubwarden against Checkov; fails where a budget is missed
	@$(compiled)
	@$(BIN)/python -m bench

engine: $(ready) ## Pulumi's CLI for the tests: the one on the PATH, or built (needs Go)
	@$(BIN)/python tests/engine/build.py

$(ready): | $(locked)
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@$(compiled)
	@rm -f .venv/ready-*
	@touch $@

$(locked):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'hubwarden needs Python 3.11 or newer as $(PYTHON): name one, as in `make check PYTHON=python3.12`.' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo 'This Python cannot make environments: install its venv module (Debian: apt install python3-venv).' >&2; exit 2; }
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-uv.lock
	@$(BIN)/uv pip install --quiet --no-deps --require-hashes --compile-bytecode --requirement requirements.lock
	@touch $@
