# Every target sets up what it needs by itself. `make` alone lists the targets.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
ENGINE ?= ministack
DIR ?= campaigns
STAGE ?= prod

BIN := .venv/bin
RUN := .venv/run.stamp
DEV := .venv/dev.stamp
DRAW := .venv/draw.stamp
CLIENT := .venv/client.stamp
PO := $(wildcard chalicelib/i18n/locales/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help run test test-fast lint format bench scale chaos campaigns package deploy keys operate restore restore-drill destroy smoke catalogues dynoxide browser clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  STAGE=prod says which stage is meant, where a line says STAGE; these need AWS credentials, but for package."
	@echo "  DIR=campaigns and URL=https://… say which files 'make campaigns' applies, and where."
	@echo "  SIZE=100000 or QUICK=1 make 'make scale' stop earlier, and leave the docs alone."
	@echo "  PORT=8000 and ENGINE=ministack|dynoxide change what 'make run' starts."

run: $(RUN) $(MO) ## start the app with its embedded stack on http://127.0.0.1:$PORT
	@PORT=$(PORT) ENGINE=$(ENGINE) exec $(BIN)/python -m local

test: $(DEV) $(MO) dynoxide browser ## every test, on every core
	$(BIN)/python -m pytest -n auto --dist worksteal

test-fast: $(DEV) $(MO) ## the quick inner loop: no engine, no browser
	$(BIN)/python -m pytest -m "not engine and not browser and not slow"

lint: $(DEV) $(MO) ## style, types, layers, template
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m deploy.packaging.stage_package --check

format: $(DEV) ## rewrite the sources in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) $(MO) dynoxide ## measure, print and write as JSON
	$(BIN)/python -m bench

scale: $(DRAW) $(MO) dynoxide ## measure up to a million signatures, write docs/scale.md (QUICK=1 or SIZE=100000: build/scale/)
	$(BIN)/python -m bench.scale $(if $(SIZE),--largest $(SIZE),$(if $(QUICK),--largest 10000))

chaos: $(DEV) $(MO) dynoxide ## break a running stack and check that every promise held (SEED=, SECONDS=, SIGNATURES=, JSON=1)
	@$(BIN)/python -m chaos $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS)) \
	  $(if $(SIGNATURES),--signatures $(SIGNATURES)) $(if $(JSON),--json) $(if $(MARKDOWN),--markdown $(MARKDOWN))

campaigns: $(CLIENT) ## make the campaigns what the files in DIR say (CHECK=1 only looks, YES=1 does not ask)
	@$(if $(URL),UNDERSIGNED_URL='$(URL)') $(BIN)/undersigned campaigns apply '$(DIR)' $(if $(CHECK),--check) $(if $(YES),--yes)

package: $(DEV) $(MO) ## write template and zip of STAGE to build/, checked
	$(BIN)/python -m deploy.packaging.stage_package build $(STAGE)

deploy: $(DEV) $(MO) ## bring STAGE to your AWS account: shows what changes, asks (SET="Name=value …", YES=1)
	@$(BIN)/python -m deploy deploy --stage '$(STAGE)' $(foreach pair,$(SET),--set '$(pair)') $(if $(YES),--yes)

keys: $(RUN) $(MO) ## make an API key of STAGE (NAME="Ana, laptop", ROLE=admin)
	@$(BIN)/python -m deploy keys --stage '$(STAGE)' --name "$$NAME" --role '$(or $(ROLE),admin)'

operate: $(RUN) $(MO) ## run a command of chalicelib.cli on STAGE (DO="verify")
	@$(BIN)/python -m deploy operate --stage '$(STAGE)' $(DO)

restore: $(RUN) ## bring back what STAGE lost since AT=2026-11-24T10:00:00Z (OVERWRITE=1, YES=1)
	@$(BIN)/python -m deploy restore --stage '$(STAGE)' --at '$(AT)' $(if $(OVERWRITE),--overwrite) $(if $(YES),--yes)

restore-drill: $(RUN) ## restore STAGE beside itself as of AT, and only compare
	@$(BIN)/python -m deploy restore --stage '$(STAGE)' --at '$(AT)' --drill

destroy: $(RUN) ## take STAGE away unless it holds signatures (DATA=1: its tables too)
	@$(BIN)/python -m deploy destroy --stage '$(STAGE)' $(if $(DATA),--data)

smoke: $(RUN) ## sign on the API at URL, follow it, take it back (SENDER=actions@example.org, MAIL=no)
	@URL='$(URL)' SENDER='$(SENDER)' MAIL='$(MAIL)' $(BIN)/python -m deploy.smoke.smoke_test

catalogues: $(RUN) $(MO) ## compile the translations

dynoxide: $(DEV) ## fetch the second engine (npm; checked by sha256)
	@$(BIN)/python -m local.engines.dynoxide

browser: $(DEV) ## find a Chromium, or install Debian's when root
	@$(BIN)/python -m tests.kit.chromium

clean: ## forget all local data
	rm -rf .local build .chalice/deployments

distclean: clean ## forget the environment and downloads too
	rm -rf .venv .cache $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

%.mo: %.po $(RUN)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# ── the environment ──────────────────────────────────────────────────────────
.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found." >&2; \
	  echo "Install it, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$("$(PYTHON)" --version 2>&1)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python has no venv module. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Creating .venv ..."
	@rm -rf .venv && "$(PYTHON)" -m venv .venv

$(RUN): .venv/bin/pip requirements.txt local/requirements.txt
	@echo "Installing what a local run needs (about half a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r local/requirements.txt
	@touch $@

$(CLIENT): .venv/bin/pip client/pyproject.toml $(shell find client/src -name "*.py")
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check ./client
	@touch $@

$(DRAW): $(DEV) bench/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@

$(DEV): $(RUN) requirements-dev.txt
	@echo "Installing what tests and checks need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
